
// ---- tables and SQL beside a chart

function cell(column, value) {
  if (value === null || value === undefined) return "–";
  if (column.name === "run") return runLabel(RUNS[value]);
  if (typeof value === "number") {
    if (column.unit === "ns" && !column.moment) return exact(value);
    if (Number.isInteger(value)) return ["irq", "vcpu", "tid", "step", "place", "cpu"].includes(column.name) ? String(value) : count(value);
    if (column.unit === "%") return number(value, Math.abs(value) < 1 ? 4 : 3) + " %";
    return number(value, 3);
  }
  return String(value);
}

const MOST_ROWS = 400;

function dataTable(caption, columns, list, first) {
  const shown = list.slice(0, MOST_ROWS);
  const numeric = (c) => c.number && c.name !== "run";
  const table = el("table", {},
    el("caption", {}, caption + (list.length > shown.length ? ` (the first ${MOST_ROWS} of ${count(list.length)} rows)` : "")),
    el("thead", {}, el("tr", {}, columns.map((c) =>
      el("th", { scope: "col", class: numeric(c) ? "n" : null, title: c.doc || null }, c.title || c.name.replace(/_ns$|_pct$/, "").replace(/_/g, " "))))),
    el("tbody", {}, shown.map((row) => el("tr", {}, columns.map((c, i) =>
      el(i === (first || 0) ? "th" : "td", { scope: i === (first || 0) ? "row" : null, class: numeric(c) ? "n" : null }, cell(c, row[c.name])))))));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}

/** Columns of a table, all or those named. */
function columns(name, only) {
  const all = TABLES[name].columns;
  return only ? only.map((n) => all.find((c) => c.name === n)) : all;
}

/** A part that is made when it is opened, and again when what it shows changes while it is open. */
function folded(summary, make) {
  const body = el("div");
  const details = el("details", {}, el("summary", {}, summary), body);
  details.fill = () => {
    if (details.open) body.replaceChildren(...[].concat(make()));
  };
  details.addEventListener("toggle", details.fill);
  return details;
}

function sqlOf(names) {
  const seen = new Set();
  const blocks = [];
  const add = (name, used) => {
    if (seen.has(name) || !DATA.queries[name]) return;
    seen.add(name);
    const q = DATA.queries[name];
    blocks.push(el("h4", {}, name), el("p", { class: "hint" }, q.purpose, used ? "" : " ", used ? null : el("code", {}, `hindsight query DATASET --named ${name}`)),
      el("pre", { tabindex: "0", "aria-label": "SQL of " + name }, q.sql));
    q.uses.forEach((u) => add(u, true));
  };
  names.forEach((n) => add(n, false));
  return blocks;
}

/** What stands beside a chart: its numbers and its SQL. */
function beside(title, make, queries) {
  const data = make ? folded("Data as a table: " + title, make) : null;
  REFILL.push(() => data && data.fill());
  return el("div", { class: "beside" }, data, folded("SQL: " + queries.join(", "), () => sqlOf(queries)));
}
const REFILL = [];

function section(id) {
  return document.querySelector(`#${id} .body`);
}

function fill(id, ...parts) {
  section(id).replaceChildren(...parts.flat().filter((p) => p !== null && p !== ""));
}

function empty(id, ...words) {
  section(id).replaceChildren(el("p", { class: "empty" }, ...words));
}

function select(label, options, chosen, act) {
  const s = el("select", { onchange: () => act(s.value) });
  for (const o of options) {
    if (o.group) s.append(el("optgroup", { label: o.group }, o.options.map((x) => el("option", { value: x.value, selected: x.value === chosen }, x.text))));
    else s.append(el("option", { value: o.value, selected: o.value === chosen }, o.text));
  }
  return el("label", {}, label, s);
}

function swatch(colour) {
  const s = el("span", { class: "swatch", "aria-hidden": "true" });
  s.style.background = colour;
  return s;
}

function key(items) {
  return el("ul", { class: "key", "aria-label": "Legend" }, items.map(([colour, words]) => el("li", {}, swatch(colour), words)));
}

