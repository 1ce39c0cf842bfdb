// @ts-check
/** An action on an order: what is wanted, exactly what would happen, and only then the yes. */

import { Refused } from "../api.js";
import { check, field, notice } from "../components/index.js";
import { decision } from "../conversation/decision.js";
import { fill, h, newId } from "../dom.js";
import { say, words } from "../words.js";
import { stepOf } from "./words.js";
import "./styles.js";

/** @import {Context} from "../types.js" */
/** @import {Proposal} from "./words.js" */

/**
 * @typedef {{line_id: string, name: string, quantity: number, cancelled: boolean}} Line
 * @typedef {{storefront: string, number: string, conversation_id?: string | null}} About
 */

export const ASKS = ["cancel", "refund", "release", "hold", "return", "replacement", "reimburse", "contact_seller"];
const OF_LINES = new Set(["cancel", "refund", "return", "replacement"]);
const OF_GOODS = new Set(["return", "replacement"]);

/**
 * Act on an order; true when something was done.
 * @param {Context} context @param {About} about @param {string} ask
 * @returns {Promise<boolean>}
 */
export async function act(context, about, ask) {
  try {
    const path = `/orders/${about.storefront}/${encodeURIComponent(about.number)}`;
    const { order } = await context.api.get(path, {}, { quiet: true });
    const wanted = await wish(context, ask, order.lines);
    if (!wanted) return false;
    const body = { ask, ...wanted, ...(about.conversation_id && { conversation_id: about.conversation_id }) };
    const propose = () => context.api.post(`${path}/proposals`, body);
    return await settle(context, ask, await propose(), propose);
  } catch (problem) {
    context.tell(problem);
    return false;
  }
}

/**
 * Ask what exactly is wanted: which lines or how much, and why.
 * @param {Context} context @param {string} ask @param {Line[]} lines
 * @returns {Promise<Record<string, any> | null>}
 */
function wish(context, ask, lines) {
  const open = lines.filter((line) => ask === "refund" || !line.cancelled);
  const boxes = OF_LINES.has(ask) && open.length > 1 ? open.map((line) => ({ line, box: check(line.name, { checked: true }) })) : [];
  const amount = ask === "refund" ? field(say("wish_amount"), { inputmode: "decimal", hint: say("wish_amount_hint") }) : null;
  const goods = OF_GOODS.has(ask) ? ["defective", "opened"].map((name) => ({ name, box: check(say(`wish_${name}`)) })) : [];
  const reason = field(say("wish_reason"), { rows: 3, hint: say(ask === "contact_seller" ? "wish_reason_letter" : "wish_reason_hint"), maxlength: 2000 });
  const legend = h("legend", {}, say("wish_lines"));
  return context.dialog({
    title: say(`wish_${ask}`),
    body: [
      ...(boxes.length ? [h("fieldset", { class: "lines-to-choose" }, legend, ...boxes.map(({ box }) => box.element))] : []),
      ...(amount ? [amount.element] : []), ...goods.map(({ box }) => box.element), reason.element,
    ],
    yes: say("wish_next"), no: say("confirm_no"),
    answer() {
      const chosen = boxes.filter(({ box }) => box.input.checked).map(({ line }) => line.line_id);
      if (boxes.length && !chosen.length) throw new Refused(422, { detail: say("wish_no_line") });
      const part = boxes.length && chosen.length < boxes.length ? { lines: chosen } : {};
      const minor = amount?.value.trim() ? minorOf(amount.value) : null;
      if (amount?.value.trim() && !minor) {
        amount.wrong(say("wish_amount_wrong"));
        return undefined;
      }
      const said = Object.fromEntries(goods.map(({ name, box }) => [name, box.input.checked]));
      return { ...(minor ? { amount_minor: minor } : part), ...said, ...(reason.value.trim() && { reason: reason.value.trim() }) };
    },
  });
}

/** Minor units of an amount as it is typed: "12.50" and "12,5" are 1250. @param {string} text */
function minorOf(text) {
  const found = /^\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : 0;
}

/**
 * Show what would happen and wait for the yes; what has changed meanwhile is shown anew.
 * @param {Context} context @param {string} ask @param {Proposal} first @param {() => Promise<Proposal>} again
 * @returns {Promise<boolean>}
 */
async function settle(context, ask, first, again) {
  const place = h("div", { class: "stack" });
  let view = consequences(context, first);
  fill(place, ...view.parts);
  const possible = () => view.can;
  const done = await context.dialog({
    title: say("confirm_title", { what: say(`wish_${ask}`) }), body: place, wide: true, danger: view.risky,
    yes: possible() ? say("confirm_yes") : undefined, no: say("confirm_no"),
    async answer() {
      const sent = view.sent();
      if (sent === undefined) return undefined;
      try {
        return await context.api.post(`/proposals/${view.proposal.proposal_id}/confirm`, { override: sent });
      } catch (problem) {
        if (!(problem instanceof Refused) || problem.code !== "terms_changed") throw problem;
        view = consequences(context, await again());
        fill(place, notice(say("confirm_changed", { why: problem.message }), "warn", "alert"), ...view.parts);
        if (!view.can) throw problem;
        return undefined;
      }
    },
  });
  if (!done) return false;
  const number = done.result?.case_number;
  context.toast(number ? say("done_case", { number }) : say(`done_${done.result?.deed}`), { kind: "good" });
  return true;
}

/**
 * The consequences: by the rules, against them, or why nothing can be done at all.
 * @param {Context} context @param {Proposal} proposal
 */
function consequences(context, proposal) {
  const { terms, needs_override: override, never } = proposal;
  const mayAgainst = Boolean(override && context.may(override.role));
  const why = field(say("override_why"), { rows: 3, hint: say("override_hint"), maxlength: 2000 });
  const name = newId("way");
  let against = !terms && mayAgainst;
  const whyPlace = h("div", {}, against && why.element);
  /** @param {boolean} on */
  const choose = (on) => {
    against = on;
    fill(whyPlace, on && why.element);
  };
  /** @param {Node} step @param {boolean} on */
  const radio = (step, on) => {
    const input = h("input", { type: "radio", name, value: String(on), checked: !on });
    input.addEventListener("change", () => choose(on));
    return h("label", {}, input, step);
  };
  const byRules = terms && stepOf(terms, say(proposal.instead ? "step_instead" : "step_by_rules"));
  const byOverride = override && mayAgainst && stepOf(override.terms, say("step_against", { rule: words.named("rule", override.rule) }), true);
  const steps = byRules && byOverride
    ? h("div", { class: "choose", role: "radiogroup", "aria-label": say("confirm_which") }, radio(byRules, false), radio(byOverride, true))
    : byRules || byOverride;
  const parts = [
    proposal.instead && notice(say("confirm_instead", { why: proposal.decision.reason }), "warn", "info"),
    never && notice(never.text, terms ? "" : "bad", "ban"),
    steps,
    !terms && override && !mayAgainst && notice(override.reason, "warn", "ban"),
    override && !mayAgainst && notice(say("override_role", { role: say(`role_${override.role}`) }), "", "lock"),
    whyPlace,
    h("details", {}, h("summary", {}, say("confirm_decision")), decision(proposal.decision)),
  ].filter(Boolean);
  return {
    proposal, parts, can: Boolean(byRules || byOverride), risky: Boolean(!byRules && byOverride),
    /** What is sent as the override; undefined: something is missing. */
    sent() {
      if (!against) return null;
      const reason = why.value.trim();
      why.wrong(reason.length < 10 ? say("override_short") : "");
      return reason.length < 10 ? undefined : { reason };
    },
  };
}
