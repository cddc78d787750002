
// ---- worst deliveries

function deliveries() {
  if (!DATA.deliveries.length) return empty("worst", noResponses());
  const list = DATA.deliveries;
  const view = new Zoomable("worst", "Timeline of the delivery");
  let chosen = 0;
  const words = (d) => `${d.points.vm} vCPU ${d.points.vcpu} ${d.points.source} ${d.points.irq}`;
  const title = el("h3");
  const way = el("ol", { class: "way", "aria-label": "The interrupt's way" });
  const legend = el("div");
  const holders = el("div");
  const pick = el("div", { class: "controls" });
  const draw = () => {
    const d = list[chosen];
    const scene = new DeliveryScene(d);
    const p = d.points;
    title.textContent = `${runLabel(RUNS[d.run])}: number ${d.place}, ${words(d)}, ${exact(d.response_ns)}`;
    const notes = {
      due: "the timer behind it was due", asserted: `on CPU ${p.asserted_cpu ?? "?"}${p.asserted_by ? ", in " + p.asserted_by : ""}`,
      runnable: "the vCPU's thread", scheduled: "the vCPU's thread", entered: "the guest, with it",
      handled: p.handled_by ? "told by " + p.handled_by : "",
    };
    if (p.handled_ns === null) notes.entered += ": here the response ends, its handler cannot be seen";
    way.replaceChildren(...scene.moments.map(([name, t]) =>
      el("li", {}, el("strong", {}, `${name} ${name === "asserted" ? "0" : (t > 0 ? "+" : "") + exact(t)}`), notes[name])));
    const hidden = ["due", "runnable", "scheduled", "entered"].filter((m) => p[m + "_ns"] === null);
    if (hidden.length) way.append(el("li", {}, el("strong", {}, "not seen"), hidden.join(", ")));
    const states = new Set();
    for (const lane of scene.lanes().slice(1)) for (const s of lane.spans) states.add(scene.state(lane, s));
    legend.replaceChildren(key([
      ...scene.stages.map((s) => [STAGE_COLOURS[mode()][s.stage], "stage " + s.stage]),
      ...STATES.filter((s) => states.has(s)).map((s) => [STATE_COLOURS[mode()][s], STATE_WORDS[s]])]));
    view.canvas.setAttribute("aria-label", `Timeline of delivery ${d.place} of ${runLabel(RUNS[d.run])}: ` + scene.stages.map((s) => `${s.stage} ${exact(s.end - s.start)}`).join(", "));
    view.show(scene);
    holders.replaceChildren(blameTable(d));
    pick.querySelectorAll("select").forEach((s) => (s.value = String(chosen)));
    pick.querySelector("#worst-before").disabled = chosen === 0;
    pick.querySelector("#worst-next").disabled = chosen === list.length - 1;
  };
  const go = (i) => { chosen = Math.max(0, Math.min(list.length - 1, i)); draw(); announce(title.textContent); };
  const groups = RUNS.filter((r) => list.some((d) => d.run === r.id)).map((r) => ({ group: runLabel(r),
    options: list.map((d, i) => [d, i]).filter(([d]) => d.run === r.id).map(([d, i]) => ({ value: String(i), text: `${d.place}. ${words(d)}, ${exact(d.response_ns)}` })) }));
  pick.append(select("Delivery", groups, "0", (v) => go(Number(v))),
    el("button", { type: "button", id: "worst-before", onclick: () => go(chosen - 1) }, "Previous"),
    el("button", { type: "button", id: "worst-next", onclick: () => go(chosen + 1) }, "Next"));
  REDRAW.push(draw);
  fill("worst", pick, title, way, legend, view.controls, el("figure", {}, view.canvas,
    el("figcaption", {}, "Times count from the assertion. Solid lines: asserted and handled; dashed: the moments between"
      + (DATA.slo_ns ? "; red: the SLO." : "."))), view.hint, holders,
    beside("the spans of the timeline", () => {
      const d = list[chosen];
      const scene = new DeliveryScene(d);
      return dataTable("Spans of the timeline, from the assertion", [{ name: "lane" }, { name: "from", unit: "ns", number: true },
        { name: "length", unit: "ns", number: true }, { name: "state" }, { name: "who" }, { name: "spans", number: true }],
      scene.lanes().slice(1).flatMap((lane) => lane.spans.map((s) => ({ lane: lane.label, from: s[0], length: s[1],
        state: STATE_WORDS[scene.state(lane, s)], who: d.texts[s[3]] || "–", spans: s[5] || 1 }))));
    }, ["delivery_timeline", "delivery_points", "worst"]));
  draw();
}