function runOptions(list) {
  return list.map((r) => ({ value: String(r.id), text: runLabel(r) }));
}

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
  const visible = new Set(RUNS.filter((r) => r.kind !== "policy").slice(0, 6).map((r) => r.id));
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
    const buttons = RUNS.map((run) => {
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
      RUNS.length > 1 ? el("div", { class: "runs", role: "group", "aria-label": "Runs shown" }, buttons) : "");
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

// ---- verdict

const EFFECTS = {
  MEETS: ["good", "✓ would meet the SLO"],
  NEARLY_MEETS: ["near", "≈ nearly: the rest is within the model's error"],
  BETTER: ["warn", "▲ better, still misses"],
  WITHIN_ERROR: ["none", "= no change beyond the model's error"],
  WORSE: ["bad", "▼ worse"],
  UNKNOWN: ["none", "? no error known"],
};

function verdict() {
  const parts = [];
  for (const note of DATA.verdict.notes) parts.push(el("p", { class: "notice" }, note));
  const cards = DATA.verdict.vms.map((vm) => {
    const run = RUNS[vm.run];
    const slo = DATA.slo_ns ? axisDuration(DATA.slo_ns) : null;
    const pill = {
      MEETS: ["good", `✓ meets the SLO of ${slo}`], MISSES: ["bad", `✗ misses the SLO of ${slo}`],
      NO_SLO: ["none", "no SLO given"], UNSEEN: ["none", "no response seen"],
    }[vm.standing];
    const numbers = [];
    if (vm.over !== null && vm.over_pct !== null) {
      numbers.push(["over the SLO", percent(vm.over_pct), `${count(vm.over)} of ${count(vm.measured)}`]);
    }
    if (vm.worst_ns !== null) numbers.push(["longest response", duration(vm.worst_ns), vm.line]);
    if (vm.p99_ns !== null) numbers.push(["99th percentile", duration(vm.p99_ns), vm.judged_line || vm.line]);
    if (vm.over === null && vm.measured) numbers.push(["measured", count(vm.measured), "responses"]);
    if (vm.unmeasured) numbers.push(["not measured", count(vm.unmeasured), "lost or never seen handled"]);
    return el("article", { class: "card" },
      el("div", { class: "head" }, el("h3", {}, vm.vm, RECORDED.length > 1 ? " in " + runLabel(run) : ""),
        el("span", { class: "pill " + pill[0] }, pill[1])),
      vm.summary.map((s) => el("p", {}, s)),
      numbers.length ? el("dl", { class: "numbers" }, numbers.map(([what, value, small]) =>
        el("div", {}, el("dt", {}, what), el("dd", {}, value, el("small", {}, small))))) : null,
      vm.blame.length ? [el("h4", {}, "What stands in the way"),
        el("p", { class: "hint" }, DATA.slo_ns ? "Of the time of the responses over the SLO, the CPU was held by" : "Of the time of the slowest 1 % of responses, the CPU was held by"),
        el("ul", { class: "plain" }, vm.blame.map((b) => el("li", {}, b)))] : null,
      vm.policies.length ? policyTable(vm) : null);
  });
  fill("verdict", cards, parts);
}

function policyTable(vm) {
  const share = vm.policies[0].measure === "over_slo_pct";
  const form = (v) => (v === null ? "not known" : share ? percent(v) : duration(v));
  const off = (v) => (v === null ? "not known" : share ? number(v, decimals(v)) + " points" : duration(v));
  const row = (p) => {
    const run = RUNS[p.run];
    return el("tr", {},
      el("th", { scope: "row" }, runLabel(run), el("span", { class: "flags" }, el("code", {}, run.flags))),
      el("td", {}, el("span", { class: "pill " + EFFECTS[p.effect][0] }, share || p.effect !== "BETTER" ? EFFECTS[p.effect][1] : "▲ better")),
      el("td", { class: "n" }, form(p.predicted)),
      el("td", { class: "n" }, form(p.modelled)),
      el("td", { class: "n" }, off(p.model_error)),
      el("td", { class: "n" }, p.worst_ns === null ? "not known" : duration(p.worst_ns)),
      el("td", {}, p.costs.length ? el("ul", { class: "plain" }, p.costs.map((c) => el("li", {}, c))) : "nothing beyond the model's error"));
  };
  const table = (list, caption) => el("div", { class: "scroll whole", tabindex: "0", role: "region", "aria-label": caption },
    el("table", { class: "policies" }, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ["Policy", "By its prediction", share ? "Over the SLO" : "p99", "Now, modelled", "Model's error", "Longest", "At what price"]
        .map((h, i) => el("th", { scope: "col", class: i > 1 && i < 6 ? "n" : null }, h)))),
      el("tbody", {}, list.map(row))));
  const many = vm.policies.length > 8;
  const of = share ? `of the responses of ${vm.vm}` : `of ${vm.vm} ${vm.judged_line}`;
  return [el("h4", {}, "What the given policies would do"),
    el("p", { class: "hint" }, `Predictions ${of}. A change counts where it is larger than the model's error: how far the replay of the recorded policy is off the recording (${form(vm.policies[0].recorded)} recorded).`),
    table(many ? vm.policies.slice(0, 6) : vm.policies, "Policies, the best first"),
    many ? folded(`${vm.policies.length - 6} more policies`, () => table(vm.policies.slice(6), "Further policies")) : null];
}

