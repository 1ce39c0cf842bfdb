// @ts-check
/** How numbers read: shares, times, counts, and what they were made of. */

import { say, words } from "../words.js";

/** @typedef {{value: number | null, unit: "count" | "share" | "seconds", part?: number, of: number}} Figure */

const whole = new Intl.NumberFormat(words.locale, { style: "percent", maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(words.locale, { style: "percent", maximumFractionDigits: 1 });
const count = new Intl.NumberFormat(words.locale);

/** @param {number} value */
export const percent = (value) => (value > 0 && value < 0.1 ? fine : whole).format(value);

/** @param {number} value */
export const amount = (value) => count.format(value);

/** Seconds as people say them: "2 s", "3 min 12 s", "1 h 05 min". @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  if (all < 3600) return `${Math.floor(all / 60)} min ${two(all % 60)} s`;
  return `${Math.floor(all / 3600)} h ${two(Math.floor((all % 3600) / 60))} min`;
}

/** @param {Figure} figure */
export function shown(figure) {
  if (figure.value === null) return "–";
  return { share: percent, seconds: duration, count: amount }[figure.unit](figure.value);
}

/** What it was made of; a count says it all itself. @param {Figure} figure */
export function madeOf({ unit, part, of }) {
  if (unit === "count") return "";
  return unit === "share" ? say("metric_of", { part: part ?? 0, of }) : say("metric_median", { n: of });
}
