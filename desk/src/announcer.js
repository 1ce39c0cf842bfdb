// @ts-check
/** Reads what happens out, one line each, once: apart from what is on the screen. */

import { h } from "./dom.js";

const STAYS = 5_000;

export class Announcer {
  polite = h("div", { id: "announcer", class: "sr", "aria-live": "polite" });
  urgent = h("div", { id: "alerts", class: "sr", "aria-live": "assertive" });

  /** @param {string} text @param {{urgent?: boolean}} [how] */
  say(text, { urgent = false } = {}) {
    if (!text) return;
    const line = h("p", { dir: "auto" }, text);
    (urgent ? this.urgent : this.polite).append(line);
    setTimeout(() => line.remove(), STAYS);
  }
}
