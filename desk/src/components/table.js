// @ts-check
/** A table of things: headings, rows, and a first column that names the row. */

import { h } from "../dom.js";

/** @import {Child} from "../dom.js" */

/**
 * @template T
 * @typedef {object} Column
 * @property {string} label
 * @property {(row: T) => Child | Child[]} cell
 * @property {boolean} [end] numbers stand at the end
 * @property {boolean} [names] this column says which row it is
 */

/**
 * @template T
 * @param {string} caption said to screen readers
 * @param {Column<T>[]} columns
 * @param {T[]} rows
 */
export function table(caption, columns, rows) {
  const head = h("tr", {}, ...columns.map(({ label, end }) => h("th", { scope: "col", class: end ? "end" : null }, label)));
  const body = rows.map((row) => h("tr", {}, ...columns.map(({ cell, end, names }) => {
    const inside = /** @type {Child[]} */ ([cell(row)].flat());
    return names ? h("th", { scope: "row" }, ...inside) : h("td", { class: end ? "end" : null }, ...inside);
  })));
  // What may have to be scrolled must be reachable by the keyboard.
  return h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": caption },
    h("table", {}, h("caption", { class: "sr" }, caption), h("thead", {}, head), h("tbody", {}, ...body)));
}
