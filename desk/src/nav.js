// @ts-check
/** The navigation at the side: views with live counts, and oneself. */

import { face, menu } from "./components/index.js";
import { h, icon, sr } from "./dom.js";
import { href } from "./router.js";
import { mark } from "./screens/sign-in.js";
import { say } from "./words.js";

/** @import {Counts, Me, Role} from "./types.js" */
/** @import {Presence} from "./presence.js" */

export class Nav {
  /** @type {{link: HTMLAnchorElement, count: HTMLElement, entry: import("./screens.js").Entry}[]} */
  #links = [];

  /**
   * @param {{title: string, entries: import("./screens.js").Entry[]}[]} groups
   * @param {Me} me @param {Presence} presence
   * @param {{settings: () => void, help: () => void, palette: () => void, signOut: () => void}} acts
   */
  constructor(groups, me, presence, acts) {
    this.me = me;
    this.presence = presence;
    this.dot = h("span", { class: "dot" });
    this.status = h("span", { class: "small muted" });
    this.element = h("nav", { class: "rail", "aria-label": say("desk"), id: "nav" },
      h("p", { class: "brand" }, h("img", { src: mark(), alt: "" }), h("span", { class: "label" }, say("desk"))),
      ...groups.flatMap((group) => this.#group(group)),
      h("div", { class: "foot" }, this.#act("command", "palette", acts.palette), this.#act("help", "keys", acts.help), this.#self(acts)));
    presence.addEventListener("change", () => this.#present());
    this.#present();
  }

  /** @param {{title: string, entries: import("./screens.js").Entry[]}} group */
  #group({ title, entries }) {
    if (!entries.length) return [];
    return [h("h2", {}, say(title)), h("ul", { role: "list" }, ...entries.map((entry) => h("li", {}, this.#link(entry))))];
  }

  /** @param {import("./screens.js").Entry} entry */
  #link(entry) {
    const count = h("span", { class: entry.loud ? "count loud" : "count", hidden: true });
    const link = h("a", { class: "nav", href: href(entry.to), title: say(entry.label) },
      icon(entry.icon), h("span", { class: "label" }, say(entry.label)), count);
    this.#links.push({ link, count, entry });
    return link;
  }

  /** @param {import("./dom.js").IconName} name @param {string} label @param {() => void} act */
  #act(name, label, act) {
    return h("button", { type: "button", class: "nav", title: say(label), onclick: act }, icon(name), h("span", { class: "label" }, say(label)));
  }

  /** @param {{settings: () => void, signOut: () => void}} acts */
  #self(acts) {
    const { name, picture, role } = this.me;
    const opener = h("button", { type: "button", class: "self" }, face(name, picture),
      h("span", { class: "who" }, h("span", { class: "strong clip" }, name), h("span", { class: "row" }, this.dot, this.status)));
    const set = (/** @type {"online" | "away"} */ status) => () => (this.presence.status = status);
    const holder = menu(opener, () => [
      { label: say("presence_online"), checked: this.presence.status === "online", act: set("online") },
      { label: say("presence_away"), checked: this.presence.status === "away", act: set("away") },
      { label: say("settings"), icon: "gear", act: acts.settings, line: true },
      { label: say("sign_out"), icon: "out", act: acts.signOut },
    ], { label: name, start: true, up: true, head: h("p", { class: "title" }, say("signed_in_as", { name, role: say(`role_${role}`) })) });
    return holder;
  }

  #present() {
    const { status } = this.presence;
    this.dot.className = `dot ${status === "online" ? "on" : "away"}`;
    this.status.textContent = say(`presence_${status}`);
  }

  /** @param {string} path below /desk */
  mark(path) {
    for (const { link, entry } of this.#links) {
      const here = path === entry.to || path.startsWith(`${entry.to}/`);
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** @param {Counts} counts */
  setCounts(counts) {
    for (const { count, entry } of this.#links) {
      const n = (entry.count && counts[entry.count]) || 0;
      count.hidden = !n;
      count.replaceChildren(String(n), sr(` ${say("waiting_count")}`));
    }
  }
}
