
// ---- which interrupt line, and which runs, the distributions show

const LINES = (() => {
  const lines = new Map();
  for (const r of rows("irq_latency", (x) => x.stage === "response" && x.count > 0)) {
    const k = lineKey(r);
    if (!lines.has(k)) lines.set(k, { key: k, words: lineWords(r), over: 0, count: 0, drawn: false });
    const l = lines.get(k);
    if (RUNS[r.run].kind === "recorded") {
      l.over += r.over_slo || 0;
      l.count += r.count;
    }
  }
  for (const r of rows("response_histogram")) {
    const l = lines.get(lineKey(r));
    if (l) l.drawn = true;
  }
  return [...lines.values()].filter((l) => l.drawn).sort((a, b) => b.over - a.over || b.count - a.count);
})();
let LINE = LINES.length ? LINES[0].key : null;

const VISIBLE = (() => {
  const visible = new Set(RUNS.filter((r) => r.kind !== "policy" && !r.guest).slice(0, 6).map((r) => r.id));
  const policies = DATA.verdict.vms.flatMap((v) => v.policies);
  const ranked = [...policies.filter((p) => p.effect !== "WITHIN_ERROR"), ...policies.filter((p) => p.effect === "WITHIN_ERROR")];
  for (const p of ranked) if (visible.size < 6) visible.add(p.run);
  return visible;
})();

function visibleRuns() {
  return RUNS.filter((r) => VISIBLE.has(r.id));
}

const LINKED = [];
function linked() {
  LINKED.forEach((f) => f());
  REFILL.forEach((f) => f());
}

/** Buttons for the runs, with their lines as keys, and the choice of the interrupt. */
function distributionControls() {
  const box = el("div");
  const build = () => {
    const buttons = RUNS.filter((r) => !r.guest).map((run) => {
      const style = runStyle(run);
      const sample = el("canvas", { width: "56", height: "20", "aria-hidden": "true" });
      sample.style.width = "28px";
      sample.style.height = "10px";
      const c = sample.getContext("2d");
      c.strokeStyle = style.colour;
      c.lineWidth = style.width * 2;
      c.setLineDash(style.dash.map((d) => d * 1.6));
      c.beginPath();
      c.moveTo(0, 10);
      c.lineTo(56, 10);
      c.stroke();
      return el("button", { type: "button", "aria-pressed": String(VISIBLE.has(run.id)), "data-run": String(run.id),
        title: run.flags || (run.kind === "model" ? "the model of the recorded policy: how far it is off is its error" : null),
        onclick: () => {
          if (VISIBLE.has(run.id)) VISIBLE.delete(run.id);
          else VISIBLE.add(run.id);
          linked();
          const again = box.querySelector(`[data-run="${run.id}"]`);
          if (again) again.focus();
        } }, sample, el("span", {}, runLabel(run)));
    });
    box.replaceChildren(
      LINES.length > 1 ? el("div", { class: "controls" }, select("Interrupt", LINES.map((l) => ({ value: l.key, text: l.words })), LINE, (v) => {
        LINE = v;
        linked();
      })) : "",
      buttons.length > 1 ? el("div", { class: "runs", role: "group", "aria-label": "Runs shown" }, buttons) : "");
  };
  LINKED.push(build);
  REDRAW.push(build);
  build();
  return box;
}
const REDRAW = [];

function lineName() {
  const l = LINES.find((x) => x.key === LINE);
  return l ? l.words : "";
}

function ofLine(name, run) {
  return rows(name, (r) => r.run === run.id && lineKey(r) === LINE);
}

// ---- response and exceedance

function noResponses() {
  const seen = rows("overview").some((r) => r.vms > 0);
  const deliveries = rows("overview").reduce((sum, r) => sum + r.deliveries, 0);
  if (deliveries) {
    return `${count(deliveries)} interrupts to guests were seen on their way, but none of them handled without a loss: the recording shows no sign of the guest's handlers, so the response cannot be told. A guest that marks its jobs (--marker) or acknowledges by a traced access would show it.`;
  }
  return seen
    ? "No interrupt response could be measured: the recording shows no interrupt on its way to a guest's handler. 'hindsight record --print' tells which events it takes; the warnings tell what is missing."
    : "No virtual machine was found in what was given, so there is no interrupt response.";
}

function quantiles() {
  return rows("irq_latency", (r) => r.stage === "response" && lineKey(r) === LINE && VISIBLE.has(r.run));
}

