// @ts-check
/**
 * Charts drawn by hand as SVG: lines, stacked columns, bars, sparklines. Each tells the same as a table; days are
 * walked through with the arrow keys; nothing moves by itself, and no series is told by its colour alone.
 */

import { table } from "./components/table.js";
import { h } from "./dom.js";
import { wear } from "./styles.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 190;
const ROOM = { top: 10, end: 10, bottom: 24, start: 44 };
const LABEL = 74; // pixels that the name of a day takes

wear(/* css */ `
.chart { display: flex; flex-direction: column; gap: 8px; min-inline-size: 0; }
.chart .plot { position: relative; border-radius: var(--round-small); }
.chart svg { display: block; inline-size: 100%; overflow: visible; direction: ltr; }
.chart text { fill: var(--muted); font-size: 11px; font-variant-numeric: tabular-nums; }
.chart .grid { stroke: var(--line); } .chart .cursor { stroke: var(--edge); }
.chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart .line.dashed { stroke-dasharray: 5 4; } .chart .line.dotted { stroke-dasharray: 1 5; }
.chart .read { display: flex; flex-wrap: wrap; gap: 4px 16px; min-block-size: 1.45em; font-size: .929em; list-style: none; padding: 0; margin: 0; }
.chart .read li { display: inline-flex; align-items: center; gap: 6px; } .chart .read .number { font-weight: 600; }
.chart .key { inline-size: 18px; block-size: 10px; flex: none; }
.tone-tint { --tone: var(--tint); } .tone-info { --tone: var(--info); } .tone-warn { --tone: var(--warn); } .tone-bad { --tone: var(--bad); } .tone-muted { --tone: var(--edge); }
.chart .line, .spark .line { stroke: var(--tone); } .chart .dot, .spark .dot { fill: var(--tone); } .chart .area { fill: var(--tone); }
.spark { inline-size: 84px; block-size: 22px; overflow: visible; } .spark .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.chart details > summary { font-size: .857em; inline-size: fit-content; }
.chart .table-wrap { max-block-size: 260px; overflow: auto; }
.bars td { inline-size: 50%; vertical-align: middle; } .bars td.end { inline-size: auto; white-space: nowrap; } .bars tbody th { white-space: normal; font-weight: 500; min-inline-size: 7.5rem; }
.bars svg { display: block; inline-size: 100%; block-size: 12px; } .bars rect { fill: var(--tone); }
@media (forced-colors: active) {
  .chart .line, .spark .line { stroke: CanvasText; } .chart .dot, .spark .dot { fill: CanvasText; } .chart .grid { stroke: GrayText; }
  .chart text { fill: CanvasText; } .chart .area, .bars rect { fill: Highlight; stroke: Canvas; forced-color-adjust: none; }
  .chart .area.tone-info { fill: CanvasText; } .chart .area.tone-bad, .chart .area.tone-warn { fill: Canvas; stroke: CanvasText; } .chart .cursor { stroke: Highlight; }
}`);

/** @typedef {"tint" | "info" | "warn" | "bad" | "muted"} Tone */
/**
 * @typedef {object} Series
 * @property {string} label
 * @property {(number | null)[]} values one for each day; null where there was nothing to count
 * @property {Tone} tone
 * @property {"" | "dashed" | "dotted"} [stroke]
 */
/**
 * @typedef {object} Days
 * @property {string} title
 * @property {string[]} days ISO days
 * @property {Series[]} series
 * @property {(value: number) => string} format
 * @property {number} [most] the top of the scale; else what fits
 */

