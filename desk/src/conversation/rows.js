// @ts-check
/** One row of the transcript: what somebody said as the buyer sees it, a note, or what happened. */

import { drawn } from "../../../widget/src/blocks/index.js";
import { badge, button, face } from "../components/index.js";
import { h, icon, sr } from "../dom.js";
import { say, words } from "../words.js";

/** @import {ChatEvent} from "../../../widget/src/types.js" */
/** @import {IconName} from "../dom.js" */
/** @import {Note, Talk, Waiting} from "./talk.js" */

/** @type {Record<string, IconName>} */
const SIGNS = { bot: "spark", queued: "hand", human: "person", offline: "clock", closed: "check" };

/** @param {ChatEvent} event @param {Talk} talk */
export function speaker(event, talk) {
  if (event.author === "buyer") return talk.conversation.buyer?.name || say("buyer");
  return event.agent?.name || say(`author_${event.author}`);
}

/**
 * What the drawing of blocks needs; here nothing can be pressed, so most of it does nothing.
 * @param {Talk} talk @param {boolean} mine
 */
function blockContext(talk, mine) {
  const client = { chosen: talk.chosen, api: { absolute: (/** @type {string} */ path) => new URL(path, location.origin).href } };
  const nothing = () => {};
  return /** @type {any} */ ({ client, words, answer: nothing, pickFiles: nothing, announce: nothing, mine, reply: "" });
}

/** @param {ChatEvent} event @param {Talk} talk */
function blocks(event, talk) {
  const body = h("div", { class: "blocks" }, ...drawn({ ...event, response: "" }, blockContext(talk, event.author === "buyer")));
  for (const set of body.querySelectorAll("fieldset")) set.disabled = true;
  return body;
}

/**
 * @param {ChatEvent} event @param {ChatEvent | undefined} before @param {Talk} talk
 * @returns {HTMLElement}
 */
export function eventRow(event, before, talk) {
  if (event.type === "owner" || event.type === "csat") return happened(event);
  if (event.author === "system") return told(event, talk);
  const goesOn = before?.author === event.author && before.type === event.type && before.agent?.name === event.agent?.name
    && Date.parse(event.at) - Date.parse(before.at) < 5 * 60_000;
  const name = speaker(event, talk);
  return h("li", { class: `said ${goesOn ? "goes-on" : ""}`, "data-author": event.author, "data-seq": event.seq, tabindex: "-1" },
    h("p", { class: goesOn ? "sr" : "by" }, sign(event, name), h("span", {}, name)),
    blocks(event, talk),
    h("p", { class: "meta" }, time(event.at), h("span", { class: "state" })));
}

/** @param {ChatEvent} event @param {string} name */
function sign(event, name) {
  if (event.author === "bot") return icon("spark");
  return event.author === "agent" ? face(name, event.agent?.picture, true) : "";
}

/** @param {string} at */
const time = (at) => h("time", { datetime: at, title: words.moment(at) }, words.time(at));

/**
 * A word of the system's to the buyer, as it stands in the chat.
 * @param {ChatEvent} event @param {Talk} talk
 */
function told(event, talk) {
  return h("li", { class: "told", "data-author": "system", "data-seq": event.seq, tabindex: "-1" },
    h("p", { class: "by" }, icon("info"), say("author_system")), blocks(event, talk), h("p", { class: "meta" }, time(event.at), h("span", { class: "state" })));
}

/** @param {ChatEvent} event */
function happened(event) {
  const { move } = /** @type {{move?: string}} */ (/** @type {unknown} */ (event));
  const who = event.agent?.name || say("somebody");
  const text = event.type === "csat"
    ? say("rated_by_buyer", { n: event.stars || 0 })
    : move && words.has(`move_${move}`) ? say(`move_${move}`, { who }) : say(`owner_now_${event.owner}`, { who });
  const name = event.type === "csat" ? "star" : SIGNS[event.owner || ""] || "info";
  return h("li", { class: "happened", "data-seq": event.seq}, icon(name), h("span", {}, text), time(event.at));
}

/** @param {Note} note */
export function noteRow(note) {
  return h("li", { class: "note", "data-note": note.note_id, tabindex: "-1" },
    h("p", { class: "by" }, icon("note"), h("span", {}, note.name), badge(say("internal"), "warn"), time(note.at)),
    h("p", { class: "text", dir: "auto" }, ...mentioned(note.text)));
}

/** @param {string} text */
function mentioned(text) {
  return text.split(/(@[\w.-]+)/).map((part, at) => (at % 2 ? h("strong", { class: "mention" }, part) : part));
}

/**
 * A message that has not left yet, with the seconds that are left to take it back.
 * @param {Waiting} message @param {Talk} talk @param {(message: Waiting) => unknown} undo
 * @param {(message: Waiting) => unknown} edit
 */
export function waitingRow(message, talk, undo, edit) {
  const mine = message.user === talk.me.user;
  const refused = message.state === "refused";
  const photos = message.attachment_ids?.length;
  return h("li", { class: `said waiting ${refused ? "refused" : ""}`, "data-author": "agent", "data-waiting": message.message_id, tabindex: "-1" },
    h("p", { class: "by" }, face(message.name, null, true), h("span", {}, message.name)),
    h("div", { class: "blocks" }, message.text && h("div", { class: "text", dir: "auto" }, message.text),
      photos > 0 && h("p", { class: "file" }, icon("clip"), say("photos_with_it", { n: photos }))),
    h("p", { class: "meta", role: refused ? "alert" : null }, h("span", { class: "countdown", "data-until": refused ? null : message.send_at }, refused ? say("not_sent") : ""),
      mine && (refused ? button(say("take_text_back"), () => edit(message), { kind: "quiet", small: true, icon: "undo" })
        : button(say("undo"), () => undo(message), { kind: "quiet", small: true, icon: "undo", key: "z" })),
      !refused && sr(` ${say("undo_hint")}`)));
}

/** @param {string} at */
export const dayRow = (at) => h("li", { class: "day" }, h("span", {}, words.day(at)));
