// @ts-check
/** What is done about a case: each button opens a dialog that says who will read what. */

import { button, check, field, select } from "../components/index.js";
import { h } from "../dom.js";
import { say, words } from "../words.js";

/** @import {Context, Command} from "../types.js" */
/** @import {IconName} from "../dom.js" */
/** @typedef {Record<string, any>} View */

const VERDICTS = ["accepted", "partly", "declined"];
const CODES = ["evidence_shows", "rules_cover_it", "goodwill", "rules_exclude_it", "not_shown", "settled_already", "seller_settles", "own_words"];
const DAYS = ["1", "2", "3", "7", "14"];

export class CaseActs {
  /** @param {Context} context @param {View} view @param {() => Promise<void>} changed */
  constructor(context, view, changed) {
    this.context = context;
    this.view = view;
    this.changed = changed;
    this.path = `/cases/${encodeURIComponent(view.case.number)}`;
  }

  /** @returns {{id: string, when: boolean, icon: IconName, key: string, run: () => Promise<void>, primary?: boolean}[]} */
  #all() {
    const { may, case: one } = this.view;
    return [
      { id: "decide", when: may.decide, icon: "check", key: "d", run: () => this.decide(), primary: true },
      { id: "acknowledge", when: may.acknowledge, icon: "flag", key: "a", run: () => this.#simply("acknowledge", {}) },
      { id: "ask", when: may.request_info, icon: "question", key: "q", run: () => this.ask() },
      { id: "escalate", when: may.escalate, icon: "shield", key: "v", run: () => this.#withText("escalate") },
      { id: "assign", when: one.state !== "closed", icon: "person", key: "m", run: () => this.#simply("assign", { to: this.#mine() ? null : this.context.me.user }) },
      { id: "close", when: may.close, icon: "close", key: "e", run: () => this.#withText("close", true) },
    ];
  }

  #mine() {
    return this.view.case.assignee === this.context.me.user;
  }

  /** @param {string} id */
  #label(id) {
    return say(id === "assign" && this.#mine() ? "case_act_unassign" : `case_act_${id}`);
  }

  buttons() {
    return this.#all().filter(({ when }) => when).map(({ id, icon, run, primary }) =>
      button(this.#label(id), run, { small: true, icon, kind: primary ? "primary" : undefined }));
  }

  /** @returns {Command[]} */
  commands() {
    return [
      ...this.#all().filter(({ when }) => when).map(({ id, icon, key, run }) => ({ id: `case_${id}`, label: this.#label(id), icon, key, group: say("group_case"), run: () => void run() })),
      { id: "case_note", label: say("act_note"), icon: "note", key: "n", group: say("group_case"), run: () => void this.note() },
    ];
  }

  /** @param {string} act @param {Record<string, unknown>} body */
  async #simply(act, body) {
    try {
      await this.context.api.post(`${this.path}/${act}`, body);
      this.context.toast(say(`case_did_${act}`), { kind: "good" });
    } catch (problem) {
      this.context.tell(problem);
    }
    await this.changed();
  }

  /**
   * @param {string} act @param {boolean} [danger]
   */
  async #withText(act, danger) {
    const text = field(say(`case_${act}_text`), { rows: 4, hint: say("case_buyer_reads"), maxlength: 4000 });
    await this.#asked(act, [text.element], danger, () => {
      if (!filled(text)) return undefined;
      return this.context.api.post(`${this.path}/${act}`, { text: text.value.trim() });
    });
  }

  async note() {
    const text = field(say("case_note_text"), { rows: 4, hint: say("note_hint"), maxlength: 4000 });
    await this.#asked("note", [text.element], false, () => {
      if (!filled(text)) return undefined;
      return this.context.api.post(`${this.path}/note`, { text: text.value.trim() });
    });
  }

  async ask() {
    const text = field(say("case_ask_text"), { rows: 4, hint: say("case_buyer_reads"), maxlength: 4000 });
    const days = select(say("case_ask_days"), DAYS.map((each) => [each, say("block_days", { n: Number(each) })]), { value: "3" });
    await this.#asked("ask", [text.element, days.element], false, () => {
      if (!filled(text)) return undefined;
      return this.context.api.post(`${this.path}/request-info`, { text: text.value.trim(), days: Number(days.value) });
    });
  }

  async decide() {
    const { lines, case: one } = this.view;
    const verdict = select(say("case_verdict"), VERDICTS.map((each) => [each, words.named("verdict_of", each)]), { onchange: () => show() });
    const code = select(say("case_code"), CODES.map((each) => [each, words.named("verdict_code", each)]));
    const text = field(say("case_own_words"), { rows: 4, hint: say("case_buyer_reads"), maxlength: 4000 });
    const boxes = lines.map((/** @type {View} */ line) => ({ line, box: check(line.name, { checked: one.line_ids.includes(line.line_id) }) }));
    const part = h("fieldset", { class: "lines-to-choose", hidden: true }, h("legend", {}, say("case_part_lines")), ...boxes.map((/** @type {View} */ { box }) => box.element));
    const show = () => {
      part.hidden = verdict.value !== "partly";
    };
    await this.#asked("decide", [verdict.element, part, code.element, text.element], false, () => {
      const chosen = boxes.filter((/** @type {View} */ { box }) => box.input.checked).map((/** @type {View} */ { line }) => line.line_id);
      if (code.value === "own_words" && !filled(text)) return undefined;
      const body = { verdict: verdict.value, code: code.value, text: text.value.trim() || null, lines: verdict.value === "partly" ? chosen : [] };
      return this.context.api.post(`${this.path}/decide`, body);
    });
  }

  /**
   * @param {string} act @param {Node[]} body @param {boolean | undefined} danger @param {() => unknown} answer
   */
  async #asked(act, body, danger, answer) {
    const done = await this.context.dialog({ title: this.#label(act), body, yes: this.#label(act), danger, answer });
    if (done) this.context.toast(say(`case_did_${act}`), { kind: "good" });
    await this.changed();
  }
}

/** @param {import("../components/field.js").Field} text */
function filled(text) {
  const given = Boolean(text.value.trim());
  text.wrong(given ? "" : say("fill_in_text"));
  return given;
}
