// @ts-check
/** What would happen, in sentences: a step of a proposal as people read it before they confirm. */

import { badge } from "../components/index.js";
import { h } from "../dom.js";
import { say, words } from "../words.js";

/** @import {Child} from "../dom.js" */

/**
 * @typedef {object} Step
 * @property {string} deed
 * @property {{line_id: string, name: string, quantity: number}[]} lines
 * @property {boolean} whole
 * @property {{move: string, amount_minor?: number, currency?: string, to?: string | null, by_hand?: boolean} | null} money
 * @property {string | null} letter_to
 *
 * @typedef {object} Proposal
 * @property {string} proposal_id
 * @property {string} ask
 * @property {Step | null} terms
 * @property {boolean} allowed
 * @property {boolean} instead
 * @property {{rule: string, code: string, reason: string, role: import("../types.js").Role, terms: Step} | null} needs_override
 * @property {{code: string, text: string} | null} never
 * @property {Record<string, any>} decision
 */

/** What happens to the money, as one line. @param {Step} step */
function moneyOf({ money }) {
  if (!money) return null;
  const amount = words.money(money.amount_minor, money.currency);
  if (money.by_hand) return say("money_by_hand", { amount });
  const to = money.to || say("money_way_unknown");
  return say(`money_${money.move}`, { amount, to });
}

/**
 * A step: what is done, to what, with which money, and who hears of it.
 * @param {Step} step @param {string} title @param {boolean} [against] a rule is set aside for it
 */
export function stepOf(step, title, against = false) {
  const goods = step.lines.map((line) => (line.quantity > 1 ? `${line.quantity} × ${line.name}` : line.name));
  const about = !["contact_seller", "ask_hold"].includes(step.deed) && goods.length > 0;
  return h("div", { class: against ? "step against" : "step" },
    h("h3", {}, title),
    h("p", { class: "strong" }, say(`deed_${step.deed}`)),
    h("ul", {},
      about && h("li", {}, say(step.whole ? "step_whole" : "step_part", { goods: goods.join(", ") })),
      step.letter_to && h("li", {}, say("step_letter", { who: step.letter_to })),
      moneyOf(step) && h("li", {}, moneyOf(step)),
      h("li", {}, say("step_told"))));
}

/** @type {Record<string, import("../components/index.js").Tone>} */
const CASE_TONES = { open: "warn", acknowledged: "info", waiting_for_buyer: "info", escalated: "bad", decided: "good", closed: "" };

/** @param {string} state */
export const caseState = (state) => badge(words.named("case_state", state), CASE_TONES[state] || "");

/** @type {Record<string, import("../components/index.js").Tone>} */
const ORDER_TONES = { open: "info", cancelling: "warn", cancelled: "bad", completed: "good" };

/** @param {{state: string, state_label: string}} order */
export const orderState = (order) => badge(order.state_label || words.named("order_state", order.state), ORDER_TONES[order.state] || "");

/** An actor of the audit as people know them. @param {string} actor */
export function actorOf(actor) {
  const [kind, name] = [actor.split(":")[0], actor.split(":").slice(1).join(":")];
  return kind === "agent" ? name : words.named("actor", kind);
}

/** @param {string | null | undefined} text @returns {Child} */
export const dash = (text) => text || "–";
