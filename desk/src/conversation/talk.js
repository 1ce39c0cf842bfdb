// @ts-check
/** What is known of one conversation: who has it, what was said, what is about to leave. */

/** @import {Context, Handoff, Thread} from "../types.js" */
/** @import {Delivery} from "./delivery.js" */
/** @import {ChatEvent} from "../../../widget/src/types.js" */

/** @typedef {{note_id: string, user: string, name: string, text: string, at: string}} Note */
/** @typedef {{message_id: string, client_msg_id: string, user: string, name: string, text: string, attachment_ids: string[], state: string, send_at: string}} Waiting */
/** @typedef {{user: string, name: string, typing: boolean}} Viewer */

const TYPING_LASTS = 8_000;
const FULL = 200; // events in an answer: there may be more

export class Talk extends EventTarget {
  /** @type {Record<string, any> & {conversation_id: string, owner: string, owner_version: number, storefront: string}} */
  conversation = /** @type {any} */ ({});
  /** @type {Handoff | null} */
  handoff = null;
  /** @type {Handoff[]} */
  handoffs = [];
  /** @type {Note[]} */
  notes = [];
  /** @type {Waiting[]} */
  waiting = [];
  /** @type {Viewer[]} */
  viewers = [];
  /** @type {Record<string, any> | null} */
  blocked = null;
  /** @type {Thread | null} where the buyer reads, when that is a messenger */
  thread = null;
  /** @type {Map<number, Delivery>} how far messages of ours got there, by seq */
  deliveries = new Map();
  /** @type {ChatEvent[]} what is shown, in order */
  events = [];
  /** Ids of buttons that the buyer pressed. */
  chosen = new Set();
  /** The newest message of ours that the buyer has read. */
  readTo = 0;
  buyerTypes = false;
  /** Whether there is more before the first event. */
  hasEarlier = false;
  /** @type {Map<string, Waiting>} messages of this tab that a look from before they were written cannot know */
  #own = new Map();
  /** @type {Set<string>} messages that this tab took back */
  #takenBack = new Set();
  #seq = 0;
  /** @type {Promise<void> | null} */
  #looking = null;
  #again = false;
  #ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingOver;

