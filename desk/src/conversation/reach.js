// @ts-check
/** What the buyer's messenger takes now: said beside the box before anything is sent. */

import { moment } from "../components/index.js";
import { h, icon } from "../dom.js";
import { channelName } from "../channels.js";
import { say, words } from "../words.js";

/** @import {Thread} from "../types.js" */
/** @import {Talk} from "./talk.js" */

const SOON = 2 * 3_600_000; // an agent should know so long before the window closes
const LONGEST_TIMER = 2 ** 31 - 1;

export class Reach {
  element = h("div", { class: "reach", role: "status" });
  #shown = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;

  /** @param {Talk} talk */
  constructor(talk) {
    this.talk = talk;
  }

  end() {
    clearTimeout(this.#next);
  }

  /** @param {boolean} writes whether the agent may write to the buyer here */
  update(writes) {
    const { thread } = this.talk;
    const state = writes && thread ? stateOf(thread) : "";
    this.#wait(thread, writes);
    const shown = JSON.stringify([state, thread?.window_until, thread?.mail_to, thread?.asked_at]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.className = `reach ${state}`;
    this.element.replaceChildren(...(state && thread ? line(state, thread) : []));
  }

  /** Look again when the window is soon over, and when it is. @param {Thread | null} thread @param {boolean} writes */
  #wait(thread, writes) {
    clearTimeout(this.#next);
    const closes = thread?.window_until ? Date.parse(thread.window_until) : 0;
    const next = [closes - SOON, closes].map((at) => at - Date.now()).find((left) => left > 0);
    if (writes && next) this.#next = setTimeout(() => this.update(writes), Math.min(next + 500, LONGEST_TIMER));
  }

  /** What the messenger would not take of it, in words; "" when it takes all. @param {string} text @param {number} files */
  wrong(text, files) {
    const takes = this.talk.thread?.takes;
    if (!takes) return "";
    const channel = channelName(this.talk.thread?.channel || "");
    if (files && !takes.files) return say("reach_no_files", { channel });
    return text.length > takes.text ? say("reach_too_long", { channel, n: takes.text, over: text.length - takes.text }) : "";
  }

  /** @param {string} name @param {string} type @param {number} size in bytes, as it would leave */
  wrongFile(name, type, size) {
    const takes = this.talk.thread?.takes;
    if (!takes) return "";
    const channel = channelName(this.talk.thread?.channel || "");
    if (!takes.files) return say("reach_no_files", { channel });
    const most = type.startsWith("image/") ? takes.photo_bytes : takes.file_bytes;
    return size > most ? say("reach_file_size", { name, channel, size: words.size(most) }) : "";
  }
}

/** @param {Thread} thread @returns {"" | "lost" | "closed" | "soon"} */
function stateOf(thread) {
  if (!thread.reachable) return "lost";
  if (!thread.window_until) return "";
  const left = Date.parse(thread.window_until) - Date.now();
  return left <= 0 ? "closed" : left < SOON ? "soon" : "";
}

/** @param {"lost" | "closed" | "soon"} state @param {Thread} thread @returns {Node[]} */
function line(state, thread) {
  const channel = channelName(thread.channel);
  if (state === "soon") return [icon("clock"), h("span", {}, say("reach_soon", { channel, at: words.short(String(thread.window_until)) }), " ", moment(thread.window_until, "due"))];
  if (state === "lost") return [icon("ban"), h("span", {}, say("reach_gone", { channel }), " ", thread.mail_to ? say("reach_mail", { to: thread.mail_to }) : say("reach_no_mail"))];
  const asked = thread.asked_at ? say("reach_asked", { at: words.short(thread.asked_at) }) : say(thread.asks ? "reach_asks" : "reach_waits");
  return [icon("hold"), h("span", {}, say("reach_closed", { channel, at: words.short(String(thread.window_until)) }), " ", asked)];
}