function blameTable(d) {
  if (!d.blame.length) return el("p", { class: "empty" }, "Its stages are all of no length, or cannot be seen: there is nobody to blame.");
  const colours = STAGE_COLOURS[mode()];
  const who = (b) => (b.comm ? `${b.comm}-${b.tid}` : b.name || "");
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Who held the CPU" }, el("table", {},
    el("caption", {}, "Who held the CPU, by stage; the shares of the delivery add up to 100 %"),
    el("thead", {}, el("tr", {}, ["Stage", "Holder", "", "Time", "Share"].map((h, i) => el("th", { scope: "col", class: i > 2 ? "n" : null }, h || el("span", { class: "unseen" }, "Share as a bar"))))),
    el("tbody", {}, d.blame.map((b, i) => {
      const bar = el("span", { class: "share", "aria-hidden": "true" });
      bar.style.width = Math.max(0.05, (b.share_pct / 100) * 9) + "rem";
      bar.style.background = colours[b.stage];
      const first = i === 0 || d.blame[i - 1].stage !== b.stage;
      return el("tr", {}, el("th", { scope: "row" }, first ? b.stage : el("span", { class: "unseen" }, b.stage), first ? el("span", { class: "small" }, exact(b.stage_ns)) : null),
        el("td", {}, (b.kind === "thread" ? "" : (STATE_WORDS[b.kind] || b.kind) + " ") + who(b)), el("td", {}, bar),
        el("td", { class: "n" }, exact(b.ns)), el("td", { class: "n" }, percent(b.share_pct)));
    }))));
}

// ---- overview

function overview() {
  const strips = DATA.strips.filter((s) => s.cpus.length);
  if (!strips.length) return empty("overview", "There are no events, so there is nothing to show.");
  const view = new Zoomable("overview", "Overview of the recording");
  let chosen = strips[0].run;
  const legend = el("div");
  const caption = el("figcaption");
  const totals = () => strips.find((s) => s.run === chosen).cpus.flatMap((cpu) => STATES.filter((s) => cpu.sums_ns[s]).map((s) => ({
    cpu: "CPU " + cpu.cpu, state: STATE_WORDS[s], ns: cpu.sums_ns[s],
    share_pct: (100 * cpu.sums_ns[s]) / Object.values(cpu.sums_ns).reduce((a, b) => a + b, 0) })));
  const draw = () => {
    const strip = strips.find((s) => s.run === chosen);
    const used = STATES.filter((s) => strip.cpus.some((c) => c.sums_ns[s]));
    legend.replaceChildren(key(used.map((s) => [STATE_COLOURS[mode()][s], STATE_WORDS[s]])));
    const text = `${runLabel(RUNS[chosen])}, ${duration(strip.duration_ns)} in ${count(strip.slots)} slots of ${duration(strip.slot_ns)}. `
      + strip.cpus.slice(0, 4).map((c) => {
        const sum = Object.values(c.sums_ns).reduce((a, b) => a + b, 0);
        return `CPU ${c.cpu}: ` + STATES.filter((s) => c.sums_ns[s]).sort((a, b) => c.sums_ns[b] - c.sums_ns[a]).slice(0, 3)
          .map((s) => `${STATE_WORDS[s]} ${percent(Math.round((1000 * c.sums_ns[s]) / sum) / 10)}`).join(", ");
      }).join("; ") + ". Numbered: the worst deliveries. Red marks above a CPU: events were lost.";
    caption.textContent = text;
    view.canvas.setAttribute("aria-label", "Overview of " + text);
    view.show(new StripScene(strip, DATA.deliveries.filter((d) => d.run === chosen)));
  };
  REDRAW.push(draw);
  fill("overview", 
    strips.length > 1 ? el("div", { class: "controls" }, select("Run", runOptions(RUNS.filter((r) => strips.some((s) => s.run === r.id))), String(chosen), (v) => { chosen = Number(v); draw(); REFILL.forEach((f) => f()); })) : "",
    legend, view.controls, el("figure", {}, view.canvas, caption), view.hint,
    beside("CPU time by CPU and state", () => dataTable("CPU time of the whole run", [{ name: "cpu", title: "CPU" }, { name: "state" },
      { name: "ns", title: "time", unit: "ns", number: true }, { name: "share_pct", title: "share", unit: "%", number: true }], totals()), ["cpu_strip", "lost_slots"]));
  draw();
}
