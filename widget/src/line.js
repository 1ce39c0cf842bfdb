// @ts-check
/** The connection of the tab that leads: a WebSocket, or the long poll where that is refused. */

import { Refused, Unreachable } from "./api.js";

/** @import {Client} from "./client.js" */
/** @import {Content, Session} from "./types.js" */

const POLL = 25; // seconds; the server waits 30 at most
const PING_EVERY = 20_000;
const SILENT = 45_000; // nothing heard for so long: the other end is gone
const ANSWER_WITHIN = 10_000;
const LONGEST_PAUSE = 10_000;
const NO_SOCKET_FOR = 30_000;

export class Line {
  #ended = false;
  #failures = 0;
  #socketFrom = 0;
  #refusals = 0;
  /** @type {WebSocket | null} */
  #socket = null;
  #current = new AbortController();
  /** @type {() => void} */
  #wake = () => {};
  /** @type {Map<string, {resolve: () => void, reject: (why: Error) => void}>} */
  #awaited = new Map();

  /** @param {Client} client */
  constructor(client) {
    this.client = client;
    this.#run();
  }

  /** Try at once: the network is back, or there is a session now. */
  wake() {
    this.#failures = 0;
    this.#wake();
  }

  /** The browser says the network is gone; a socket would not notice for long. */
  cut() {
    this.client.setState("offline");
    this.#current.abort();
    this.#hangUp();
  }

  /** The conversation changed: leave the old one's connection. */
  restart() {
    this.#current.abort();
    this.#hangUp();
    this.wake();
  }

  end() {
    this.#ended = true;
    this.restart();
  }

  async #run() {
    while (!this.#ended) {
      this.#current = new AbortController();
      try {
        const session = this.client.sessions.now;
        if (session) await this.#listen(session);
        else {
          this.client.setState("online"); // nothing to be connected to
          await this.#pause(2 ** 31 - 1);
        }
      } catch (problem) {
        if (!this.#ended) await this.#trouble(/** @type {Error} */ (problem));
      }
    }
  }

  /** @param {Session} session */
  async #listen(session) {
    await this.client.sessions.renew();
    await this.client.catchUp(this.#current.signal);
    this.client.setState("online");
    if (Date.now() >= this.#socketFrom) await this.#talk(session.id);
    else await this.#poll();
    this.#failures = 0;
  }

  async #poll() {
    const { client } = this;
    const { signal } = this.#current;
    while (!signal.aborted && Date.now() < this.#socketFrom) {
      await client.sessions.renew();
      const { id } = client;
      const events = await client.sessions.use(
        (session) => client.api.events(session, client.seq, POLL, signal),
      );
      if (!signal.aborted && id === client.id) client.take(events, true);
      client.setState("online");
      this.#failures = 0;
    }
  }

  /** @param {string} id of the conversation */
  async #talk(id) {
    const { api, sessions } = this.client;
    let ticket;
    try {
      ({ ticket } = await sessions.use((session) => api.ticket(session)));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.#noSocket();
      return;
    }
    const session = sessions.now;
    if (session?.id !== id || this.#current.signal.aborted) return;
    const code = await this.#converse(api.socket(session, ticket, this.client.seq));
    // A session that is over is found out by the next request; a socket has no better word for it.
    if (code === 0 || code === 4403 || code === 4429) this.#noSocket();
    else if (!this.#current.signal.aborted) throw new Unreachable(`closed ${code}`);
  }

  /** Poll for a while, longer each time. */
  #noSocket() {
    this.#socketFrom = Date.now() + NO_SOCKET_FOR * 2 ** Math.min(this.#refusals++, 5);
  }

  /**
   * @param {WebSocket} socket
   * @returns {Promise<number>} the code it closed with; 0: it never opened
   */
  #converse(socket) {
    let heard = Date.now();
    let opened = false;
    return new Promise((resolve) => {
      const beat = setInterval(() => {
        this.client.sessions.renew().catch(() => {}); // the next request finds out what is wrong
        if (Date.now() - heard > SILENT) this.#hangUp();
        else this.say({ type: "ping" });
      }, PING_EVERY);
      /** @param {number} code */
      const over = (code) => {
        clearInterval(beat);
        clearTimeout(opening);
        if (this.#socket === socket) this.#socket = null;
        for (const each of this.#awaited.values()) each.reject(new Unreachable("closed"));
        this.#awaited.clear();
        resolve(code);
      };
      const opening = setTimeout(() => (socket.close(), over(0)), ANSWER_WITHIN);
      socket.onopen = () => {
        clearTimeout(opening);
        opened = true;
        this.#refusals = 0;
        this.#socket = socket;
        this.#failures = 0;
        this.client.setState("online");
      };
      socket.onmessage = (event) => {
        heard = Date.now();
        if (!this.#current.signal.aborted) this.#hear(JSON.parse(event.data));
      };
      socket.onclose = (event) => over(opened ? event.code : 0);
      // A dead socket closes only after minutes; whoever hangs up does not wait for that.
      this.#current.signal.addEventListener("abort", () => over(1000));
      this.#dead = () => over(1006);
    });
  }

  #dead = () => {};

  #hangUp() {
    this.#socket?.close();
    this.#socket = null;
    this.#dead();
  }

  /** @param {any} frame */
  #hear(frame) {
    if (frame.type === "ack") this.#awaited.get(frame.client_msg_id)?.resolve();
    else if (frame.type === "refused") {
      const status = frame.code === "too_many_requests" ? 429 : 400;
      this.#awaited.get(frame.client_msg_id)?.reject(new Refused(status, frame));
    } else if (frame.seq && frame.at) this.client.take([frame], true);
  }

  /**
   * Send a frame if there is a socket; say whether.
   * @param {object} frame
   */
  say(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /**
   * Send a message; done when the server has it.
   * @param {string} id @param {Content} content
   * @returns {Promise<void>}
   */
  async send(id, content) {
    const { api, sessions } = this.client;
    await sessions.ensure();
    if (!this.say({ type: "message", client_msg_id: id, ...content })) {
      await sessions.use((session) => api.send(session, id, content));
      return;
    }
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#hangUp();
        reject(new Unreachable("no answer"));
      }, ANSWER_WITHIN);
      this.#awaited.set(id, {
        resolve: () => (clearTimeout(timer), resolve(undefined)),
        reject: (why) => (clearTimeout(timer), reject(why)),
      });
    }).finally(() => this.#awaited.delete(id));
  }

  /** @param {Error} problem */
  async #trouble(problem) {
    if (this.#current.signal.aborted && navigator.onLine) return;
    this.client.setState(navigator.onLine ? "connecting" : "offline");
    const wait = problem instanceof Refused ? problem.after * 1000 : 0;
    const grown = 300 * 2 ** Math.min(this.#failures++, 6);
    await this.#pause(Math.max(wait, Math.min(grown, LONGEST_PAUSE)) * (0.75 + Math.random() / 2));
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => (clearTimeout(timer), resolve(undefined));
    });
  }
}
