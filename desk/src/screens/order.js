// @ts-check
/** One order: what was bought, where it stands, what was decided and done about it, and what can be. */

import { told } from "../api.js";
import { actMenu, block, unblock, writeFirst } from "../acting/menus.js";
import { actorOf, caseState, dash, orderState } from "../acting/words.js";
import { badge, button, card, empty, facts, heading, moment, notice, skeleton, table } from "../components/index.js";
import { fill, h } from "../dom.js";
import { href } from "../router.js";
import "../acting/styles.js";

/** @import {Context, Screen} from "../types.js" */
/** @typedef {Record<string, any>} File */

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { api, say, params } = context;
  const path = `/orders/${params.storefront}/${encodeURIComponent(params.number)}`;
  const title = say("order_of", { number: params.number });
  const beside = h("div", { class: "row wrap" });
  const place = h("div", {}, skeleton(10));
  let open = true;
  const load = async () => {
    try {
      const file = await api.get(path);
      if (!open) return;
      fill(beside, orderState(file.order), actMenu(context, { ...params, number: file.order.number, storefront: file.order.storefront, conversation_id: file.conversation_id }, load));
      fill(place, sheet(context, file, load));
    } catch (problem) {
      if (open) fill(place, empty("alert", say("order_failed"), told(problem), button(say("try_again"), load, { small: true })));
    }
  };
  load();
  const element = h("div", {}, heading(title, beside), h("div", { class: "body" }, place));
  return { element, title, close: () => (open = false) };
}

/** @param {Context} context @param {File} file @param {() => void} changed */
function sheet(context, file, changed) {
  return h("div", { class: "sheet" },
    h("div", { class: "stack" }, goods(context, file), requests(context, file), decisions(context, file)),
    h("div", { class: "stack" }, buyer(context, file, changed), done(context, file), cases(context, file), history(context, file)));
}

/** @param {Context} context @param {File} file */
function goods({ say, words }, { order, seller }) {
  const lines = table(say("order_lines"), [
    { label: say("order_item"), names: true, cell: (line) => h("span", { class: line.cancelled ? "gone" : "" }, line.name, ...Object.values(line.options || {}).map((each) => h("span", { class: "muted" }, ` ${each}`))) },
    { label: say("order_quantity"), end: true, cell: (line) => String(line.quantity) },
    { label: say("order_where"), cell: (line) => (line.cancelled ? badge(say("order_line_cancelled"), "bad") : words.named("goods", line.fulfilment)) },
    { label: say("order_price"), end: true, cell: (line) => words.money(line.price.minor, line.price.currency) },
  ], order.lines);
  const parcels = order.shipments.map((/** @type {File} */ each) => [each.carrier, each.tracking_number].filter(Boolean).join(" ") || words.named("goods", each.state));
  return card(say("order_title_one"), lines, facts([
    [say("order_amount"), h("span", { class: "strong" }, words.money(order.amount.minor, order.amount.currency))],
    [say("order_payment"), [words.named("payment_state", order.payment.state), order.payment.display].filter(Boolean).join(" · ")],
    [say("order_hold_until"), moment(order.payment.auth_expires_at)],
    [say("order_placed"), moment(order.placed_at)],
    [say("order_expected"), moment(order.estimated_delivery_at)],
    [say("order_parcels"), parcels.join(", ")],
    [say("order_campaign"), moment(order.campaign_ends_at)],
    [say("storefront"), order.storefront_name],
    [say("order_seller"), seller && `${seller.name} · ${seller.email}`],
    [say("order_leader"), order.leader],
    [say("order_address"), order.address.join(", ")],
  ]));
}

