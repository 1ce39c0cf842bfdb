// @ts-check
/** Beside the talk: why it is here, who writes, the orders, what was decided and what was promised. */

import { orderCard } from "../../../widget/src/blocks/order.js";
import { badge, button, empty, facts, iconButton, moment, skeleton } from "../components/index.js";
import { told } from "../api.js";
import { channelName, channelSign } from "../channels.js";
import { h, icon } from "../dom.js";
import { href } from "../router.js";
import { say, words } from "../words.js";
import { decision } from "./decision.js";
import { slots } from "./slots.js";

/** @import {Child} from "../dom.js" */
/** @import {Context} from "../types.js" */
/** @import {Talk} from "./talk.js" */

const SOON = 600;

export class ContextPanel {
  /** @type {Record<string, any> | null} */
  known = null;
  #shown = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  /** @type {Set<string>} sections that were closed by hand */
  #closed = new Set();

  /** @param {Context} context @param {Talk} talk @param {() => void} close where it lies over the talk */
  constructor(context, talk, close) {
    this.context = context;
    this.talk = talk;
    this.body = h("div", { class: "panel-body" }, skeleton(10));
    this.element = h("section", { class: "context", "aria-label": say("details"), tabindex: "0" },
      h("div", { class: "put-away" }, iconButton("close", say("details_close"), close)), this.body);
  }

  async load() {
    clearTimeout(this.#soon);
    try {
      this.known = await this.context.api.get(`${this.talk.path}/context`, {}, { quiet: true });
      this.#draw();
    } catch (problem) {
      if (this.known) return;
      const again = button(say("try_again"), () => this.load(), { small: true });
      this.body.replaceChildren(empty("alert", say("details_failed"), told(problem), again));
    }
  }

  /** Load again in a moment: something happened that may change it. */
  soon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.load(), SOON);
  }

  end() {
    clearTimeout(this.#soon);
  }

  #draw() {
    const known = this.known || {};
    const shown = JSON.stringify(known);
    if (shown === this.#shown) return; // what is read or holds the focus stays
    this.#shown = shown;
    const held = this.body.contains(document.activeElement);
    const { scrollTop } = this.element;
    this.body.replaceChildren(...[
      this.#section("why", why(known.handoff || this.talk.handoff)),
      this.#section("buyer", identity(known.identity, this.talk)),
      this.#section("orders", this.#orders(known.orders || [])),
      this.#section("decisions", (known.decisions || []).map(decision), (known.decisions || []).length),
      this.#section("promises", promises(known.promises || []), (known.promises || []).length),
      this.#section("cases", cases(known.cases || []), (known.cases || []).length),
      this.#section("understanding", [...understanding(known.understanding || []), ...state(known)]),
      this.#section("others", others(known.others || []), (known.others || []).length),
      this.#section("before", earlier(this.talk), this.talk.handoffs.length),
    ].filter((each) => each !== null));
    this.element.scrollTop = scrollTop;
    if (held) this.element.focus({ preventScroll: true });
  }

  /** @param {string} name @param {Child[]} inside @param {number} [n] */
  #section(name, inside, n) {
    const solid = inside.filter(Boolean);
    if (!solid.length) return null;
    const open = !this.#closed.has(name) && name !== "before";
    const made = h("details", { class: "section", open }, h("summary", {}, h("h2", {}, say(`about_${name}`)), n !== undefined && n > 1 && badge(String(n))), h("div", { class: "stack" }, ...solid));
    made.addEventListener("toggle", () => (made.open ? this.#closed.delete(name) : this.#closed.add(name)));
    return made;
  }

  /** @param {Record<string, any>[]} orders */
  #orders(orders) {
    const where = { conversation_id: this.talk.id, storefront: this.talk.conversation.storefront, changed: () => (this.talk.look(), this.load()) };
    return orders.map((order, at) => {
      const card = orderCard(/** @type {any} */ ({ labels: {}, fallback: "", ...order }), /** @type {any} */ ({ words }));
      const page = h("a", { class: "order-page", href: href(`/orders/${where.storefront}/${encodeURIComponent(order.number)}`) }, say("open_order"), icon("external"));
      const actions = slots.orderActions(order, this.context, where);
      const whole = h("div", { class: "order-whole" }, h("div", { class: "blocks" }, card), h("div", { class: "row wrap between" }, actions, page));
      if (at === 0) return whole;
      return h("details", { class: "other-order" }, h("summary", {}, h("span", { class: "grow" }, order.number), h("span", { class: "muted" }, order.state_label || "")), whole);
    });
  }
}

/** @param {Record<string, any> | null | undefined} handoff @returns {Child[]} */
function why(handoff) {
  if (!handoff) return [];
  return [
    handoff.words && h("blockquote", { dir: "auto" }, handoff.words),
    facts([
      [say("reason"), words.named("reason", handoff.reason)],
      [say("asked_at"), moment(handoff.asked_at)],
      [say("claim_by"), handoff.state === "waiting" || !handoff.agent ? moment(handoff.claim_by, "due") : null],
      [say("team"), handoff.team],
      [say("case"), handoff.case_number && caseLink(handoff.case_number)],
      [say("snoozed"), moment(handoff.snoozed_until)],
      [say("transfers"), handoff.transfers ? String(handoff.transfers) : null],
    ]),
  ];
}

