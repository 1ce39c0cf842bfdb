// @ts-check
/** One buyer's conversation without any screen: what was said, what is to be sent, who is there. */

import { Api } from "./api.js";
import { Kept } from "./kept.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Sessions } from "./session.js";
import { Tabs } from "./tabs.js";

/** @import {ChatEvent, Content, LineState, Settings, Topic} from "./types.js" */

const PAGE = 200; // events the server gives at once
const TYPING_EVERY = 4_000;
const SHOWN = new Set(["message", "notice", "csat", "owner"]);

export class Client {
  id = "";
  seq = 0;
  /** @type {ChatEvent[]} */
  events = [];
  /** @type {Set<string>} Ids of the buttons that were pressed. */
  chosen = new Set();
  owner = "bot";
  /** @type {ChatEvent | null} The newest word about who owns the conversation. */
  owned = null;
  /** @type {ChatEvent | null} */
  typing = null;
  /** Up to where somebody or the bot has read. */
  readTo = 0;
  /** Up to where the buyer has seen. */
  seen = 0;
  /** @type {LineState} */
  state = "online";
  loaded = false;
  /** @type {Line | null} */
  line = null;
  /** @type {Promise<void> | null} */
  #catching = null;
  #lastTyping = 0;
  /** @type {Map<string, Set<Function>>} */
  #listeners = new Map();

  /** @param {Settings} settings */
  constructor(settings) {
    this.api = new Api(settings.server);
    this.kept = new Kept(settings.storefront, settings.server);
    this.tabs = new Tabs(this.kept.base, (said) => this.#heard(said), () => this.#lead());
    const told = { changed: () => this.#adopt(), lost: () => this.#emit("lost") };
    this.sessions = new Sessions(this.api, this.kept, settings, this.tabs, told);
    this.outbox = new Outbox(this, () => this.#emit("outgoing"));
    this.#adopt();
    this.loaded = !this.id;
  }

  /**
   * @param {"message" | "outgoing" | "state" | "typing" | "reset" | "loaded" | "read" | "seen" | "lost" | "owned"} name
   * @param {(...told: any[]) => void} listener
   */
  on(name, listener) {
    const all = this.#listeners.get(name) || new Set();
    this.#listeners.set(name, all.add(listener));
  }

  /** @param {string} name @param {...any} told */
  #emit(name, ...told) {
    for (const listener of this.#listeners.get(name) || []) listener(...told);
  }

  /** Show the conversation that storage names now. */
  #adopt() {
    const id = this.sessions.now?.id || "";
    if (id === this.id) return;
    Object.assign(this, { id, seq: 0, events: [], owner: "bot", owned: null, typing: null, readTo: 0 });
    this.loaded = !id;
    const [of, seq] = this.kept.note("seen").split(" ");
    this.seen = of === id ? Number(seq) : 0;
    this.chosen.clear();
    this.#emit("reset");
    this.line?.restart();
    if (id && !this.tabs.leads) this.catchUp().catch(() => {});
  }

  #lead() {
    this.line = new Line(this);
    this.outbox.reload();
    this.outbox.pump();
  }

  /**
   * Another tab wrote. Its notes are quicker, but two that write at once agree only here.
   * @param {string | null} key
   */
  stored(key) {
    if (key === this.kept.base) this.sessions.hear(this.kept.session());
  }

  /** The network is there again, or gone. */
  network() {
    if (!navigator.onLine) {
      this.setState("offline");
      this.line?.cut();
    } else this.line?.wake();
    this.outbox.retryNow();
  }

  /** @param {LineState} state */
  setState(state) {
    if (state === "online") this.outbox.retryNow();
    if (state === this.state) return;
    this.state = state;
    if (this.tabs.leads) this.tabs.tell({ state });
    this.#emit("state");
  }

  /** @param {any} said by another tab */
  #heard(said) {
    if (said.state) this.setState(said.state);
    if ("session" in said) this.sessions.hear(said.session);
    if (said.outgoing) {
      this.line?.wake(); // timers of a tab that nobody looks at are slow; this one's word is not
      this.outbox.hear(said.outgoing);
    }
    if (said.left) this.outbox.clear();
    if (said.gone) this.outbox.forget(said.gone);
    if (said.acked) this.outbox.acknowledged(said.acked);
    if (said.seen) this.#saw(said.seen);
    if (said.say && this.tabs.leads) this.line?.say(said.say);
    if (said.events && said.id === this.id) {
      if (said.events[0].seq <= this.seq + 1) this.take(said.events, true);
      else this.catchUp().catch(() => {});
    }
  }

