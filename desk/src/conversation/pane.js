// @ts-check
/** One conversation on the screen: its head, the talk, where one writes, and what is beside it. */

import { told } from "../api.js";
import { channelLabel } from "../channels.js";
import { badge, button, empty, face, iconButton, moment, notice, skeleton } from "../components/index.js";
import { menu } from "../components/menu.js";
import { fill, h, icon, isWriting } from "../dom.js";
import { href } from "../router.js";
import { say, words } from "../words.js";
import { Acts } from "./acts.js";
import { TAKING, commands } from "./commands.js";
import { Composer } from "./composer.js";
import { ContextPanel } from "./context-panel.js";
import { deliveryText } from "./delivery.js";
import { slots } from "./slots.js";
import { Talk } from "./talk.js";
import { Transcript } from "./transcript.js";

/** @import {ChatEvent} from "../../../widget/src/types.js" */
/** @import {Command, Context} from "../types.js" */
/** @import {Item} from "../components/menu.js" */

const VIEWING = 10_000;

export class Pane {
  #shown = "";
  /** Whether it is on the screen. */
  ready = false;
  #over = false;
  #wide = matchMedia("(min-width: 1021px)");

  /** @param {Context} context @param {string} id @param {{back: string, title: (title: string) => void}} how */
  constructor(context, id, { back, title }) {
    this.context = context;
    this.how = { back, title };
    this.talk = new Talk(context, id);
    this.acts = new Acts(context, this.talk);
    this.panel = new ContextPanel(context, this.talk, () => this.toggleDetails());
    this.transcript = new Transcript(this.talk, {
      tell: context.tell,
      undo: async (message) => (await this.acts.undo(message)) && this.#restore(message.text),
      edit: (message) => (this.talk.tookBack(message), this.#restore(message.text)),
    });
    this.composer = new Composer(context, this.talk, {
      send: (text, attachments) => this.acts.send(text, attachments),
      note: (text) => this.acts.note(text),
      claim: () => this.claim(),
      values: () => this.#values(),
    });
    this.head = h("header", { class: "talk-head" });
    this.banners = h("div", { class: "banners" });
    this.column = h("div", { class: "column" }, this.head, this.banners, this.transcript.element, this.composer.element);
    this.element = h("article", { class: "pane", "aria-label": say("conversation") }, h("div", { class: "column" }, skeleton(9)));
    this.#listen();
    this.loaded = this.#begin();
  }

  #listen() {
    const { talk } = this;
    talk.addEventListener("change", () => this.#changed());
    talk.addEventListener("typing", () => this.transcript.setTyping());
    talk.addEventListener("undelivered", (event) => this.#undelivered(/** @type {CustomEvent} */ (event).detail));
    talk.addEventListener("events", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
    for (const kind of ["dragover", "drop"]) {
      this.column.addEventListener(kind, (event) => {
        event.preventDefault();
        this.column.classList.toggle("dropping", kind === "dragover");
        if (kind === "drop") this.composer.dropped(/** @type {DragEvent} */ (event));
      });
    }
    this.column.addEventListener("dragleave", () => this.column.classList.remove("dropping"));
    this.viewing = setInterval(() => this.#view(), VIEWING);
    addEventListener("focus", this.#read);
    this.#wide.addEventListener("change", this.#details);
    this.panel.element.addEventListener("keydown", (event) => event.key === "Escape" && this.#over && this.toggleDetails());
  }

  async #begin() {
    try {
      await this.talk.load();
    } catch (problem) {
      const again = button(say("try_again"), () => this.#begin());
      this.element.replaceChildren(h("div", { class: "column" }, empty("alert", say("conversation_failed"), told(problem), again)));
      return;
    }
    this.element.replaceChildren(this.column, this.panel.element);
    this.ready = true;
    this.#details();
    this.#changed();
    this.transcript.toEnd();
    this.#view();
    this.#read();
    this.panel.load();
  }

  close() {
    clearInterval(this.viewing);
    removeEventListener("focus", this.#read);
    this.#wide.removeEventListener("change", this.#details);
    this.talk.end();
    this.transcript.end();
    this.composer.reach.end();
    this.panel.end();
    this.context.api.post("/viewing", { conversation_id: null, typing: false }, { quiet: true }).catch(() => {});
  }

  async #view() {
    if (document.visibilityState === "hidden") return;
    const typing = this.composer.writes;
    await this.context.api.post("/viewing", { conversation_id: this.talk.id, typing }, { quiet: true }).catch(() => {});
  }

  /** Tell the server what was seen, by somebody who looks. */
  #read = () => {
    if (!this.ready || !document.hasFocus() || !this.talk.seq) return;
    this.context.api.post(`${this.talk.path}/read`, { seq: this.talk.seq }, { quiet: true }).catch(() => {});
  };

  /** @param {ChatEvent[]} events that just came */
  #heard(events) {
    for (const event of events) {
      if (event.author !== "agent" || event.agent?.name !== this.talk.me.name) this.context.announce(this.transcript.line(event));
    }
    this.#read();
    this.panel.soon();
  }

  /** Somebody who cannot see the sign at the message must know, too. @param {import("./delivery.js").Delivery[]} found */
  #undelivered(found) {
    for (const each of found) this.context.announce(deliveryText(each, this.talk.conversation.channel), { urgent: true });
  }

  #changed() {
    if (!this.ready) return;
    this.transcript.refresh();
    this.composer.update();
    this.#headline();
  }

  /** @param {string} text that was taken back */
  #restore(text) {
    this.composer.focus("reply");
    if (!this.composer.box.value) this.composer.put(text);
    this.composer.box.focus();
  }

  #values() {
    const { conversation } = this.talk;
    return {
      agent_name: this.talk.me.name,
      buyer_name: conversation.buyer?.name || this.panel.known?.identity?.name,
      order_number: conversation.order?.number || this.talk.handoff?.order_number || this.panel.known?.orders?.[0]?.number,
      case_number: this.talk.handoff?.case_number || this.panel.known?.cases?.[0]?.number,
    };
  }

