// @ts-check
/** Short notes at the foot of the page. They are read out, and stay long enough to be read. */

import { h, icon } from "../dom.js";
import { say } from "../words.js";

const STAYS = 7_000;
const STAYS_WITH_ACTION = 12_000;

export class Toasts {
  element = h("section", { class: "toasts", "aria-label": say("notes_region") });

  /** @param {(text: string, how?: {urgent?: boolean}) => void} announce */
  constructor(announce) {
    this.announce = announce;
  }

  /**
   * @param {string} text
   * @param {{kind?: "good" | "bad", action?: {label: string, act: () => void}}} [how]
   */
  show = (text, { kind, action } = {}) => {
    if (!text) return;
    this.announce(text, { urgent: kind === "bad" });
    const note = h("div", { class: "toast" }, kind && icon(kind === "bad" ? "alert" : "check"), h("span", {}, text));
    const away = () => note.remove();
    if (action) {
      note.append(h("button", { type: "button", class: "link-button", onclick: () => (away(), action.act()) }, action.label));
    }
    note.append(h("button", { type: "button", class: "icon-button", "aria-label": say("dismiss"), onclick: away }, icon("close")));
    this.element.append(note);
    while (this.element.childElementCount > 3) this.element.firstElementChild?.remove();
    this.#expire(note, kind === "bad" || action ? STAYS_WITH_ACTION : STAYS);
  };

  /** It stays while a pointer or the focus is on it. @param {HTMLElement} note @param {number} after */
  #expire(note, after) {
    setTimeout(() => {
      if (note.matches(":hover, :focus-within")) this.#expire(note, after / 2);
      else note.remove();
    }, after);
  }
}
