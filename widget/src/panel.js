// @ts-check
/** The panel that the loader imports at the first open. `mount` puts it into the element. */

import { Client } from "./client.js";
import { words } from "./i18n.js";
import { View } from "./view.js";

/** @import {Words} from "./i18n.js" */
/** @import {Config, Identity, Settings} from "./types.js" */

/** @type {Omit<Config, "storefront">} What holds until the server has told, or when it is older. */
const USUAL = {
  name: "", colour: "#1e4d43", colour_text: "#ffffff", languages: ["en"], privacy_url: null, greeting: null,
  upload: { types: ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"], bytes: 10_000_000, per_message: 6 },
  hours: null, sign_in_url: null, text_limit: 2000,
};

/**
 * @param {HTMLElement} element whose open shadow root holds `#panel` and `#launcher`
 * @param {Settings} settings
 */
export async function mount(element, settings) {
  const spoken = await words(settings.locale, settings.server, settings.words);
  return new Panel(element, settings, spoken);
}

class Panel {
  #over = new AbortController();
  /** @type {Config} */
  #config;

  /** @param {HTMLElement} element @param {Settings} settings @param {Words} spoken */
  constructor(element, settings, spoken) {
    this.element = element;
    this.settings = settings;
    this.client = new Client(settings);
    const name = settings.storefront.replace(/(^|-)(\w)/g, (_, dash, letter) => (dash && " ") + letter.toUpperCase());
    this.#config = { ...USUAL, storefront: settings.storefront, name };
    this.view = this.#draw(spoken);
    settings.config.then((told) => {
      if (!told || this.#over.signal.aborted) return;
      this.#config = { ...this.#config, ...told };
      this.view.configure(this.#config);
    });
    this.#watch();
  }

  /** @param {Words} spoken */
  #draw(spoken) {
    const view = new View(this.element, this.client, spoken, this.settings, {
      setLocale: (locale) => this.setLocale(locale),
      emit: (name, detail) => this.#emit(name, detail),
    });
    view.configure(this.#config);
    return view;
  }

  #watch() {
    const { signal } = this.#over;
    for (const name of ["online", "offline"]) {
      window.addEventListener(name, () => this.client.network(), { signal });
    }
    window.addEventListener("storage", ({ key }) => this.client.stored(key), { signal });
    const seen = () => this.view.changed();
    document.addEventListener("visibilitychange", seen, { signal });
    window.addEventListener("focus", seen, { signal });
    const { client } = this;
    client.on("message", (event, live) => {
      this.view.came(event, live);
      if (live && event.author !== "buyer") this.#emit("message", { author: event.author, seq: event.seq });
    });
    client.on("loaded", () => this.view.redraw());
    client.on("reset", () => this.view.redraw());
    client.on("outgoing", () => this.view.outgoing());
    client.on("state", () => this.view.connection());
    client.on("typing", () => this.view.typing());
    client.on("owned", (event, aloud) => this.view.owned(event, aloud));
    client.on("read", () => this.view.read());
    client.on("lost", () => this.view.tell(this.view.words.say("lost")));
    client.on("seen", () => this.view.changed());
  }

  /** @param {string} name @param {object} [detail] */
  #emit(name, detail = {}) {
    const event = new CustomEvent(`aftersale:${name}`, { detail, bubbles: true, composed: true });
    this.element.dispatchEvent(event);
  }

  open() {
    this.view.open();
  }

  close() {
    this.view.close();
  }

  get isOpen() {
    return this.view.isOpen;
  }

  /**
   * Say who the buyer is; the callback is asked again whenever a fresh word is needed.
   * @param {Identity} word
   */
  async identify(word) {
    this.client.sessions.identity = word;
    try {
      const session = await this.client.sessions.proveAgain();
      if (this.client.events.length || !session.verified) return;
      const topics = await this.client.api.topics(session.token).catch(() => []);
      this.view.greeting.offer(topics.filter((topic) => topic.conversation_id !== this.client.id));
    } catch (problem) {
      const { code = "unreachable", message } = /** @type {any} */ (problem);
      this.#emit("error", { code, message });
    }
  }

  logout() {
    this.client.sessions.identity = null;
    this.client.leave();
  }

  /** @param {{order?: string}} context */
  setContext({ order = "" }) {
    this.settings.order = order;
    this.view.configure(this.#config);
  }

  /** @param {string} locale */
  async setLocale(locale) {
    const spoken = await words(locale, this.settings.server);
    this.settings.locale = locale;
    const was = this.view.isOpen;
    this.view.destroy();
    this.view = this.#draw(spoken);
    if (was) this.view.open();
  }

  destroy() {
    this.#over.abort();
    this.view.destroy();
    this.client.end();
  }
}
