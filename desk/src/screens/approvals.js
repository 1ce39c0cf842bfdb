// @ts-check
/** Actions that wait for a yes: what a buyer confirmed, and what would happen now. */

import { told } from "../api.js";
import "../acting/styles.js";
import { badge, button, card, empty, facts, field, heading, moment, notice, select, skeleton } from "../components/index.js";
import { decision } from "../conversation/decision.js";
import { fill, h } from "../dom.js";
import { href } from "../router.js";

/** @import {Context, Screen} from "../types.js" */

const DECLINED = ["rules_exclude_it", "not_shown", "settled_already", "seller_settles", "own_words"];

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { api, say, live } = context;
  const title = say("approve_title");
  const place = h("div", {}, skeleton(6));
  let open = true;
  let shown = "";
  const load = async () => {
    try {
      const { items } = await api.get("/approvals", {}, { quiet: true });
      if (!open || JSON.stringify(items) === shown) return;
      shown = JSON.stringify(items);
      fill(place, items.length
        ? h("div", { class: "waits" }, ...items.map((/** @type {Record<string, any>} */ one) => waiting(context, one, load)))
        : empty("check", say("approve_none"), say("approve_none_text")));
    } catch (problem) {
      if (open && !shown) fill(place, empty("alert", say("approve_failed"), told(problem), button(say("try_again"), load, { small: true })));
    }
  };
  load();
  const stop = live.on("inbox", load);
  const element = h("div", {}, heading(title), h("div", { class: "body" }, h("div", { class: "stack" }, h("p", { class: "muted" }, say("approve_text")), place)));
  return { element, title, close: () => ((open = false), stop()) };
}

/** @param {Context} context @param {Record<string, any>} one @param {() => Promise<void>} changed */
function waiting(context, one, changed) {
  const { say, words } = context;
  const { case: filed, confirmed, now, buyer } = one;
  const goods = (confirmed?.items || []).map((/** @type {[string, number]} */ [name, n]) => (n > 1 ? `${n} × ${name}` : name)).join(", ");
  const heads = `${words.named("ask", confirmed?.ask)} ${filed.order_number || ""}`;
  return card(heads,
    facts([
      [say("buyer"), buyer?.name],
      [say("approve_confirmed"), moment(one.confirmed_at)],
      [say("order_items"), goods],
      [say("order_amount"), confirmed && words.money(confirmed.amount.minor, confirmed.amount.currency)],
      [say("reason"), confirmed?.reason],
      [say("case"), h("a", { href: href(`/cases/${filed.number}`) }, filed.number)],
      [say("case_due"), moment(filed.due_at, "due")],
    ]),
    now.deed
      ? h("p", { class: "row wrap" }, badge(say("approve_now"), "good", "check"), say(`deed_${now.deed}`))
      : notice(now.why_not || say("approve_cannot"), "warn", "ban"),
    one.decision && h("details", {}, h("summary", {}, say("confirm_decision")), decision(one.decision)),
    !context.may("reviewer") && notice(say("approve_role"), "", "lock"),
    h("div", { class: "row wrap" },
      context.may("reviewer") && button(say("approve_yes"), () => approve(context, filed, heads, changed), { kind: "primary", icon: "check", disabled: !now.deed, name: `${say("approve_yes")}: ${heads}` }),
      context.may("reviewer") && button(say("approve_no"), () => decline(context, filed, heads, changed), { name: `${say("approve_no")}: ${heads}` }),
      filed.order_number && h("a", { href: href(`/orders/${filed.storefront}/${encodeURIComponent(filed.order_number)}`) }, say("open_order"))));
}

/** @param {Context} context @param {Record<string, any>} filed @param {string} what @param {() => Promise<void>} changed */
async function approve(context, filed, what, changed) {
  const { api, say } = context;
  const done = await context.dialog({
    title: say("approve_yes"), body: [h("p", { class: "strong" }, what), h("p", {}, say("approve_sure"))], yes: say("approve_yes"),
    answer: () => api.post(`/approvals/${filed.number}/approve`, {}),
  });
  if (done) context.toast(say("approve_done"), { kind: "good" });
  await changed();
}

/** @param {Context} context @param {Record<string, any>} filed @param {string} what @param {() => Promise<void>} changed */
async function decline(context, filed, what, changed) {
  const { api, say, words } = context;
  const code = select(say("case_code"), DECLINED.map((each) => [each, words.named("verdict_code", each)]), { value: "own_words" });
  const reason = field(say("approve_reason"), { rows: 3, hint: say("case_buyer_reads"), maxlength: 4000 });
  const done = await context.dialog({
    title: say("approve_no"), body: [h("p", { class: "strong" }, what), code.element, reason.element], yes: say("approve_no"), danger: true,
    answer() {
      if (!reason.value.trim()) {
        reason.wrong(say("fill_in_reason"));
        return undefined;
      }
      return api.post(`/approvals/${filed.number}/decline`, { code: code.value, reason: reason.value.trim() });
    },
  });
  if (done) context.toast(say("approve_declined"), { kind: "good" });
  await changed();
}
