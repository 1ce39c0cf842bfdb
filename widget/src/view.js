// @ts-check
/** Everything on the screen of one open panel, and where the focus goes. */

import { Announcer } from "./announcer.js";
import { inkOn, readable } from "./colour.js";
import { Composer } from "./composer.js";
import { button, h, icon, iconButton, link } from "./dom.js";
import { Greeting } from "./greeting.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { Modal } from "./modal.js";
import { Sheet } from "./sheet.js";
import { sheet as styles } from "./styles.js";
import { titled } from "./title.js";

/** @import {Client} from "./client.js" */
/** @import {Words} from "./i18n.js" */
/** @import {ChatEvent, Config, Settings} from "./types.js" */

const MANY = 5;
const PATIENCE = 1_200; // milliseconds before a short break is worth a word
const TYPING_LASTS = 8_000; // a person's; the bot's answer is owed, so it is only said to take longer

export class View {
  isOpen = false;
  unread = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #late;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingOver;
  /** @type {ChatEvent | null} */
  #typed = null;
  #typingSince = 0;
  /** @type {ChatEvent[]} */
  #news = [];

  /**
   * @param {HTMLElement} element @param {Client} client @param {Words} words @param {Settings} settings
   * @param {{setLocale: (locale: string) => void, emit: (name: string, detail?: object) => void}} host
   */
  constructor(element, client, words, settings, host) {
    const { say } = words;
    this.element = element;
    this.client = client;
    this.words = words;
    this.settings = settings;
    this.host = host;
    const root = /** @type {ShadowRoot} */ (element.shadowRoot);
    this.root = root;
    this.panel = /** @type {HTMLElement} */ (root.getElementById("panel"));
    this.announcer = new Announcer();
    const announce = (/** @type {string} */ text) => this.announcer.say(text);
    this.composer = new Composer(client, words, announce);
    this.composer.tray.focusNext = () => this.composer.box.focus();
    this.log = new Log({
      client, words, announce,
      answer: (content, label) => this.#answer(content, label),
      pickFiles: (camera) => this.composer.tray.pick(camera),
    }, (event) => this.#nameOf(event));
    this.greeting = new Greeting(client, words, this.log.greeting, (content, label) => this.#answer(content, label));
    this.inside = h("div", { class: "inside" });
    this.sheet = new Sheet(this.inside, () => this.composer.box.focus());
    this.menu = new Menu({
      client, words, sheet: this.sheet, setLocale: host.setLocale,
      tell: (text, wrong) => this.tell(text, wrong),
      theme: () => element.getAttribute("theme") || "auto",
      setTheme: (theme) => this.#theme(theme),
    });
    this.modal = new Modal(element, this.panel, settings.standalone);
    this.mark = h("span", { class: "mark", "aria-hidden": "true" });
    this.title = h("h2", { id: "title" });
    this.standing = h("span");
    this.back = button("text-button", () => this.menu.leave());
    this.status = h("p", { class: "status" }, this.standing, " ", this.back);
    this.banner = h("div", { id: "connection", class: "banner", role: "status" });
    this.told = h("div", { class: "told", hidden: true });
    this.foot = h("p", { class: "foot" });
    this.#build(say);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 1), styles];
    this.redraw();
    this.connection();
  }

  /** @param {Words["say"]} say */
  #build(say) {
    const close = !this.settings.standalone && iconButton("quiet", () => this.close(), "close", say("close"));
    this.inside.append(
      h("div", { class: "head", part: "header" },
        this.mark,
        h("div", { class: "names" }, this.title, this.status),
        this.menu.button, close, this.menu.list),
      this.banner, this.told, this.log.scroller, this.log.down, this.composer.form, this.foot);
    this.panel.replaceChildren(this.inside, this.sheet.element);
    this.panel.dir = this.words.dir;
    this.panel.lang = this.words.locale;
    this.panel.setAttribute("aria-labelledby", "title");
    this.root.append(this.announcer.element);
    this.panel.addEventListener("keydown", this.#keys);
    this.panel.addEventListener("dragover", this.#drag);
    this.panel.addEventListener("dragleave", this.#drag);
    this.panel.addEventListener("drop", this.#drop);
  }

  /** @param {Config} config */
  configure(config) {
    const { say } = this.words;
    this.config = config;
    this.title.textContent = config.name;
    this.composer.configure(config, () => this.log.toEnd());
    this.menu.configure(config);
    const own = getComputedStyle(this.element).getPropertyValue("--aftersale-accent").trim();
    const accent = own || config.colour;
    const { style } = /** @type {HTMLElement} */ (this.panel.parentElement);
    style.setProperty("--accent", accent);
    style.setProperty("--on-accent", own ? inkOn(own) : config.colour_text);
    style.setProperty("--ink-light", readable(accent, "#ffffff"));
    style.setProperty("--ink-dark", readable(accent, "#1b1e22"));
    const greeting = (this.#english && config.greeting) || say("greeting", { name: config.name });
    this.greeting.show(greeting, this.settings.order);
    this.foot.replaceChildren(say("privacy"), " ", config.privacy_url ? link(config.privacy_url, say("privacy_link")) : "");
    this.#status();
  }

  /** @param {import("./types.js").Content} content @param {string} label */
  #answer(content, label) {
    if (this.greeting.element.contains(this.root.activeElement)) this.composer.box.focus();
    this.client.send(content, label);
  }

  /** @param {ChatEvent} event */
  #nameOf(event) {
    const { say } = this.words;
    const person = event.type === "owner" || event.author === "agent";
    return (person && this.client.agentAt(event)?.name) || say(event.author === "buyer" ? "you" : person ? "agent" : event.author);
  }

  /** @returns {string} who is there, or the place in the queue */
  #standing() {
    const { say } = this.words;
    const { owner, owned } = this.client;
    if (owner === "queued" && owned?.position) return say("place", { n: owned.position });
    const hours = this.config?.hours;
    if (owner === "offline" && hours && !hours.open && this.#english) return hours.text; // the shop's words
    return say(`status_${owner}`, { who: owned ? this.#nameOf(owned) : "" });
  }

  get #english() {
    return this.words.locale.startsWith("en");
  }

  /** Bring the head up to date: who is there, and the way back to the assistant. */
  #status() {
    const { owner, owned, api } = this.client;
    const way = { queued: "leave_queue", human: "leave_person" }[owner];
    const held = this.root.activeElement === this.back;
    this.standing.textContent = this.#standing();
    this.back.hidden = !way;
    this.back.textContent = way ? this.words.say(way) : "";
    if (held && !way) this.composer.box.focus();
    const picture = owner === "human" && owned && this.client.agentAt(owned)?.picture;
    this.mark.replaceChildren(picture
      ? h("img", { class: "face", src: api.absolute(picture), alt: "" })
      : icon(owner === "human" ? "person" : "spark"));
  }

  /** @param {ChatEvent} event @param {boolean} aloud the queue moved, and nothing in the talk says so */
  owned(event, aloud) {
    this.#status();
    if (aloud) this.#tellOf(event);
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.panel.hidden = false;
    this.modal.enter();
    this.log.follow();
    this.composer.grow();
    this.composer.box.focus();
    this.host.emit("opened");
    this.changed();
  }

  close() {
    if (!this.isOpen || this.settings.standalone) return;
    this.isOpen = false;
    this.panel.hidden = true;
    this.modal.leave();
    this.host.emit("closed");
    /** @type {HTMLElement | null} */ (this.root.getElementById("launcher"))?.focus();
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  #keys = (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (this.sheet.open) this.sheet.close();
    else if (this.menu.open) this.menu.toggle(false);
    else this.close();
  };

  /** @param {DragEvent} event */
  #drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.panel.classList.toggle("drop", event.type === "dragover");
  };

  /** @param {DragEvent} event */
  #drop = (event) => {
    event.preventDefault();
    this.panel.classList.remove("drop");
    this.composer.tray.take([...(event.dataTransfer?.files || [])]);
  };

  /** @param {string} theme */
  #theme(theme) {
    this.element.setAttribute("theme", theme);
    this.client.kept.saveNote("theme", theme);
  }

  /** @param {string} text @param {boolean} [wrong] */
  tell(text, wrong = false) {
    const { say } = this.words;
    const dismiss = () => {
      this.told.hidden = true;
      this.composer.box.focus();
    };
    this.told.replaceChildren(
      h("p", { role: wrong ? "alert" : "status" }, icon(wrong ? "alert" : "check"), text),
      iconButton("quiet", dismiss, "close", say("dismiss")));
    this.told.hidden = false;
  }

  redraw() {
    this.told.hidden = true;
    this.composer.tray.adopt();
    this.log.redraw();
    if (this.config) this.configure(this.config);
    this.typing();
    this.changed();
  }

  /** @param {ChatEvent} event @param {boolean} live */
  came(event, live) {
    if (!this.client.loaded) return;
    this.log.add(event);
    this.greeting.begun();
    if (live && event.author !== "buyer") this.#tellOf(event);
    this.changed();
  }

  /** @param {ChatEvent} event that is news: read out with what came beside it */
  #tellOf(event) {
    if (!this.#news.length) queueMicrotask(() => this.#readOut());
    this.#news.push(event);
  }

  /** One line for each; after a long silence only how many. */
  #readOut() {
    const news = this.#news.splice(0);
    if (news.length > MANY) this.announcer.say(this.words.say("arrived", { n: news.length }));
    else for (const event of news) this.announcer.say(event.move === "place" ? this.#standing() : this.log.line(event));
  }

  outgoing() {
    this.composer.tray.gone([...this.client.outgoing.values()].flatMap((one) => one.content.attachment_ids || []));
    this.log.refresh();
    this.greeting.begun();
  }

  read() {
    this.log.refreshSoon();
  }

  /** Say that the line is down, and when it is back. */
  connection() {
    const { say } = this.words;
    const { state } = this.client;
    clearTimeout(this.#late);
    const show = () => {
      this.panel.dataset.state = state;
      this.banner.textContent = state === "online" ? "" : say(state);
    };
    if (state === "connecting") this.#late = setTimeout(show, PATIENCE);
    else show();
  }

  /** Show who types. The bot's answer is owed: where it takes long, that is said in words. */
  typing() {
    const { typing } = this.client;
    if (typing === this.#typed) return;
    const { say } = this.words;
    const bot = typing?.author === "bot";
    // An answer that another process takes up is as late as it was.
    if (!bot || this.#typed?.author !== "bot") this.#typingSince = Date.now();
    this.#typed = typing;
    clearTimeout(this.#typingOver);
    const left = TYPING_LASTS + this.#typingSince - Date.now();
    if (!typing || left > 0) this.log.setTyping(typing ? say("is_typing", { who: this.#nameOf(typing) }) : "");
    if (typing) this.#typingOver = setTimeout(() => this.log.setTyping(bot ? say("slow") : "", bot), left);
  }

  /** Something was seen, or is new: count. */
  changed() {
    if (this.isOpen && document.visibilityState === "visible" && this.client.loaded) this.client.see();
    const n = this.client.unread;
    if (n === this.unread) return;
    this.unread = n;
    titled(n);
    this.host.emit("unread", { count: n });
  }

  destroy() {
    clearTimeout(this.#late);
    clearTimeout(this.#typingOver);
    this.modal.leave();
    titled(0);
    this.panel.removeEventListener("keydown", this.#keys);
    this.panel.removeEventListener("dragover", this.#drag);
    this.panel.removeEventListener("dragleave", this.#drag);
    this.panel.removeEventListener("drop", this.#drop);
    this.panel.replaceChildren();
    this.announcer.element.remove();
    this.panel.hidden = true;
  }
}
