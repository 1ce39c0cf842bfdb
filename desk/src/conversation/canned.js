// @ts-check
/** Ready replies, with what they are about filled in. */

import { say } from "../words.js";

/** @import {Api} from "../api.js" */

/** @typedef {{id: string, title: string, text: string}} Canned */

/** @type {Map<string, Promise<Canned[]>>} by storefront: they do not change while the desk is open */
const known = new Map();

/** @param {Api} api @param {string} storefront @returns {Promise<Canned[]>} */
export function canned(api, storefront) {
  if (!known.has(storefront)) {
    const coming = api.get("/canned", { storefront }, { quiet: true }).then((told) => told.items || told);
    known.set(storefront, coming);
    coming.catch(() => known.delete(storefront)); // asked again next time
  }
  return /** @type {Promise<Canned[]>} */ (known.get(storefront));
}

/**
 * Those that fit what stands after the slash.
 * @param {Canned[]} all @param {string} wanted
 */
export function fitting(all, wanted) {
  const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = (/** @type {Canned} */ each) => Number(!each.id.startsWith(parts[0] || "") && !each.title.toLowerCase().startsWith(parts[0] || ""));
  return all.filter((each) => parts.every((part) => `${each.id} ${each.title} ${each.text}`.toLowerCase().includes(part)))
    .sort((a, b) => begins(a) - begins(b));
}

/**
 * Fill in the variables; what is not known stays as a mark to be filled by hand.
 * @param {string} text @param {Record<string, string | null | undefined>} values
 */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] || `[${say(`variable_${name}`)}]`);
}

/** The first mark that is still to be filled by hand. @param {string} text @returns {[number, number] | null} */
export function gap(text) {
  const found = /\[[^\]\n]+\]/.exec(text);
  return found && [found.index, found.index + found[0].length];
}
