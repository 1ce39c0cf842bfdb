// @ts-check
/** Reads new messages out: one line each, once; history never passes here. */

import { h } from "./dom.js";

const STAYS = 5_000;

export class Announcer {
  element = h("div", { id: "announcer", class: "sr", "aria-live": "polite" });

  /** @param {string} text */
  say(text) {
    if (!text) return;
    const line = h("p", { dir: "auto" }, text);
    this.element.append(line);
    setTimeout(() => line.remove(), STAYS);
  }
}
