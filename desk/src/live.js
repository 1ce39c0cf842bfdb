// @ts-check
/** What changes, as it changes: server-sent events, and asking again and again where those fail. */

/** @import {Api} from "./api.js" */

const POLL = 5_000;
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;

/**
 * @typedef {object} News
 * @property {"inbox" | "conversation" | "typing" | "viewing" | "state" | string} type
 * @property {string} [id] of a conversation; without it any may have changed
 * @property {number} [seq]
 * @property {boolean} [poll] nobody said so: it is time to look
 */

export class Live {
  /** "connecting", "online" by events, "polling", or "offline". */
  state = "connecting";
  /** @type {Map<string, Set<(news: News) => void>>} */
  #listeners = new Map();
  /** @type {EventSource | null} */
  #source = null;
  #pause = FIRST_PAUSE;
  #ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #polling;

  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    addEventListener("online", this.#back);
    addEventListener("offline", this.#gone);
    this.#open();
  }

  /**
   * Hear of one type of news; returns what stops it.
   * @param {string} type @param {(news: News) => void} listener
   */
  on(type, listener) {
    const all = this.#listeners.get(type) || new Set();
    this.#listeners.set(type, all.add(listener));
    return () => all.delete(listener);
  }

  end() {
    this.#ended = true;
    this.#source?.close();
    clearTimeout(this.#again);
    clearInterval(this.#polling);
    removeEventListener("online", this.#back);
    removeEventListener("offline", this.#gone);
    this.#listeners.clear();
  }

  #open() {
    clearTimeout(this.#again);
    const source = (this.#source = new EventSource("/desk/api/live"));
    source.onopen = () => {
      const late = this.state !== "connecting";
      this.#pause = FIRST_PAUSE;
      clearInterval(this.#polling);
      this.#polling = undefined;
      this.#become("online");
      if (late) this.#look(); // what happened meanwhile
    };
    source.onmessage = (event) => this.#heard(event.data);
    source.onerror = () => {
      source.close();
      if (this.#ended) return;
      this.#become(navigator.onLine ? "polling" : "offline");
      this.#polling ??= setInterval(() => this.#look(), POLL);
      this.#again = setTimeout(() => this.#open(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    };
  }

  /** @param {string} data */
  #heard(data) {
    try {
      this.#tell(JSON.parse(data));
    } catch (problem) {
      console.error(problem);
    }
  }

  #look() {
    if (document.visibilityState === "hidden" && this.state === "offline") return;
    this.#tell({ type: "inbox", poll: true });
    this.#tell({ type: "conversation", poll: true });
    this.#tell({ type: "viewing", poll: true });
  }

  /** @param {News} news */
  #tell(news) {
    for (const listener of [...(this.#listeners.get(news.type) || [])]) listener(news);
  }

  /** @param {string} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell({ type: "state" });
  }

  #back = () => {
    this.#pause = FIRST_PAUSE;
    this.#source?.close();
    this.#open();
  };

  #gone = () => this.#become("offline");
}
