// @ts-check
/** Buttons that answer, and the five stars among them. */

import { h, icon, sr } from "../dom.js";

/** @import {Block, Button} from "../types.js" */
/** @import {Context} from "./index.js" */

const STARS = ["1", "2", "3", "4", "5"];

/** @param {Block} block */
export function isStars(block) {
  return STARS.every((star, at) => block.buttons[at]?.title.trim().startsWith(star));
}

/**
 * A button that sends itself; once pressed it says so.
 * @param {Button} button @param {Context} context @param {string} className
 * @param {...(Node | string)} inside
 */
export function pressable(button, { client, words, answer }, className, ...inside) {
  const made = h("button", { type: "button", class: className, "data-id": button.id },
    ...(inside.length ? inside : [button.title]));
  made.addEventListener("click", () => {
    if (client.chosen.has(button.id)) return;
    answer({ payload: button.id }, button.title);
  });
  if (client.chosen.has(button.id)) markChosen(made, words.say("chosen"));
  return made;
}

/** @param {Element} button @param {string} word */
export function markChosen(button, word) {
  if (button.classList.contains("chosen")) return;
  button.classList.add("chosen");
  button.append(icon("check"), sr(` (${word})`));
}

/** @param {Block} block @param {Context} context */
export function quickReplies(block, context) {
  const buttons = block.buttons.map((/** @type {Button} */ each) => pressable(each, context, "reply"));
  return h("fieldset", { class: "replies" }, ...buttons);
}

/**
 * Five radio buttons that look like stars; other buttons of the block stay buttons.
 * @param {Block} block @param {Context} context
 */
export function stars(block, context) {
  const { client, words, answer } = context;
  /** @type {Button[]} */
  const buttons = block.buttons || [];
  const given = buttons.slice(0, 5).findIndex((button) => client.chosen.has(button.id)) + 1;
  const group = starGroup(words, words.say("rating"), given, (n) =>
    answer({ payload: buttons[n - 1].id }, words.say("stars", { n })));
  for (const button of buttons.slice(5)) group.append(pressable(button, context, "reply"));
  return group;
}

let groups = 0;

/**
 * @param {import("../i18n.js").Words} words @param {string} label @param {number} given
 * @param {(stars: number) => void} send @param {...Node} between the stars and the button
 */
export function starGroup({ say }, label, given, send, ...between) {
  const name = `stars${++groups}`;
  const radios = STARS.map((value, at) => {
    const radio = h("input", { type: "radio", name, value, class: "sr", checked: given === at + 1 });
    return h("label", { class: "star" }, radio, icon("star"), sr(say("stars", { n: at + 1 })));
  });
  const button = h("button", { type: "button", class: "primary", disabled: !given }, say("rate_send"));
  const row = h("div", { class: "stars", role: "radiogroup", "aria-label": label }, ...radios);
  const chosen = () => Number(row.querySelector("input:checked")?.getAttribute("value") || 0);
  row.addEventListener("change", () => (button.disabled = false));
  button.addEventListener("click", () => send(chosen()));
  return h("fieldset", { class: "rating", "data-given": given || null }, row, ...between, button);
}
