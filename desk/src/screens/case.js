// @ts-check
/** One case: its thread with everybody's part in it, its clocks, and what the reader may do about it. */

import { told } from "../api.js";
import { CaseActs } from "../acting/case-acts.js";
import { caseState } from "../acting/words.js";
import { badge, button, card, empty, facts, heading, moment, notice, skeleton } from "../components/index.js";
import { fill, h, icon } from "../dom.js";
import { href } from "../router.js";
import "../acting/styles.js";

/** @import {Context, Screen} from "../types.js" */
/** @import {Tone} from "../components/index.js" */
/** @typedef {Record<string, any>} View */

/** @type {Record<string, Tone>} */
const ROLES = { buyer: "info", seller: "warn", leader: "warn", platform: "tint", reviewer: "good", bot: "" };

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { api, say, params, live } = context;
  const title = say("case_of", { number: params.number });
  const beside = h("div", { class: "row wrap" });
  const place = h("div", {}, skeleton(10));
  let open = true;
  let shown = "";
  /** @type {CaseActs | null} */
  let acts = null;
  const load = async () => {
    try {
      const view = await api.get(`/cases/${encodeURIComponent(params.number)}`, {}, { quiet: Boolean(shown) });
      if (!open || JSON.stringify(view) === shown) return;
      shown = JSON.stringify(view);
      acts = new CaseActs(context, view, load);
      fill(beside, caseState(view.case.state), ...acts.buttons());
      fill(place, sheet(context, view, acts));
    } catch (problem) {
      if (open && !shown) fill(place, empty("alert", say("case_failed"), told(problem), button(say("try_again"), load, { small: true })));
    }
  };
  load();
  const stop = live.on("conversation", load);
  const element = h("div", {}, heading(title, beside), h("div", { class: "body" }, place));
  return { element, title, commands: () => (acts ? acts.commands() : []), close: () => ((open = false), stop()) };
}

/** @param {Context} context @param {View} view @param {CaseActs} acts */
function sheet(context, view, acts) {
  return h("div", { class: "sheet" },
    h("div", { class: "stack" }, standing(context, view), thread(context, view), notes(context, view, acts)),
    h("div", { class: "stack" }, about(context, view), files(context, view)));
}

/** Whose turn it is, the clocks, and why the reader may or may not decide. @param {Context} context @param {View} view */
function standing({ say, words }, { case: one, may, would }) {
  const clocks = [
    one.ack_at ? null : ["acknowledge", one.ack_due_by],
    one.stepped_in_at ? null : ["first_line", one.first_line_due_by],
    ["info", one.info_due_by],
  ].filter((each) => each?.[1]);
  return card(say("case_standing"),
    h("p", {}, say("case_acts", { who: words.named("case_owner", one.owner) }), one.assignee && ` ${say("case_seen_to_by", { who: one.assignee })}`),
    clocks.length > 0 && h("div", { class: "clocks" }, ...clocks.map((each) => h("span", {}, icon("clock"), words.named("case_clock", each?.[0]), moment(each?.[1], "due")))),
    one.info_asked && notice(say("case_asked", { text: one.info_asked }), "", "question"),
    verdicts(say, words, one),
    !may.decide && may.why.code !== "over" && notice(may.why.text, "warn", "lock"),
    may.decide && one.escalated_at && !one.reviewed_at && notice(say("case_independent"), "good", "shield"),
    would.deed && notice(say("case_would", { what: say(`deed_${would.deed}`) }), "", "bolt"),
    would.why_not && notice(would.why_not, "warn", "ban"));
}

/** @param {Context["say"]} say @param {Context["words"]} words @param {View} one */
function verdicts(say, words, one) {
  if (!one.decided_by) return null;
  return facts([
    [say("case_first_decision"), `${words.named("verdict_of", one.first_verdict)} · ${one.decided_by} · ${words.named("verdict_code", one.verdict_code)}`],
    [say("case_escalated"), one.escalated_at && [moment(one.escalated_at), h("span", { dir: "auto" }, ` ${one.escalation_reason || ""}`)].map((each) => each)[0]],
    [say("case_escalation_reason"), one.escalation_reason],
    [say("case_review"), one.review_verdict && `${words.named("verdict_of", one.review_verdict)} · ${one.reviewer}`],
  ]);
}

/** @param {Context} context @param {View} view */
function thread({ say, words }, { entries }) {
  const ours = new Set(["platform", "reviewer"]);
  return card(say("case_thread"), h("ol", { class: "thread", role: "list" }, ...entries.map((/** @type {View} */ each) =>
    h("li", { class: ours.has(each.role) ? "ours" : null },
      h("div", { class: "by" }, badge(words.named("case_role", each.role), ROLES[each.role] || ""), each.by && h("span", { class: "strong" }, each.by), moment(each.at)),
      h("p", { class: "text", dir: "auto" }, each.text || h("span", { class: "muted" }, say("case_no_words")))))));
}

/** @param {Context} context @param {View} view @param {CaseActs} acts */
function notes({ say }, view, acts) {
  return card(say("case_notes"),
    view.notes.length > 0 && h("ul", { class: "thread", role: "list" }, ...view.notes.map((/** @type {View} */ each) =>
      h("li", { class: "noted" }, h("div", { class: "by" }, icon("note"), h("span", { class: "strong" }, each.by), moment(each.at)), h("p", { class: "text", dir: "auto" }, each.text)))),
    h("p", { class: "muted small" }, say("note_hint")),
    h("div", {}, button(say("act_note"), () => acts.note(), { small: true, icon: "note" })));
}

/** @param {Context} context @param {View} view */
function about({ say, words }, { case: one, buyer, lines }) {
  const meant = lines.filter((/** @type {View} */ line) => one.line_ids.includes(line.line_id)).map((/** @type {View} */ line) => line.name);
  return card(say("case_about"), facts([
    [say("case_type"), words.named("case_type", one.type)],
    [say("case_issue"), words.named("issue", one.issue)],
    [say("case_wish"), one.resolution && words.named("resolution", one.resolution)],
    [say("order_items"), meant.join(", ") || one.item],
    [say("case_description"), one.description && h("span", { dir: "auto" }, one.description)],
    [say("buyer"), buyer && `${buyer.name} · ${buyer.email}`],
    [say("order_number"), one.order_number && h("a", { href: href(`/orders/${one.storefront}/${encodeURIComponent(one.order_number)}`) }, one.order_number)],
    [say("conversation"), one.conversation_id && h("a", { href: href(`/conversations/${one.conversation_id}`) }, say("order_open_chat"))],
    [say("storefront"), one.storefront],
    [say("case_since"), moment(one.created_at)],
  ]));
}

/** @param {Context} context @param {View} view */
function files({ say }, { attachments }) {
  if (!attachments.length) return null;
  return card(say("attachments"), h("ul", { class: "photos", role: "list" }, ...attachments.map((/** @type {View} */ each, /** @type {number} */ at) => {
    const address = `/desk/api/conversations/${each.conversation_id}/attachments/${each.attachment_id}`;
    const name = say("case_file", { n: at + 1 });
    const inside = each.media_type.startsWith("image/") ? h("img", { src: address, alt: name, loading: "lazy" }) : h("span", {}, icon("file"), name);
    return h("li", {}, h("a", { href: address, target: "_blank", rel: "noopener" }, inside));
  })));
}
