// @ts-check
/** The frame around the screens: navigation, keys, notes, connection, and what screens are given. */

import { Announcer } from "./announcer.js";
import { told } from "./api.js";
import { Commands } from "./commands.js";
import { ask } from "./components/dialog.js";
import { empty, iconButton, skeleton, tickAll } from "./components/index.js";
import { Toasts } from "./components/toast.js";
import { h, icon } from "./dom.js";
import { deskCommands, found } from "./desk-commands.js";
import { help } from "./help.js";
import { watchIdle } from "./idle.js";
import { Live } from "./live.js";
import { Nav } from "./nav.js";
import { palette } from "./palette.js";
import { Presence } from "./presence.js";
import { Router } from "./router.js";
import { HOME, NAVIGATION, ROUTES } from "./screens.js";
import { Settings } from "./settings.js";
import { Watch } from "./watch.js";
import { say, words } from "./words.js";

/** @import {Api} from "./api.js" */
/** @import {Route} from "./router.js" */
/** @import {Context, Me, Role, Screen} from "./types.js" */

/** @type {Role[]} */
const ROLES = ["agent", "reviewer", "supervisor", "admin"];
const TICK = 10_000;

export class App {
  /** @type {Screen | null} */
  #screen = null;
  /** @type {Route | null} */
  #route = null;
  #takeCommands = () => {};
  #round = 0;
  #begun = false;

