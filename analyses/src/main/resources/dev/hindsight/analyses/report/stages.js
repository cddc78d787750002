
// ---- stages

const BANDS = [[0, 50, "the faster half"], [50, 90, "p50 to p90"], [90, 99, "p90 to p99"], [99, 99.9, "p99 to p99.9"], [99.9, 100, "slowest 1 in 1000"]];

function stages() {
  if (!LINES.length) return empty("stages", noResponses());
  let view = "run:" + (RECORDED[0] || RUNS[0]).id;
  let absolute = false;
  const picked = () => {
    const [what, id] = view.split(":");
    return what === "run"
      ? rows("stage_bands", (r) => r.run === Number(id) && lineKey(r) === LINE)
      : rows("stage_bands", (r) => r.from_pct === BANDS[id][0] && lineKey(r) === LINE && VISIBLE.has(r.run));
  };
  const label = (r) => {
    const what = view.startsWith("run:") ? BANDS.find((b) => b[0] === r.from_pct)[2] : short(runLabel(RUNS[r.run]), window.innerWidth > NARROW ? 40 : 18);
    return [what, `mean ${duration(r.response_ns)}` + (window.innerWidth > NARROW ? ` · ${count(r.deliveries)}` : "")];
  };
  const total = (r) => STAGES.reduce((sum, s) => sum + (r[s + "_ns"] || 0), 0);
  const bars = chart("stages", () => {
    const list = picked();
    if (!list.length) return null;
    const used = STAGES.filter((s) => list.some((r) => r[s + "_ns"] > 0));
    return stackedBars(list.map(label), used.map((s) => ({
      label: s === "unseen" ? "not seen" : s, colour: STAGE_COLOURS[mode()][s],
      values: list.map((r) => (absolute ? (r[s + "_ns"] || 0) / 1e6 : total(r) ? (100 * (r[s + "_ns"] || 0)) / total(r) : 0)),
    })), (v) => (absolute ? duration(v * 1e6) : percent(v)),
    absolute ? "mean time (ms), due to handled" : "share of the time, due to handled (%)", absolute ? null : 100);
  }, () => `Stages of ${lineName()}` + (view.startsWith("run:") ? `, ${runLabel(RUNS[view.slice(4)])}` : `, ${BANDS[view.slice(5)][2]}`) + ": "
    + picked().map((r) => {
      const most = STAGES.filter((s) => s !== "device").reduce((a, b) => ((r[b + "_ns"] || 0) > (r[a + "_ns"] || 0) ? b : a));
      return `${label(r)[0]}: of ${duration(r.response_ns)} most is ${most === "unseen" ? "not seen" : most} (${duration(r[most + "_ns"] || 0)})`;
    }).join("; ") + ".", barHeight);
  const legend = el("div");
  const controls = el("div");
  const update = () => {
    legend.replaceChildren(key(STAGES.filter((s) => picked().some((r) => r[s + "_ns"] > 0)).map((s) => [STAGE_COLOURS[mode()][s], s === "unseen" ? "not seen" : s])));
    bars.update();
  };
  const build = () => controls.replaceChildren(el("div", { class: "controls" },
    LINES.length > 1 ? select("Interrupt", LINES.map((l) => ({ value: l.key, text: l.words })), LINE, (v) => { LINE = v; linked(); }) : null,
    select("Show", [
      { group: "By percentile, of one run", options: RUNS.filter((r) => !r.guest).map((r) => ({ value: "run:" + r.id, text: runLabel(r) })) },
      ...(RUNS.length > 1 ? [{ group: "By run, of one percentile band", options: BANDS.map((b, i) => ({ value: "band:" + i, text: b[2] })) }] : []),
    ], view, (v) => { view = v; update(); REFILL.forEach((f) => f()); }),
    select("as", [{ value: "share", text: "shares" }, { value: "time", text: "times" }], absolute ? "time" : "share", (v) => { absolute = v === "time"; update(); })));
  LINKED.push(build, update);
  REDRAW.push(update);
  build();
  fill("stages", controls, legend, bars.figure,
    beside("the stages by percentile", () => dataTable(`Mean stages of ${lineName()}`,
      columns("stage_bands", ["run", "from_pct", "to_pct", "deliveries", "response_ns", "device_ns", "wake_ns", "schedule_ns", "host_ns", "guest_ns", "unseen_ns"]),
      rows("stage_bands", (r) => VISIBLE.has(r.run) && lineKey(r) === LINE)), ["stage_bands"]),
    folded("Each stage's own quantiles", () => dataTable(`Stages of ${lineName()}`,
      columns("irq_latency", ["run", "stage", "count", "hidden", "p50_ns", "p90_ns", "p99_ns", "max_ns"]),
      rows("irq_latency", (r) => VISIBLE.has(r.run) && lineKey(r) === LINE))),
    intoTheGuest(),
    blame());
  update();
}

