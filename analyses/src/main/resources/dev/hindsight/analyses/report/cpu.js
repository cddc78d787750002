
// ---- CPU waste and use

function waste() {
  const list = rows("cpu_waste", (r) => !RUNS[r.run].guest);
  if (!list.length) return empty("waste", "No CPU time is covered by what was given, so none was wasted that could be told.");
  if (!rows("overview").some((r) => r.vms > 0)) {
    return empty("waste", "No virtual machine was found: each of the five columns is about guests, so there is none to count.");
  }
  const unknown = list.map((r) => [r, rows("cpu_usage", (u) => u.run === r.run && u.role === "unknown").reduce((a, u) => a + u.cpu_pct, 0)]).filter(([, pct]) => pct > 1);
  const narrow = window.innerWidth <= NARROW;
  const colours = () => [cycle(1), cycle(5), cycle(3), cycle(0), cycle(4)];
  const bars = chart("waste", () => stackedBars(list.map((r) => short(runLabel(RUNS[r.run]), narrow ? 18 : 40)),
    WASTES.map(([name], i) => ({ label: name.replace(/_/g, " "), colour: colours()[i], values: list.map((r) => r[name + "_pct"] || 0) })),
    percent, "percent of the capacity of all CPUs"),
  () => "CPU waste: " + list.slice(0, 8).map((r) => `${runLabel(RUNS[r.run])} ${percent(r.total_pct)}`).join(", ")
    + (list.length > 8 ? ` and ${list.length - 8} more` : "") + ". Guest idle was told by: " + [...new Set(list.map((r) => r.idle_detectors || "nothing"))].join("; ") + "."
    + unknown.slice(0, 3).map(([r, pct]) => ` No thread is known for ${percent(pct)} of the CPU time of ${runLabel(RUNS[r.run])}: what was wasted of it cannot be told.`).join(""), barHeight);
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
    c.options.layout = SLO_ROOM;
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