  get name() {
    return this.talk.conversation.buyer?.name || say("guest");
  }

  /** Draw the head anew where something in it changed; a held button keeps the focus. */
  #headline() {
    const { talk } = this;
    const { conversation, handoff, viewers, blocked } = talk;
    const { owner, buyer, language, storefront, channel } = conversation;
    const shown = JSON.stringify([owner, buyer, language, storefront, channel, talk.thread?.topic, handoff?.asked_at, handoff?.snoozed_until, talk.agent, viewers, blocked]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.act;
    const within = this.head.contains(document.activeElement);
    const back = h("a", { class: "icon-button back", href: href(this.how.back), "aria-label": say("back_to_list") }, icon("back"));
    fill(this.head, back,
      h("div", { class: "grow" }, h("h1", { class: "clip", tabindex: "-1" }, this.name), h("p", { class: "sub clip" }, ...this.#sub()),
        talk.thread?.topic && h("p", { class: "sub clip", dir: "auto" }, say("topic", { text: talk.thread.topic }))),
      this.#viewers(), h("div", { class: "row acts" }, ...this.#buttons(), this.#toggle(), this.#more()));
    this.banners.replaceChildren(...this.#banners());
    this.how.title(this.name);
    if (!within) return;
    const same = held && /** @type {HTMLElement | null} */ (this.head.querySelector(`[data-act="${held}"]`));
    if (same) same.focus();
    else if (talk.isMine) this.composer.focus("reply");
    else this.head.querySelector("h1")?.focus();
  }

  #sub() {
    const { conversation, handoff } = this.talk;
    const who = this.talk.agent?.name || say("somebody");
    const parts = [
      h("span", { class: `state ${conversation.owner}` }, this.talk.isMine ? say("with_you") : say(`state_${conversation.owner}`, { who })),
      conversation.owner === "queued" && handoff && h("span", {}, moment(handoff.asked_at, "since")),
      channelLabel(conversation.channel), h("span", {}, conversation.storefront), conversation.language && h("span", {}, words.language(conversation.language)),
    ].filter(Boolean);
    return parts.flatMap((part, at) => (at ? [h("span", { "aria-hidden": "true" }, " · "), part] : [part])).filter((each) => each !== false && each !== null);
  }

  #viewers() {
    const { viewers } = this.talk;
    if (!viewers.length) return null;
    const names = viewers.map((viewer) => viewer.name).join(", ");
    const text = say(viewers.some((viewer) => viewer.typing) ? "viewers_write" : "viewers_look", { who: names, n: viewers.length });
    return h("p", { class: "row viewers", title: text }, h("span", { class: "faces" }, ...viewers.slice(0, 3).map((viewer) => face(viewer.name, null, true))),
      h("span", { class: "small muted" }, text));
  }

  #buttons() {
    const { owner } = this.talk.conversation;
    const act = (/** @type {string} */ name, /** @type {() => unknown} */ run, /** @type {object} */ how = {}) => {
      const made = button(say(`act_${name}`), run, { small: true, ...how });
      made.dataset.act = name;
      return made;
    };
    if (this.talk.isMine) return [act("return", () => this.acts.giveBack(), { icon: "reply" }), act("close", () => this.acts.close(), { kind: "primary", icon: "check", key: "e" })];
    const name = TAKING[owner];
    return name ? [act(name, () => this.claim(), { kind: "primary", icon: "hand", key: "c" })] : [];
  }

