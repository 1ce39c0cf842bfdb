// @ts-check
/** The one script of a page: settings, the launcher, and the panel once somebody wants it. */

/** @import {Config, Identity} from "./types.js" */

const TEXTS = { en: ["Open chat", "Chat", "unread"], de: ["Chat öffnen", "Chat", "ungelesen"], ar: ["فتح المحادثة", "المحادثة", "غير مقروءة"] };
const PANEL = typeof __PANEL__ === "string" ? __PANEL__ : "/widget/src/panel.js";
const VERSION = typeof __VERSION__ === "string" ? __VERSION__ : "";
const SETTLES = 800;

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
/** @type {any} */
const page = window;
/** @type {Record<string, string>} */
const settings = { server: new URL(script?.src || location.href).origin, ...script?.dataset, ...page.AftersaleSettings };

const sheet = new CSSStyleSheet();
sheet.replaceSync(/* css */ `
:host { color-scheme: light dark; }
:host([theme=light]) { color-scheme: light; } :host([theme=dark]) { color-scheme: dark; }
:host([standalone]) { display: block; block-size: 100%; } .standalone { block-size: 100%; }
#launcher { all: unset; box-sizing: border-box; position: fixed; z-index: 2147483000; inset-block-end: var(--aftersale-bottom, 20px); inset-inline-end: var(--aftersale-side, 20px);
  inline-size: 56px; block-size: 56px; border-radius: 50%; display: grid; place-items: center; cursor: pointer; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 1px 3px rgb(0 0 0 / .12), 0 8px 24px rgb(0 0 0 / .2); border: 1px solid light-dark(transparent, #ffffff90); }
.start #launcher { inset-inline: var(--aftersale-side, 20px) auto; }
#launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px Canvas; }
#launcher[hidden], #panel[hidden] { display: none; }
svg { inline-size: 26px; block-size: 26px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
#count { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 22px; block-size: 22px; padding-inline: 5px; box-sizing: border-box; border-radius: 11px;
  font: 600 13px/22px system-ui, sans-serif; text-align: center; background: #b3261e; color: #fff; }
#count:empty { display: none; }
`);

class AftersaleChat extends HTMLElement {
  static observedAttributes = ["locale", "order"];
  /** @type {Promise<any> | null} */
  #panel = null;
  /** @type {Identity | null} */
  #word = null;
  unread = 0;
  opened = false;