// ---- response and exceedance

function noResponses() {
  const seen = rows("overview").some((r) => r.vms > 0);
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
      slo: true, parsing: false, interaction: { mode: "nearest", axis: "x", intersect: false },
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
      slo: true, parsing: false, interaction: { mode: "nearest", axis: "xy", intersect: false },
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
      { group: "By percentile, of one run", options: RUNS.map((r) => ({ value: "run:" + r.id, text: runLabel(r) })) },
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
    blame());
  update();
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

// ---- CPU waste and use

function waste() {
  const list = rows("cpu_waste");
  if (!list.length) return empty("waste", "No CPU time is covered by what was given, so none was wasted that could be told.");
  const narrow = window.innerWidth <= NARROW;
  const colours = () => [cycle(1), cycle(5), cycle(3), cycle(0), cycle(4)];
  const bars = chart("waste", () => stackedBars(list.map((r) => short(runLabel(RUNS[r.run]), narrow ? 18 : 40)),
    WASTES.map(([name], i) => ({ label: name.replace(/_/g, " "), colour: colours()[i], values: list.map((r) => r[name + "_pct"] || 0) })),
    percent, "percent of the capacity of all CPUs"),
  () => "CPU waste: " + list.slice(0, 8).map((r) => `${runLabel(RUNS[r.run])} ${percent(r.total_pct)}`).join(", ")
    + (list.length > 8 ? ` and ${list.length - 8} more` : "") + ". Guest idle was told by: " + [...new Set(list.map((r) => r.idle_detectors || "nothing"))].join("; ") + ".", barHeight);
  const legend = el("div");
  const update = () => {
    legend.replaceChildren(key(WASTES.map(([name, words], i) => [colours()[i], `${name.replace(/_/g, " ")}: ${words}`])));
    bars.update();
  };
  REDRAW.push(update);
  fill("waste", legend, bars.figure,
    beside("waste by column and run", () => [
      dataTable("CPU waste, percent of capacity", columns("cpu_waste", ["run", ...WASTES.map(([n]) => n + "_pct"), "total_pct", "idle_detectors", "shielded_cpus"]), list),
      dataTable("CPU waste, CPU-seconds", columns("cpu_waste", ["run", "capacity_s", ...WASTES.map(([n]) => n + "_s"), "total_s"]), list)], ["cpu_waste", "cpu_waste_by_cpu"]));
  update();
}

