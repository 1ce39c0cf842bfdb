// @ts-check
/** The card of one order: what it is, where it is, what is known about it. */

import { h, icon, link } from "../dom.js";

/** @import {Block} from "../types.js" */
/** @import {Context} from "./index.js" */

const FACTS = ["placed_at", "payment", "carrier", "tracking_number", "address"];

/** @param {Block} block @param {Context} context */
export function orderCard(block, { words: { say } }) {
  const labels = block.labels || {};
  return h("article", { class: "card order", "aria-label": say("order", { number: block.number }) },
    h("header", {},
      h("h3", {}, say("order", { number: block.number })),
      block.state_label && h("span", { class: "pill" }, block.state_label)),
    lines(block, say),
    h("dl", { class: "sums" },
      ...fact(labels.delivery, block.delivery),
      ...fact(labels.amount, block.amount)),
    timeline(block.events || [], say),
    facts(block, labels, say),
    links(block, say));
}

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Say */

/** @param {Block} block @param {Say} say */
function lines(block, say) {
  const rows = (block.lines || []).map((/** @type {any} */ line) => {
    const options = Object.values(line.options || {}).join(", ");
    const name = h("span", { dir: "auto" }, line.name);
    return h("li", { class: line.cancelled ? "gone" : null },
      h("span", { class: "what" },
        line.quantity > 1 && h("span", { class: "times" }, `${say("quantity", { n: line.quantity })} `),
        name, options && h("span", { class: "muted" }, ` ${options}`),
        line.cancelled && h("span", { class: "muted" }, ` (${say("cancelled")})`)),
      h("span", { class: "price" }, line.price));
  });
  return rows.length ? h("ul", { class: "lines" }, ...rows) : null;
}

/** @param {string | undefined} label @param {unknown} value */
function fact(label, value) {
  if (!value) return [];
  const shown = Array.isArray(value) ? value.join(", ") : String(value);
  return [h("div", {}, h("dt", {}, label || ""), h("dd", {}, shown))];
}

/** @param {{at: string, text: string, place?: string}[]} events @param {Say} say */
function timeline(events, say) {
  if (!events.length) return null;
  const steps = events.map((event) =>
    h("li", {},
      h("span", { class: "step", dir: "auto" }, event.text),
      h("span", { class: "muted" }, [event.place, event.at].filter(Boolean).join(" · "))));
  const [newest, ...earlier] = steps;
  return h("div", { class: "timeline", role: "group", "aria-label": say("timeline") },
    h("ol", {}, newest),
    earlier.length > 0 && h("details", {},
      h("summary", {}, say("timeline_more", { n: earlier.length })),
      h("ol", {}, ...earlier)));
}

/** @param {Block} block @param {Record<string, string>} labels @param {Say} say */
function facts(block, labels, say) {
  const rows = FACTS.flatMap((name) => fact(labels[name], block[name]));
  if (!rows.length) return null;
  return h("details", {}, h("summary", {}, say("details")), h("dl", {}, ...rows));
}

/** @param {Block} block @param {Say} say */
function links(block, say) {
  const made = [
    block.tracking_url && link(block.tracking_url, icon("box"), say("track")),
    block.url && link(block.url, icon("out"), say("order_page")),
  ].filter(Boolean);
  return made.length ? h("footer", { class: "actions" }, ...made) : null;
}
