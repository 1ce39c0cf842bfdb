// @ts-check
/** Which chats are listed: by storefront, reason, language and channel, and by words. */

import { iconButton } from "../components/index.js";
import { select } from "../components/field.js";
import { h, icon } from "../dom.js";
import { say, words } from "../words.js";

/** @import {Context, InboxItem} from "../types.js" */

const LATER = 250;
const NAMES = /** @type {const} */ (["storefront", "reason", "language", "channel"]);
const REASONS = ["asked", "stuck", "anger", "policy", "trouble", "taken_over", "started"];

/** @typedef {Record<"storefront" | "reason" | "language" | "channel" | "q", string>} Chosen */

export class Filters {
  /** @type {Chosen} */
  chosen = { storefront: "", reason: "", language: "", channel: "", q: "" };
  /** @type {Record<string, Set<string>>} */
  #seen = { storefront: new Set(), language: new Set(), channel: new Set() };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  /** @param {Context} context @param {() => void} changed */
  constructor(context, changed) {
    this.changed = changed;
    for (const name of context.me.storefronts) this.#seen.storefront.add(name);
    for (const name of context.me.languages) this.#seen.language.add(name);
    this.box = h("input", { type: "search", class: "input small", "aria-label": say("search_chats"), placeholder: say("search_chats_hint"), autocomplete: "off" });
    this.box.addEventListener("input", () => {
      clearTimeout(this.#later);
      this.#later = setTimeout(() => this.#set("q", this.box.value.trim()), LATER);
    });
    this.row = h("div", { class: "filter-row", hidden: true, id: "filters" });
    this.opener = iconButton("filter", say("filters"), () => this.toggle());
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.setAttribute("aria-controls", "filters");
    this.element = h("div", { class: "filters" }, h("div", { class: "row" }, h("div", { class: "search-box" }, icon("search"), this.box), this.opener), this.row);
  }

  get any() {
    return Object.values(this.chosen).some(Boolean);
  }

  toggle() {
    this.row.hidden = !this.row.hidden;
    this.opener.setAttribute("aria-expanded", String(!this.row.hidden));
    if (this.row.hidden) return;
    this.#draw();
    this.row.querySelector("select")?.focus();
  }

  /** What can be chosen is what there is. @param {InboxItem[]} items */
  learn(items) {
    for (const item of items) for (const [name, seen] of Object.entries(this.#seen)) seen.add(/** @type {any} */ (item)[name]);
  }

  clear() {
    this.chosen = { storefront: "", reason: "", language: "", channel: "", q: "" };
    this.box.value = "";
    this.#draw();
    this.#mark();
    this.changed();
  }

  /** @param {keyof Chosen} name @param {string} value */
  #set(name, value) {
    if (this.chosen[name] === value) return;
    this.chosen[name] = value;
    this.#mark();
    this.changed();
  }

  #mark() {
    const n = NAMES.filter((name) => this.chosen[name]).length;
    this.opener.classList.toggle("on", n > 0);
    this.opener.setAttribute("aria-label", n ? say("filters_on", { n }) : say("filters"));
  }

  #draw() {
    if (this.row.hidden) return;
    this.row.replaceChildren(...NAMES.map((name) => {
      const values = name === "reason" ? REASONS : [...this.#seen[name]].filter(Boolean).sort();
      /** @type {[string, string][]} */
      const options = [["", say(`any_${name}`)], ...values.map((value) => /** @type {[string, string]} */ ([value, labelOf(name, value)]))];
      return select(say(name), options, { value: this.chosen[name], hidden: true, small: true, onchange: (value) => this.#set(name, value) }).element;
    }));
  }

  end() {
    clearTimeout(this.#later);
  }
}

/** @param {string} name @param {string} value */
function labelOf(name, value) {
  if (name === "language") return words.language(value);
  return name === "storefront" ? value : words.named(name, value);
}