/** Where a guest's own recording was given: from its handler on. */
function intoTheGuest() {
  const list = rows("guest_latency");
  return list.length ? [el("h3", {}, "On in the guest, by its own recording"),
    dataTable("Interrupts followed into the guest", columns("guest_latency"), list), beside("", null, ["guest_latency"])] : null;
}

function holderWords(r) {
  const what = { guest: "guest of", exit: "exits of", halt_poll: "polling of", vmm: "monitor,", hardirq: "interrupt", softirq: "softirq" }[r.kind];
  if (r.kind === "thread") return r.holder || "a thread";
  if (what) return `${what} ${r.holder || "?"}`;
  return STATE_WORDS[r.kind] || r.kind;
}

function blame() {
  const options = RUNS.flatMap((run) => [...new Set(rows("blame_by_holder", (r) => r.run === run.id).map((r) => r.vm))].map((vm) => ({
    value: JSON.stringify([run.id, vm]), text: `${vm}, ${runLabel(run)}` })));
  if (!options.length) return null;
  let chosen = options[0].value;
  const grouped = () => {
    const [run, vm] = JSON.parse(chosen);
    const by = new Map();
    for (const r of rows("blame_by_holder", (x) => x.run === run && x.vm === vm)) {
      const k = holderWords(r);
      if (!by.has(k)) by.set(k, { words: k, sum: 0, stages: {} });
      const g = by.get(k);
      g.sum += r.share_pct;
      g.stages[r.stage] = (g.stages[r.stage] || 0) + r.share_pct;
    }
    const all = [...by.values()].sort((a, b) => b.sum - a.sum);
    const top = all.slice(0, 9);
    if (all.length > 9) {
      const rest = { words: `${all.length - 9} others`, sum: 0, stages: {} };
      for (const g of all.slice(9)) {
        rest.sum += g.sum;
        for (const [s, v] of Object.entries(g.stages)) rest.stages[s] = (rest.stages[s] || 0) + v;
      }
      top.push(rest);
    }
    return top;
  };
  const late = DATA.slo_ns ? "over the SLO" : "of the slowest 1 %";
  const bars = chart("blame", () => {
    const list = grouped();
    if (!list.length) return null;
    const narrow = window.innerWidth <= NARROW;
    return stackedBars(list.map((g) => short(g.words, narrow ? 18 : 34)), STAGES.filter((s) => list.some((g) => g.stages[s])).map((s) => ({
      label: s, colour: STAGE_COLOURS[mode()][s], values: list.map((g) => g.stages[s] || 0) })),
    percent, `share of the time of the responses ${late} (%)`);
  }, () => `Who held the CPU while responses ${late} waited: ` + grouped().slice(0, 4).map((g) => `${g.words} ${percent(g.sum)}`).join(", ") + ".", barHeight);
  const legend = el("div");
  const update = () => {
    legend.replaceChildren(key(STAGES.filter((s) => grouped().some((g) => g.stages[s])).map((s) => [STAGE_COLOURS[mode()][s], "in stage " + s])));
    bars.update();
  };
  REDRAW.push(update);
  const part = el("div", {}, el("h3", {}, "Who held the CPU while late responses waited"),
    options.length > 1 ? el("div", { class: "controls" }, select("Of", options, chosen, (v) => { chosen = v; update(); REFILL.forEach((f) => f()); })) : null,
    legend, bars.figure,
    beside("holders by stage", () => {
      const [run, vm] = JSON.parse(chosen);
      return dataTable(`Holders of the CPU during responses of ${vm} ${late}`, columns("blame_by_holder", ["holder", "kind", "stage", "threads", "ns", "share_pct"]),
        rows("blame_by_holder", (r) => r.run === run && r.vm === vm));
    }, ["blame_by_holder"]));
  update();
  return part;
}