  /** @param {string} name */
  #get(name) {
    return this.getAttribute(name) ?? settings[name] ?? "";
  }

  get #locale() {
    return this.#get("locale") || document.documentElement.lang || navigator.language || "en";
  }

  connectedCallback() {
    if (this.#panel) return;
    if (!this.shadowRoot) this.attachShadow({ mode: "open" });
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    root.adoptedStyleSheets = [sheet];
    const alone = this.hasAttribute("standalone");
    this.button = document.createElement("button");
    this.button.id = "launcher";
    this.button.part.add("launcher");
    this.button.hidden = true;
    this.button.setAttribute("aria-controls", "panel");
    this.button.append(drawn("M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z"));
    this.button.onclick = () => this.toggle();
    for (const sign of ["pointerenter", "focus"]) this.button.addEventListener(sign, () => this.load(), { once: true });
    this.count = document.createElement("span");
    this.count.id = "count";
    this.count.ariaHidden = "true";
    this.button.append(this.count);
    const panel = document.createElement("div");
    Object.assign(panel, { id: "panel", hidden: true, role: "dialog" });
    panel.part.add("panel");
    this.box = document.createElement("div");
    this.box.className = `root ${this.#get("position")} ${alone ? "standalone" : ""}`;
    this.box.append(this.button, panel);
    root.replaceChildren(this.box);
    const theme = this.#get("theme") || kept(this, "theme");
    if (theme) this.setAttribute("theme", theme);
    this.#configure(alone || this.#get("launcher") === "hidden");
    for (const name of ["opened", "closed", "unread"]) this.addEventListener(`aftersale:${name}`, this);
    this.label();
    // A talk that is under way is followed at once: its unread count belongs on the button.
    if (alone || "open" in settings) this.open();
    else if (kept(this, "")) (window.requestIdleCallback || setTimeout)(() => this.load());
    this.dispatchEvent(new CustomEvent("aftersale:ready", { bubbles: true, composed: true }));
  }

  /** @param {boolean} hidden */
  #configure(hidden) {
    const query = `/api/v1/widget/config?${new URLSearchParams({ storefront: this.storefront, locale: this.#locale })}`;
    /** @type {Promise<Config | null>} */
    this.config = told(this.server + query);
    const show = (/** @type {Config | null | void} */ config) => {
      const own = getComputedStyle(this).getPropertyValue("--aftersale-accent");
      this.box?.style.setProperty("--accent", own || config?.colour || "#1e4d43");
      this.box?.style.setProperty("--on-accent", (!own && config?.colour_text) || "#fff");
      if (this.button) this.button.hidden = hidden;
    };
    Promise.race([this.config, new Promise((done) => setTimeout(done, SETTLES))]).then(show);
    this.config.then((config) => config && !this.#panel && show(config));
  }

  get storefront() {
    return this.#get("storefront");
  }

  get server() {
    return this.#get("server").replace(/\/$/, "");
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.destroy());
  }

  /** @param {string} name @param {string | null} was @param {string} is */
  attributeChangedCallback(name, was, is) {
    if (!this.#panel || was === is) return;
    if (name === "locale") this.#panel.then((panel) => panel?.setLocale(is));
    else this.setContext({ order: is });
    this.label();
  }

  /** @param {CustomEvent} event */
  handleEvent({ type, detail }) {
    if (type.endsWith("unread")) this.unread = detail.count;
    else this.opened = type.endsWith("opened");
    this.label();
  }

  label() {
    const { button } = this;
    if (!button || !this.count || !this.box) return;
    const base = this.#locale.slice(0, 2);
    const [open, chat, unread] = TEXTS[/** @type {"en"} */ (base)] || TEXTS.en;
    this.box.dir = /^(ar|fa|he|ur)/.test(this.#locale) ? "rtl" : "ltr";
    button.lang = base;
    button.ariaExpanded = String(this.opened);
    button.ariaLabel = this.opened ? chat : this.unread ? `${open}, ${this.unread} ${unread}` : open;
    this.count.textContent = this.unread ? String(Math.min(this.unread, 99)) : "";
  }

  load() {
    if (this.#panel) return this.#panel;
    const base = this.#locale.slice(0, 2).toLowerCase();
    const words = told(`${this.server}/widget/locales/${base in TEXTS ? base : "en"}.json?v=${VERSION}`);
    this.#panel = import(this.server + PANEL)
      .then((module) => module.mount(this, {
        storefront: this.storefront, server: this.server, locale: this.#locale, order: this.#get("order"),
        standalone: this.hasAttribute("standalone"), config: this.config, words,
      }))
      .then((panel) => (this.#word && panel.identify(this.#word), panel))
      .catch((cause) => {
        this.#panel = null;
        this.dispatchEvent(new CustomEvent("aftersale:error", { detail: { code: "not_loaded", message: String(cause) }, bubbles: true, composed: true }));
      });
    return this.#panel;
  }

  open() {
    return this.load().then((panel) => panel?.open());
  }

  async close() {
    return this.#panel && this.#panel.then((panel) => panel?.close());
  }

  toggle() {
    return this.opened ? this.close() : this.open();
  }

  /** @param {Identity} word */
  identify(word) {
    this.#word = word;
    return this.#panel && this.#panel.then((panel) => panel?.identify(word));
  }

  logout() {
    this.#word = null;
    return this.load().then((panel) => panel?.logout());
  }

  /** @param {{order?: string}} context */
  setContext(context) {
    if (context.order !== this.getAttribute("order")) this.setAttribute("order", context.order || "");
    return this.#panel && this.#panel.then((panel) => panel?.setContext(context));
  }

  /** @param {string} locale */
  setLocale(locale) {
    this.setAttribute("locale", locale);
  }

  destroy() {
    this.#panel?.then((panel) => panel?.destroy());
    this.#panel = null;
    this.remove();
  }
}

/** @param {string} url @returns {Promise<any>} what is there, or null */
function told(url) {
  return fetch(url, { credentials: "omit" }).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
}

/** @param {string} path */
function drawn(path) {
  const [svg, line] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** @param {AftersaleChat} chat @param {string} name */
function kept({ storefront, server }, name) {
  try {
    return localStorage.getItem(`aftersale|${storefront}|${server}|${name}`);
  } catch {
    return null;
  }
}

function begin() {
  let chat = /** @type {any} */ (document.querySelector("aftersale-chat"));
  if (!chat && settings.storefront) {
    chat = document.createElement("aftersale-chat");
    if ("standalone" in settings) chat.setAttribute("standalone", "");
    document.body.append(chat);
  }
  const queue = Array.isArray(page.Aftersale) ? page.Aftersale : [];
  /** @type {Record<string, any>} */
  const api = { push: (/** @type {[string, ...any[]]} */ [name, ...given]) => api[name]?.(...given) };
  for (const name of ["open", "close", "toggle", "identify", "logout", "setContext", "setLocale", "destroy"]) {
    api[name] = (/** @type {any} */ given) => chat?.[name](given);
  }
  api.on = (/** @type {string} */ name, /** @type {(event: Event) => void} */ heard) => {
    chat?.addEventListener(`aftersale:${name}`, heard);
    return () => chat?.removeEventListener(`aftersale:${name}`, heard);
  };
  page.Aftersale = api;
  queue.forEach(api.push);
}

if (!customElements.get("aftersale-chat")) {
  customElements.define("aftersale-chat", AftersaleChat);
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
}
