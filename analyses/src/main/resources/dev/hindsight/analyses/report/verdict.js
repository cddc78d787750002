
// ---- verdict

const EFFECTS = {
  MEETS: ["good", "✓ would meet the SLO"],
  NEARLY_MEETS: ["near", "≈ nearly: within the model's error of it"],
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
