// @ts-check
/** The tabs of one buyer: one of them leads and holds the connection, all hear the same. */

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #leaving = new AbortController();
  /** @type {() => void} */
  #release = () => {};
  leads = false;

  /**
   * @param {string} name
   * @param {(said: any) => void} hear
   * @param {() => void} lead called once, when this tab becomes the one that leads
   */
  constructor(name, hear, lead) {
    this.name = name;
    if (typeof BroadcastChannel === "function") {
      this.#channel = new BroadcastChannel(name);
      this.#channel.onmessage = (event) => hear(event.data);
    }
    const held = () => {
      if (this.#leaving.signal.aborted) return undefined;
      this.leads = true;
      lead();
      return new Promise((resolve) => {
        this.#release = () => resolve(undefined);
      });
    };
    // Without locks (no secure context) every tab leads for itself; the server drops doubles.
    if (!navigator.locks) queueMicrotask(held);
    else {
      const { signal } = this.#leaving;
      navigator.locks.request(`${name}lead`, { signal }, held).catch(() => {});
    }
  }

  /** @param {unknown} said */
  tell(said) {
    this.#channel?.postMessage(said);
  }

  /**
   * Do something that only one tab may do at a time.
   * @template T
   * @param {string} what @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  alone(what, work) {
    return navigator.locks ? navigator.locks.request(this.name + what, work) : work();
  }

  close() {
    this.leads = false;
    this.#leaving.abort();
    this.#release();
    this.#channel?.close();
  }
}