/** @param {string} name @param {Record<string, string | number>} given @param {...(Node | string)} children */
function s(name, given, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Lines over days. @param {Days} chart */
export const lines = (chart) => overDays(chart, drawLines, Math.max(...chart.series.flatMap((one) => one.values.map((v) => v ?? 0))));

/** Columns over days, one series upon the other. @param {Days} chart */
export const columns = (chart) =>
  overDays(chart, drawColumns, Math.max(...chart.days.map((_, at) => chart.series.reduce((sum, one) => sum + (one.values[at] ?? 0), 0))));

/**
 * @typedef {object} Scale
 * @property {number} width
 * @property {(at: number) => number} x the middle of a day
 * @property {(value: number) => number} y
 * @property {number} step pixels of a day
 */

/**
 * @param {Days} chart @param {(chart: Days, scale: Scale) => SVGElement[]} draw @param {number} highest
 */
function overDays(chart, draw, highest) {
  const last = chart.days.length - 1;
  const { top, ticks } = scaleOf(chart.most ?? highest);
  const read = h("ul", { class: "read", role: "list" });
  const cursor = s("line", { class: "cursor", y1: ROOM.top, y2: HEIGHT - ROOM.bottom, visibility: "hidden" });
  const picture = s("svg", { height: HEIGHT, "aria-hidden": "true", focusable: "false" });
  const plot = h("div", {
    class: "plot", tabindex: "0", role: "slider", "aria-label": say("chart_walk", { title: chart.title }),
    "aria-valuemin": "0", "aria-valuemax": String(last), "aria-orientation": "horizontal",
  }, /** @type {any} */ (picture));
  let at = last;
  let scale = scaleFor(600, chart, top);
  const show = (/** @type {number} */ day, marked = true) => {
    at = Math.max(0, Math.min(last, day));
    plot.setAttribute("aria-valuenow", String(at));
    plot.setAttribute("aria-valuetext", `${dayName(chart.days[at])}: ${chart.series.map((one) => `${one.label} ${told(one.values[at], chart.format)}`).join(", ")}`);
    read.replaceChildren(h("li", { class: "muted" }, dayName(chart.days[at])), ...chart.series.map((one) => reading(one, at, chart.format)));
    for (const name of ["x1", "x2"]) cursor.setAttribute(name, String(scale.x(at)));
    cursor.setAttribute("visibility", marked ? "visible" : "hidden");
  };
  const redraw = (/** @type {number} */ width) => {
    scale = scaleFor(width, chart, top);
    picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    picture.replaceChildren(...grid(chart, scale, ticks), ...draw(chart, scale), cursor);
    show(at, false);
  };
  walk(plot, () => at, show, last);
  plot.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    show(Math.floor((event.clientX - box.left - ROOM.start) / scale.step));
  });
  plot.addEventListener("pointerleave", () => show(at, false));
  plot.addEventListener("blur", () => show(at, false));
  new ResizeObserver(([entry]) => redraw(Math.max(240, Math.round(entry.contentRect.width)))).observe(plot);
  redraw(600);
  return h("figure", { class: "chart", "aria-label": chart.title }, read, plot, asTable(chart));
}

/**
 * Arrow keys go from day to day.
 * @param {HTMLElement} plot @param {() => number} now @param {(at: number) => void} show @param {number} last
 */
function walk(plot, now, show, last) {
  /** @type {Record<string, () => number>} */
  const keys = {
    ArrowLeft: () => now() - 1, ArrowDown: () => now() - 1, ArrowRight: () => now() + 1, ArrowUp: () => now() + 1,
    PageDown: () => now() - 7, PageUp: () => now() + 7, Home: () => 0, End: () => last,
  };
  plot.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(keys[event.key]());
  });
  plot.addEventListener("focus", () => show(now()));
}

/** @param {number} width @param {Days} chart @param {number} top @returns {Scale} */
function scaleFor(width, chart, top) {
  const step = (width - ROOM.start - ROOM.end) / chart.days.length;
  const tall = HEIGHT - ROOM.top - ROOM.bottom;
  return { width, step, x: (at) => ROOM.start + step * (at + 0.5), y: (value) => ROOM.top + tall * (1 - value / top) };
}

/** A scale that ends at a round number, and where its lines are. @param {number} highest */
function scaleOf(highest) {
  if (highest === 1) return { top: 1, ticks: [0, 0.5, 1] };
  const power = 10 ** Math.floor(Math.log10(highest || 1));
  const top = [1, 2, 3, 4, 6, 8, 10].map((each) => each * power).find((each) => each >= highest) || 1;
  return { top, ticks: top % 2 ? [0, top] : [0, top / 2, top] };
}

/** @param {Days} chart @param {Scale} scale @param {number[]} ticks */
function grid(chart, scale, ticks) {
  const across = ticks.flatMap((tick) => [
    s("line", { class: "grid", x1: ROOM.start, x2: scale.width - ROOM.end, y1: scale.y(tick), y2: scale.y(tick) }),
    s("text", { x: ROOM.start - 8, y: scale.y(tick) + 4, "text-anchor": "end" }, chart.format(tick)),
  ]);
  const every = Math.max(1, Math.ceil(LABEL / scale.step));
  const named = chart.days.map((_, at) => at).filter((at) => (chart.days.length - 1 - at) % every === 0);
  return [...across, ...named.map((at) =>
    s("text", { x: scale.x(at), y: HEIGHT - 6, "text-anchor": at === chart.days.length - 1 && scale.step < LABEL ? "end" : "middle" }, dayName(chart.days[at], true)))];
}

/** @param {Days} chart @param {Scale} scale */
function drawLines(chart, scale) {
  return chart.series.flatMap((one) => {
    const dots = one.values.map((value, at) => isAlone(one.values, at) && value !== null &&
      s("circle", { class: `dot tone-${one.tone}`, cx: scale.x(at), cy: scale.y(value), r: 3 }));
    return [s("path", { class: `line tone-${one.tone} ${one.stroke || ""}`.trim(), d: path(one.values, scale.x, scale.y) }),
      .../** @type {SVGElement[]} */ (dots.filter(Boolean))];
  });
}

