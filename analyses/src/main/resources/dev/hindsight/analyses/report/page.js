
// ---- warnings

function warnings() {
  const losses = rows("losses");
  const parts = [];
  if (losses.length) {
    parts.push(el("h3", {}, "Losses"), dataTable("Where events were lost", columns("losses", ["run", "cpu", "losses", "events", "lost_ns", "lost_pct"]), losses),
      beside("all columns", () => dataTable("Losses", columns("losses"), losses), ["losses"]));
  }
  const hidden = rows("hidden_stages");
  if (hidden.length) {
    const shown = hidden.filter((r) => RUNS[r.run].kind === "recorded");
    const rest = hidden.filter((r) => !shown.includes(r));
    const table = (list) => dataTable("Hidden moments, and why", columns("hidden_stages"), list, 3);
    parts.push(el("h3", {}, "Moments of an interrupt's way that cannot be seen"));
    if (shown.length) parts.push(table(shown));
    if (rest.length) parts.push(folded(`${count(rest.length)} of replayed runs`, () => table(rest)));
    parts.push(beside("", null, ["hidden_stages"]));
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
    if (others.length) parts.push(folded(`${count(others.length)} ${others.length === 1 ? "warning" : "warnings"} of replayed runs alone`, () => table(others)));
    parts.push(beside("", null, ["figure_warnings"]));
  } else if (!hidden.length && !losses.length) {
    parts.push(el("p", { class: "empty" }, RUNS.length ? "None: no events were lost, and every stage can be seen." : "No run could be shown; the verdict says why."));
  }
  const ran = RUNS.filter((r) => r.truncated && (r.truncated.threads || r.truncated.deliveries));
  if (ran.length) {
    parts.push(folded(`${count(ran.length)} replayed ${ran.length === 1 ? "run" : "runs"} ran out of what was observed`, () => dataTable("After a thread's observed demand was used up, the recording cannot tell what it would have done",
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
      count(r.cpus) + (r.cpus === 1 ? " CPU" : " CPUs"), run ? number(run.duration_s, 3) + " s" + (r.clock ? " on clock " + r.clock : "") : null, count(r.events) + " events", r.lost];
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
// Paper is light, whatever the screen is.
let themeBefore;
addEventListener("beforeprint", () => {
  themeBefore = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  redraw();
});
addEventListener("afterprint", () => {
  if (themeBefore) document.documentElement.dataset.theme = themeBefore;
  else delete document.documentElement.dataset.theme;
  redraw();
});
document.documentElement.dataset.drawn = String(Math.round(performance.now()));