/** @param {Context} context @param {File} file */
function requests({ say, words }, file) {
  const rows = [
    ...file.requests.map((/** @type {File} */ each) => ({ at: each.created_at, what: words.named("request", each.kind), state: words.named("request_state", each.state), more: each.due_by && moment(each.due_by, "due") })),
    ...file.refunds.map((/** @type {File} */ each) => ({
      at: each.created_at, what: `${words.named("refund", each.kind)} ${words.money(each.amount.minor, each.amount.currency)}`,
      state: words.named("refund_state", each.state), more: each.to,
    })),
  ];
  if (!rows.length) return null;
  return card(say("order_requests"), table(say("order_requests"), [
    { label: say("order_what"), names: true, cell: (row) => row.what },
    { label: say("order_status"), cell: (row) => row.state },
    { label: say("order_more"), cell: (row) => row.more || "" },
    { label: say("order_since"), cell: (row) => moment(row.at) },
  ], rows));
}

/** @param {Context} context @param {File} file */
function decisions({ say, words }, file) {
  if (!file.decisions.length) return null;
  return card(say("about_decisions"), table(say("about_decisions"), [
    { label: say("order_asked"), names: true, cell: (row) => words.named("ask", row.ask) },
    { label: say("order_outcome"), cell: (row) => words.named("outcome", row.outcome) },
    { label: say("order_rule"), cell: (row) => h("code", {}, row.reason_code) },
    { label: say("order_policy"), cell: (row) => row.policy_version },
    { label: say("order_since"), cell: (row) => moment(row.at) },
  ], file.decisions));
}

/** @param {Context} context @param {File} file @param {() => void} changed */
function buyer(context, { order, buyer: who, blocked, conversation_id: talk }, changed) {
  const { say, words, may } = context;
  if (!who) return null;
  const toggle = blocked
    ? button(say("unblock_buyer"), async () => (await unblock(context, who.buyer_id)) && changed(), { small: true, icon: "ban" })
    : button(say("block_buyer"), async () => (await block(context, who.buyer_id)) && changed(), { small: true, icon: "ban", kind: "quiet" });
  return card(say("buyer"),
    blocked && notice(say("blocked_banner", { until: blocked.until ? words.moment(blocked.until) : say("for_good"), reason: blocked.reason }), "warn", "ban"),
    facts([[say("name"), who.name], [say("email"), who.email]]),
    h("div", { class: "row wrap" },
      talk && h("a", { class: "button small", href: href(`/conversations/${talk}`) }, say("order_open_chat")),
      button(say("write_first"), () => writeFirst(context, { storefront: order.storefront, order_number: order.number, name: who.name }), { small: true, icon: "mail" }),
      may("supervisor") && toggle));
}

/** What people here did. @param {Context} context @param {File} file */
function done({ say, words }, file) {
  if (!file.acted.length) return null;
  return card(say("order_acted"), h("ul", { class: "history", role: "list" }, ...file.acted.map((/** @type {File} */ each) =>
    h("li", {}, h("span", {}, h("span", { class: "strong" }, each.by), ": ", words.named("deed", each.did), each.case_number && h("a", { href: href(`/cases/${each.case_number}`) }, ` ${each.case_number}`)),
      moment(each.at),
      each.override_reason && h("p", { class: "why" }, badge(say("order_overridden"), "warn", "shield"), " ", each.override_reason)))));
}

/** @param {Context} context @param {File} file */
function cases({ say, words }, file) {
  if (!file.cases.length) return null;
  return card(say("about_cases"), h("ul", { class: "history", role: "list" }, ...file.cases.map((/** @type {File} */ each) =>
    h("li", {}, h("span", { class: "row wrap" }, h("a", { href: href(`/cases/${each.number}`) }, each.number), words.named("case_type", each.type), caseState(each.state)), moment(each.created_at)))));
}

/** The audit. @param {Context} context @param {File} file */
function history({ say, words }, file) {
  const newest = [...file.trail].reverse();
  return card(say("order_history"), newest.length ? h("ul", { class: "history", role: "list" }, ...newest.map((row) => {
    const override = row.after?.override;
    return h("li", {}, h("span", {}, h("span", { class: "strong" }, dash(actorOf(row.actor))), ": ", words.named("audit", row.action)), moment(row.at),
      override && h("p", { class: "why" }, say("order_override_of", { rule: words.named("rule", override.rule) }), " ", override.reason));
  })) : h("p", { class: "muted" }, say("order_no_history")));
}
