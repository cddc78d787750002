"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);
const NARROW = 600;

// ---- elements; text only ever goes in as text

function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") e.className = value;
    else if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else e.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) e.append(child);
  }
  return e;
}

function announce(text) {
  document.getElementById("live").textContent = text;
}

// ---- numbers

function decimals(v) {
  const m = Math.abs(v);
  return m === 0 || m >= 99.95 ? 0 : m >= 9.995 ? 1 : m >= 0.9995 ? 2 : 3;
}

function number(v, places) {
  return Number(v).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
}

function count(n) {
  return number(n, 0);
}

/** A duration with three digits that count. */
function duration(ns) {
  const m = Math.abs(ns);
  if (m < 999.5) return number(ns, m < 10 && m % 1 !== 0 ? 1 : 0) + " ns";
  if (m < 999.5e3) return number(ns / 1e3, decimals(ns / 1e3)) + " µs";
  if (m < 999.5e6) return number(ns / 1e6, decimals(ns / 1e6)) + " ms";
  return number(ns / 1e9, decimals(ns / 1e9)) + " s";
}

/** A duration to the thousandth of its unit, for tables. */
function exact(ns) {
  const m = Math.abs(ns);
  if (m < 1e3) return number(ns, Number.isInteger(ns) ? 0 : 3) + " ns";
  if (m < 1e6) return number(ns / 1e3, 3) + " µs";
  if (m < 1e9) return number(ns / 1e6, 3) + " ms";
  return number(ns / 1e9, 3) + " s";
}

function percent(p) {
  if (p === null || p === undefined) return "not known";
  if (p === 0) return "0 %";
  return Math.abs(p) < 0.001 ? "< 0.001 %" : number(p, decimals(p)) + " %";
}

/** Round powers and halves on an axis of durations. */
function axisDuration(ns) {
  const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
  for (const [size, unit] of units) {
    if (Math.abs(ns) >= size * 0.9999) return Number((ns / size).toPrecision(6)) + " " + unit;
  }
  return ns === 0 ? "0" : Number(ns.toPrecision(3)) + " ns";
}

// ---- tables of the report

const TABLES = {};
for (const [name, table] of Object.entries(DATA.tables)) {
  const names = table.columns.map((c) => c.name);
  const all = table.rows.map((r) => {
    const row = {};
    names.forEach((n, i) => (row[n] = r[i]));
    return row;
  });
  TABLES[name] = { name, columns: table.columns, rows: all, leftOut: table.left_out || 0 };
}

function rows(name, test) {
  return TABLES[name] ? TABLES[name].rows.filter(test || (() => true)) : [];
}

const RUNS = DATA.runs;
const RECORDED = RUNS.filter((r) => r.kind === "recorded" && !r.guest);
const lineKey = (r) => [r.vm, r.vcpu, r.source, r.irq].join("\u0000");
const lineWords = (r) => `${r.vm} vCPU ${r.vcpu} ${r.source} ${r.irq}`;

// ---- colours, apart for every kind of colour vision; runs also by dashes, bars also by their order and borders

function darkNow() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const PALETTE = {
  light: ["#0072b2", "#c84e00", "#00795a", "#a8407f", "#8a6500", "#2b8fc9", "#6b4fb3", "#7a3b12"],
  dark: ["#5ab4f0", "#ff9257", "#3ccf9f", "#ee9ccb", "#e8c34a", "#a5d8ff", "#b9a3f5", "#d3a27f"],
};
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4]];

const STAGES = ["device", "wake", "schedule", "host", "guest", "unseen"];
const STAGE_COLOURS = {
  light: { device: "#8c96a3", wake: "#e0a800", schedule: "#d1540a", host: "#0072b2", guest: "#009e73", unseen: "#d9dde2" },
  dark: { device: "#8c96a3", wake: "#f0c541", schedule: "#f0803c", host: "#4aa8e8", guest: "#35c495", unseen: "#3f4853" },
};

