// @ts-check
/** What outlives a reload, per storefront and server; memory where the browser keeps nothing. */

/** @import {Outgoing, Session} from "./types.js" */

/** @type {Map<string, string>} What could not be written: storage is forbidden or full. */
const memory = new Map();

/** @returns {Storage | null} */
function area() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const store = {
  /** @param {string} key */
  get: (key) => memory.get(key) ?? area()?.getItem(key) ?? null,
  /** @param {string} key @param {string} value */
  set(key, value) {
    try {
      if (!area()) throw new Error("none");
      area()?.setItem(key, value);
      memory.delete(key);
    } catch {
      memory.set(key, value);
    }
  },
  /** @param {string} key */
  drop(key) {
    memory.delete(key);
    area()?.removeItem(key);
  },
  keys: () => [...new Set([...memory.keys(), ...Object.keys(area() || {})])],
};

export class Kept {
  /** @param {string} storefront @param {string} server */
  constructor(storefront, server) {
    this.base = `aftersale|${storefront}|${server}|`;
    this.out = `${this.base}out|`;
  }

  /** @returns {Session | null} */
  session() {
    return parsed(store.get(this.base));
  }

  /** @param {Session} session */
  saveSession(session) {
    store.set(this.base, JSON.stringify(session));
  }

  /** Forget the conversation and what was not sent yet. */
  forget() {
    for (const key of store.keys()) if (key.startsWith(this.base)) store.drop(key);
  }

  forgetSession() {
    store.drop(this.base);
  }

  /**
   * A key for each message: two tabs that write at once cannot lose each other's.
   * @returns {Outgoing[]}
   */
  outbox() {
    return store
      .keys()
      .filter((key) => key.startsWith(this.out))
      .map((key) => /** @type {Outgoing | null} */ (parsed(store.get(key))))
      .filter((one) => one !== null)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  /** @param {Outgoing} one */
  saveOutgoing(one) {
    store.set(this.out + one.id, JSON.stringify(one));
  }

  /** @param {string} id */
  dropOutgoing(id) {
    store.drop(this.out + id);
  }

  /** @param {string} name */
  note(name) {
    return store.get(this.base + name) || "";
  }

  /** @param {string} name @param {string} value */
  saveNote(name, value) {
    if (value) store.set(this.base + name, value);
    else store.drop(this.base + name);
  }
}

/** @param {string | null} text */
function parsed(text) {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
