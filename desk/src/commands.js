// @ts-check
/** Everything that can be done now: one list for the keys, the palette and the help. */

import { isWriting } from "./dom.js";

/** @import {Command} from "./types.js" */

export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

export class Commands {
  /** @type {(() => Command[])[]} the newest first: a screen's before the desk's */
  #sources = [];

  /** @param {() => boolean} singleKeys whether keys without a modifier count */
  constructor(singleKeys) {
    this.singleKeys = singleKeys;
    document.addEventListener("keydown", this.#key);
  }

  /** @param {() => Command[]} source @returns {() => void} what takes it away again */
  add(source) {
    this.#sources.unshift(source);
    return () => (this.#sources = this.#sources.filter((each) => each !== source));
  }

  /** What can be done at the moment; of two with one id the nearer counts. */
  now() {
    /** @type {Map<string, Command>} */
    const found = new Map();
    for (const command of this.#sources.flatMap((source) => source())) {
      if (!found.has(command.id) && command.when?.() !== false) found.set(command.id, command);
    }
    return [...found.values()];
  }

  end() {
    document.removeEventListener("keydown", this.#key);
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const mod = MAC ? event.metaKey : event.ctrlKey;
    const other = MAC ? event.ctrlKey : event.metaKey;
    if (other || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!mod && (!this.singleKeys() || isWriting(event.target) || event.key.length > 1)) return;
    if (!(mod && key === "k") && document.querySelector("dialog[open]")) return;
    const wanted = mod ? `Mod+${key}` : key;
    const command = this.now().find((each) => each.key === wanted);
    if (!command) return;
    event.preventDefault();
    command.run();
  };
}

/** How a key is written for people. @param {string} key */
export function keyName(key) {
  return key.replace("Mod+", MAC ? "⌘" : "Ctrl+").replace(/[a-z]$/, (letter) => letter.toUpperCase());
}

/** How a key is written for `aria-keyshortcuts`. @param {string} key */
export const ariaKey = (key) => key.replace("Mod+", MAC ? "Meta+" : "Control+");
