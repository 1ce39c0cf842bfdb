// @ts-check
/** Keeps the counts, and tells of new work by a sound or a notification where the agent chose so. */

import { Chime } from "./chime.js";
import { paced } from "./pace.js";
import { say, words } from "./words.js";

/** @import {Api} from "./api.js" */
/** @import {Live} from "./live.js" */
/** @import {Settings} from "./settings.js" */
/** @import {Counts, InboxItem} from "./types.js" */

const EVERY = 2_000;

/** @type {Counts} */
const NOTHING = { queue: 0, mine: 0, all: 0, cases: 0, overdue: 0 };

export class Watch extends EventTarget {
  counts = NOTHING;
  chime = new Chime();
  #pace = paced(() => this.look(), EVERY);
  /** @type {Set<string> | null} who waited when we last looked */
  #waiting = null;
  /** @type {Map<string, number> | null} what was unread in my chats */
  #unread = null;
  #ended = false;

  /** @param {Api} api @param {Live} live @param {Settings} settings @param {(path: string) => void} go */
  constructor(api, live, settings, go) {
    super();
    this.api = api;
    this.settings = settings;
    this.go = go;
    for (const type of ["inbox", "conversation"]) live.on(type, () => this.#pace.soon());
    this.look();
  }

  async look() {
    if (this.#ended) return;
    try {
      const [queue, mine] = await Promise.all(["queue", "mine"].map((view) => this.api.get("/inbox", { view }, { quiet: true })));
      const mentions = await this.api.get("/mentions", {}, { quiet: true }).catch(() => ({ unseen: 0 }));
      if (this.#ended) return;
      this.set({ ...queue.counts, mentions: mentions.unseen });
      this.#queued(queue.items);
      this.#written(mine.items);
    } catch {
      // The sign of the connection tells of it.
    }
  }

  /** @param {Counts} counts */
  set(counts) {
    this.counts = { ...NOTHING, ...counts };
    this.dispatchEvent(new Event("change"));
  }

  end() {
    this.#ended = true;
    this.#pace.end();
  }

  /** @param {InboxItem[]} items */
  #queued(items) {
    const news = items.filter((item) => this.#waiting && !this.#waiting.has(item.conversation_id));
    this.#waiting = new Set(items.map((item) => item.conversation_id));
    for (const item of news.slice(0, 1)) {
      const reason = words.named("reason", item.handoff?.reason);
      this.#tell(say("notify_queue", { who: item.buyer.name || say("guest") }), reason, item, "queue");
    }
  }

  /** @param {InboxItem[]} items */
  #written(items) {
    const before = this.#unread;
    this.#unread = new Map(items.map((item) => [item.conversation_id, item.unread]));
    const news = items.filter((item) => before && item.unread > (before.get(item.conversation_id) || 0));
    for (const item of news.slice(0, 1)) {
      this.#tell(say("notify_message", { who: item.buyer.name || say("guest") }), "", item, "mine");
    }
  }

  /**
   * What a buyer wrote stays off the lock screen: only the name and the reason are shown.
   * @param {string} title @param {string} text @param {InboxItem} item @param {string} view
   */
  #tell(title, text, item, view) {
    if (document.hasFocus()) return;
    if (this.settings.get("sound")) this.chime.ring();
    if (!this.settings.get("notifications") || Notification.permission !== "granted") return;
    const note = new Notification(title, { body: text, tag: item.conversation_id });
    note.onclick = () => {
      window.focus();
      this.go(`/inbox/${view}/${item.conversation_id}`);
      note.close();
    };
  }
}
