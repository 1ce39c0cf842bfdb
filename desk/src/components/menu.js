// @ts-check
/** A button with a menu: arrows, Home and End, first letters, Escape gives the focus back. */

import { h, icon } from "../dom.js";

/** @import {IconName, Child} from "../dom.js" */

const GAP = 4;
const EDGE = 8;

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {() => void} [act]
 * @property {IconName} [icon]
 * @property {boolean} [checked] one of several choices
 * @property {string} [key]
 * @property {boolean} [danger]
 * @property {boolean} [line] a line before it
 */

/**
 * @param {HTMLButtonElement} opener
 * @param {() => (Item | null | false)[]} items asked for each time it opens
 * @param {{label: string, start?: boolean, up?: boolean, head?: Child}} how
 */
export function menu(opener, items, { label, start, up, head }) {
  // In the top layer, so that nothing around it cuts it off.
  const list = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual", hidden: true });
  const holder = h("div", { class: "menu-holder" }, opener, list);
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  /** @param {boolean} [back] */
  const close = (back = true) => {
    if (list.hidden) return;
    list.hidden = true;
    list.hidePopover();
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  };
  const open = () => {
    list.replaceChildren(...[head || "", ...items().flatMap((item) => (item ? row(item, close) : []))].filter(Boolean));
    list.hidden = false;
    list.showPopover();
    place(list, opener, start, up);
    opener.setAttribute("aria-expanded", "true");
    choices(list)[0]?.focus();
  };
  opener.addEventListener("click", () => (list.hidden ? open() : close()));
  opener.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") (event.preventDefault(), open());
  });
  list.addEventListener("keydown", (event) => moved(list, event, close));
  holder.addEventListener("focusout", (event) => {
    if (!holder.contains(/** @type {Node | null} */ (event.relatedTarget))) close(false);
  });
  return holder;
}

/**
 * Beside what opens it, and inside the window.
 * @param {HTMLElement} list @param {HTMLElement} opener @param {boolean} [start] begins where the opener begins @param {boolean} [up]
 */
function place(list, opener, start, up) {
  const [from, own] = [opener.getBoundingClientRect(), list.getBoundingClientRect()];
  const atStart = Boolean(start) !== (getComputedStyle(opener).direction === "rtl");
  const left = atStart ? from.left : from.right - own.width;
  const below = from.bottom + GAP;
  const top = up || below + own.height > innerHeight - EDGE ? from.top - GAP - own.height : below;
  list.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - own.width - EDGE))}px`;
  list.style.top = `${Math.max(EDGE, top)}px`;
}

/** @param {Item} item @param {() => void} close */
function row(item, close) {
  const radio = item.checked !== undefined;
  const made = h("button", {
    type: "button", class: `menu-item ${item.danger ? "bad" : ""}`.trim(), tabindex: "-1",
    role: radio ? "menuitemradio" : "menuitem", "aria-checked": radio ? String(item.checked) : null,
  }, item.icon && icon(item.icon), h("span", { class: "label" }, item.label),
  item.checked && icon("check"), item.key && h("kbd", { "aria-hidden": "true" }, item.key));
  made.addEventListener("click", () => {
    close();
    item.act?.();
  });
  return item.line ? [h("hr"), made] : [made];
}

/** @param {HTMLElement} list */
const choices = (list) => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role^=menuitem]")]);

/** @param {HTMLElement} list @param {KeyboardEvent} event @param {(back?: boolean) => void} close */
function moved(list, event, close) {
  const all = choices(list);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = {
    ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1,
  }[event.key] ?? byLetter(all, at, event);
  event.stopPropagation();
  if (event.key === "Escape") close();
  else if (event.key === "Tab") close(false);
  else if (to !== undefined && to >= 0) all[to]?.focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
}

/** @param {HTMLElement[]} all @param {number} at @param {KeyboardEvent} event */
function byLetter(all, at, event) {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey) return -1;
  const begins = (/** @type {HTMLElement} */ each) => each.textContent?.toLowerCase().startsWith(event.key.toLowerCase());
  const after = all.findIndex((each, place) => place > at && begins(each));
  return after >= 0 ? after : all.findIndex(begins);
}
