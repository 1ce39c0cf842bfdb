// @ts-check
/** Suggestions over the text box: canned replies after a slash, colleagues after an at sign. */

import { h, newId } from "../dom.js";
import { say } from "../words.js";

const MOST = 6; // at once; arrows bring the others

const AWAY = 150; // milliseconds after which the box was left on purpose

/** @typedef {{id: string, title: string, text: string, take: () => void}} Suggestion */

export class Suggest {
  /** @type {Suggestion[]} */
  #found = [];
  #at = 0;

  /** @param {HTMLTextAreaElement} box */
  constructor(box) {
    this.box = box;
    this.list = h("ul", { class: "suggestions", role: "listbox", id: newId("suggestions"), hidden: true, "aria-label": say("suggestions") });
    this.told = h("p", { class: "sr", role: "status" });
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.list.id);
    box.addEventListener("blur", () => setTimeout(() => document.activeElement !== box && this.close(), AWAY));
  }

  get open() {
    return !this.list.hidden;
  }

  /** @param {Suggestion[]} found */
  show(found) {
    this.#found = found;
    this.#at = 0;
    this.list.hidden = !found.length;
    this.told.textContent = this.open ? say("found_commands", { n: found.length }) : "";
    this.#draw();
  }

  close() {
    if (!this.open) return;
    this.show([]);
  }

  /** Draw those around the chosen one. */
  #draw() {
    const n = this.#found.length;
    const from = Math.max(0, Math.min(this.#at - MOST + 2, n - MOST));
    const shown = this.#found.slice(from, from + MOST);
    const rows = shown.map((each, place) => this.#row(each, from + place));
    this.list.replaceChildren(...rows);
    const current = rows[this.#at - from];
    if (current && this.open) this.box.setAttribute("aria-activedescendant", current.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  /** @param {Suggestion} each @param {number} place among all */
  #row(each, place) {
    const row = h("li", {
      role: "option", id: newId("suggestion"), "aria-selected": String(place === this.#at),
      "aria-posinset": place + 1, "aria-setsize": this.#found.length,
    }, h("span", { class: "strong" }, each.title), each.text && h("span", { class: "muted clip" }, each.text));
    row.addEventListener("pointerdown", (event) => (event.preventDefault(), this.#take(each)));
    return row;
  }

  /** @param {Suggestion} one */
  #take(one) {
    this.close();
    one.take();
    this.box.focus();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the list */
  key(event) {
    if (!this.open) return false;
    const to = { ArrowDown: this.#at + 1, ArrowUp: this.#at - 1 }[event.key];
    if (to !== undefined) this.#at = (to + this.#found.length) % this.#found.length;
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#found[this.#at]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (this.open) this.#draw();
    return true;
  }
}
