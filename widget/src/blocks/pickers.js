// @ts-check
/** Choosing one of the buyer's orders, or some of the items of one. */

import { button, h, icon } from "../dom.js";
import { pressable } from "./replies.js";

/** @import {Block, Line, Row} from "../types.js" */
/** @import {Context} from "./index.js" */

const SEARCH_FROM = 3;
// What the assistant understands when several are picked.
const ALL = "all of them";
const AND = " and ";

/** @param {Block} block @param {Context} context */
export function orderPicker(block, context) {
  const { say } = context.words;
  /** @type {Row[]} */
  const rows = block.orders || [];
  const list = h("ul", { class: "picker" }, ...rows.map((row) => item(row, context)));
  const group = h("fieldset", { class: "pick", "aria-label": say("pick_order") });
  if (rows.length >= SEARCH_FROM && !context.mine) group.append(search(rows, list, context));
  group.append(list);
  return group;
}

/** @param {Row} row @param {Context} context */
function item(row, context) {
  const { words, answer } = context;
  const inside = [
    h("span", { class: "top" }, h("span", { class: "number" }, row.number), h("span", { class: "price" }, row.amount || "")),
    h("span", { class: "what", dir: "auto" }, (row.items || []).join(", ")),
    h("span", { class: "muted" }, [row.state_label, row.placed_at].filter(Boolean).join(" · ")),
  ];
  if (row.button) return h("li", {}, pressable(row.button, context, "row", ...inside));
  // Found by search, so the message has no button for it: its number says the same.
  const press = () => answer({ text: row.number }, words.say("order", { number: row.number }));
  return h("li", {}, button("row", press, ...inside));
}

/** @param {Row[]} rows @param {HTMLElement} list @param {Context} context */
function search(rows, list, context) {
  const { client, words } = context;
  /** @type {Row[] | null} */
  let all = null;
  const box = h("input", {
    type: "search", "aria-label": words.say("search_orders"), placeholder: words.say("search_hint"),
    autocomplete: "off", enterkeyhint: "search",
  });
  const told = h("p", { class: "sr", role: "status" });
  const narrow = () => {
    const wanted = box.value.trim().toLowerCase();
    const fitting = (wanted ? all || rows : rows).filter((row) => gist(row).includes(wanted));
    list.replaceChildren(...fitting.map((row) => item(row, context)));
    told.textContent = wanted ? words.say("found", { n: fitting.length }) : "";
  };
  const load = () =>
    allOrders(rows, client, words.locale).then((found) => ((all = found), narrow()), () => {});
  box.addEventListener("focus", load, { once: true });
  box.addEventListener("input", narrow);
  return h("label", { class: "search" }, icon("search"), box, told);
}

/**
 * Every order of the buyer, as rows; those of the message keep their buttons.
 * @param {Row[]} rows @param {import("../client.js").Client} client @param {string} locale
 * @returns {Promise<Row[]>}
 */
async function allOrders(rows, client, locale) {
  const known = new Map(rows.map((row) => [row.number, row]));
  const orders = await client.sessions.use((session) => client.api.orders(session.token));
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
  return orders.map((order) => known.get(order.number) || {
    ...order,
    placed_at: day.format(new Date(order.placed_at)),
    amount: money(order.total, locale),
  });
}

/** @param {{minor: number, currency: string}} total @param {string} locale */
function money({ minor, currency }, locale) {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits || 0));
}

/** @param {Row} row */
function gist(row) {
  return [row.number, ...(row.items || []), row.state_label, row.amount].join(" ").toLowerCase();
}

/** @param {Block} block @param {Context} context */
export function linePicker(block, context) {
  const { client, words: { say }, answer, reply } = context;
  /** @type {Line[]} */
  const lines = block.lines || [];
  if (lines.length < 2 || lines.some((line) => client.chosen.has(line.button.id))) {
    const rows = lines.map((line) => h("li", {}, pressable(line.button, context, "row", ...named(line, say))));
    return h("fieldset", { class: "pick", "aria-label": say("pick_lines") }, h("ul", { class: "picker" }, ...rows));
  }
  const boxes = lines.map((line) => h("input", {
    type: "checkbox", value: line.line_id, checked: reply === ALL || reply.split(AND).includes(line.name),
  }));
  const send = h("button", { type: "button", class: "primary", disabled: true });
  const picked = () => lines.filter((_, at) => boxes[at].checked);
  const count = () => {
    const n = picked().length;
    send.disabled = n === 0;
    send.textContent = say("lines_send", { n });
  };
  send.addEventListener("click", () => {
    const chosen = picked();
    if (chosen.length === 1) return answer({ payload: chosen[0].button.id }, chosen[0].button.title);
    const text = chosen.length === lines.length ? ALL : chosen.map((line) => line.name).join(AND);
    return answer({ text }, text);
  });
  count();
  return h("fieldset", { class: "pick", "aria-label": say("pick_lines"), onchange: count },
    h("ul", { class: "picker" }, ...lines.map((line, at) =>
      h("li", {}, h("label", { class: "row box" }, boxes[at], h("span", {}, ...named(line, say)))))),
    send);
}

/** @param {Line} line @param {import("./order.js").Say} say */
function named(line, say) {
  const times = (line.quantity || 1) > 1 ? `${say("quantity", { n: line.quantity || 1 })} ` : "";
  const options = Object.values(line.options || {}).join(", ");
  return [h("span", { class: "what", dir: "auto" }, times + line.name), h("span", { class: "muted" }, options)];
}
