// @ts-check
/** Photos on their way: picked, pasted or dropped, checked, sent with progress, shown, taken back. */

import { h, icon, iconButton } from "./dom.js";

/** @import {Client} from "./client.js" */
/** @import {Words} from "./i18n.js" */

/**
 * @typedef {object} Item
 * @property {string} name
 * @property {HTMLElement} row
 * @property {AbortController} stop
 * @property {string} url
 * @property {string} [id] of the attachment, once it is there
 * @property {string} [of] the conversation that has it
 * @property {number} [at] since when
 */

const NOTE = "tray";
const KEPT_FOR = 23 * 3_600_000; // the server keeps what no message names for a day

export class Tray {
  /** @type {Item[]} */
  #items = [];
  limits = { types: ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"], bytes: 10_000_000, per_message: 6 };

  /**
   * @param {Client} client @param {Words} words @param {(text: string) => void} announce
   * @param {() => void} changed
   */
  constructor(client, words, announce, changed) {
    this.client = client;
    this.words = words;
    this.announce = announce;
    this.changed = changed;
    this.list = h("ul", { class: "tray", hidden: true });
  }

  /** Ids of what is there. */
  get ready() {
    return this.#items.flatMap((item) => item.id || []);
  }

  get busy() {
    return this.#items.some((item) => !item.id);
  }

  /** Another conversation is shown, or the page is new: what lies here for it is shown again. */
  adopt() {
    const { id, kept } = this.client;
    for (const item of [...this.#items]) if (item.of && item.of !== id) this.#drop(item);
    /** @type {Item[]} */
    const noted = JSON.parse(kept.note(NOTE) || "[]");
    for (const { name, id: own, of, at = 0 } of noted) {
      if (of !== id || at + KEPT_FOR < Date.now() || this.ready.includes(own || "")) continue;
      this.#there(this.#item(name, ""), { id: own, of, at });
    }
    this.#show();
  }

  /** @param {string[]} ids that went out with a message, maybe of another tab */
  gone(ids) {
    for (const item of [...this.#items]) if (item.id && ids.includes(item.id)) this.#drop(item);
  }

  /** @param {boolean} camera */
  pick(camera) {
    const input = h("input", { type: "file", accept: this.limits.types.join(","), multiple: !camera, capture: camera && "environment" });
    input.addEventListener("change", () => this.take([...(input.files || [])]));
    input.click();
  }

  /** @param {File[]} files */
  take(files) {
    for (const file of files) {
      const wrong = this.#wrong(file);
      if (wrong) this.#complain(wrong);
      else this.#add(file);
    }
    this.#show();
  }

  /** @param {File} file */
  #wrong(file) {
    const { say, size } = this.words;
    const { types, bytes, per_message: n } = this.limits;
    if (this.#items.length >= n) return say("photo_count", { n });
    if (!types.includes(file.type)) return say("photo_type", { name: file.name });
    return file.size > bytes ? say("photo_size", { name: file.name, size: size.call(this.words, bytes) }) : "";
  }

  /** @param {string} text */
  #complain(text) {
    const row = h("li", { class: "error", role: "alert" }, icon("alert"), text,
      iconButton("quiet", () => (row.remove(), this.#show()), "close", this.words.say("dismiss")));
    this.list.append(row);
  }

  /** @param {File} file */
  #add(file) {
    this.#send(this.#item(file.name, file.type.startsWith("image/") ? URL.createObjectURL(file) : ""), file);
  }

  /** @param {string} name @param {string} url of a picture of it */
  #item(name, url) {
    const remove = iconButton("remove", () => this.#drop(item), "close", this.words.say("photo_cancel", { name }));
    const row = h("li", {}, url ? h("img", { src: url, alt: name }) : h("span", { class: "file" }, icon("file"), name), remove);
    /** @type {Item} */
    const item = { name, row, url, stop: new AbortController() };
    this.#items.push(item);
    this.list.append(row);
    return item;
  }

  /** @param {Item} item @param {Partial<Item>} told what the server has */
  #there(item, told) {
    Object.assign(item, told);
    item.row.querySelector("progress")?.remove();
    item.row.lastElementChild?.setAttribute("aria-label", this.words.say("photo_remove", { name: item.name }));
  }

  /** @param {Item} item @param {File} file */
  async #send(item, file) {
    const { say } = this.words;
    const { name } = file;
    const bar = h("progress", { max: 1, value: 0, "aria-label": say("photo_progress", { name }) });
    item.row.prepend(bar);
    try {
      const progress = (/** @type {number} */ share) => (bar.value = share);
      await this.client.sessions.use(async (session) => {
        const { attachment_id } = await this.client.api.upload(session.token, file, progress, item.stop.signal);
        this.#there(item, { id: attachment_id, of: session.id, at: Date.now() });
      });
      this.announce(say("photo_ready", { name }));
    } catch (problem) {
      if (item.stop.signal.aborted) return;
      this.#drop(item);
      this.#complain(say("photo_failed", { name, why: /** @type {Error} */ (problem).message }));
    }
    this.#show();
  }

  /** @param {Item} item */
  #drop(item) {
    item.stop.abort();
    if (item.url) URL.revokeObjectURL(item.url);
    const at = this.#items.indexOf(item);
    const held = item.row.contains(/** @type {ShadowRoot} */ (item.row.getRootNode()).activeElement);
    if (at >= 0) this.#items.splice(at, 1);
    item.row.remove();
    this.#show();
    if (held) this.focusNext();
  }

  /** Where the focus goes when what held it is gone; the panel says. */
  focusNext = () => {};

  /** They went out with a message. */
  clear() {
    for (const item of this.#items) if (item.url) URL.revokeObjectURL(item.url);
    this.#items = [];
    this.list.replaceChildren();
    this.#show();
  }

  #show() {
    this.list.hidden = !this.list.childElementCount;
    const there = this.#items.filter((item) => item.id).map(({ name, id, of, at }) => ({ name, id, of, at }));
    this.client.kept.saveNote(NOTE, there.length ? JSON.stringify(there) : "");
    this.changed();
  }
}