  /** @param {Api} api @param {Me} me @param {() => void} left */
  constructor(api, me, left) {
    this.api = api;
    this.me = me;
    this.left = left;
    this.settings = new Settings(me.user);
    this.announcer = new Announcer();
    this.toasts = new Toasts((text, how) => this.announcer.say(text, how));
    this.live = new Live(api);
    this.presence = new Presence(api, me);
    this.watch = new Watch(api, this.live, this.settings, (path) => this.go(path));
    this.commands = new Commands(() => this.settings.get("singleKeys"));
    const groups = NAVIGATION.map((group) => ({ ...group, entries: group.entries.filter((each) => this.may(each.role)) }));
    this.nav = new Nav(groups, me, this.presence, {
      settings: () => this.go("/settings"), help: () => this.help(), palette: () => this.palette(), signOut: () => this.signOut(),
    });
    this.commands.add(() => deskCommands(this, groups.flatMap((group) => group.entries)));
    this.main = h("main", { class: "main", id: "main", tabindex: "-1" });
    this.banner = h("div", { role: "status" });
    this.opener = iconButton("menu", say("menu"), () => this.#toggleNav());
    this.opener.setAttribute("aria-controls", "nav");
    this.opener.setAttribute("aria-expanded", "false");
    this.frame = h("div", { class: "app" },
      h("header", { class: "topbar" }, this.opener, h("span", { class: "title" }, say("desk")), iconButton("search", say("palette"), () => this.palette())),
      this.nav.element, this.main);
    this.element = h("div", {},
      h("div", { class: "skip" }, h("a", { href: "#main", onclick: (/** @type {Event} */ e) => (e.preventDefault(), this.#focusScreen()) }, say("skip"))),
      this.frame, this.toasts.element, this.announcer.polite, this.announcer.urgent);
    this.router = new Router(ROUTES, (...where) => this.#show(...where));
    this.#listen();
  }

  #listen() {
    this.watch.addEventListener("change", () => this.#counted());
    this.live.on("state", () => this.#connection());
    this.ticker = setInterval(tickAll, TICK);
    const stay = () => this.api.get("/me").catch(() => {});
    this.stopIdle = watchIdle(this.me.idle_seconds || 1800, stay, () => this.signOut());
    this.frame.addEventListener("keydown", (event) => event.key === "Escape" && this.#closeNav());
    this.frame.addEventListener("click", (event) => {
      const inNav = this.nav.element.contains(/** @type {Node} */ (event.target));
      const leaves = !inNav || /** @type {Element} */ (event.target).closest("a");
      if (leaves && !this.opener.contains(/** @type {Node} */ (event.target))) this.#closeNav();
    });
  }

  begin() {
    if (this.router.path === "/") this.go(HOME, { replace: true });
    else this.router.now();
  }

  /** @param {string} path @param {{replace?: boolean}} [how] */
  go(path, how) {
    this.router.go(path, how);
  }

  /** @param {Role | undefined} role */
  may(role) {
    return !role || ROLES.indexOf(this.me.role) >= ROLES.indexOf(role);
  }

  /** @param {Record<string, string>} params @param {URLSearchParams} query @returns {Context} */
  #context(params, query) {
    return {
      api: this.api, me: this.me, say, words, params, query, live: this.live, settings: this.settings,
      go: (path, how) => this.go(path, how),
      announce: (text, how) => this.announcer.say(text, how),
      toast: this.toasts.show,
      tell: (problem) => this.toasts.show(told(problem), { kind: "bad" }),
      dialog: (asked) => ask(asked, told),
      retitle: (title) => this.#retitle(title),
      may: (role) => this.may(role),
      counts: () => this.watch.counts,
    };
  }

  /** @param {Route | null} route @param {Record<string, string>} params @param {URLSearchParams} query */
  async #show(route, params, query) {
    const round = ++this.#round;
    this.nav.mark(this.router.path);
    if (route && route === this.#route && this.#screen?.update?.(params, query)) return;
    if (!this.#screen) this.main.replaceChildren(this.banner, skeleton(8));
    const screen = await this.#make(route, params, query).catch((problem) => failed(problem));
    if (round !== this.#round) return screen.close();
    this.#leave();
    this.#route = route;
    this.#screen = screen;
    if (screen.commands) this.#takeCommands = this.commands.add(screen.commands.bind(screen));
    screen.element.classList.add("screen");
    this.main.replaceChildren(this.banner, screen.element);
    this.#retitle(screen.title);
    if (this.#begun) this.#focusScreen();
    this.#begun = true;
  }

  /**
   * @param {Route | null} route @param {Record<string, string>} params @param {URLSearchParams} query
   * @returns {Promise<Screen>}
   */
  async #make(route, params, query) {
    if (!route) return nowhere("nowhere", "nowhere_text");
    if (!this.may(route.role)) return nowhere("not_for_you", "not_for_you_text");
    const module = await route.load();
    return module[route.name || "screen"](this.#context(params, query));
  }

  #leave() {
    this.#takeCommands();
    this.#takeCommands = () => {};
    this.#screen?.close();
    this.#screen = null;
  }

  #focusScreen() {
    const screen = this.#screen;
    if (screen?.focus) return screen.focus();
    const title = /** @type {HTMLElement | null} */ (screen?.element.querySelector("h1"));
    (title || this.main).focus({ preventScroll: true });
  }

  /** @param {string} title */
  #retitle(title) {
    if (this.#screen) this.#screen.title = title;
    const { queue } = this.watch.counts;
    document.title = `${queue ? `(${queue}) ` : ""}${title} · ${say("desk")}`;
  }

  #counted() {
    this.nav.setCounts(this.watch.counts);
    if (this.#screen) this.#retitle(this.#screen.title);
  }

  #connection() {
    const { state } = this.live;
    const bad = state === "offline";
    this.banner.className = state === "online" || state === "connecting" ? "" : `banner ${bad ? "bad" : "warn"}`;
    this.banner.replaceChildren(...(this.banner.className ? [icon("alert"), say(bad ? "offline_desk" : "polling")] : []));
  }

  #toggleNav() {
    const open = this.frame.classList.toggle("nav-open");
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) /** @type {HTMLElement | null} */ (this.nav.element.querySelector("a"))?.focus();
  }

  #closeNav() {
    if (!this.frame.classList.contains("nav-open")) return;
    this.frame.classList.remove("nav-open");
    this.opener.setAttribute("aria-expanded", "false");
    if (this.nav.element.contains(document.activeElement)) this.opener.focus();
  }

  palette() {
    if (document.querySelector("dialog[open]")) return;
    palette(this.commands.now(), (text) => found(this, text));
  }

  help() {
    help(this.commands.now(), this.settings);
  }

  async signOut() {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("desk.draft.")) sessionStorage.removeItem(key);
    await this.presence.leave();
    await this.api.post("/sign-out").catch(() => {});
    this.left();
  }

  end() {
    this.#round++;
    this.#leave();
    this.live.end();
    this.watch.end();
    this.presence.end();
    this.commands.end();
    this.router.end();
    this.stopIdle?.();
    clearInterval(this.ticker);
  }
}

/** @param {string} title @param {string} text @returns {Screen} */
function nowhere(title, text) {
  return {
    element: h("div", {}, h("div", { class: "body" }, h("h1", { class: "sr", tabindex: "-1" }, say(title)), empty("search", say(title), say(text)))),
    title: say(title), close: () => {},
  };
}

/** @param {unknown} problem @returns {Screen} */
function failed(problem) {
  const title = say("screen_failed");
  return {
    element: h("div", {}, h("div", { class: "body" }, h("h1", { class: "sr", tabindex: "-1" }, title), empty("alert", title, told(problem)))),
    title, close: () => {},
  };
}
