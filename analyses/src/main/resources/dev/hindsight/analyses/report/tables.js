
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
