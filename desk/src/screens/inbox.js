// @ts-check
/** The chats: a list on one side, the one that is open on the other. */

import { told } from "../api.js";
import { button, empty, skeleton } from "../components/index.js";
import { Pane } from "../conversation/pane.js";
import { h } from "../dom.js";
import { Filters } from "../inbox/filters.js";
import { row } from "../inbox/list.js";
import { paced } from "../pace.js";
import { href } from "../router.js";
import { say } from "../words.js";
import "../conversation/styles.js";
import "../inbox/styles.js";

/** @import {Command, Context, InboxItem, Screen} from "../types.js" */

const VIEWS = ["queue", "mine", "all"];
const EVERY = 1_000;

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  return new Inbox(context);
}

/** @implements {Screen} */
class Inbox {
  /** @type {InboxItem[]} */
  #items = [];
  /** @type {string | null} */
  #next = null;
  /** @type {Pane | null} */
  #pane = null;
  #id = "";
  #round = 0;
  #shown = "";
  #pace = paced(() => this.load(), EVERY);

  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.view = "";
    this.title = "";
    this.heading = h("h1", { tabindex: "-1" });
    this.total = h("span", { class: "muted number" });
    this.filters = new Filters(context, () => this.load());
    this.views = h("ul", { class: "views", role: "list" }, ...VIEWS.map((view) => h("li", {}, h("a", { href: href(`/inbox/${view}`), "data-view": view }, say(`view_${view}`)))));
    this.list = h("ul", { class: "items", role: "list", id: "chats" });
    this.under = h("div", { class: "under" }, skeleton(9));
    this.aside = h("section", { class: "chat-list", "aria-label": say("chats") },
      h("header", { class: "list-head" }, h("div", { class: "row" }, this.heading, this.total), this.views, this.filters.element),
      h("div", { class: "list-scroll", tabindex: "-1" }, this.list, this.under));
    this.place = h("div", { class: "place" });
    this.element = h("div", { class: "inbox" }, this.aside, this.place);
    this.stops = ["inbox", "conversation", "viewing"].map((type) => context.live.on(type, () => this.#pace.soon()));
    this.update(context.params);
  }

  /** @param {Record<string, string>} params */
  update(params) {
    const view = VIEWS.includes(params.view) ? params.view : this.view || "all";
    const id = params.id || "";
    const [otherView, otherId] = [view !== this.view, id !== this.#id];
    this.view = view;
    if (otherView) this.#entered();
    if (otherId || (!id && !this.place.firstChild)) this.#open(id);
    else if (otherView) this.#name();
    this.#mark();
    return true;
  }

  #entered() {
    const text = say(`view_${this.view}`);
    this.heading.textContent = text;
    for (const link of this.views.querySelectorAll("a")) {
      if (link.dataset.view === this.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.#items = [];
    this.#shown = "";
    this.list.replaceChildren();
    this.under.replaceChildren(skeleton(9));
    this.load();
  }

  /** @param {string} id */
  #open(id) {
    this.#id = id;
    this.#pane?.close();
    this.#pane = null;
    this.element.classList.toggle("reading", Boolean(id));
    this.#name();
    if (!id) return this.place.replaceChildren(empty("chat", say("nothing_open"), say("nothing_open_text")));
    const pane = new Pane(this.context, id, { back: `/inbox/${this.view}`, title: () => this.#name() });
    this.#pane = pane;
    this.place.replaceChildren(pane.element);
    pane.loaded.then(() => this.#pane === pane && document.activeElement === document.body && pane.focus());
  }

  #name() {
    const view = say(`view_${this.view}`);
    const title = this.#pane?.talk.conversation.owner ? `${this.#pane.name} · ${view}` : view;
    if (title === this.title) return;
    this.title = title;
    this.context.retitle(title);
  }

  /** @param {string | null} [cursor] of the next page */
  async load(cursor = null) {
    const round = ++this.#round;
    try {
      const page = await this.context.api.get("/inbox", { view: this.view, ...this.filters.chosen, cursor }, { quiet: true });
      if (round !== this.#round) return;
      this.#items = cursor ? [...this.#items, ...page.items] : page.items;
      this.#next = page.next || null;
      this.filters.learn(page.items);
      this.total.textContent = this.filters.any ? "" : String(page.counts?.[this.view] ?? "");
      this.#draw();
    } catch (problem) {
      if (round !== this.#round || this.#items.length) return;
      this.under.replaceChildren(empty("alert", say("list_failed"), told(problem), button(say("try_again"), () => this.load())));
    }
  }

  /** @param {string} id */
  #path(id) {
    return `/inbox/${this.view}/${encodeURIComponent(id)}`;
  }

  /** Draw the rows anew where something changed; the one with the focus keeps it. */
  #draw() {
    const shown = JSON.stringify([this.#items, this.#next, this.filters.chosen]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.id;
    this.list.replaceChildren(...this.#items.map((item) => row(item, this.#path(item.conversation_id), item.conversation_id === this.#id, this.context.me.user)));
    this.under.replaceChildren(...this.#foot());
    if (held) this.#row(held)?.focus();
  }

  #foot() {
    if (this.#next) return [button(say("more_chats"), () => this.load(this.#next), { kind: "quiet" })];
    if (this.#items.length) return [];
    if (this.filters.any) return [empty("search", say("none_fit"), say("none_fit_text"), button(say("clear_filters"), () => this.filters.clear(), { small: true }))];
    return [empty(this.view === "queue" ? "check" : "chat", say(`empty_${this.view}`), say(`empty_${this.view}_text`))];
  }

  #mark() {
    for (const link of this.list.querySelectorAll("a")) {
      if (link.dataset.id === this.#id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** @param {string} id */
  #row(id) {
    return /** @type {HTMLElement | null} */ (this.list.querySelector(`a[data-id="${CSS.escape(id)}"]`));
  }

  /** @param {1 | -1} way */
  #step(way) {
    const ids = this.#items.map((item) => item.conversation_id);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.id;
    const at = ids.indexOf(focused || this.#id);
    const id = ids[at < 0 ? 0 : Math.min(Math.max(at + way, 0), ids.length - 1)];
    if (!id) return this.context.announce(say(`empty_${this.view}`));
    this.context.go(this.#path(id), { replace: Boolean(this.#id) });
    const link = this.#row(id);
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  /** @returns {Command[]} */
  commands() {
    const group = say("group_list");
    return [
      ...(this.#pane?.commands() || []),
      { id: "list.next", key: "j", group, label: say("next_chat"), icon: "down", run: () => this.#step(1) },
      { id: "list.previous", key: "k", group, label: say("previous_chat"), icon: "back", run: () => this.#step(-1) },
      { id: "list.search", key: "f", group, label: say("search_chats"), icon: "search", run: () => this.filters.box.focus() },
      { id: "list.filter", group, label: say("filters"), icon: "filter", run: () => this.filters.toggle() },
      { id: "list.leave", key: "u", group, label: say("back_to_list"), icon: "back", when: () => Boolean(this.#id), run: () => this.#backToList() },
    ];
  }

  #backToList() {
    const id = this.#id;
    this.context.go(`/inbox/${this.view}`);
    (this.#row(id) || this.heading).focus();
  }

  focus() {
    if (this.#pane) this.#pane.loaded.then(() => this.#pane?.focus());
    else this.heading.focus();
  }

  close() {
    this.#pace.end();
    this.#round++;
    this.filters.end();
    this.#pane?.close();
    for (const stop of this.stops) stop();
  }
}