  /**
   * Read everything that is not here yet.
   * @param {AbortSignal} [signal]
   */
  catchUp(signal) {
    this.#catching ??= this.#readOn(signal).finally(() => {
      this.#catching = null;
    });
    return this.#catching;
  }

  /** @param {AbortSignal} [signal] */
  async #readOn(signal) {
    const { id } = this;
    if (!id) return;
    for (let more = true; more; ) {
      const events = await this.sessions.use((s) => this.api.events(s, this.seq, 0, signal));
      if (id !== this.id) return;
      this.take(events, this.loaded);
      more = events.length >= PAGE;
    }
    if (this.loaded) return;
    this.loaded = true;
    this.#emit("loaded");
  }

  /** @param {ChatEvent[]} events @param {boolean} live false: history, which is not news */
  take(events, live) {
    const fresh = events.filter((event) => event.seq > this.seq);
    if (!fresh.length) return;
    for (const event of fresh) {
      this.seq = event.seq;
      this.#note(event, live);
    }
    if (live && this.tabs.leads) this.tabs.tell({ id: this.id, events: fresh });
  }

  /** @param {ChatEvent} event @param {boolean} live */
  #note(event, live) {
    const mine = event.author === "buyer";
    if (event.type === "read" && !mine) this.readTo = Math.max(this.readTo, event.up_to || event.seq);
    if (!mine && event.type === "message" && event.author !== "system") this.readTo = event.seq;
    if (event.type === "typing" && !mine) this.typing = event;
    else if (!mine && event.type !== "read") this.typing = null;
    const moved = event.type !== "owner" || event.move !== "place";
    if (event.type === "owner" && event.owner) {
      this.owner = event.owner;
      this.owned = event;
    }
    if (mine && event.type === "message" && this.owner === "closed") this.owner = "bot";
    if (event.payload) this.chosen.add(event.payload);
    if (event.client_msg_id && event.type === "message") this.outbox.delivered(event.client_msg_id);
    if (SHOWN.has(event.type) && moved) {
      this.events.push(event);
      this.#emit("message", event, live);
    }
    if (event.type === "owner") this.#emit("owned", event, live && !moved);
    this.#emit("typing");
    this.#emit("read");
  }

  /** Messages that no event has confirmed yet. */
  get outgoing() {
    return this.outbox.all;
  }

  /**
   * Keep a message, then send it; it is kept until the server has it.
   * @param {Content} content @param {string} label
   */
  send(content, label) {
    if (content.payload) this.chosen.add(content.payload);
    this.outbox.add(content, label);
  }

  /** The conversation was ended: what is written now begins a new topic. */
  ended() {
    this.sessions.drop();
  }

  /** Tell a person that the buyer writes; the bot has no use for it. */
  writes() {
    if (this.owner === "bot" || !this.id || Date.now() - this.#lastTyping < TYPING_EVERY) return;
    this.#lastTyping = Date.now();
    this.#say({ type: "typing" }, (session) => this.api.typing(session));
  }

  /**
   * @param {object} frame
   * @param {(session: import("./types.js").Session) => Promise<unknown>} otherwise
   */
  #say(frame, otherwise) {
    const session = this.sessions.now;
    if (session && !this.line?.say(frame)) otherwise(session).catch(() => {});
  }

  /**
   * Return the person who had the conversation then.
   * @param {ChatEvent} then
   */
  agentAt({ seq, agent }) {
    return agent || this.events.findLast((event) => event.agent && event.seq <= seq)?.agent;
  }

  get unread() {
    const theirs = this.events.filter((e) => e.seq > this.seen && e.author !== "buyer");
    return theirs.filter((e) => e.type === "message" || e.type === "notice").length;
  }

  /** @param {number} seq up to which the buyer has seen, in whichever tab */
  #saw(seq) {
    this.seen = Math.max(this.seen, seq);
    this.#emit("seen");
  }

  /** The buyer has everything before their eyes. */
  see() {
    if (!this.id || !this.unread) return;
    const { seq } = this;
    this.kept.saveNote("seen", `${this.id} ${seq}`);
    this.tabs.tell({ seen: seq });
    this.#saw(seq);
    this.#say({ type: "read", seq }, (session) => this.api.read(session, seq));
  }

  /** @param {Topic} topic */
  goTo(topic) {
    const now = this.sessions.now;
    if (!now) return;
    this.sessions.become({ ...now, id: topic.conversation_id, token: topic.token });
  }

  /** Leave this conversation; the next message opens another. */
  leave() {
    this.kept.forget();
    this.outbox.clear();
    this.tabs.tell({ left: true });
    this.sessions.drop();
  }

  end() {
    this.line?.end();
    this.line = null;
    this.tabs.close();
    this.#listeners.clear();
  }
}
