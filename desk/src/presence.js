// @ts-check
/** Whether the agent is there for buyers: told every twenty seconds, the same in all tabs. */

/** @import {Api} from "./api.js" */
/** @import {Me} from "./types.js" */

const BEAT = 20_000;

export class Presence extends EventTarget {
  #timer;

  /** @param {Api} api @param {Me} me */
  constructor(api, me) {
    super();
    this.api = api;
    this.key = `desk.presence.${me.user}`;
    this.#timer = setInterval(() => this.#beat(), BEAT);
    addEventListener("storage", this.#heard);
    this.#beat();
  }

  /** @returns {"online" | "away"} */
  get status() {
    return localStorage.getItem(this.key) === "away" ? "away" : "online";
  }

  /** @param {"online" | "away"} status */
  set status(status) {
    localStorage.setItem(this.key, status);
    this.dispatchEvent(new Event("change"));
    this.#beat();
  }

  async #beat() {
    try {
      await this.api.post("/me/presence", { status: this.status }, { quiet: true });
    } catch {
      // The next beat tells it; the connection has its own sign on the screen.
    }
  }

  /** Leave: buyers are not promised somebody who goes. */
  async leave() {
    this.end();
    await this.api.post("/me/presence", { status: "away" }, { quiet: true }).catch(() => {});
  }

  end() {
    clearInterval(this.#timer);
    removeEventListener("storage", this.#heard);
  }

  /** @param {StorageEvent} event */
  #heard = (event) => {
    if (event.key === this.key) this.dispatchEvent(new Event("change"));
  };
}