const STATES = ["guest", "exit", "halt_poll", "vmm", "user", "kernel", "softirq", "hardirq", "preempted", "halted", "idle",
  "gap", "lost", "unknown"];
const STATE_WORDS = {
  guest: "guest", exit: "exit handling", halt_poll: "halt polling", vmm: "monitor", user: "programs", kernel: "kernel threads",
  softirq: "softirq", hardirq: "interrupt", preempted: "vCPU waits for a CPU", halted: "vCPU asleep", idle: "idle",
  gap: "no event though an interrupt was due", lost: "events lost", unknown: "not known",
};
const STATE_COLOURS = {
  light: { guest: "#009e73", exit: "#0072b2", halt_poll: "#6fbdec", vmm: "#b05f97", user: "#e69f00", kernel: "#8a5a2b",
    softirq: "#f0d44a", hardirq: "#d1540a", preempted: "#f3c0a2", halted: "#eceff2", idle: "#eceff2", gap: "#3b3f46",
    lost: "#cc1f1f", unknown: "#b9c0c8" },
  dark: { guest: "#2bb98a", exit: "#4aa8e8", halt_poll: "#a5d8ff", vmm: "#d88fc0", user: "#e8ab2e", kernel: "#b98552",
    softirq: "#f3e07a", hardirq: "#f0803c", preempted: "#7d4a2e", halted: "#232a32", idle: "#232a32", gap: "#cfd4da",
    lost: "#ff6b6b", unknown: "#5a6470" },
};
const WASTES = [
  ["priority_idle", "an idle guest held a CPU by its priority while somebody waited"],
  ["shielded_idle", "a shielded CPU idled while somebody waited elsewhere"],
  ["halt_poll", "polling for a halted vCPU"],
  ["exit", "KVM handled exits"],
  ["spin", "idle guests spun otherwise"],
];

function mode() {
  return darkNow() ? "dark" : "light";
}
function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
function cycle(i) {
  const p = PALETTE[mode()];
  return p[i % p.length];
}

/** Colour, dash and width of a run's line. */
function runStyle(run) {
  if (run.kind === "model") return { colour: css("--muted"), dash: [5, 4], width: 2 };
  const others = RUNS.filter((r) => r.kind !== "model");
  const place = others.indexOf(run);
  if (place === 0) return { colour: css("--ink"), dash: [], width: 2.6 };
  const i = place - 1;
  const n = PALETTE.light.length;
  return { colour: cycle(i), dash: DASHES[Math.floor(i / n) % DASHES.length], width: 2 };
}

// ---- Chart.js

Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.responsive = true;
Chart.defaults.devicePixelRatio = Math.max(2, window.devicePixelRatio || 1);
Chart.defaults.font.family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';
Chart.defaults.plugins.legend.display = false;

/** A line across the chart at the SLO. */
const sloLine = {
  id: "slo",
  afterDatasetsDraw(chart) {
    if (!DATA.slo_ns || !chart.options.slo) return;
    const x = chart.scales.x.getPixelForValue(DATA.slo_ns);
    const { left, right, top, bottom } = chart.chartArea;
    if (x < left || x > right) return;
    const c = chart.ctx;
    c.save();
    c.strokeStyle = css("--bad");
    c.fillStyle = css("--bad");
    c.lineWidth = 1.5;
    c.setLineDash([6, 4]);
    c.beginPath();
    c.moveTo(x, top);
    c.lineTo(x, bottom);
    c.stroke();
    c.font = `600 12px ${Chart.defaults.font.family}`;
    const text = "SLO " + axisDuration(DATA.slo_ns);
    const half = c.measureText(text).width / 2;
    c.textAlign = "center";
    c.textBaseline = "bottom";
    c.fillText(text, Math.max(left + half, Math.min(right - half, x)), top - 4);
    c.restore();
  },
};
Chart.register(sloLine);

/** Room above the chart for the SLO's name. */
const SLO_ROOM = { padding: { top: DATA.slo_ns ? 18 : 0 } };

const CHARTS = [];

