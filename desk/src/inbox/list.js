// @ts-check
/** The list of chats: who waits, why, how long, and what is at stake. */

import { channelBadge } from "../channels.js";
import { badge, face, moment } from "../components/index.js";
import { h, icon, sr } from "../dom.js";
import { href } from "../router.js";
import { say, words } from "../words.js";

/** @import {IconName} from "../dom.js" */
/** @import {Tone} from "../components/index.js" */
/** @import {InboxItem} from "../types.js" */

const URGENT_FROM = 0.75;

/** @type {Record<string, Tone>} */
const TONES = { anger: "bad", trouble: "bad", stuck: "warn", policy: "info", asked: "tint" };
/** @type {Record<string, IconName>} */
const AUTHORS = { bot: "spark", agent: "reply", system: "info" };

/**
 * One row. The whole of it is a link to the conversation.
 * @param {InboxItem} item @param {string} path @param {boolean} open @param {string} self the agent who looks
 */
export function row(item, path, open, self) {
  const name = item.buyer.name || say("guest");
  const link = h("a", {
    class: `item ${item.unread ? "unread" : ""}`, href: href(path), "aria-current": open ? "true" : null, "data-id": item.conversation_id,
  },
  h("span", { class: "top" }, h("span", { class: "name clip" }, name, item.buyer.verified ? verified() : null), clock(item)),
  h("span", { class: "last clip", dir: "auto" }, ...last(item)),
  h("span", { class: "marks" }, ...marks(item, self)));
  return h("li", {}, link);
}

function verified() {
  return h("span", { class: "verified", title: say("is_verified") }, icon("shield"), sr(say("is_verified")));
}

/** @param {InboxItem} item how long it waits, or when it was last heard of */
function clock(item) {
  const waits = item.owner === "queued" && item.handoff;
  const at = waits ? item.handoff?.asked_at : item.last?.at;
  const made = moment(at, "since");
  if (!made) return null;
  const late = waits && isUrgent(item.handoff);
  return h("span", { class: `clock ${late ? "bad" : waits ? "warn" : "muted"}` }, waits && icon("clock"), waits && sr(say("waits")), made);
}

/** Most of the time in which somebody must come is over. @param {import("../types.js").Handoff | null} handoff */
function isUrgent(handoff) {
  if (!handoff?.claim_by) return false;
  const [asked, by] = [Date.parse(handoff.asked_at), Date.parse(handoff.claim_by)];
  return Date.now() > asked + (by - asked) * URGENT_FROM;
}

/** @param {InboxItem} item */
function last(item) {
  if (!item.last) return [say("nothing_said")];
  const name = AUTHORS[item.last.author];
  return [name ? h("span", { class: "by" }, icon(name), sr(`${say(`author_${item.last.author}`)}: `)) : "", item.last.text || say("photo")];
}

/** @param {InboxItem} item @param {string} self */
function marks(item, self) {
  const { handoff } = item;
  const given = handoff?.agent;
  const agent = typeof given === "string" ? { user: given, name: given } : given;
  const snoozed = handoff?.snoozed_until && Date.parse(handoff.snoozed_until) > Date.now() ? handoff.snoozed_until : null;
  return [
    item.unread > 0 && h("span", { class: "badge count-new" }, String(item.unread), sr(` ${say("unread")}`)),
    handoff && item.owner === "queued" && badge(words.named("reason", handoff.reason), TONES[handoff.reason] || ""),
    item.owner !== "queued" && agent?.user !== self && badge(item.owner === "human" && agent ? agent.name : say(`owner_${item.owner}`), "", item.owner === "bot" ? "spark" : item.owner === "human" ? "person" : undefined),
    snoozed && badge(words.short(snoozed), "", "snooze", say("snoozed")),
    item.promise_due_at && h("span", { class: "badge warn" }, icon("flag"), sr(say("promise_due")), moment(item.promise_due_at, "due")),
    item.order && h("span", { class: "badge", title: say("order_of", { number: item.order.number }) }, words.money(item.order.value_minor, item.order.currency)),
    handoff?.case_number && badge(handoff.case_number, "", "folder"),
    item.language && item.language.slice(0, 2) !== "en" && badge(item.language.slice(0, 2).toUpperCase(), "info", undefined, words.language(item.language)),
    channelBadge(item.channel),
    badge(item.storefront, ""),
    item.viewers.length > 0 && h("span", { class: "faces", title: say("viewers_look", { who: item.viewers.map(nameOf).join(", "), n: item.viewers.length }) },
      ...item.viewers.slice(0, 3).map((viewer) => face(nameOf(viewer), null, true)), sr(say("viewers_look", { who: item.viewers.map(nameOf).join(", "), n: item.viewers.length }))),
  ].filter((each) => each instanceof Node);
}

/** @param {string | {name: string}} viewer */
const nameOf = (viewer) => (typeof viewer === "string" ? viewer : viewer.name);
