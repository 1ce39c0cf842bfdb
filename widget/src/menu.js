// @ts-check
/** What can be done with the conversation as a whole. */

import { starGroup } from "./blocks/replies.js";
import { button, h, icon, link } from "./dom.js";
import { topicRow } from "./greeting.js";
import { LANGUAGES } from "./i18n.js";

/** @import {Client} from "./client.js" */
/** @import {Words} from "./i18n.js" */
/** @import {Sheet} from "./sheet.js" */
/** @import {Config, Topic} from "./types.js" */

/**
 * @typedef {object} Host
 * @property {Client} client
 * @property {Words} words
 * @property {Sheet} sheet
 * @property {(text: string, wrong?: boolean) => void} tell
 * @property {(locale: string) => void} setLocale
 * @property {(theme: string) => void} setTheme
 * @property {() => string} theme
 */

export class Menu {
  /** @param {Host} host */
  constructor(host) {
    const { say } = host.words;
    this.host = host;
    this.privacy = "";
    this.list = h("div", { id: "menu", class: "menu", hidden: true });
    this.button = h("button", {
      type: "button", class: "quiet", "aria-label": say("menu"), "aria-expanded": "false", "aria-controls": "menu",
    }, icon("menu"));
    this.button.addEventListener("click", () => this.toggle(!this.open));
    this.list.addEventListener("keydown", (event) => this.#arrows(event));
    this.list.addEventListener("focusout", (event) => this.#left(event));
  }

  /** @param {Config} config */
  configure(config) {
    this.privacy = config.privacy_url || "";
  }

  get open() {
    return !this.list.hidden;
  }

  /** @param {boolean} open */
  toggle(open) {
    if (open) this.#fill();
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) /** @type {HTMLElement | null} */ (this.list.querySelector("button,select"))?.focus();
    else this.button.focus();
  }

  /** @param {FocusEvent} event */
  #left(event) {
    const to = /** @type {Node | null} */ (event.relatedTarget);
    if (!to || this.list.contains(to) || to === this.button) return;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  /** @param {KeyboardEvent} event */
  #arrows(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    if (!by || target.localName === "select") return;
    event.preventDefault();
    const all = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("button,select,a")]);
    all[(all.indexOf(target) + by + all.length) % all.length]?.focus();
  }

  #fill() {
    const { client, words } = this.host;
    const { say } = words;
    const talk = client.id !== "";
    const verified = client.sessions.now?.verified;
    this.list.replaceChildren(...[
      verified && this.#item("topics", () => this.#topics()),
      talk && verified && this.#item("menu_mail", () => this.#mail()),
      talk && this.#item("menu_text", () => this.#save("txt")),
      talk && this.#item("menu_json", () => this.#save("json")),
      talk && this.#item("menu_end", () => this.#end()),
      talk && this.#item("menu_delete", () => this.#delete()),
      this.#select("menu_language", LANGUAGES, words.locale.split("-")[0], this.host.setLocale),
      this.#select("menu_theme",
        { auto: say("theme_auto"), light: say("theme_light"), dark: say("theme_dark") },
        this.host.theme(), this.host.setTheme),
      this.privacy && h("p", {}, link(this.privacy, icon("out"), say("privacy_link"))),
    ].filter((each) => each instanceof Node));
  }

  /** @param {string} key @param {() => void} act */
  #item(key, act) {
    const press = () => (this.toggle(false), act());
    return button("item", press, this.host.words.say(key));
  }

  /**
   * @param {string} key @param {Record<string, string>} options @param {string} now
   * @param {(value: string) => void} set
   */
  #select(key, options, now, set) {
    const made = h("select", {}, ...Object.entries(options).map(([value, label]) =>
      h("option", { value, selected: value === now }, label)));
    made.addEventListener("change", () => set(made.value));
    return h("label", { class: "item" }, this.host.words.say(key), made);
  }

  /**
   * Do something with the server; what goes wrong is said.
   * @param {() => Promise<unknown>} work
   */
  async #try(work) {
    const { say } = this.host.words;
    try {
      await work();
    } catch (problem) {
      const { status, message } = /** @type {any} */ (problem);
      this.host.sheet.close(); // nothing behind it is read out
      this.host.tell(say("again", { why: status ? message : say("no_answer") }), true);
    }
  }

  #mail() {
    const { client, words: { say }, tell } = this.host;
    return this.#try(async () => {
      await client.sessions.use((session) => client.api.mailTranscript(session));
      tell(say("mailed"));
    });
  }

  /** @param {"txt" | "json"} format */
  #save(format) {
    const { client } = this.host;
    return this.#try(async () => {
      const file = await client.sessions.use((session) => client.api.transcript(session, format));
      const url = URL.createObjectURL(file);
      h("a", { href: url, download: `chat.${format}` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    });
  }

  /** The buyer wants the assistant again: a place in the queue is not given up by a slip. */
  leave() {
    const { client, sheet, words: { say } } = this.host;
    const [way, version] = [client.owner === "queued" ? "leave_queue" : "leave_person", client.owned?.version || 0];
    const leave = () => this.#try(async () => {
      sheet.close();
      await client.sessions.use((session) => client.api.leave(session, version));
    });
    sheet.ask({
      title: say(way), body: [h("p", {}, say(`${way}_text`))],
      choices: [{ label: say(way), act: leave, main: true }, { label: say("stay"), act: () => sheet.close() }],
    });
  }

  #end() {
    const { client, sheet, words: { say } } = this.host;
    const end = () => this.#try(async () => {
      await client.sessions.use((session) => client.api.end(session));
      this.#rate();
    });
    sheet.ask({
      title: say("end_title"), body: [h("p", {}, say("end_text"))],
      choices: [
        { label: say("end_yes"), act: end, main: true },
        { label: say("keep"), act: () => sheet.close() },
      ],
    });
  }

  #rate() {
    const { client, sheet, words, tell } = this.host;
    const { say } = words;
    const begin = () => (sheet.close(), client.leave());
    const rated = client.events.some((event) => event.subject === "agent");
    const agent = !rated && client.events.some((event) => event.author === "agent");
    const comment = h("textarea", { rows: 2, "aria-label": say("comment"), placeholder: say("comment"), maxlength: 2000 });
    const subject = agent ? "agent" : "bot";
    const title = agent ? say("rate_agent", { who: say("agent") }) : say("rate_help");
    const stars = starGroup(words, title, 0, (n) => this.#try(async () => {
      const rating = { stars: n, subject, ...(comment.value.trim() && { comment: comment.value.trim() }) };
      await client.sessions.use((session) => client.api.rate(session, rating));
      begin();
      tell(say("thanks"));
    }), comment);
    sheet.ask({
      title: say("ended"), body: [h("p", {}, title), stars],
      choices: [
        { label: say("new_topic"), act: begin },
        { label: say("back"), act: () => sheet.close() },
      ],
    });
  }

  #delete() {
    const { client, sheet, words: { say } } = this.host;
    const remove = () => this.#try(async () => {
      const { survives } = await client.sessions.use((session) => client.api.remove(session));
      client.leave();
      sheet.ask({
        title: say("deleted"),
        body: survives?.length
          ? [h("p", {}, say("survives")), h("ul", {}, ...survives.map((text) => h("li", {}, text)))]
          : [],
        choices: [{ label: say("new_topic"), act: () => sheet.close(), main: true }],
      });
    });
    sheet.ask({
      title: say("delete_title"), body: [h("p", {}, say("delete_text"))],
      choices: [
        { label: say("delete_yes"), act: remove, main: true },
        { label: say("keep"), act: () => sheet.close() },
      ],
    });
  }

  #topics() {
    const { client, sheet, words } = this.host;
    const { say } = words;
    return this.#try(async () => {
      const topics = await client.sessions.use((session) => client.api.topics(session.token));
      const go = (/** @type {Topic} */ topic) => (sheet.close(), client.goTo(topic));
      const rows = topics.map((topic) =>
        h("li", {}, topicRow(topic, words, topic.conversation_id !== client.id, () => go(topic))));
      sheet.ask({
        title: say("topics"), body: [h("ul", { class: "picker" }, ...rows)],
        choices: [{ label: say("back"), act: () => sheet.close() }],
      });
    });
  }
}