  #toggle() {
    const made = iconButton("panel", say("details_toggle"), () => this.toggleDetails(), { pressed: this.#withDetails, key: "i" });
    made.dataset.act = "details";
    return made;
  }

  #more() {
    const opener = h("button", { type: "button", class: "icon-button", "aria-label": say("more"), title: say("more"), "data-act": "more" }, icon("more"));
    return menu(opener, () => this.#items(), { label: say("more") });
  }

  /** @returns {Item[]} */
  #items() {
    const where = { conversation_id: this.talk.id, storefront: this.talk.conversation.storefront, blocked: Boolean(this.talk.blocked), changed: () => this.talk.look() };
    const its = this.commands().filter((each) => each.id.startsWith("talk.") && !["talk.claim", "talk.canned"].includes(each.id) && each.when?.() !== false);
    return [
      ...its.map((each) => ({ label: each.label, icon: each.icon, key: each.key?.toUpperCase(), act: each.run })),
      ...slots.buyerActions(this.talk.conversation, this.context, where).map((each, at) => ({ ...each, line: at === 0 })),
    ];
  }

  /** Whether it was put aside for now. */
  get sleeps() {
    const until = this.talk.handoff?.snoozed_until;
    return Boolean(until) && Date.parse(String(until)) > Date.now();
  }

  #banners() {
    const { blocked, handoff } = this.talk;
    const until = blocked?.until ? words.moment(blocked.until) : say("for_good");
    return [
      blocked && notice(say("blocked_banner", { reason: blocked.reason || "–", until }), "bad", "ban"),
      this.sleeps && notice(say("snoozed_banner", { until: words.short(String(handoff?.snoozed_until)) }), "", "snooze"),
    ].filter((each) => each instanceof Node);
  }

  async claim() {
    if (!(await this.acts.claim())) return;
    // Whoever began to write or was asked something meanwhile stays there.
    if (!isWriting(document.activeElement) && !document.querySelector("dialog[open]")) this.composer.focus("reply");
  }

  /** Whether the details are seen. Where they lie over the talk they are closed until they are asked for. */
  get #withDetails() {
    return this.#wide.matches ? this.context.settings.get("details") : this.#over;
  }

  toggleDetails() {
    if (this.#wide.matches) this.context.settings.set("details", !this.#withDetails);
    else this.#over = !this.#over;
    this.#details();
    if (!this.#wide.matches) (this.#over ? this.panel.element : this.#detailsButton)?.focus();
  }

  get #detailsButton() {
    return /** @type {HTMLElement | null} */ (this.head.querySelector("[data-act=details]"));
  }

  #details = () => {
    const open = this.#withDetails;
    this.element.classList.toggle("with-details", open);
    this.panel.element.hidden = !open;
    this.#detailsButton?.setAttribute("aria-pressed", String(open));
  };

  focus() {
    if (this.talk.isMine && matchMedia("(min-width: 761px)").matches) this.composer.focus("reply");
    else this.head.querySelector("h1")?.focus();
  }

  /** @returns {Command[]} */
  commands() {
    return commands(this);
  }

  /** Take back what was written last, if it has not left. */
  async undoLast() {
    const last = this.talk.waiting.filter((each) => each.state === "waiting" && each.user === this.talk.me.user).at(-1);
    if (last && (await this.acts.undo(last))) this.#restore(last.text);
  }
}
