// @ts-check
/** What can be done beside an order, and about a buyer: the menus that open the dialogs. */

import { button, field, menu, select } from "../components/index.js";
import { h } from "../dom.js";
import { say } from "../words.js";
import { ASKS, act } from "./propose.js";

/** @import {Context} from "../types.js" */
/** @import {IconName} from "../dom.js" */
/** @import {OrderActions, BuyerActions} from "../conversation/slots.js" */

/** @type {Record<string, IconName>} */
const ICONS = {
  cancel: "close", refund: "undo", release: "lock", hold: "hand", return: "box", replacement: "switch", reimburse: "shield", contact_seller: "mail",
};

/**
 * The menu beside an order.
 * @param {Context} context @param {{storefront: string, number: string, conversation_id?: string | null}} about
 * @param {() => void} changed
 */
export function actMenu(context, about, changed) {
  const opener = button(say("act_on_order"), () => {}, { icon: "bolt", small: Boolean(about.conversation_id), name: say("act_on_order_of", { number: about.number }) });
  return menu(opener, () => ASKS.map((ask) => ({
    label: say(`wish_${ask}`), icon: ICONS[ask], line: ask === "hold" || ask === "contact_seller",
    act: async () => (await act(context, about, ask)) && changed(),
  })), { label: say("act_on_order_of", { number: about.number }), start: true });
}

/** @type {OrderActions} */
export const orderActions = (order, context, { conversation_id, storefront, changed }) =>
  actMenu(context, { storefront: order.storefront || storefront, number: order.number, conversation_id }, changed);

/** @type {BuyerActions} */
export const buyerActions = (conversation, context, { blocked, changed }) => {
  const buyer = conversation.buyer?.id;
  if (!buyer || !context.may("supervisor")) return [];
  return [{
    label: say(blocked ? "unblock_buyer" : "block_buyer"), icon: "ban", danger: !blocked, line: true,
    act: async () => (await (blocked ? unblock(context, buyer) : block(context, buyer))) && changed(),
  }];
};

const DAYS = ["1", "7", "30", ""];

/**
 * Take no new messages of a buyer; true when it is so.
 * @param {Context} context @param {string} buyer
 */
export async function block(context, buyer) {
  const reason = field(say("block_reason"), { rows: 3, hint: say("block_reason_hint"), maxlength: 2000 });
  const until = select(say("block_until"), DAYS.map((days) => [days, days ? say("block_days", { n: Number(days) }) : say("block_for_good")]), { value: "7" });
  const done = await context.dialog({
    title: say("block_buyer"), body: [reason.element, until.element], yes: say("block_yes"), danger: true,
    answer() {
      if (!reason.value.trim()) {
        reason.wrong(say("fill_in_reason"));
        return undefined;
      }
      const days = Number(until.value);
      const over = days ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
      return context.api.post(`/buyers/${buyer}/block`, { reason: reason.value.trim(), until: over });
    },
  });
  if (done) context.toast(say("block_done"), { kind: "good" });
  return Boolean(done);
}

/** @param {Context} context @param {string} buyer */
export async function unblock(context, buyer) {
  const done = await context.dialog({
    title: say("unblock_buyer"), body: say("unblock_text"), yes: say("unblock_yes"),
    answer: () => context.api.delete(`/buyers/${buyer}/block`),
  });
  if (done) context.toast(say("unblock_done"), { kind: "good" });
  return Boolean(done);
}

/**
 * Write to a buyer first; leads to the conversation.
 * @param {Context} context @param {{storefront: string, order_number: string, name: string}} about
 */
export async function writeFirst(context, { storefront, order_number, name }) {
  const text = field(say("write_first_text"), { rows: 5, hint: say("write_first_hint"), maxlength: 4000 });
  const done = await context.dialog({
    title: say("write_first_to", { who: name }), body: [text.element, h("p", { class: "muted" }, say("write_first_mine"))], yes: say("write_first_yes"),
    answer() {
      if (!text.value.trim()) {
        text.wrong(say("fill_in_text"));
        return undefined;
      }
      return context.api.post("/conversations", { storefront, order_number, text: text.value.trim() });
    },
  });
  if (done) context.go(`/conversations/${done.conversation_id}`);
}
