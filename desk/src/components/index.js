// @ts-check
/** The small parts that screens are made of; the larger ones have modules of their own. */

import { h, icon, newId } from "../dom.js";
import { words } from "../words.js";

export { ask, confirm } from "./dialog.js";
export { field, select, check, segments } from "./field.js";
export { menu } from "./menu.js";
export { table } from "./table.js";
export { tabs } from "./tabs.js";

/** @import {IconName, Child} from "../dom.js" */

/**
 * A button with words. Without something to do it sends its form. While a promise that `act`
 * returns is open it cannot be pressed again.
 * @param {string} label
 * @param {((event: Event) => unknown) | null} [act]
 * @param {{kind?: "primary" | "danger" | "quiet", small?: boolean, icon?: IconName, disabled?: boolean, name?: string, key?: string}} [how]
 */
export function button(label, act = null, how = {}) {
  const made = h("button", {
    type: act ? "button" : "submit", disabled: how.disabled, "aria-label": how.name, "aria-keyshortcuts": how.key,
    class: ["button", how.kind, how.small && "small"].filter(Boolean).join(" "),
  }, how.icon && icon(how.icon), h("span", {}, label));
  if (act) made.addEventListener("click", (event) => once(made, () => act(event)));
  return made;
}

/**
 * A button that is an icon; `label` says what it does.
 * @param {IconName} name @param {string} label @param {(event: Event) => unknown} act
 * @param {{pressed?: boolean, key?: string}} [how]
 */
export function iconButton(name, label, act, how = {}) {
  const pressed = how.pressed === undefined ? null : String(how.pressed);
  const made = h("button", {
    type: "button", class: "icon-button", "aria-label": label, title: label,
    "aria-pressed": pressed, "aria-keyshortcuts": how.key,
  }, icon(name));
  made.addEventListener("click", (event) => once(made, () => act(event)));
  return made;
}

/** @param {HTMLButtonElement} button @param {() => unknown} act */
async function once(button, act) {
  if (button.classList.contains("busy") || button.getAttribute("aria-disabled") === "true") return;
  const doing = act();
  if (!(doing instanceof Promise)) return;
  button.classList.add("busy");
  button.setAttribute("aria-busy", "true");
  try {
    await doing;
  } finally {
    button.classList.remove("busy");
    button.removeAttribute("aria-busy");
  }
}

/** @typedef {"" | "tint" | "bad" | "warn" | "good" | "info"} Tone */

/** @param {Child} text @param {Tone} [tone] @param {IconName} [name] @param {string} [title] */
export const badge = (text, tone = "", name, title) =>
  h("span", { class: `badge ${tone}`.trim(), title }, name && icon(name), text);

/**
 * A person: the picture, or the first letters of the name. The name stands beside it.
 * @param {string} name @param {string | null} [picture] @param {boolean} [small]
 */
export function face(name, picture, small = false) {
  const className = small ? "face small" : "face";
  if (picture) return h("img", { class: className, src: picture, alt: "" });
  const letters = name.split(/\s+/).map((part) => part[0] || "").slice(0, 2).join("");
  return h("span", { class: className, "aria-hidden": "true" }, letters.toUpperCase());
}

/**
 * Nothing is here, and what to do about it.
 * @param {IconName} name @param {string} title @param {string} [text] @param {...Child} more
 */
export const empty = (name, title, text, ...more) =>
  h("div", { class: "empty" }, icon(name), h("p", { class: "strong" }, title), text && h("p", {}, text), ...more);

/** Grey lines where something will be. @param {number} [lines] */
export const skeleton = (lines = 6) =>
  h("div", { class: "skeleton", "aria-busy": "true", "aria-label": words.say("loading"), role: "status" },
    ...Array.from({ length: lines }, () => h("i")));

/** @param {Child} text @param {"" | "bad" | "warn" | "good"} [tone] @param {IconName} [name] */
export const notice = (text, tone = "", name = "info") =>
  h("div", { class: `notice ${tone}`.trim(), role: tone === "bad" ? "alert" : null }, icon(name), h("div", {}, text));

/**
 * A section with a heading, in a frame.
 * @param {string} title @param {...(Child | Child[])} children
 */
export function card(title, ...children) {
  const id = newId("card");
  return h("section", { class: "card", "aria-labelledby": id }, h("header", {}, h("h2", { id }, title)), ...children);
}

/**
 * Names and what they are; what is empty is left out.
 * @param {[string, Child][]} rows
 */
export function facts(rows) {
  const given = rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return h("dl", { class: "facts" }, ...given.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/**
 * A moment. `clock` makes it run: how long ago ("since"), or how long until ("due").
 * @param {string | null | undefined} at @param {"since" | "due"} [clock]
 */
export function moment(at, clock) {
  if (!at) return null;
  return tick(h("time", { datetime: at, title: words.moment(at), "data-clock": clock }, words.short(at)));
}

/** Bring a running moment up to date. @param {HTMLTimeElement} element */
function tick(element) {
  const { clock } = element.dataset;
  if (!clock) return element;
  const at = element.dateTime;
  const text = clock === "due" ? words.due(at) : words.since(at);
  if (element.textContent !== text) element.textContent = text;
  if (clock === "due") element.classList.toggle("bad", Date.parse(at) < Date.now());
  return element;
}

/** Bring all running moments on the page up to date. */
export function tickAll() {
  for (const element of document.querySelectorAll("time[data-clock]")) tick(/** @type {HTMLTimeElement} */ (element));
}

/**
 * The heading of a screen, with what stands beside it.
 * @param {string} title @param {...(Child | Child[])} beside
 */
export const heading = (title, ...beside) =>
  h("header", { class: "head" }, h("h1", { class: "grow", tabindex: "-1" }, title), ...beside);