/** @param {string} number */
const caseLink = (number) => h("a", { href: href(`/cases/${encodeURIComponent(number)}`) }, number);

/** @param {Record<string, any> | null | undefined} identity @param {Talk} talk @returns {Child[]} */
function identity(identity, talk) {
  const about = identity || {};
  const verified = about.verified ?? talk.conversation.buyer?.verified;
  const how = about.how || about.method || (typeof verified === "string" ? verified : "");
  return [
    facts([
      [say("name"), about.name || talk.conversation.buyer?.name || say("guest")],
      [say("verified"), verified ? badge(how ? words.named("verified", how) : say("yes"), "good", "shield") : badge(say("not_verified"), "warn", "question")],
      [say("verified_until"), verified && moment(about.verified_until)],
    [say("guest_order"), about.guest_order],
      [say("email"), about.email],
      [say("language"), words.language(about.locale || talk.conversation.language)],
      [say("timezone"), about.timezone],
    ]),
    talk.blocked && h("p", { class: "bad row" }, icon("ban"), say("blocked_short")),
  ];
}

/** @param {Record<string, any>[]} list @returns {Child[]} */
function promises(list) {
  return list.length ? [h("ul", { class: "plain-list", role: "list" }, ...list.map((each) =>
    h("li", {}, icon("flag"), h("span", { class: "grow" }, each.text || words.named("promise", each.kind), each.order_number && h("span", { class: "muted" }, ` ${each.order_number}`)), moment(each.due_at, "due"))))] : [];
}

/** @param {Record<string, any>[]} list @returns {Child[]} */
function cases(list) {
  return list.length ? [h("ul", { class: "plain-list", role: "list" }, ...list.map((each) =>
    h("li", {}, icon("folder"), h("span", { class: "grow" }, caseLink(each.number), " ", h("span", { class: "muted" }, words.named("case_kind", each.kind))),
      badge(words.named("case_state", each.state)))))] : [];
}

/** What the same buyer said elsewhere, so that nobody asks twice. @param {Record<string, any>[]} list @returns {Child[]} */
function others(list) {
  return list.length ? [h("ul", { class: "plain-list others", role: "list" }, ...list.map((each) =>
    h("li", {}, icon(channelSign(each.channel)), h("div", { class: "grow" },
      h("p", { class: "row between" }, h("a", { href: href(`/inbox/all/${encodeURIComponent(each.conversation_id)}`) }, channelName(each.channel)),
        h("span", { class: "muted" }, say(`owner_${each.owner}`), " · ", moment(each.at))),
      each.last && h("p", { class: "clip muted", dir: "auto" }, each.last.text))))) ] : [];
}

/** @param {Record<string, any>[]} list @returns {Child[]} */
function understanding(list) {
  return list.length ? [h("ul", { class: "understood", role: "list" }, ...list.map((each) => {
    const share = Number(each.confidence ?? 0);
    const percent = `${Math.round(share * 100)} %`;
    return h("li", {}, h("p", { class: "clip", dir: "auto", title: each.text }, each.text),
      h("p", { class: "row" }, h("code", { class: "grow clip" }, each.intent || "–"),
        each.confidence !== null && each.confidence !== undefined && h("meter", { min: 0, max: 1, low: 0.5, high: 0.8, optimum: 1, value: share, "aria-label": say("confidence") }, percent),
        each.confidence !== null && each.confidence !== undefined && h("span", { class: "small muted number" }, percent)));
  }))] : [];
}

/** What the bot had in hand. @param {Record<string, any>} known @returns {Child[]} */
function state({ form, slots: given }) {
  const rows = Object.entries(given || {}).filter(([, value]) => value !== null && value !== "" && value !== false);
  if (!rows.length && !form) return [];
  return [h("details", {}, h("summary", {}, say("about_slots")), facts([
    [say("form"), form && h("code", {}, form)],
    .../** @type {[string, Child][]} */ (rows.map(([name, value]) => [name, h("code", {}, typeof value === "object" ? JSON.stringify(value) : String(value))])),
  ]))];
}

/** @param {Talk} talk @returns {Child[]} */
function earlier(talk) {
  const list = talk.handoffs.filter((each) => each.id !== talk.handoff?.id);
  return list.length ? [h("ul", { class: "plain-list", role: "list" }, ...list.map((each) =>
    h("li", {}, icon("hand"), h("span", { class: "grow" }, words.named("reason", each.reason), " ",
      h("span", { class: "muted" }, [each.ended_as && words.named("ended", each.ended_as), each.disposition && words.named("disposition", each.disposition)].filter(Boolean).join(", "))), moment(each.asked_at))))] : [];
}