function usage() {
  const list = rows("cpu_usage");
  if (!list.length) return empty("usage", "No CPU time is covered by what was given.");
  const sums = new Map();
  for (const r of list) sums.set(r.role, (sums.get(r.role) || 0) + r.cpu_pct);
  const roles = [...sums].sort((a, b) => (a[0] === "idle") - (b[0] === "idle") || b[1] - a[1]).map(([role]) => role);
  const shown = roles.filter((r) => r !== "idle").slice(0, 8);
  const others = roles.filter((r) => r !== "idle" && !shown.includes(r));
  const fixed = { vcpu: "guest", user: "user", idle: "idle", hardirq: "hardirq", softirq: "softirq", lost: "lost", unknown: "unknown", vmm: "vmm", kworker: "kernel" };
  const colour = (role, i) => (fixed[role] ? STATE_COLOURS[mode()][fixed[role]] : cycle([5, 6, 3, 0, 7, 2][i % 6]));
  const series = () => {
    const all = shown.map((role, i) => ({ label: role, colour: colour(role, i), of: [role] }));
    if (others.length) all.push({ label: "others", colour: css("--muted"), of: others });
    if (roles.includes("idle")) all.push({ label: "idle", colour: colour("idle"), of: ["idle"] });
    return all;
  };
  const narrow = window.innerWidth <= NARROW;
  const runs = RUNS.filter((run) => list.some((r) => r.run === run.id));
  const sum = (run, of) => list.filter((r) => r.run === run.id && of.includes(r.role)).reduce((a, r) => a + r.cpu_pct, 0);
  const bars = chart("usage", () => {
    return stackedBars(runs.map((r) => short(runLabel(r), narrow ? 18 : 40)), series().map((s) => ({
      label: s.label, colour: s.colour, values: runs.map((run) => sum(run, s.of)) })), percent, "percent of the capacity of all CPUs", 100);
  }, () => "CPU use: " + runs.slice(0, 4).map((run) => runLabel(run) + ": " + series().slice(0, 4).map((s) => `${s.label} ${percent(sum(run, s.of))}`).join(", ")).join("; ") + ".", barHeight);
  const legend = el("div");
  const update = () => {
    legend.replaceChildren(key(series().map((s) => [s.colour, s.label])));
    bars.update();
  };
  REDRAW.push(update);
  fill("usage", legend, bars.figure, beside("CPU time by role and run", () => dataTable("CPU use by role", columns("cpu_usage"), list), ["cpu_usage"]));
  update();
}

// ---- exits

function exits() {
  const all = rows("exits");
  if (!all.length) return empty("exits", "The recording shows no exit from a guest: kvm_exit and kvm_entry (or their like) are needed.");
  const options = RUNS.flatMap((run) => [...new Set(all.filter((r) => r.run === run.id).map((r) => JSON.stringify([r.vm, r.vcpu])))].map((k) => {
    const [vm, vcpu] = JSON.parse(k);
    return { value: JSON.stringify([run.id, vm, vcpu]), text: `${vm} vCPU ${vcpu}, ${runLabel(run)}` };
  }));
  let chosen = options[0].value;
  const picked = () => {
    const [run, vm, vcpu] = JSON.parse(chosen);
    return all.filter((r) => r.run === run && r.vm === vm && r.vcpu === vcpu);
  };
  const timed = () => picked().filter((r) => r.p50_ns !== null).slice(0, 12);
  const bars = chart("exits", () => {
    const list = timed();
    if (!list.length) return null;
    const narrow = window.innerWidth <= NARROW;
    const values = list.flatMap((r) => [Math.max(1, r.p50_ns), Math.max(1, r.p99_ns)]);
    const c = stackedBars(list.map((r) => [short(r.reason, narrow ? 20 : 30), `${count(r.count)} · ${duration(r.time_ns)}`]),
      [{ label: "p50 to p99", colour: cycle(0), values: list.map((r) => [Math.max(1, r.p50_ns), Math.max(r.p99_ns, r.p50_ns * 1.03, 1.03)]) }],
      (v) => `${duration(v[0])} to ${duration(v[1])}`, "");
    c.options.scales.x = durationAxis("time to the next entry, p50 to p99", values);
    c.options.scales.y.stacked = false;
    c.data.datasets[0].stack = undefined;
    return c;
  }, () => {
    const list = picked();
    return `Exits, most time first: ` + list.slice(0, 4).map((r) => `${r.reason}: ${count(r.count)} exits, ${duration(r.time_ns)} in all`
      + (r.p50_ns === null ? "" : `, median ${duration(r.p50_ns)}, p99 ${duration(r.p99_ns)}`)).join("; ")
      + (list.length > 12 ? `. The chart has the first 12 of ${list.length} reasons.` : ".");
  }, barHeight);
  const table = el("div");
  const update = () => {
    bars.update();
    table.replaceChildren(dataTable("Exits by reason", columns("exits", ["reason", "kind", "count", "samples_pct", "time_ns", "time_pct", "p50_ns", "p99_ns", "max_ns"]).map((c) =>
      Object.assign({}, c, { title: { samples_pct: "share of exits", time_pct: "share of time" }[c.name] })), picked()));
  };
  REDRAW.push(() => bars.update());
  fill("exits", 
    options.length > 1 ? el("div", { class: "controls" }, select("Of", options, chosen, (v) => { chosen = v; update(); REFILL.forEach((f) => f()); })) : "",
    bars.figure, table, beside("all columns", () => dataTable("Exits by reason", columns("exits"), picked(), 4), ["exits"]));
  update();
}

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