/**
 * A chart that is drawn again when what it shows, or the theme, changes.
 *
 * @param config makes the configuration; null where there is nothing to draw
 * @param words tells what it shows, for those who do not see it
 */
function chart(name, config, words, height) {
  const canvas = el("canvas", { role: "img", id: "chart-" + name });
  const plot = el("div", { class: "plot line" }, canvas);
  const caption = el("figcaption");
  const figure = el("figure", {}, plot, caption);
  const it = {
    figure,
    chart: null,
    update() {
      if (it.chart) it.chart.destroy();
      it.chart = null;
      const c = config();
      figure.hidden = !c;
      if (!c) return;
      if (height) plot.style.height = height(c) + "px";
      it.chart = new Chart(canvas, c);
      const text = words();
      caption.textContent = text;
      canvas.setAttribute("aria-label", text);
    },
  };
  CHARTS.push(it);
  return it;
}

function axis(title, more) {
  return Object.assign({
    title: { display: !!title, text: title, color: css("--muted") },
    ticks: { color: css("--muted") },
    grid: { color: css("--grid") },
    border: { color: css("--line") },
  }, more);
}

/** A logarithmic axis of durations over these values. */
function durationAxis(title, values, more) {
  let low = Math.min(...values), high = Math.max(...values);
  if (!(low > 0)) low = 1;
  const decades = Math.log10(high / low);
  const firsts = decades > 2.2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 3, 5, 7];
  const wide = window.innerWidth > NARROW;
  const axisLow = low / 1.15, axisHigh = high * 1.2;
  const ticks = [];
  for (let e = Math.floor(Math.log10(axisLow)); e <= Math.ceil(Math.log10(axisHigh)); e++) {
    for (const f of decades > 2.2 && wide && decades < 4.5 ? [1, 3] : firsts) {
      const v = f * 10 ** e;
      if (v >= axisLow && v <= axisHigh) ticks.push({ value: v });
    }
  }
  const a = axis(title, Object.assign({ type: "logarithmic", min: axisLow, max: axisHigh }, more));
  a.afterBuildTicks = (scale) => (scale.ticks = ticks);
  a.ticks = Object.assign({}, a.ticks, { callback: axisDuration, autoSkip: true, maxRotation: 0 });
  return a;
}

function tooltip(more) {
  return Object.assign({
    backgroundColor: css("--ink"), titleColor: css("--bg"), bodyColor: css("--bg"), boxPadding: 4, padding: 8, cornerRadius: 5,
  }, more);
}

/** Horizontal bars, stacked, a row for each label. */
function stackedBars(labels, series, format, title, most) {
  const narrow = window.innerWidth <= NARROW;
  return {
    type: "bar",
    data: {
      labels,
      datasets: series.map((s) => ({
        label: s.label, data: s.values, backgroundColor: s.colour, borderColor: css("--bg"), borderWidth: { left: 0, right: 1 },
        barPercentage: 0.86, categoryPercentage: 0.9, stack: "all", minBarLength: 0,
      })),
    },
    options: {
      indexAxis: "y",
      interaction: { mode: "nearest", axis: "y", intersect: true },
      scales: {
        x: axis(title, Object.assign({ stacked: true, beginAtZero: true }, most ? { max: most } : {})),
        y: axis(null, { stacked: true, grid: { display: false }, ticks: { color: css("--ink"), autoSkip: false,
          font: { size: narrow ? 11 : 12 } } }),
      },
      plugins: { tooltip: tooltip({ callbacks: {
        title: (items) => [].concat(items[0].label).join(" ").replace(/,/g, " "),
        label: (item) => `${item.dataset.label}: ${format(item.raw)}` } }) },
    },
  };
}

function barHeight(c) {
  const lines = c.data.labels.reduce((n, l) => n + (Array.isArray(l) ? Math.max(1.45, 0.95 * l.length) : 1), 0);
  return Math.max(120, 62 + 27 * lines);
}

/** Shortens what would take more than its part of a narrow page. */
function short(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1) + "…";
}

function runLabel(run) {
  return run.label;
}
