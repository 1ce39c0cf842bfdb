// @ts-check
/** Photos and documents beside the text: picked, pasted or dropped; each can be taken away again. */

import { told } from "../api.js";
import { h, icon } from "../dom.js";
import { say, words } from "../words.js";

/** @import {Api} from "../api.js" */

const TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"];
const BYTES = 10_000_000;
const MOST = 5;

/** @typedef {{name: string, id: string, giveUp: AbortController, row: HTMLElement, address: string}} Held */

export class Tray {
  /** @type {Set<Held>} */
  #held = new Set();
  /** What the buyer's messenger would not take, in words. @type {(name: string, type: string, size: number) => string} */
  refuses = () => "";
  list = h("ul", { class: "tray", role: "list", "aria-label": say("attachments") });

  /**
   * @param {Api} api @param {string} path where files of this conversation go
   * @param {(text: string, how?: {urgent?: boolean}) => void} announce @param {() => void} changed
   */
  constructor(api, path, announce, changed) {
    this.api = api;
    this.path = path;
    this.announce = announce;
    this.changed = changed;
    this.picker = h("input", { type: "file", hidden: true, multiple: true, accept: TYPES.join(",") });
    this.picker.addEventListener("change", () => {
      this.take([...(this.picker.files || [])]);
      this.picker.value = "";
    });
  }

  get ready() {
    return [...this.#held].map(({ id }) => id).filter(Boolean);
  }

  get busy() {
    return [...this.#held].some(({ id }) => !id);
  }

  pick() {
    this.picker.click();
  }

  /** @param {File[]} files */
  take(files) {
    for (const file of files) {
      const wrong = this.#wrong(file);
      if (wrong) this.announce(wrong, { urgent: true });
      if (wrong) this.#complain(wrong);
      else this.#send(file);
    }
  }

  /** @param {File} file */
  #wrong(file) {
    if (!TYPES.includes(file.type)) return say("photo_type", { name: file.name });
    if (file.size > BYTES) return say("photo_size", { name: file.name, size: words.size(BYTES) });
    if (this.#held.size >= MOST) return say("photo_count", { n: MOST });
    // A photo is made smaller on the way: only then its size is known.
    return this.refuses(file.name, file.type, file.type.startsWith("image/") ? 0 : file.size);
  }

  /** @param {string} text */
  #complain(text) {
    const row = h("li", { class: "bad small row" }, icon("alert"), text);
    this.list.append(row);
    setTimeout(() => row.remove(), 10_000);
  }

  /** @param {File} file */
  async #send(file) {
    const address = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
    const progress = h("progress", { max: 1, value: 0, "aria-label": say("photo_progress", { name: file.name }) });
    const shown = address ? h("img", { src: address, alt: file.name }) : h("span", { class: "paper" }, icon("file"), file.name);
    const remove = h("button", { type: "button", class: "remove", "aria-label": say("photo_remove", { name: file.name }) }, icon("close"));
    const row = h("li", {}, shown, progress, remove);
    /** @type {Held} */
    const held = { name: file.name, id: "", giveUp: new AbortController(), row, address };
    remove.addEventListener("click", () => this.#forget(held, true));
    this.#held.add(held);
    this.list.append(row);
    this.changed();
    try {
      const made = await this.api.upload(file, (share) => (progress.value = share), held.giveUp.signal, this.path);
      const wrong = this.refuses(file.name, made.media_type, made.size || 0);
      progress.remove();
      if (wrong) {
        this.#forget(held, false);
        this.#complain(wrong);
      } else held.id = made.attachment_id;
      this.announce(wrong || say("photo_ready", { name: file.name }), { urgent: Boolean(wrong) });
    } catch (problem) {
      const text = told(problem);
      this.#forget(held, false);
      if (text) this.#complain(say("photo_failed", { name: file.name, why: text }));
      if (text) this.announce(say("photo_failed", { name: file.name, why: text }), { urgent: true });
    }
    this.changed();
  }

  /** @param {Held} held @param {boolean} byHand */
  #forget(held, byHand) {
    held.giveUp.abort();
    if (held.address) URL.revokeObjectURL(held.address);
    this.#held.delete(held);
    held.row.remove();
    if (byHand) this.changed();
  }

  clear() {
    for (const held of [...this.#held]) this.#forget(held, false);
    this.list.replaceChildren();
  }
}
