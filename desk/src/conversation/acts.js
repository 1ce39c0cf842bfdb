// @ts-check
/** What an agent does with a conversation: each move names the version it was made for. */

import { Refused } from "../api.js";
import { field, select } from "../components/field.js";
import { h } from "../dom.js";
import { say, words } from "../words.js";
import { TAKING } from "./commands.js";

/** @import {Context} from "../types.js" */
/** @import {Talk, Waiting} from "./talk.js" */

const HOUR = 3_600_000;
const DISPOSITIONS = ["solved", "information", "case_opened", "refunded", "no_answer", "wrong_place", "spam", "other"];

export class Acts {
  /** @param {Context} context @param {Talk} talk */
  constructor(context, talk) {
    this.context = context;
    this.talk = talk;
  }

  /**
   * Make a move. Who was slower is told who was quicker, and sees how things stand now.
   * @param {string} move @param {Record<string, unknown>} [more]
   */
  async move(move, more = {}) {
    const { talk, context } = this;
    try {
      await context.api.post(`${talk.path}/${move}`, { version: talk.conversation.owner_version, ...more });
    } catch (problem) {
      if (problem instanceof Refused && problem.status === 409) await talk.look();
      throw problem;
    }
    await talk.look();
  }

  /** Take it, from wherever it is: the one thing that is wanted most often. */
  async claim() {
    const move = TAKING[this.talk.conversation.owner]?.replace("_", "-");
    if (!move) return false;
    try {
      await this.move(move);
      this.context.announce(say("now_yours"));
      return true;
    } catch (problem) {
      this.context.tell(problem);
      return false;
    }
  }

  /** @param {string} text @param {string[]} attachments */
  async send(text, attachments) {
    const { talk } = this;
    const id = crypto.randomUUID();
    const made = await this.context.api.post(`${talk.path}/messages`, {
      client_msg_id: id, ...(text && { text }), ...(attachments.length && { attachment_ids: attachments }),
    });
    const { user, name } = talk.me;
    talk.wrote({ ...made, client_msg_id: id, user, name, text, attachment_ids: attachments, state: "waiting" });
    this.context.announce(say("sends_soon"));
    setTimeout(() => talk.look(), Math.max(0, Date.parse(made.send_at) - Date.now()) + 400);
  }

  /** @param {Waiting} message @returns {Promise<boolean>} whether it was in time */
  async undo(message) {
    const { talk } = this;
    try {
      await this.context.api.delete(`${talk.path}/messages/${message.message_id}`);
    } catch (problem) {
      this.context.tell(problem);
      await talk.look();
      return false;
    }
    talk.tookBack(message);
    this.context.announce(say("taken_back"));
    return true;
  }

  /** @param {string} text */
  async note(text) {
    await this.context.api.post(`${this.talk.path}/notes`, { text });
    await this.talk.look();
    this.context.announce(say("noted"));
  }

  async transfer() {
    const { storefront } = this.talk.conversation;
    /** @type {{user: string, name: string, team: string | null, online: boolean}[]} */
    const people = await this.context.api.get("/colleagues", { storefront }).then((told) => told.items || told).catch(() => []);
    const others = people.filter((each) => each.user !== this.talk.me.user);
    const teams = [...new Set(people.map((each) => each.team).filter(Boolean))];
    /** @type {[string, string][]} */
    const options = [
      ["queue", say("to_queue")],
      ...teams.map((team) => /** @type {[string, string]} */ ([`team:${team}`, say("to_team", { team: String(team) })])),
      ...others.map((each) => /** @type {[string, string]} */ ([`user:${each.user}`, `${each.name} (${say(each.online ? "presence_online" : "presence_away")})`])),
    ];
    const to = select(say("transfer_to"), options, { value: options.find(([value]) => value.startsWith("user:"))?.[0] });
    const note = field(say("transfer_note"), { rows: 3, hint: say("transfer_note_hint") });
    await this.context.dialog({
      title: say("act_transfer"), body: [to.element, note.element], yes: say("act_transfer"),
      answer: () => this.#transferTo(to.value, note.value.trim() || undefined),
    });
  }

  /** @param {string} to @param {string | undefined} note */
  async #transferTo(to, note) {
    const [kind, whom] = [to.slice(0, to.indexOf(":")), to.slice(to.indexOf(":") + 1)];
    if (kind === "user") await this.move("transfer", { to_user: whom, note });
    else if (kind === "team") await this.move("transfer", { to_team: whom, note });
    else await this.move("release", { note });
    this.context.toast(say("transferred"), { kind: "good" });
    return true;
  }

  async snooze() {
    const now = new Date();
    const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
    /** @type {[string, string][]} */
    const options = [1, 3].map((n) => [new Date(Date.now() + n * HOUR).toISOString(), say("in_hours", { n })]);
    options.push([morning.toISOString(), say("tomorrow_morning")]);
    const monday = new Date(morning.getTime() + ((8 - morning.getDay()) % 7) * 24 * HOUR);
    if (monday.getTime() !== morning.getTime()) options.push([monday.toISOString(), say("monday_morning")]);
    const until = select(say("snooze_until"), options.map(([value, text]) => [value, `${text} (${words.short(value)})`]));
    await this.context.dialog({
      title: say("act_snooze"), body: [until.element, h("p", { class: "muted" }, say("snooze_text"))], yes: say("act_snooze"),
      answer: () => this.move("snooze", { until: until.value }).then(() => true),
    });
  }

  async giveBack() {
    const note = field(say("return_note"), { rows: 3, hint: say("return_note_hint") });
    const outcome = select(say("return_outcome"), ["solved", "open", "cancelled"].map((each) => [each, say(`outcome_${each}`)]));
    await this.context.dialog({
      title: say("act_return"), body: [h("p", { class: "muted" }, say("return_text")), outcome.element, note.element], yes: say("act_return"),
      answer: () => this.move("return", { note: note.value.trim() || undefined, outcome: outcome.value }).then(() => true),
    });
  }

  async close() {
    const how = select(say("disposition"), DISPOSITIONS.map((each) => [each, say(`disposition_${each}`)]));
    const note = field(say("close_note"), { rows: 2, hint: say("close_note_hint") });
    await this.context.dialog({
      title: say("act_close"), body: [how.element, note.element], yes: say("act_close"),
      answer: () => this.move("close", { disposition: how.value, note: note.value.trim() || undefined }).then(() => true),
    });
  }
}
