// @ts-check
/** A decision of the policy: what was asked, what came out, by which rules on which facts, and what would change it. */

import { badge, facts, moment } from "../components/index.js";
import { h, icon } from "../dom.js";
import { say, words } from "../words.js";

/** @import {Child} from "../dom.js" */
/** @import {Tone} from "../components/index.js" */
/** @import {IconName} from "../dom.js" */

/** @type {Record<string, Tone>} */
const TONES = {
  do_now: "good", send_request: "info", contact_only: "warn", wait_until: "warn", auto_at: "info", refuse: "bad", review: "warn", handoff: "warn",
};
/** @type {Record<string, IconName>} */
const MARKS = { allow: "check", deny: "close", review: "question" };

/**
 * Draw one decision. D's screens use it too: the shape is `decisions[]` of GET …/context.
 * @param {Record<string, any>} made
 */
export function decision(made) {
  const tone = TONES[made.outcome] || "";
  return h("article", { class: "decision", "aria-label": say("decision_on", { what: words.named("ask", made.ask) }) },
    h("p", { class: "row wrap" }, badge(words.named("outcome", made.outcome), tone),
      h("span", { class: "strong grow" }, words.named("ask", made.ask), made.order_number && h("span", { class: "muted" }, ` ${made.order_number}`)), h("span", { class: "small muted" }, moment(made.at))),
    h("p", { dir: "auto" }, made.text || made.reason || words.named("code", made.reason_code)),
    times(made),
    made.now && h("p", { class: "row" }, icon("info"), h("span", {}, say("decided_now", { outcome: words.named("outcome", made.now.outcome), why: made.now.text }))),
    made.changes && change(made.changes),
    rules(made.rules || []),
    basis(made));
}

/** From when it is possible, until when, and what else is. @param {Record<string, any>} made */
function times({ earliest, latest, alternatives }) {
  const others = (alternatives || []).map((/** @type {string} */ each) => words.named("alternative", each)).join(", ");
  const rows = /** @type {[string, Child][]} */ ([[say("earliest"), moment(earliest)], [say("latest"), moment(latest)], [say("alternatives"), others]]);
  return rows.some(([, value]) => value) ? facts(rows) : null;
}

/** @param {any} one a line, or from when the answer is another one */
function changeText(one) {
  if (typeof one === "string") return one;
  if (one.text) return one.text;
  return say("changes_at", { at: words.moment(one.at), outcome: words.named("outcome", one.outcome), why: words.named("code", one.reason_code) });
}

/** @param {unknown} changes a line, or several */
function change(changes) {
  const lines = /** @type {any[]} */ ([changes].flat()).map(changeText);
  if (!lines.length) return null;
  return h("div", { class: "change" }, icon("switch"), h("div", {}, h("p", { class: "strong small" }, say("would_change")),
    lines.length === 1 ? h("p", {}, lines[0]) : h("ul", {}, ...lines.map((line) => h("li", {}, line)))));
}

/** @param {Record<string, any>[]} list */
function rules(list) {
  if (!list.length) return null;
  return h("ul", { class: "rules", role: "list" }, ...list.map((rule) => {
    const verdict = String(rule.verdict || "");
    return h("li", { "data-verdict": verdict }, icon(MARKS[verdict] || "info"),
      h("div", { class: "grow" }, h("p", {}, h("span", { class: "strong" }, words.named("rule", rule.name)), " ",
        h("span", { class: "muted" }, words.named("verdict", verdict))),
      rule.code && h("code", { class: "muted" }, rule.code),
      rule.facts && Object.keys(rule.facts).length > 0 && h("details", {}, h("summary", {}, say("facts_used")), factList(rule.facts))));
  }));
}

/** @param {Record<string, any>} made */
function basis(made) {
  const has = made.facts && Object.keys(made.facts).length > 0;
  return h("div", { class: "basis" },
    has && h("details", {}, h("summary", {}, say("facts_used")), factList(made.facts)),
    h("p", { class: "small muted" }, [made.policy_version && say("policy_version", { version: made.policy_version }), made.reason_code].filter(Boolean).join(" · ")));
}

/** @param {Record<string, unknown>} given */
function factList(given) {
  return facts(Object.entries(given).map(([name, value]) => /** @type {[string, Child]} */ ([words.named("fact", name), shown(value)])));
}

/** @param {unknown} value */
function shown(value) {
  if (value === true || value === false) return say(value ? "yes" : "no");
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return words.moment(value);
  return typeof value === "object" ? h("code", {}, JSON.stringify(value)) : String(value);
}