// ---- jobs

function jobs() {
  const all = rows("jobs");
  if (!all.length) return empty("jobs", "No jobs are marked. --marker NAME=pio:PORT, NAME=hypercall:NUMBER or NAME=trace_marker:TEXT says how the guest tells that its real-time work begins and ends.");
  const named = (r) => [r.marker, r.vm, r.vcpu === null ? null : "vCPU " + r.vcpu].filter((x) => x !== null).join(" ");
  const names = [...new Set(all.map(named))];
  let chosen = names[0];
  const picked = () => all.filter((r) => named(r) === chosen);
  const bars = chart("jobs", () => {
    const list = picked().filter((r) => r.p50_ns !== null);
    if (!list.length) return null;
    const narrow = window.innerWidth <= NARROW;
    const values = list.flatMap((r) => [Math.max(1, r.p50_ns), Math.max(1, r.max_ns)]);
    const c = stackedBars(list.map((r) => [short(runLabel(RUNS[r.run]), narrow ? 18 : 40)]), [
      { label: "p50 to p99", colour: cycle(0), values: list.map((r) => [Math.max(1, r.p50_ns), Math.max(r.p99_ns, r.p50_ns * 1.03)]) },
      { label: "p99 to the longest", colour: cycle(5), values: list.map((r) => [Math.max(1, r.p99_ns), Math.max(r.max_ns, r.p99_ns * 1.01)]) },
    ], (v) => `${duration(v[0])} to ${duration(v[1])}`, "");
    c.options.slo = true;
    c.options.scales.x = durationAxis("from begin to end", DATA.slo_ns ? values.concat(DATA.slo_ns) : values);
    c.options.scales.y.stacked = false;
    c.data.datasets.forEach((d) => Object.assign(d, { stack: undefined, grouped: false }));
    return c;
  }, () => `Jobs of ${chosen}: ` + picked().slice(0, 8).map((r) => `${runLabel(RUNS[r.run])}: ${count(r.count)} jobs, median ${duration(r.p50_ns)}, p99 ${duration(r.p99_ns)}, longest ${duration(r.max_ns)}`).join("; ") + ".", barHeight);
  const legend = el("div");
  const table = el("div");
  const update = () => {
    legend.replaceChildren(key([[cycle(0), "p50 to p99"], [cycle(5), "p99 to the longest"]]));
    bars.update();
    table.replaceChildren(dataTable(`Jobs of ${chosen}`, columns("jobs", ["run", "count", "lost", "p50_ns", "p90_ns", "p99_ns", "max_ns", "period_p50_ns", "overruns"].concat(DATA.slo_ns ? ["late"] : [])), picked()));
  };
  REDRAW.push(() => update());
  fill("jobs", 
    names.length > 1 ? el("div", { class: "controls" }, select("Jobs", names.map((n) => ({ value: n, text: n })), chosen, (v) => { chosen = v; update(); })) : "",
    legend, bars.figure, table, beside("all columns", () => dataTable(`Jobs of ${chosen}`, columns("jobs"), picked()), ["jobs"]));
  update();
}

// ---- warnings

