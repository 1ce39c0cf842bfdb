// @ts-check
/** Where the buyer writes: a text that grows, photos beside it, one button to send both. */

import { h, iconButton } from "./dom.js";
import { Tray } from "./tray.js";

/** @import {Client} from "./client.js" */
/** @import {Words} from "./i18n.js" */
/** @import {Config} from "./types.js" */

const TALLEST = 140;

export class Composer {
  #sent = () => {};

  /**
   * @param {Client} client @param {Words} words @param {(text: string) => void} announce
   */
  constructor(client, words, announce) {
    const { say } = words;
    this.client = client;
    this.words = words;
    this.limit = 2000;
    this.tray = new Tray(client, words, announce, () => this.#check());
    this.box = h("textarea", {
      rows: 1, "aria-label": say("message"), placeholder: say("placeholder"),
      enterkeyhint: "send", "aria-describedby": "too-long",
    });
    this.box.value = client.kept.note("draft");
    this.button = iconButton("send primary", null, "send", say("send"));
    this.error = h("p", { class: "error", id: "too-long" });
    const attach = iconButton("quiet", () => this.tray.pick(false), "clip", say("attach"));
    this.form = h("form", { class: "composer", part: "composer", onsubmit: (/** @type {Event} */ e) => this.#submit(e) },
      this.tray.list, this.error,
      h("div", { class: "bar" }, attach, this.box, this.button));
    this.box.addEventListener("input", () => this.#typed());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("paste", (event) => this.#paste(event));
    this.#check();
  }

  /** @param {Config} config @param {() => void} sent */
  configure(config, sent) {
    this.limit = config.text_limit;
    this.tray.limits = config.upload;
    this.#sent = sent;
  }

  #typed() {
    this.client.kept.saveNote("draft", this.box.value);
    this.client.writes();
    this.grow();
    this.#check();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
  }

  #check() {
    const over = this.box.value.length - this.limit;
    this.box.dir = this.box.value && "auto"; // the placeholder reads as the interface does
    const text = over > 0 ? this.words.say("too_long", { n: over }) : "";
    if (this.error.textContent !== text) this.error.textContent = text;
    if (text) this.error.setAttribute("role", "alert");
    else this.error.removeAttribute("role");
    this.box.setAttribute("aria-invalid", String(over > 0));
    const empty = !this.box.value.trim() && !this.tray.ready.length;
    this.button.setAttribute("aria-disabled", String(empty || over > 0 || this.tray.busy));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    this.tray.take(files);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.button.getAttribute("aria-disabled") === "true") return;
    const text = this.box.value.trim();
    const sent = this.tray.ready;
    const label = text || this.words.say("photo");
    this.client.send({ ...(text && { text }), ...(sent.length && { attachment_ids: sent }) }, label);
    this.box.value = "";
    this.client.kept.saveNote("draft", "");
    this.tray.clear();
    this.grow();
    this.#check();
    this.#sent();
  }
}