/** A day between days without a number has no line to it. @param {(number | null)[]} values @param {number} at */
const isAlone = (values, at) => values[at - 1] == null && values[at + 1] == null;

/** @param {(number | null)[]} values @param {(at: number) => number} x @param {(value: number) => number} y */
function path(values, x, y) {
  return values.map((value, at) => (value === null ? "" : `${values[at - 1] == null ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
}

/** @param {Days} chart @param {Scale} scale */
function drawColumns(chart, scale) {
  const wide = Math.max(2, Math.min(34, scale.step * 0.68));
  return chart.days.flatMap((_, at) => {
    let below = 0;
    return chart.series.map((one) => {
      const value = one.values[at] ?? 0;
      const [low, high] = [scale.y(below), scale.y(below + value)];
      below += value;
      return s("rect", { class: `area tone-${one.tone}`, x: scale.x(at) - wide / 2, y: high, width: wide, height: Math.max(0, low - high - (value ? 1 : 0)) });
    });
  });
}

/** @param {Series} one @param {number} at @param {(value: number) => string} format */
function reading(one, at, format) {
  const key = s("svg", { class: "key", viewBox: "0 0 18 10", "aria-hidden": "true" },
    one.stroke === undefined
      ? s("rect", { class: `area tone-${one.tone}`, x: 4, y: 0, width: 10, height: 10, rx: 2 })
      : s("path", { class: `line tone-${one.tone} ${one.stroke}`.trim(), d: "M0 5H18" }));
  return h("li", {}, /** @type {any} */ (key), h("span", { class: "muted" }, one.label), h("span", { class: "number" }, told(one.values[at], format)));
}

/** @param {number | null | undefined} value @param {(value: number) => string} format */
const told = (value, format) => (value === null || value === undefined ? "–" : format(value));

/** @param {Days} chart */
function asTable(chart) {
  const more = h("details", {}, h("summary", {}, say("chart_table")));
  more.addEventListener("toggle", () => {
    if (!more.open || more.children.length > 1) return;
    const rows = chart.days.map((day, at) => ({ day, at }));
    more.append(inside(table(chart.title, [
      { label: say("chart_day"), names: true, cell: ({ day }) => dayName(day) },
      ...chart.series.map((one) => ({ label: one.label, end: true, cell: (/** @type {{at: number}} */ { at }) => told(one.values[at], chart.format) })),
    ], rows)));
  });
  return more;
}

/**
 * A table inside a card of the same name: another landmark would say it twice.
 * @template {HTMLElement} T @param {T} made
 */
export function inside(made) {
  made.setAttribute("role", "group");
  return made;
}

/**
 * Bars of kinds, which are a table of their own.
 * @param {string} title @param {string} name of the first column @param {string} unit of the last
 * @param {{label: string, value: number, text: string, tone?: Tone}[]} rows
 */
export function bars(title, name, unit, rows) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  const bar = (/** @type {{value: number, tone?: Tone}} */ { value, tone = "tint" }) =>
    /** @type {any} */ (s("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true", class: `tone-${tone}` },
      s("rect", { x: 0, y: 0, width: value && Math.max(0.5, (100 * value) / most), height: 12, rx: 1 })));
  const made = inside(table(title, [
    { label: name, names: true, cell: (row) => row.label },
    { label: say("chart_bar"), cell: bar },
    { label: unit, end: true, cell: (row) => row.text },
  ], rows));
  made.classList.add("bars");
  made.querySelectorAll("th[scope=col]")[1].replaceChildren(h("span", { class: "sr" }, say("chart_bar")));
  return made;
}

/** A line as small as a word; what it shows stands in a chart or a table as well. @param {(number | null)[]} values @param {Tone} [tone] */
export function sparkline(values, tone = "tint") {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (/** @type {number} */ at) => 2 + (80 * at) / Math.max(1, values.length - 1);
  const y = (/** @type {number} */ value) => (high === low ? 11 : 20 - (18 * (value - low)) / (high - low));
  const made = s("svg", { class: `spark tone-${tone}`, viewBox: "0 0 84 22", "aria-hidden": "true" });
  if (known.length > 1) made.append(s("path", { class: "line", d: path(values, x, y) }));
  values.forEach((value, at) => {
    if (value !== null && isAlone(values, at)) made.append(s("circle", { class: "dot", cx: x(at), cy: y(value), r: 2 }));
  });
  return made;
}

const NAMES = {
  long: new Intl.DateTimeFormat("en", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }),
  short: new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" }),
};

/** @param {string} day ISO @param {boolean} [short] */
export const dayName = (day, short = false) => NAMES[short ? "short" : "long"].format(new Date(`${day}T12:00Z`));
