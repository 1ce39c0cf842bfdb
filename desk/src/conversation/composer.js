// @ts-check
/** Where the agent writes: to the buyer, or a note among colleagues. */

import { button, iconButton } from "../components/index.js";
import { segments } from "../components/field.js";
import { h, icon, newId } from "../dom.js";
import { say } from "../words.js";
import { canned, filled, fitting, gap } from "./canned.js";
import { TAKING } from "./commands.js";
import { Lock } from "./lock.js";
import { Reach } from "./reach.js";
import { Suggest } from "./suggest.js";
import { Tray } from "./tray.js";

/** @import {Context} from "../types.js" */
/** @import {Talk} from "./talk.js" */

const TALLEST = 220;
const TELL_TYPING = 4_000;
const STILL_WRITES = 8_000;

/** @typedef {"reply" | "note"} Mode */

export class Composer {
  /** @type {Mode} */
  mode = "reply";
  #toldTyping = 0;
  #wroteAt = 0;
  #round = 0;
  /** @type {Promise<{user: string, name: string}[]> | null} */
  #colleagues = null;

  /**
   * @param {Context} context @param {Talk} talk
   * @param {{send: (text: string, attachments: string[]) => Promise<unknown>, note: (text: string) => Promise<unknown>,
   *   claim: () => unknown, values: () => Record<string, string | null | undefined>}} acts
   */
  constructor(context, talk, acts) {
    this.context = context;
    this.talk = talk;
    this.acts = acts;
    const hint = newId("hint");
    this.box = h("textarea", { rows: 1, class: "box", "aria-describedby": hint, enterkeyhint: "send" });
    this.tray = new Tray(context.api, `${talk.path}/uploads`, context.announce, () => this.#check());
    this.tray.refuses = (name, type, size) => this.reach.wrongFile(name, type, size);
    this.suggest = new Suggest(this.box);
    this.sendButton = button(say("send"), null, { kind: "primary", icon: "send" });
    this.attach = iconButton("clip", say("attach"), () => this.tray.pick());
    this.ready = iconButton("bolt", say("canned"), () => this.openCanned(), { key: "/" });
    this.hint = h("p", { class: "hint small muted", id: hint });
    this.lock = new Lock(talk, this.box);
    this.reach = new Reach(talk);
    this.problem = h("p", { class: "problem bad small", role: "alert" });
    this.modes = h("div", {});
    this.form = h("form", { class: "composer", "aria-label": say("write") },
      this.lock.element, this.reach.element, this.suggest.list, this.suggest.told, this.tray.list,
      this.box, this.problem, h("div", { class: "tools" }, this.modes, h("div", { class: "row" }, this.attach, this.ready, this.tray.picker), this.hint, this.sendButton));
    this.instead = h("div", { class: "instead" });
    this.element = h("section", { class: "write", "aria-label": say("write") }, this.instead, this.form);
    this.#listen();
    this.setMode("reply");
  }

  #listen() {
    const { box, form } = this;
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
    box.addEventListener("input", () => this.#typed());
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("paste", (event) => this.#files(event, event.clipboardData));
  }

  /** @param {Event} event @param {DataTransfer | null} data */
  #files(event, data) {
    const files = [...(data?.files || [])];
    if (!files.length || this.mode === "note" || !this.talk.isMine) return;
    event.preventDefault();
    this.tray.take(files);
  }

  /** Take what is dropped anywhere on the conversation. @param {DragEvent} event */
  dropped(event) {
    this.#files(event, event.dataTransfer);
  }

  get #draftKey() {
    return `desk.draft.${this.talk.me.user}.${this.talk.id}.${this.mode}`;
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.mode = mode;
    const note = mode === "note";
    this.form.classList.toggle("noting", note);
    this.box.value = sessionStorage.getItem(this.#draftKey) || "";
    this.box.setAttribute("aria-label", say(note ? "note_to_colleagues" : "reply_to_buyer"));
    this.box.placeholder = say(note ? "note_placeholder" : "reply_placeholder");
    this.attach.hidden = this.ready.hidden = note;
    this.sendButton.replaceChildren(icon(note ? "note" : "send"), h("span", {}, say(note ? "add_note" : "send")));
    /** @type {[string, string][]} */
    const choices = [["reply", say("reply")], ["note", say("note")]];
    this.modes.replaceChildren(segments(say("write_what"), choices, mode, (value) => this.#chose(/** @type {Mode} */ (value))));
    this.suggest.close();
    this.#grow();
    this.update();
  }

  /** @param {Mode} mode */
  #chose(mode) {
    this.setMode(mode);
    /** @type {HTMLElement | null} */ (this.modes.querySelector("input:checked"))?.focus();
  }

  /** Bring what may be written in line with who has the conversation. */
  update() {
    const { talk } = this;
    const reply = this.mode === "reply";
    const barred = reply && !talk.isMine;
    this.form.classList.toggle("barred", barred);
    this.box.hidden = this.sendButton.hidden = barred;
    this.ready.hidden = barred || !reply;
    this.attach.hidden = this.ready.hidden || talk.thread?.takes.files === false;
    this.reach.update(reply && !barred);
    this.tray.list.hidden = barred;
    this.hint.textContent = barred ? "" : say(reply ? "reply_hint" : "note_hint");
    this.instead.replaceChildren(...(barred ? this.#why() : []));
    this.lock.update();
    this.#check();
  }

  /** Why nothing can be written to the buyer now, and what would change that. */
  #why() {
    const { owner } = this.talk.conversation;
    const who = this.talk.agent?.name || say("somebody");
    const may = TAKING[owner];
    return [
      h("p", { class: "grow" }, say(`barred_${owner}`, { who })),
      may ? button(say(`act_${may}`), () => this.acts.claim(), { kind: "primary", key: "c" }) : "",
    ].filter(Boolean);
  }

  /** Whether the agent was writing a moment ago. */
  get writes() {
    return Date.now() - this.#wroteAt < STILL_WRITES && this.box.value !== "";
  }

  #typed() {
    const { box } = this;
    this.#wroteAt = Date.now();
    if (box.value) sessionStorage.setItem(this.#draftKey, box.value);
    else sessionStorage.removeItem(this.#draftKey);
    box.dir = box.value ? "auto" : "";
    this.#grow();
    this.#check();
    this.#suggestions();
    if (this.mode === "reply" && !box.value.startsWith("/") && Date.now() - this.#toldTyping > TELL_TYPING) {
      this.#toldTyping = Date.now();
      this.context.api.post(`${this.talk.path}/typing`, {}, { quiet: true }).catch(() => {});
    }
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
  }

  #check() {
    const wrong = this.mode === "reply" ? this.reach.wrong(this.box.value.trim(), this.tray.ready.length) : "";
    if (this.problem.textContent !== wrong) this.problem.textContent = wrong;
    const empty = !this.box.value.trim() && !(this.mode === "reply" && this.tray.ready.length);
    this.sendButton.setAttribute("aria-disabled", String(empty || Boolean(wrong) || (this.mode === "reply" && this.tray.busy)));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.suggest.key(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (document.getElementById("transcript"))?.focus();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    }
  }

  async #submit() {
    const text = this.box.value.trim();
    if (this.sendButton.getAttribute("aria-disabled") === "true" || this.sendButton.classList.contains("busy")) return;
    this.sendButton.classList.add("busy");
    try {
      if (this.mode === "note") await this.acts.note(text);
      else await this.acts.send(text, this.tray.ready);
      if (this.mode === "reply") this.tray.clear();
      this.put("");
    } catch (problem) {
      this.context.tell(problem);
    }
    this.sendButton.classList.remove("busy");
    this.box.focus();
  }

  /** @param {string} text in the box from now on */
  put(text) {
    this.box.value = text;
    if (text) sessionStorage.setItem(this.#draftKey, text);
    else sessionStorage.removeItem(this.#draftKey);
    this.#grow();
    this.#check();
  }

  /** @param {Mode} [mode] */
  focus(mode) {
    if (mode && mode !== this.mode) this.setMode(mode);
    if (this.box.hidden) /** @type {HTMLElement | null} */ (this.instead.querySelector("button"))?.focus();
    else this.box.focus();
  }

  openCanned() {
    this.focus("reply");
    if (this.box.hidden || this.box.readOnly) return;
    if (!this.box.value) this.put("/");
    this.#offerCanned(this.box.value.startsWith("/") ? this.box.value.slice(1) : "");
  }

  async #suggestions() {
    this.#round++;
    const { box, mode } = this;
    if (mode === "reply") {
      if (box.value.startsWith("/") && !box.value.includes("\n")) return this.#offerCanned(box.value.slice(1));
      return this.suggest.close();
    }
    const named = /(?:^|\s)@([\w.-]*)$/.exec(box.value.slice(0, box.selectionStart));
    if (named) await this.#offerColleagues(named[1]);
    else this.suggest.close();
  }

  /** @param {string} wanted */
  async #offerCanned(wanted) {
    const round = ++this.#round;
    const all = await canned(this.context.api, this.talk.conversation.storefront).catch(() => []);
    if (round !== this.#round) return;
    const values = this.acts.values();
    this.suggest.show(fitting(all, wanted).map((each) => {
      const text = filled(each.text, values);
      return { id: each.id, title: each.title, text, take: () => this.#insert(text) };
    }));
  }

  /** @param {string} text */
  #insert(text) {
    const rest = this.box.value.startsWith("/") ? "" : `${this.box.value.trimEnd()} `.trimStart();
    this.put(rest + text);
    const open = gap(this.box.value);
    if (open) this.box.setSelectionRange(...open);
    this.#wroteAt = Date.now();
  }

  /** @param {string} wanted */
  async #offerColleagues(wanted) {
    const round = ++this.#round;
    const all = await this.#known().catch(() => []);
    if (round !== this.#round) return; // more was written meanwhile
    const small = wanted.toLowerCase();
    const found = all.filter((each) => ` ${each.user} ${each.name}`.toLowerCase().includes(` ${small}`));
    this.suggest.show(found.map((each) => ({ id: each.user, title: each.name, text: `@${each.user}`, take: () => this.#mention(each.user) })));
  }

  /**
   * Who can be named; asked for once, and again where that failed.
   * @returns {Promise<{user: string, name: string}[]>}
   */
  #known() {
    const { storefront } = this.talk.conversation;
    const coming = this.#colleagues ?? this.context.api.get("/colleagues", { storefront }, { quiet: true }).then((told) => told.items || told);
    this.#colleagues = coming;
    coming.catch(() => (this.#colleagues = null));
    return coming;
  }

  /** @param {string} user */
  #mention(user) {
    const { box } = this;
    const before = box.value.slice(0, box.selectionStart).replace(/@[\w.-]*$/, `@${user} `);
    this.put(before + box.value.slice(box.selectionStart));
    box.setSelectionRange(before.length, before.length);
  }
}
