// @ts-check
/** The talk on the screen: everything that was said, by whomever, with the notes in between. */

import { button } from "../components/index.js";
import { h, icon } from "../dom.js";
import { say, words } from "../words.js";
import { isTrouble, mark } from "./delivery.js";
import { dayRow, eventRow, noteRow, speaker, waitingRow } from "./rows.js";
import { spoken } from "../../../widget/src/blocks/index.js";

/** @import {ChatEvent} from "../../../widget/src/types.js" */
/** @import {Delivery} from "./delivery.js" */
/** @import {Talk, Waiting} from "./talk.js" */

const NEAR = 90; // pixels from the end that still count as the end

export class Transcript {
  /** @type {Map<string, HTMLElement>} rows by what they show, so that none is drawn twice */
  #rows = new Map();
  #follows = true;
  #byHand = false;

  /**
   * @param {Talk} talk
   * @param {{undo: (message: Waiting) => unknown, edit: (message: Waiting) => unknown, tell: (problem: unknown) => void}} acts
   */
  constructor(talk, acts) {
    this.talk = talk;
    this.acts = acts;
    this.list = h("ol", { class: "talk", role: "list" });
    this.earlier = button(say("earlier"), () => this.#earlier(), { kind: "quiet", small: true });
    this.typing = h("p", { class: "typing muted small", role: "status" });
    this.down = h("button", { type: "button", class: "icon-button down", "aria-label": say("newest"), title: say("newest"), hidden: true, onclick: () => this.toEnd() }, icon("down"));
    this.scroller = h("div", { class: "scroller", role: "log", "aria-live": "off", "aria-label": say("conversation"), tabindex: "0", id: "transcript" },
      h("h2", { class: "sr" }, say("conversation")), h("p", { class: "earlier" }, this.earlier), this.list, this.typing);
    this.element = h("div", { class: "transcript" }, this.scroller, this.down);
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    for (const hand of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.scroller.addEventListener(hand, () => (this.#byHand = true), { passive: true });
    }
    this.sizes = new ResizeObserver(() => this.#follows && this.toEnd());
    this.sizes.observe(this.scroller);
    this.sizes.observe(this.list);
    this.timer = setInterval(() => this.#count(), 250);
  }

  end() {
    this.sizes.disconnect();
    clearInterval(this.timer);
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#follows = true;
    this.#byHand = false;
    this.down.hidden = true;
  }

  #scrolled() {
    if (this.#byHand) this.#follows = this.atEnd;
    this.down.hidden = this.atEnd;
  }

  async #earlier() {
    const { scroller } = this;
    const below = scroller.scrollHeight - scroller.scrollTop;
    try {
      await this.talk.earlier();
    } catch (problem) {
      return this.acts.tell(problem);
    }
    this.#follows = false;
    this.refresh();
    scroller.scrollTop = scroller.scrollHeight - below;
    this.list.querySelector("li")?.focus();
  }

  /** Draw what is not drawn yet, in the order of time; what stands there stays. */
  refresh() {
    const { talk } = this;
    this.earlier.hidden = !talk.hasEarlier;
    /** @type {{at: string, key: string, make: () => HTMLElement}[]} */
    const wanted = [];
    talk.events.forEach((event, at) => wanted.push({
      at: event.at, key: `e${event.seq}`, make: () => eventRow(event, talk.events[at - 1], talk),
    }));
    for (const note of talk.notes) {
      if (!talk.hasEarlier || note.at >= (talk.events[0]?.at || "")) wanted.push({ at: note.at, key: `n${note.note_id}`, make: () => noteRow(note) });
    }
    wanted.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    for (const message of this.#unsent()) {
      wanted.push({ at: message.send_at, key: `w${message.message_id}${message.state}`, make: () => waitingRow(message, talk, this.acts.undo, this.acts.edit) });
    }
    this.#place(this.#withDays(wanted));
    this.#states();
    this.#count();
    this.setTyping();
    if (this.#follows) this.toEnd();
    else this.down.hidden = this.atEnd;
  }

  /** What waits to leave and has no event yet. */
  #unsent() {
    const sent = new Set(this.talk.events.map((event) => event.client_msg_id).filter(Boolean));
    return this.talk.waiting.filter((message) => !sent.has(message.client_msg_id));
  }

  /** @param {{at: string, key: string, make: () => HTMLElement}[]} wanted */
  #withDays(wanted) {
    let day = "";
    return wanted.flatMap((row) => {
      const its = new Date(row.at).toDateString();
      if (its === day) return [row];
      day = its;
      return [{ at: row.at, key: `d${its}`, make: () => dayRow(row.at) }, row];
    });
  }

  /** @param {{key: string, make: () => HTMLElement}[]} wanted */
  #place(wanted) {
    const kept = new Set(wanted.map(({ key }) => key));
    for (const [key, row] of this.#rows) {
      if (kept.has(key)) continue;
      if (row.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
      row.remove();
      this.#rows.delete(key);
    }
    /** @type {Element | null} */
    let next = this.list.firstElementChild;
    for (const { key, make } of wanted) {
      const row = this.#rows.get(key) || make();
      this.#rows.set(key, row);
      if (row === next) next = next.nextElementSibling;
      else this.list.insertBefore(row, next);
    }
  }

  /** Say how far what we wrote got: in the chat once, at the newest of ours; in a messenger at each. */
  #states() {
    const { conversation, deliveries, readTo } = this.talk;
    const inMessenger = Boolean(this.talk.thread);
    const authors = inMessenger ? ":not([data-author=buyer])" : ".said[data-author=agent]";
    const own = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(`li${authors}[data-seq]:has(.state)`)]);
    own.forEach((row, at) => {
      const seq = Number(row.dataset.seq);
      const newest = at === own.length - 1;
      if (inMessenger) return deliver(row, deliveries.get(seq), conversation.channel, newest);
      const state = row.querySelector(".state");
      if (state) state.textContent = newest ? say(seq <= readTo ? "state_read" : "state_sent") : "";
    });
  }

  /** Bring the seconds that are left up to date. */
  #count() {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll(".countdown[data-until]"))) {
      const left = Math.max(0, Math.ceil((Date.parse(element.dataset.until || "") - Date.now()) / 1000));
      const text = left ? say("sends_in", { n: left }) : say("sending");
      if (element.textContent !== text) element.textContent = text;
    }
  }

  setTyping() {
    const text = this.talk.buyerTypes ? say("is_typing", { who: this.talk.conversation.buyer?.name || say("buyer") }) : "";
    if (this.typing.textContent !== text) this.typing.textContent = text;
  }

  /** @param {ChatEvent} event @returns {string} one line to be read out */
  line(event) {
    const what = spoken(event);
    return what && words.say("says", { who: speaker(event, this.talk), what });
  }
}

/**
 * Show how far a message got, anew where that changed.
 * @param {HTMLElement} row @param {Delivery | undefined} delivery @param {string} channel @param {boolean} newest
 */
function deliver(row, delivery, channel, newest) {
  const state = row.querySelector(".state");
  const shown = JSON.stringify([delivery, newest]);
  if (!state || row.dataset.shown === shown) return;
  row.dataset.shown = shown;
  row.classList.toggle("trouble", isTrouble(delivery));
  row.classList.toggle("failed", delivery?.state === "failed");
  state.replaceChildren(...(delivery ? [mark(delivery, channel, newest)] : []));
}
