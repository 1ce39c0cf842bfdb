// @ts-check
/** Messages on their way: kept in storage until the server has them, sent once and in order. */

import { Refused } from "./api.js";

/** @import {Client} from "./client.js" */
/** @import {Content, Outgoing} from "./types.js" */

const RETRY = 2_000;

export class Outbox {
  /** @type {Map<string, Outgoing>} Sent or to be sent, until they come back as events. */
  all = new Map();
  #pumping = false;
  /** Try again without waiting: the network is back. */
  retryNow = () => {};

  /** @type {Set<string>} Came back as events: a late note of another tab is not news. */
  #done = new Set();

  /** @param {Client} client @param {() => void} changed */
  constructor(client, changed) {
    this.client = client;
    this.kept = client.kept;
    this.changed = changed;
    this.reload();
  }

  /** Take up what was kept: of the last visit, or of a tab that is gone. */
  reload() {
    for (const one of this.kept.outbox()) if (!this.all.has(one.id)) this.#hold(one);
  }

  /** @param {Content} content @param {string} label */
  add(content, label) {
    const last = Math.max(0, ...[...this.all.values()].map((one) => one.at));
    const parts = crypto.getRandomValues(new Uint32Array(4));
    const id = [...parts].map((part) => part.toString(36)).join("-");
    this.#put({ id, at: Math.max(Date.now(), last + 1), content, label, state: "pending" });
  }

  /** @param {Outgoing} one */
  #put(one) {
    this.kept.saveOutgoing(one);
    this.client.tabs.tell({ outgoing: one });
    this.#hold(one);
    this.changed();
    this.pump();
  }

  /** @param {Outgoing} one */
  #hold(one) {
    if (!this.#done.has(one.id)) this.all.set(one.id, one);
  }

  /**
   * Another tab has something to send; it tells all of it, for its storage may be read only later.
   * @param {Outgoing} one
   */
  hear(one) {
    if (this.all.get(one.id)?.state === "sent") return;
    this.#hold(one);
    this.changed();
    this.retryNow();
    this.pump();
  }

  /** @param {string} id */
  retry(id) {
    const one = this.all.get(id);
    if (one) this.#put({ ...one, state: "pending", problem: undefined });
  }

  /** @param {string} id */
  forget(id) {
    this.delivered(id);
    this.changed();
  }

  /** @param {string} id */
  discard(id) {
    this.forget(id);
    this.client.tabs.tell({ gone: id });
  }

  clear() {
    this.all.clear();
    this.changed();
  }

  /**
   * It is among the events now.
   * @param {string} id
   */
  delivered(id) {
    this.kept.dropOutgoing(id);
    this.#done.add(id);
    this.all.delete(id);
  }

  /**
   * The server has it.
   * @param {string} id
   */
  acknowledged(id) {
    const one = this.all.get(id);
    if (!one) return;
    this.all.set(id, { ...one, state: "sent" });
    this.changed();
  }

  #waiting() {
    const all = [...this.all.values()].filter((one) => one.state === "pending");
    return all.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  /** Send what waits, oldest first, one at a time: so nothing overtakes. */
  async pump() {
    const { line, tabs } = this.client;
    if (this.#pumping || !line) return;
    this.#pumping = true;
    while (tabs.leads) {
      const [next] = this.#waiting();
      if (!next) break;
      try {
        await line.send(next.id, next.content);
        this.kept.dropOutgoing(next.id);
        tabs.tell({ acked: next.id });
        this.acknowledged(next.id);
        if (this.client.state !== "online") line.wake(); // the server answers again
      } catch (problem) {
        await this.#unsent(next, problem);
      }
    }
    this.#pumping = false;
  }

  /** @param {Outgoing} one @param {unknown} problem */
  async #unsent(one, problem) {
    const refused = problem instanceof Refused ? problem : null;
    if (refused?.code === "conversation_closed") {
      this.client.ended();
      return;
    }
    if (refused && !refused.passing) {
      this.#put({ ...one, state: "failed", problem: refused.message });
      return;
    }
    this.client.setState(navigator.onLine ? "connecting" : "offline");
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, refused?.after ? refused.after * 1000 : RETRY);
      this.retryNow = () => (clearTimeout(timer), resolve(undefined));
    });
  }
}
