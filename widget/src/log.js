// @ts-check
/** The talk on the screen: rows in order, the newest fifty first, older ones on demand. */

import { drawn, spoken } from "./blocks/index.js";
import { markChosen, starGroup } from "./blocks/replies.js";
import { button, h, icon, iconButton, sr } from "./dom.js";

/** @import {Context} from "./blocks/index.js" */
/** @import {ChatEvent, Outgoing} from "./types.js" */

const AT_ONCE = 50;
const OLDER = 12; // drawn between two frames while somebody scrolls
const AHEAD = 800; // pixels above what is seen that are drawn already
const STRETCH = 5; // messages that may belong together
const AT_A_STRETCH = 15_000; // between two of them
const REACH = 8; // events after a question that may hold its answer
const EDGE = 14; // pixels above the buyer's last word
const OVER = new Set(["give_back", "leave", "close"]); // moves that end what a person did
const NEAR = 80; // pixels from the end that still count as the end

export class Log {
  /** How many of the events are drawn. */
  #from = 0;
  #soon = false;
  #wasAtEnd = true;
  /** Whether new words are followed: until the buyer's own hand scrolls away. */
  #follows = true;
  #byHand = false;
  /** @type {Map<string, HTMLElement>} rows of the buyer's that no event has confirmed */
  #unsent = new Map();

  /**
   * @param {Omit<Context, "mine" | "reply">} context
   * @param {(who: ChatEvent) => string} nameOf
   */
  constructor(context, nameOf) {
    const { say } = context.words;
    this.context = context;
    this.nameOf = nameOf;
    this.list = h("ol", { class: "rows" });
    this.earlier = button("earlier", () => this.#older(), say("earlier"));
    this.greeting = h("div", { class: "greeting" });
    this.typing = h("div", { id: "typing", class: "typing", role: "status" });
    this.down = iconButton("down", () => this.toEnd(), "down", say("newest"));
    this.scroller = h("div", {
      class: "log", role: "log", "aria-live": "off", "aria-label": say("conversation"), tabindex: "0", part: "log",
    }, this.earlier, this.greeting, this.list, this.typing);
    this.earlier.hidden = this.down.hidden = true;
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    for (const hand of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.scroller.addEventListener(hand, () => (this.#byHand = true), { passive: true });
    }
    // A keyboard, a turned phone or a growing text box leave the newest words in view.
    new ResizeObserver(() => this.#wasAtEnd && this.toEnd()).observe(this.scroller);
  }

  /** What scrolls: the talk, or the whole panel where the window is too low for both. */
  get #view() {
    const whole = getComputedStyle(this.scroller).overflowY === "visible";
    return (whole && this.scroller.parentElement) || this.scroller;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#view;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    const view = this.#view;
    view.scrollTop = view.scrollHeight;
    this.#followed();
  }

  /** Go to the end, but never past the beginning of what just came. */
  follow() {
    const first = this.#newest();
    const view = this.#view;
    const { top } = view.getBoundingClientRect();
    const at = first ? first.getBoundingClientRect().top - top + view.scrollTop - EDGE : Infinity;
    view.scrollTop = Math.min(view.scrollHeight, at);
    this.#followed();
  }

  /** The first row of what came in one go: an answer, with the word it answers. */
  #newest() {
    const rows = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("li.msg")]).slice(-STRETCH);
    const said = (/** @type {number} */ at) => Date.parse(rows[at].querySelector("time")?.dateTime || "") || Date.now();
    let at = rows.length - 1;
    const by = (/** @type {number} */ at) => rows[at].dataset.author;
    const joined = (/** @type {number} */ at) => by(at) === "agent" && by(at - 1) !== "agent"; // who writes by hand answers nothing at once
    while (at > 0 && by(at) !== "buyer" && !joined(at) && said(at) - said(at - 1) < AT_A_STRETCH) at--;
    return rows[at];
  }