function warnings() {
  const losses = rows("losses");
  const parts = [];
  if (losses.length) {
    parts.push(el("h3", {}, "Losses"), dataTable("Where events were lost", columns("losses", ["run", "cpu", "losses", "events", "lost_ns", "lost_pct"]), losses),
      beside("all columns", () => dataTable("Losses", columns("losses"), losses), ["losses"]));
  }
  const of = (w) => (w.runs.length === RUNS.length && RUNS.length > 1 ? "all runs" : w.runs.map((r) => runLabel(RUNS[r])).join(", "));
  if (DATA.warnings.length) {
    const recorded = DATA.warnings.filter((w) => w.runs.some((r) => RUNS[r].kind === "recorded"));
    const others = DATA.warnings.filter((w) => !recorded.includes(w));
    const table = (list) => el("div", { class: "scroll whole", tabindex: "0", role: "region", "aria-label": "Warnings" }, el("table", {},
      el("thead", {}, el("tr", {}, ["What", "Concerns", "Of"].filter((h) => RUNS.length > 1 || h !== "Of").map((h) => el("th", { scope: "col" }, h)))),
      el("tbody", {}, list.map((w) => el("tr", {}, el("td", {}, w.message), el("td", {}, w.figures.length ? w.figures.join(", ").replace(/_/g, " ") : "all figures"),
        RUNS.length > 1 ? el("td", {}, of(w)) : null)))));
    if (recorded.length) parts.push(table(recorded));
    if (others.length) parts.push(folded(`${count(others.length)} warnings of replayed runs alone`, () => table(others)));
    parts.push(beside("", null, ["figure_warnings"]));
  } else {
    parts.push(el("p", { class: "empty" }, "None: no events were lost, and every stage can be seen."));
  }
  const ran = RUNS.filter((r) => r.truncated && (r.truncated.threads || r.truncated.deliveries));
  if (ran.length) {
    parts.push(folded(`${count(ran.length)} replayed runs ran out of what was observed`, () => dataTable("After a thread's observed demand was used up, the recording cannot tell what it would have done",
      [{ name: "run" }, { name: "threads", number: true }, { name: "ns", title: "time, all threads together", unit: "ns", number: true }, { name: "deliveries", title: "deliveries beyond the recorded ones", number: true }],
      ran.map((r) => Object.assign({ run: r.id }, r.truncated)))));
  }
  fill("warnings", parts);
}

// ---- page

function recordings() {
  const box = document.getElementById("recordings");
  box.replaceChildren(...DATA.recordings.map((r) => {
    const run = RUNS.find((x) => x.recording === r.label);
    const parts = [r.file, r.format, r.machine || "unknown machine", r.kernel ? "Linux " + r.kernel : "unknown kernel",
      count(r.cpus) + (r.cpus === 1 ? " CPU" : " CPUs"), run ? number(run.duration_s, 3) + " s on clock " + r.clock : null, count(r.events) + " events", r.lost];
    return el("p", { class: "facts" }, parts.filter(Boolean).join(" · "));
  }));
}

function themes() {
  const button = document.getElementById("theme");
  button.hidden = false;
  const name = () => (button.textContent = darkNow() ? "Light theme" : "Dark theme");
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = darkNow() ? "light" : "dark";
    name();
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { name(); redraw(); });
  name();
}

function redraw() {
  CHARTS.forEach((c) => c.update());
  REDRAW.forEach((f) => f());
  ZOOMS.forEach((z) => z.draw());
}

function whereWeAre() {
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.getAttribute("href").slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const e of entries) {
      if (!e.isIntersecting) continue;
      links.forEach((a) => { a.classList.remove("here"); a.removeAttribute("aria-current"); });
      const a = links.get(e.target.id);
      a.classList.add("here");
      a.setAttribute("aria-current", "true");
      const list = a.closest("ul");
      list.scrollLeft = a.offsetLeft - list.offsetLeft - (list.clientWidth - a.offsetWidth) / 2;
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  document.querySelectorAll("main > section").forEach((s) => seen.observe(s));
}

recordings();
themes();
verdict();
response();
stages();
exceedance();
waste();
usage();
exits();
deliveries();
overview();
jobs();
warnings();
whereWeAre();

let narrowBefore = window.innerWidth <= NARROW;
addEventListener("resize", () => {
  const narrow = window.innerWidth <= NARROW;
  if (narrow !== narrowBefore) {
    narrowBefore = narrow;
    redraw();
  }
});
addEventListener("beforeprint", () => { printing = true; redraw(); });
addEventListener("afterprint", () => { printing = false; redraw(); });
document.documentElement.dataset.drawn = String(Math.round(performance.now()));
