// @ts-check
/** Suggestions over the text box: canned replies after a slash, colleagues after an at sign. */

import { h, newId } from "../dom.js";
import { say } from "../words.js";

const MOST = 8;

/** @typedef {{id: string, title: string, text: string, take: () => void}} Suggestion */

export class Suggest {
  /** @type {Suggestion[]} */
  #shown = [];
  #at = 0;

  /** @param {HTMLTextAreaElement} box */
  constructor(box) {
    this.box = box;
    this.list = h("ul", { class: "suggestions", role: "listbox", id: newId("suggestions"), hidden: true, "aria-label": say("suggestions") });
    this.told = h("p", { class: "sr", role: "status" });
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.list.id);
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  get open() {
    return !this.list.hidden;
  }

  /** @param {Suggestion[]} found */
  show(found) {
    this.#shown = found.slice(0, MOST);
    this.#at = 0;
    this.list.hidden = !this.#shown.length;
    this.list.replaceChildren(...this.#shown.map((each) => {
      const row = h("li", { role: "option", id: newId("suggestion") },
        h("span", { class: "strong" }, each.title), each.text && h("span", { class: "muted clip" }, each.text));
      row.addEventListener("pointerdown", (event) => (event.preventDefault(), this.#take(each)));
      return row;
    }));
    this.told.textContent = this.open ? say("found_commands", { n: this.#shown.length }) : "";
    this.#mark();
  }

  close() {
    if (!this.open) return;
    this.show([]);
  }

  #mark() {
    const rows = [...this.list.children];
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === this.#at)));
    const current = rows[this.#at];
    if (current && this.open) this.box.setAttribute("aria-activedescendant", current.id);
    else this.box.removeAttribute("aria-activedescendant");
    current?.scrollIntoView({ block: "nearest" });
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
    if (to !== undefined) this.#at = (to + this.#shown.length) % this.#shown.length;
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#shown[this.#at]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    this.#mark();
    return true;
  }
}
