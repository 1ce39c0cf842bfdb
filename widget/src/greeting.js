// @ts-check
/** The first words, what most buyers come for, and what a buyer who is known has open elsewhere. */

import { button, h } from "./dom.js";

/** @import {Client} from "./client.js" */
/** @import {Words} from "./i18n.js" */
/** @import {Content, Topic} from "./types.js" */

// What is sent is what the assistant understands; what the button says is the buyer's language.
const STARTS = {
  start_where: "Where is my order?",
  start_cancel: "Cancel my order",
  start_problem: "Something is wrong with my order",
};

const OFFERED = 3; // the menu has them all

/**
 * A conversation that can be gone on with.
 * @param {Topic} topic @param {Words} words @param {boolean} elsewhere @param {() => void} act
 */
export function topicRow(topic, words, elsewhere, act) {
  const { say } = words;
  const title = topic.title || say("topic_untitled");
  const when = `${words.day(topic.last_at)}, ${words.time(topic.last_at)}`;
  const more = [!elsewhere && say("topic_current"), when, topic.unread > 0 && say("unread", { n: topic.unread })];
  return button("row", act,
    h("span", { class: "what", dir: "auto" }, elsewhere ? say("go_on", { what: title }) : title),
    h("span", { class: "muted" }, more.filter(Boolean).join(" · ")));
}

export class Greeting {
  /** @type {Topic[]} */
  #topics = [];
  #text = "";
  #order = "";

  /**
   * @param {Client} client @param {Words} words @param {HTMLElement} element
   * @param {(content: Content, label: string) => void} answer
   */
  constructor(client, words, element, answer) {
    this.client = client;
    this.words = words;
    this.element = element;
    this.answer = answer;
  }

  /** @param {string} text @param {string} order */
  show(text, order) {
    this.#text = text;
    this.#order = order;
    this.element.replaceChildren(
      h("p", { class: "hello", dir: "auto" }, text),
      h("div", { class: "replies starts" }, ...this.#open(), ...this.#starts()));
    this.begun();
  }

  /** @param {Topic[]} topics conversations that were begun on another device */
  offer(topics) {
    this.#topics = topics;
    this.show(this.#text, this.#order);
  }

  #open() {
    return this.#topics.slice(0, OFFERED).map((topic) => topicRow(topic, this.words, true, () => this.client.goTo(topic)));
  }

  #starts() {
    const { say } = this.words;
    return Object.entries(STARTS).map(([key, text]) => {
      const about = key === "start_where" && this.#order;
      const sent = about ? `Where is order ${about}?` : text;
      const label = about ? say("start_order", { number: about }) : say(key);
      return button("reply", () => this.answer({ text: sent }, sent), label);
    });
  }

  /** Once something was said, the offers are gone. */
  begun() {
    const { events, outgoing } = this.client;
    const starts = /** @type {HTMLElement | null} */ (this.element.querySelector(".starts"));
    if (starts) starts.hidden = events.length > 0 || outgoing.size > 0;
  }
}
