// @ts-check
/** What an agent chose for this browser: kept on it, per agent; nothing of a buyer's is in it. */

const PLAIN = {
  theme: /** @type {"auto" | "light" | "dark"} */ ("auto"),
  singleKeys: true,
  sound: false,
  notifications: false,
  details: true,
};

/** @typedef {typeof PLAIN} Choices */

export class Settings extends EventTarget {
  /** @type {Choices} */
  #chosen;

  /** @param {string} user */
  constructor(user) {
    super();
    this.key = `desk.settings.${user}`;
    this.#chosen = { ...PLAIN, ...read(this.key) };
    this.#dress();
  }

  /**
   * @template {keyof Choices} K
   * @param {K} name @returns {Choices[K]}
   */
  get(name) {
    return this.#chosen[name];
  }

  /**
   * @template {keyof Choices} K
   * @param {K} name @param {Choices[K]} value
   */
  set(name, value) {
    this.#chosen[name] = value;
    try {
      localStorage.setItem(this.key, JSON.stringify(this.#chosen));
    } catch {
      // A browser that keeps nothing: it holds until the page is left.
    }
    this.#dress();
    this.dispatchEvent(new CustomEvent("change", { detail: name }));
  }

  #dress() {
    document.documentElement.dataset.theme = this.#chosen.theme;
  }
}

/** @param {string} key @returns {Partial<Choices>} */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) || "{}");
  } catch {
    return {};
  }
}