  #followed() {
    this.#follows = true;
    this.#byHand = false;
    this.#wasAtEnd = this.down.hidden = this.atEnd;
  }

  #scrolled() {
    this.#wasAtEnd = this.down.hidden = this.atEnd;
    // The browser scrolls, too, when something above grows: that is nobody's wish.
    if (this.#byHand) this.#follows = this.atEnd;
    if (this.scroller.scrollTop < AHEAD && !this.earlier.hidden) this.#older(OLDER);
  }

  /** Draw everything anew: another conversation, or its history has come. */
  redraw() {
    const { events } = this.context.client;
    this.#from = Math.max(0, events.length - AT_ONCE);
    this.list.replaceChildren(...events.slice(this.#from).flatMap((event, at) => this.#row(event, this.#from + at)));
    this.#unsent.clear();
    this.refresh();
    this.follow();
  }

  /** @param {number} [count] */
  #older(count = AT_ONCE) {
    const { events } = this.context.client;
    const from = Math.max(0, this.#from - count);
    const rows = events.slice(from, this.#from).flatMap((event, at) => this.#row(event, from + at));
    const view = this.#view;
    const below = view.scrollHeight - view.scrollTop;
    const held = this.#focused() === this.earlier;
    this.#from = from;
    this.list.prepend(...rows);
    if (held) rows.findLast((row) => row.matches(".msg"))?.focus({ preventScroll: true });
    this.earlier.hidden = from === 0;
    this.#settle();
    view.scrollTop = view.scrollHeight - below;
  }

  /** @param {ChatEvent} event just came */
  add(event) {
    const follow = this.#follows || event.author === "buyer";
    const pending = event.client_msg_id ? this.#unsent.get(event.client_msg_id) : undefined;
    const at = this.context.client.events.length - 1;
    const rows = this.#row(event, at);
    const row = rows.at(-1);
    if (this.#goesOn(at)) [...this.list.querySelectorAll("li.msg[data-seq]")].at(-1)?.classList.add("more");
    if (pending && row && event.client_msg_id) {
      this.#unsent.delete(event.client_msg_id);
      if (pending.contains(this.#focused())) queueMicrotask(() => row.focus());
      pending.replaceWith(...rows);
    } else {
      const next = this.#unsent.values().next().value;
      if (next) next.before(...rows);
      else this.list.append(...rows);
    }
    this.refresh();
    if (follow) this.follow();
    else this.down.hidden = false;
  }

  #focused() {
    return /** @type {ShadowRoot} */ (this.list.getRootNode()).activeElement;
  }

  /**
   * @param {ChatEvent} event @param {number} at its place among the events
   * @returns {HTMLElement[]}
   */
  #row(event, at) {
    const before = this.context.client.events[at - 1];
    const day = !before || this.context.words.day(before.at) !== this.context.words.day(event.at);
    const rows = day ? [h("li", { class: "day" }, h("span", {}, this.context.words.day(event.at)))] : [];
    const row = event.type === "owner" || event.type === "csat" ? this.#aside(event, at) : this.#message(event, at);
    return row ? [...rows, row] : rows;
  }

  /** @param {ChatEvent} event @param {number} at its place among the events */
  #aside(event, at) {
    const [text, rating] = [this.#told(event), this.#rating(event, at)];
    return text || rating ? h("li", { class: "aside", "data-seq": event.seq }, text, rating) : null;
  }

  /** @param {ChatEvent} event what nobody says in the talk; most moves are @returns {string} */
  #told(event) {
    const { say } = this.context.words;
    if (event.type === "csat") return say("rated", { n: event.stars || 0 });
    return say(`move_${event.move || event.owner}`, { who: this.nameOf(event) });
  }

  /**
   * A person was here: how was it?
   * @param {ChatEvent} event @param {number} at
   */
  #rating(event, at) {
    const { client, words } = this.context;
    const { events } = client;
    const was = events.slice(0, at).findLast((each) => each.type === "owner")?.owner;
    if (was !== "human" || !OVER.has(event.move || "")) return null;
    const later = events.slice(at).find((each) => each.type === "csat" && each.subject === "agent");
    const title = words.say("rate_agent", { who: this.nameOf(event) });
    const stars = starGroup(words, title, later?.stars || 0, async (n) => {
      stars.disabled = true;
      const given = client.sessions.use((session) => client.api.rate(session, { stars: n, subject: "agent" }));
      await given.catch(() => (stars.disabled = false));
    });
    stars.disabled = !!later;
    stars.prepend(h("p", {}, title));
    return stars;
  }

  /** @param {number} at @returns {string} what the buyer said to it */
  #reply(at) {
    const { events } = this.context.client;
    return events.slice(at + 1, at + REACH).find((event) => event.author === "buyer")?.text || "";
  }

  /** @param {number} at @returns {boolean} whether the same one went on, on the same day */
  #goesOn(at) {
    const { client: { events }, words } = this.context;
    const [before, event] = [events[at - 1], events[at]];
    return !!before && !!event && before.author === event.author && before.type === event.type &&
      this.nameOf(before) === this.nameOf(event) && words.day(before.at) === words.day(event.at);
  }

  /** @param {ChatEvent} event @param {number} at its place among the events */
  #message(event, at) {
    const mine = event.author === "buyer";
    const { client, words } = this.context;
    const who = this.nameOf(event);
    const goesOn = this.#goesOn(at);
    const picture = event.author === "agent" && client.agentAt(event)?.picture;
    const body = h("div", { class: "body" }, ...drawn(event, { ...this.context, mine, reply: this.#reply(at) }));
    // As classes: `:has` would have every row's style counted anew with each row that comes.
    const wide = body.querySelector(".card,.pick,.field") ? " wide" : "";
    return h("li", {
      class: `msg ${event.type}${this.#goesOn(at + 1) ? " more" : ""}${wide}`, tabindex: "-1",
      "data-author": event.author, "data-seq": event.seq, "data-client": event.client_msg_id,
    },
      h("p", { class: mine || goesOn ? "sr" : "who" },
        picture && h("img", { class: "face", src: client.api.absolute(picture), alt: "" }), who),
      body,
      h("p", { class: "meta" }, h("time", { datetime: event.at, title: words.moment(event.at) }, words.time(event.at)), h("span", { class: "state" })));
  }

  /** Once after however many events. */
  refreshSoon() {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      this.refresh();
    });
  }

  /** Bring states, buttons and what waits to be sent up to date. */
  refresh() {
    const { client } = this.context;
    for (const [id, row] of this.#unsent) {
      if (client.outgoing.has(id)) continue;
      row.remove();
      this.#unsent.delete(id);
    }
    for (const one of client.outgoing.values()) this.#pending(one);
    this.earlier.hidden = this.#from === 0;
    this.greeting.hidden = this.#from > 0;
    this.#states();
    this.#settle();
  }

  /** @param {Outgoing} one */
  #pending(one) {
    const { say } = this.context.words;
    let row = this.#unsent.get(one.id);
    if (!row) {
      row = h("li", { class: "msg message", tabindex: "-1", "data-author": "buyer", "data-client": one.id },
        h("p", { class: "sr" }, say("you")),
        h("div", { class: "body" }, h("div", { class: "text own", dir: "auto" }, one.label)),
        h("p", { class: "meta" }, h("span", { class: "state" })));
      this.#unsent.set(one.id, row);
      this.list.append(row);
      this.toEnd();
    }
    if (row.dataset.state === one.state) return;
    if (row.contains(this.#focused())) row.focus();
    row.dataset.state = one.state;
    const state = row.querySelector(".state");
    if (one.state !== "failed") state?.replaceChildren(say(one.state));
    else state?.replaceChildren(...this.#failed(one));
  }

  /** @param {Outgoing} one */
  #failed(one) {
    const { client, words: { say } } = this.context;
    return [
      h("span", { class: "error", role: "alert" }, icon("alert"), `${say("failed")}. ${one.problem || ""} `),
      button("text-button", () => client.outbox.retry(one.id), say("retry")),
      button("text-button", () => client.outbox.discard(one.id), say("discard")),
    ];
  }

  /** Say sent or read once, at the newest of the buyer's own. */
  #states() {
    const { client, words: { say } } = this.context;
    const own = [...this.list.querySelectorAll("li.msg[data-author=buyer][data-seq]")];
    for (const row of own) {
      const state = row.querySelector(".state");
      const { dataset } = /** @type {HTMLElement} */ (row);
      const read = Number(dataset.seq) <= client.readTo ? "read" : "sent";
      if (dataset.state !== read) dataset.state = read; // what is written again is laid out again
      const text = row === own.at(-1) && !this.#unsent.size ? ` · ${say(read)}` : "";
      if (state && state.textContent !== text) state.textContent = text;
    }
  }

  /** Buttons before the buyer's newest word are over; what was chosen says so. */
  #settle() {
    const { client, words: { say } } = this.context;
    const rows = [...this.list.querySelectorAll("li.msg")];
    const newest = rows.findLastIndex((row) => row.getAttribute("data-author") === "buyer");
    for (const set of rows.slice(0, newest + 1).flatMap((row) => [...row.querySelectorAll("fieldset")])) {
      if (set.disabled) continue;
      const focused = set.contains(this.#focused());
      set.disabled = true;
      // The picked button can no longer hold the focus; from its row, Tab goes on to the answer.
      if (focused) set.closest("li")?.focus({ preventScroll: true });
      for (const button of set.querySelectorAll("[data-id]")) {
        if (client.chosen.has(/** @type {HTMLElement} */ (button).dataset.id || "")) markChosen(button, say("chosen"));
      }
    }
  }

  /** @param {string} text who is typing; nothing when nobody is @param {boolean} [seen] words instead of dots */
  setTyping(text, seen = false) {
    if (this.typing.textContent === text) return;
    const follow = this.#follows;
    const dots = [h("i"), h("i"), h("i")];
    const words = seen ? [h("p", { class: "muted" }, text)] : [h("span", { class: "dots", "aria-hidden": "true" }, ...dots), sr(text)];
    this.typing.replaceChildren(...(text ? words : []));
    if (follow) this.follow();
  }

  /** @param {ChatEvent} event @returns {string} one line to be read out */
  line(event) {
    if (event.type === "owner") return this.#told(event);
    const what = spoken(event);
    return what && this.context.words.say("says", { who: this.nameOf(event), what });
  }
}