function response() {
  if (!LINES.length) return empty("response", noResponses());
  const histogram = chart("response", () => {
    const runs = visibleRuns().filter((r) => ofLine("response_histogram", r).length);
    if (!runs.length) return null;
    const xs = [];
    const datasets = runs.map((run, i) => {
      const style = runStyle(run);
      const steps = ofLine("response_histogram", run);
      const points = [];
      let last = null;
      for (const s of steps) {
        if (last === null) points.push({ x: s.from_ns, y: 0 });
        else if (s.step > last.step + 1) points.push({ x: last.to_ns, y: 0 });
        points.push({ x: s.from_ns, y: s.share_pct });
        last = s;
      }
      points.push({ x: last.to_ns, y: 0 });
      xs.push(...points.map((p) => p.x));
      return { label: runLabel(run), data: points, stepped: "before" && true, borderColor: style.colour, borderDash: style.dash,
        borderWidth: style.width, pointRadius: 0, pointHitRadius: 6, order: runs.length - i,
        fill: run.kind === "recorded" && i === 0 ? "origin" : false, backgroundColor: style.colour + "1f" };
    });
    return { type: "line", data: { datasets }, options: {
      slo: true, layout: SLO_ROOM, parsing: false, interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: { x: durationAxis("response, asserted to handled (steps of 1/20 decade)", xs), y: axis("share of responses (%)", { beginAtZero: true }) },
      plugins: { tooltip: tooltip({ callbacks: {
        title: (items) => (items.length ? `from ${duration(items[0].parsed.x)}` : ""),
        label: (item) => `${item.dataset.label}: ${percent(item.parsed.y)}` } }) } } };
  }, () => `Distribution of the responses of ${lineName()}. ` + quantiles().map((q) =>
    `${runLabel(RUNS[q.run])}: median ${duration(q.p50_ns)}, 99 % within ${duration(q.p99_ns)}, longest ${duration(q.max_ns)}`).join("; ") + ".");
  const summary = el("div");
  const fillSummary = () => {
    const names = ["run", "count", "coalesced", "unhandled", "lost", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns"];
    if (DATA.slo_ns) names.push("over_slo", "over_slo_pct");
    const titles = { p999_ns: "p99.9", over_slo: "over SLO", over_slo_pct: "over SLO, share" };
    summary.replaceChildren(dataTable(`Responses of ${lineName()}`, columns("irq_latency", names).map((c) => Object.assign({}, c, { title: titles[c.name] })), quantiles()));
  };
  LINKED.push(() => histogram.update(), fillSummary);
  fill("response", distributionControls(), histogram.figure, summary,
    beside("the steps of the distribution", () => dataTable(`Responses of ${lineName()} in steps`,
      columns("response_histogram", ["run", "from_ns", "to_ns", "deliveries", "share_pct"]),
      rows("response_histogram", (r) => VISIBLE.has(r.run) && lineKey(r) === LINE)), ["response_histogram", "irq_latency"]),
    leftOutLines());
  histogram.update();
  fillSummary();
}

function leftOutLines() {
  const all = new Set(rows("irq_latency", (r) => r.stage === "response" && r.count > 0).map(lineKey));
  const out = all.size - LINES.length;
  return out > 0 ? folded(`${count(out)} more interrupts, in numbers`, () => dataTable("All interrupts", columns("irq_latency",
    ["run", "vm", "vcpu", "source", "irq", "count", "p50_ns", "p99_ns", "max_ns"].concat(DATA.slo_ns ? ["over_slo", "over_slo_pct"] : [])),
    rows("irq_latency", (r) => r.stage === "response" && r.count > 0))) : null;
}

function exceedance() {
  if (!LINES.length) return empty("exceedance", noResponses());
  const tail = chart("exceedance", () => {
    const runs = visibleRuns().filter((r) => ofLine("response_exceedance", r).length);
    if (!runs.length) return null;
    const xs = [];
    let least = 100;
    const datasets = runs.map((run, i) => {
      const style = runStyle(run);
      const points = ofLine("response_exceedance", run).map((r) => ({ x: Math.max(1, r.response_ns), y: r.at_least_pct }));
      xs.push(...points.map((p) => p.x));
      least = Math.min(least, ...points.map((p) => p.y));
      return { label: runLabel(run), data: points.reverse(), borderColor: style.colour, borderDash: style.dash, borderWidth: style.width,
        pointRadius: 0, pointHitRadius: 6, order: runs.length - i };
    });
    const y = axis("responses that took at least so long (%)", { type: "logarithmic", min: least / 1.2, max: 110 });
    const ticks = [];
    for (let e = Math.floor(Math.log10(least)); e <= 2; e++) if (10 ** e >= least / 1.2) ticks.push({ value: Number((10 ** e).toPrecision(1)) });
    y.afterBuildTicks = (scale) => (scale.ticks = ticks);
    y.ticks = Object.assign({}, y.ticks, { callback: (v) => Number(v.toPrecision(1)) + " %" });
    return { type: "line", data: { datasets }, options: {
      slo: true, layout: SLO_ROOM, parsing: false, interaction: { mode: "nearest", axis: "xy", intersect: false },
      scales: { x: durationAxis("response, asserted to handled", xs), y },
      plugins: { tooltip: tooltip({ callbacks: {
        title: () => "",
        label: (item) => `${item.dataset.label}: ${percent(item.parsed.y)} took ${duration(item.parsed.x)} or longer` } }) } } };
  }, () => `Exceedance curves of ${lineName()}. ` + (DATA.slo_ns
    ? quantiles().map((q) => `${runLabel(RUNS[q.run])}: ${percent(q.over_slo_pct)} over the SLO of ${axisDuration(DATA.slo_ns)}`).join("; ")
    : quantiles().map((q) => `${runLabel(RUNS[q.run])}: one in a thousand takes ${duration(q.p999_ns)} or longer`).join("; ")) + ".");
  LINKED.push(() => tail.update());
  fill("exceedance", distributionControls(), tail.figure,
    beside("the points of the curves", () => dataTable(`Exceedance of ${lineName()}`,
      columns("response_exceedance", ["run", "place", "response_ns", "at_least_pct"]),
      rows("response_exceedance", (r) => VISIBLE.has(r.run) && lineKey(r) === LINE)), ["response_exceedance"]));
  tail.update();
}
