// @ts-check
/** One drawing function for each type of block; what is not known is shown as its plain text. */

import { h, icon, link } from "../dom.js";
import { blocksOf } from "../markdown.js";
import { article, promises } from "./article.js";
import { field } from "./field.js";
import { orderCard } from "./order.js";
import { linePicker, orderPicker } from "./pickers.js";
import { askPhotos, photo } from "./photo.js";
import { isStars, quickReplies, stars } from "./replies.js";

/** @import {Block, ChatEvent, Content} from "../types.js" */
/** @import {Client} from "../client.js" */
/** @import {Words} from "../i18n.js" */

/**
 * What a block may use: words, and ways to answer.
 * @typedef {object} Context
 * @property {Client} client
 * @property {Words} words
 * @property {(content: Content, label: string) => void} answer
 * @property {(camera: boolean) => void} pickFiles
 * @property {(text: string) => void} announce
 * @property {boolean} mine whether the buyer said it
 * @property {string} reply what the buyer said to it, as far as that is known
 */

/** @typedef {(block: Block, context: Context) => Node} Draw */

/** @type {Record<string, Draw>} */
const DRAW = {
  text: (block, context) => text(String(block.text), context),
  notice: (block) => h("div", { class: "notice" }, icon("info"), h("div", { dir: "auto" }, ...blocksOf(block.text))),
  quick_replies: (block, context) => (isStars(block) ? stars : quickReplies)(block, context),
  rating: (block, context) => stars(block, context),
  order_card: orderCard,
  order_picker: orderPicker,
  line_picker: linePicker,
  article,
  promises,
  photo,
  image: photo,
  field,
  link: (block, context) => secureLink(String(block.url), context),
};

/** What the words of a question ask for, where a plain text box would do less well. */
const ASKS = /_(ask_email|ask_code|code_sent|code_wrong|ask_photos(?:_\w+)?)$/;

/**
 * Draw what one message holds.
 * @param {ChatEvent} event @param {Context} context
 * @returns {Node[]}
 */
export function drawn(event, context) {
  const blocks = event.blocks || [];
  const nodes = blocks.map((block) => shown(block, context));
  if (context.mine && event.text) nodes.unshift(h("div", { class: "text own", dir: "auto" }, event.text));
  else if (event.text && !blocks.length) nodes.push(text(event.text, context));
  const asked = ASKS.exec(event.response || "")?.[1];
  if (asked?.startsWith("ask_photos")) nodes.push(askPhotos(context));
  else if (asked) {
    const kind = asked === "ask_email" ? "email" : "code";
    nodes.push(field({ type: "field", kind, fallback: "" }, context));
  }
  return nodes;
}

/**
 * A block of a type that is not known yet, or of another shape, still says what it says.
 * @type {Draw}
 */
function shown(block, context) {
  try {
    return (DRAW[block.type] || plain)(block, context);
  } catch (problem) {
    console.error(problem);
    return plain(block, context);
  }
}

/**
 * What one message says, as a line to be read out.
 * @param {ChatEvent} event
 */
export function spoken(event) {
  const said = event.text || (event.blocks || []).map((block) => block.fallback).join(" ");
  return said.replace(/\*\*/g, "").replace(/\s+/g, " ").trim();
}

/** @type {Draw} */
function plain(block, context) {
  return text(String(block.fallback || ""), context);
}

/** @param {string} said @param {Context} context */
function text(said, context) {
  const shown = h("div", { class: "text", dir: "auto" }, ...blocksOf(said));
  const secret = /https?:\/\/\S+\/secure\/[\w-]+/.exec(said);
  return secret ? h("div", { class: "said" }, shown, secureLink(secret[0], context)) : shown;
}

/** @param {string} url @param {Context} context */
function secureLink(url, { words: { say } }) {
  return h("div", { class: "card secure" },
    h("p", { class: "action" }, link(url, icon("lock"), say("secure_link"))),
    h("p", { class: "muted" }, say("secure_note")));
}