  /** @param {Context} context @param {string} id */
  constructor(context, id) {
    super();
    this.api = context.api;
    this.me = context.me;
    this.id = id;
    this.path = `/conversations/${encodeURIComponent(id)}`;
    this.stops = [
      context.live.on("conversation", (news) => (!news.id || news.id === id) && this.look()),
      context.live.on("viewing", (news) => (!news.id || news.id === id) && this.look()),
      context.live.on("typing", (news) => news.id === id && this.#typing(true)),
    ];
  }

  get isMine() {
    return this.conversation.owner === "human" && this.agent?.user === this.me.user;
  }

  /** Who has it, when a person has. @returns {{user: string, name: string} | null} */
  get agent() {
    const agent = this.conversation.agent ?? this.handoff?.agent;
    if (!agent) return null;
    return typeof agent === "string" ? { user: agent, name: agent } : agent;
  }

  /** The newest event that was seen. */
  get seq() {
    return this.#seq;
  }

  /** Load it for the first time; throws where it cannot be. */
  async load() {
    const [about, page] = await Promise.all([this.api.get(this.path), this.api.get(`${this.path}/events`)]);
    this.#take(page.events);
    this.hasEarlier = this.events.length > 0 && this.events[0].seq > 1 && page.more !== false;
    this.#about(about);
  }

  /** Look for what is new; it is known when this ends. News come in heaps, so one look may serve several. */
  look() {
    if (this.#looking) this.#again = true;
    else this.#looking = this.#lookOn().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #lookOn() {
    do {
      this.#again = false;
      await this.#lookOnce();
    } while (this.#again && !this.#ended);
  }

  async #lookOnce() {
    const quiet = { quiet: true };
    try {
      const [about, page] = await Promise.all([
        this.api.get(this.path, {}, quiet), this.api.get(`${this.path}/events`, { since: this.#seq }, quiet),
      ]);
      if (this.#ended) return;
      const fresh = this.#take(page.events);
      this.#about(about);
      this.#again ||= page.events.length >= FULL;
      if (fresh.length) this.dispatchEvent(new CustomEvent("events", { detail: fresh }));
    } catch {
      // The sign of the connection tells of it, and the next news brings it.
    }
  }

  /** @returns {Promise<boolean>} whether there was something before */
  async earlier() {
    const page = await this.api.get(`${this.path}/events`, { before: this.events[0]?.seq, limit: 100 });
    /** @type {ChatEvent[]} */
    const older = page.events.filter((/** @type {ChatEvent} */ event) => event.seq < (this.events[0]?.seq ?? Infinity));
    for (const event of older) this.#learn(event);
    this.events.unshift(...older.filter(isShown));
    this.hasEarlier = older.length > 0 && older[0].seq > 1;
    return older.length > 0;
  }

  /** @param {Record<string, any>} about */
  #about(about) {
    this.conversation = about.conversation;
    this.handoff = about.handoff;
    this.handoffs = about.handoffs || [];
    this.notes = about.notes || [];
    this.waiting = this.#stillWaiting(about.waiting || []);
    this.viewers = (about.viewers || []).filter((/** @type {Viewer} */ viewer) => viewer.user !== this.me.user);
    this.blocked = about.blocked || null;
    this.thread = about.thread || null;
    this.#delivered(about.deliveries || []);
    this.readTo = Math.max(this.readTo, about.conversation.read_by_buyer || 0);
    this.changed();
  }

  /** @param {({seq: number} & Delivery)[]} told */
  #delivered(told) {
    const worse = told.filter(({ seq, state }) => state !== this.deliveries.get(seq)?.state && this.deliveries.has(seq) && (state === "failed" || state === "unknown"));
    for (const { seq, ...delivery } of told) this.deliveries.set(seq, delivery);
    if (worse.length) this.dispatchEvent(new CustomEvent("undelivered", { detail: worse }));
  }

  /** @param {Waiting[]} told */
  #stillWaiting(told) {
    const known = new Set(told.map((message) => message.message_id));
    for (const [id, message] of this.#own) {
      if (known.has(id) || Date.parse(message.send_at) < Date.now()) this.#own.delete(id);
    }
    return [...told, ...this.#own.values()].filter((message) => !this.#takenBack.has(message.message_id));
  }

  /** Show a message that was just written. @param {Waiting} message */
  wrote(message) {
    this.#own.set(message.message_id, message);
    this.waiting.push(message);
    this.changed();
  }

  /** Show a message no more: it was taken back. @param {Waiting} message */
  tookBack({ message_id }) {
    this.#takenBack.add(message_id);
    this.#own.delete(message_id);
    this.waiting = this.waiting.filter((each) => each.message_id !== message_id);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {ChatEvent[]} events @returns {ChatEvent[]} those that are new and shown */
  #take(events) {
    const news = (events || []).filter((event) => event.seq > this.#seq);
    for (const event of news) {
      this.#learn(event);
      this.#seq = Math.max(this.#seq, event.seq);
    }
    const shown = news.filter(isShown);
    this.events.push(...shown);
    if (shown.some((event) => event.author === "buyer")) this.#typing(false);
    return shown;
  }

  /** @param {ChatEvent} event */
  #learn(event) {
    if (event.payload) this.chosen.add(event.payload);
    const { delivery } = /** @type {{delivery?: Delivery | null}} */ (/** @type {unknown} */ (event));
    if (delivery) this.deliveries.set(event.seq, delivery);
    if (event.type === "read" && (event.by || event.author) === "buyer") this.readTo = Math.max(this.readTo, event.up_to || 0);
  }

  /** @param {boolean} on */
  #typing(on) {
    clearTimeout(this.#typingOver);
    if (on) this.#typingOver = setTimeout(() => this.#typing(false), TYPING_LASTS);
    if (this.buyerTypes === on) return;
    this.buyerTypes = on;
    this.dispatchEvent(new Event("typing"));
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#typingOver);
    for (const stop of this.stops) stop();
  }
}

/** @param {ChatEvent} event */
function isShown(event) {
  const { move } = /** @type {{move?: string}} */ (/** @type {unknown} */ (event));
  return ["message", "notice", "owner", "csat"].includes(event.type) && move !== "place"; // one place on in the queue
}
