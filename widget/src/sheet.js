// @ts-check
/** A question that has to be answered before the talk goes on, over the talk. */

import { button, h } from "./dom.js";

/**
 * @typedef {object} Asked
 * @property {string} title
 * @property {(Node | string)[]} body
 * @property {{label: string, act: () => void | Promise<void>, main?: boolean}[]} choices
 */

export class Sheet {
  /** @type {Element | null} */
  #back = null;
  element = h("div", { class: "sheet", hidden: true });

  /**
   * @param {HTMLElement} behind what cannot be reached meanwhile
   * @param {() => void} home puts the focus back when its place is gone
   */
  constructor(behind, home) {
    this.behind = behind;
    this.home = home;
  }

  get open() {
    return !this.element.hidden;
  }

  /** @param {Asked} asked */
  ask({ title, body, choices }) {
    if (!this.open) this.#back = /** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement;
    const buttons = choices.map(({ label, act, main }) =>
      button(main ? "primary" : "reply", act, label));
    const heading = h("h2", { id: "sheet-title", tabindex: "-1" }, title);
    this.element.replaceChildren(
      h("section", { class: "card", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "sheet-title" },
        heading, ...body, h("div", { class: "choices" }, ...buttons)));
    this.element.hidden = false;
    this.behind.inert = true;
    heading.focus();
  }

  close() {
    if (!this.open) return;
    this.element.hidden = true;
    this.element.replaceChildren();
    this.behind.inert = false;
    const back = /** @type {HTMLElement | null} */ (this.#back);
    if (back?.isConnected && back.checkVisibility()) back.focus();
    else this.home();
  }
}
