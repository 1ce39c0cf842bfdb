// @ts-check
/** The numbers of some days, section by section: each with its definition, its trend and its charts. */

import { bars, columns, inside, lines, sparkline } from "../charts.js";
import { card } from "../components/index.js";
import { table } from "../components/table.js";
import { h } from "../dom.js";
import { wear } from "../styles.js";
import { say, words } from "../words.js";
import { amount, madeOf, percent, shown } from "./format.js";

/** @import {Figure} from "./format.js" */
/** @import {Tone} from "../charts.js" */

wear(/* css */ `
.numbers { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; align-items: start; }
.numbers > .across { grid-column: 1 / -1; }
@media (max-width: 980px) { .numbers { grid-template-columns: minmax(0, 1fr); } }
.figures { list-style: none; padding: 0; margin: 0; }
.figures > li { display: grid; grid-template-columns: minmax(0, 1fr) 84px minmax(6.4rem, auto); align-items: start; column-gap: 14px; padding-block: 7px; border-block-start: 1px solid var(--line); }
.figures > li:first-child { border-block-start: 0; } .figures .trend { margin-block-start: 4px; }
.figures summary { color: var(--ink); font-weight: 500; inline-size: fit-content; } .figures details p { color: var(--muted); font-size: .929em; padding-block: 2px 4px; padding-inline-start: 12px; max-inline-size: 46ch; }
.figures .value { text-align: end; line-height: 1.25; white-space: nowrap; } .figures .made { display: block; padding-inline-start: 12px; } .figures .value b { display: block; font-size: 1.214em; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures .small { color: var(--muted); } .figures .value .small { display: block; }
@media (max-width: 520px) { .figures > li { grid-template-columns: minmax(0, 1fr) auto; } .figures .trend { display: none; } }
.stars { display: grid; gap: 6px; } .places td { white-space: nowrap; }
`);

/**
 * @typedef {object} Report
 * @property {{from: string, to: string, zone: string, at: string, running: number}} period
 * @property {Record<string, Figure>} tiles
 * @property {Record<string, any>[]} series
 * @property {Record<string, Record<string, any>[]>} tables
 * @property {string[]} storefronts
 */

const BOT = ["sessions", "contained", "contained_for_good", "resolved", "handed_over", "left_after_failure", "abandoned", "coverage", "fallback", "failure", "bot_first_response"];
const PEOPLE = ["handoffs", "missed", "left_queue", "queue_wait", "queue_wait_90", "first_response", "handle_time", "reopened"];
const BAD = new Set(["left_after_failure", "fallback", "failure", "abandoned", "missed", "left_queue", "reopened", "promises_breached"]);

/** Whether anything happened at all. @param {Report} report */
export const isEmpty = ({ tiles }) => Object.values(tiles).every((figure) => !figure.of);

/** @param {Report} report @param {Report | null} before */
export function sections(report, before) {
  return h("div", { class: "numbers" },
    card(say("metric_bot"), figures(BOT, report, before)),
    h("div", { class: "stack" }, card(say("metric_contained_by_day"), contained(report)), card(say("metric_sessions_by_day"), volume(report))),
    card(say("metric_people"), figures(PEOPLE, report, before)),
    h("div", { class: "stack" }, card(say("metric_handoffs_by_day"), handoffs(report)), card(say("metric_reasons"), reasons(report))),
    card(say("metric_intents"), intents(report)),
    h("div", { class: "stack" }, card(say("metric_goals"), goals(report)), card(say("metric_ratings"), ...ratings(report, before))),
    card(say("metric_outcomes"), outcomes(report)),
    card(say("metric_promises"), figures(["promises_breached"], report, before), promises(report)),
    h("div", { class: "across" }, card(say("metric_places"), places(report, "storefronts", "storefront", say("storefront")))),
    h("div", { class: "across" }, card(say("metric_ways"), places(report, "channels", "channel", say("channel")))));
}

/** @param {Report} report @param {string} name */
const byDay = (report, name) => report.series.map((day) => /** @type {Figure} */ (day[name]).value);

/** @param {string[]} names @param {Report} report @param {Report | null} before */
function figures(names, report, before) {
  return h("ul", { class: "figures", role: "list" }, ...names.map((name) => {
    const figure = report.tiles[name];
    const was = before?.tiles[name];
    const trend = report.series.length > 1 && figure.of ? sparkline(byDay(report, name), BAD.has(name) ? "bad" : "tint") : "";
    return h("li", { "data-number": name },
      h("div", {}, h("details", {}, h("summary", {}, say(`metric_name_${name}`)), h("p", {}, say(`metric_means_${name}`))),
        h("span", { class: "small made" }, madeOf(figure))),
      h("span", { class: "trend" }, /** @type {any} */ (trend)),
      h("span", { class: "value" }, h("b", {}, shown(figure)),
        was && was.value !== null && h("span", { class: "small" }, say("metric_was", { value: shown(was) }))));
  }));
}

/** @param {Report} report */
const daysOf = (report) => report.series.map((day) => String(day.day));

/** @param {Report} report */
const contained = (report) => lines({
  title: say("metric_contained_by_day"), days: daysOf(report), format: percent, most: 1,
  series: [
    { label: say("metric_name_contained"), values: byDay(report, "contained"), tone: "info", stroke: "dashed" },
    { label: say("metric_name_contained_for_good"), values: byDay(report, "contained_for_good"), tone: "tint", stroke: "" },
  ],
});

/** @param {Report} report */
function volume(report) {
  const part = (/** @type {any} */ day) => {
    const [bot, left] = [day.contained.part, day.left_after_failure.part];
    return { bot, left, people: day.sessions.of - bot - left };
  };
  const parts = report.series.map(part);
  return columns({
    title: say("metric_sessions_by_day"), days: daysOf(report), format: amount,
    series: [
      { label: say("metric_with_bot"), values: parts.map(({ bot }) => bot), tone: "tint" },
      { label: say("metric_with_person"), values: parts.map(({ people }) => people), tone: "info" },
      { label: say("metric_left"), values: parts.map(({ left }) => left), tone: "warn" },
    ],
  });
}

/** @param {Report} report */
const handoffs = (report) => columns({
  title: say("metric_handoffs_by_day"), days: daysOf(report), format: amount,
  series: [
    { label: say("metric_reached"), values: report.series.map((day) => day.handoffs.of - day.missed.part), tone: "tint" },
    { label: say("metric_nobody_came"), values: report.series.map((day) => day.missed.part), tone: "bad" },
  ],
});

const nothing = () => h("p", { class: "muted" }, say("metric_none"));

/** @param {Report} report */
function reasons({ tables }) {
  if (!tables.reasons.length) return nothing();
  return bars(say("metric_reasons"), say("metric_reason"), say("metric_times"), tables.reasons.map((row) => ({
    label: words.named("reason", row.reason), value: row.handoffs,
    text: row.missed ? say("metric_missed_of", { n: row.handoffs, missed: row.missed }) : amount(row.handoffs),
  })));
}

/** @param {Report} report */
function intents({ tables }) {
  if (!tables.intents.length) return nothing();
  return bars(say("metric_intents"), say("metric_intent"), say("metric_turns"), tables.intents.map((row) => ({
    label: words.named("intent", row.intent), value: row.turns, text: say("metric_sure", { n: row.turns, sure: percent(row.confidence) }),
    tone: /** @type {Tone} */ (/fallback|out_of_scope/.test(row.intent) ? "bad" : "tint"),
  })));
}

/** @param {Report} report */
function goals({ tables }) {
  if (!tables.goals.length) return nothing();
  return bars(say("metric_goals"), say("metric_goal"), say("metric_sessions_unit"), tables.goals.map((row) => ({
    label: words.named("goal", row.goal), value: row.sessions, text: amount(row.sessions),
  })));
}

/** @param {Report} report @param {Report | null} before */
function ratings(report, before) {
  const asked = report.tables.ratings.filter((row) => row.asked);
  if (!asked.length) return [h("p", { class: "muted" }, say("metric_not_asked"))];
  return asked.map((row) => h("section", { class: "stars" },
    h("h3", {}, words.named("metric_subject", row.subject)),
    figures([`csat_${row.subject}`, `csat_${row.subject}_answered`], report, before),
    row.average !== null && h("p", { class: "small muted" }, say("metric_average", { average: amount(row.average) })),
    bars(words.named("metric_subject", row.subject), say("metric_stars_column"), say("metric_given"),
      row.stars.map((/** @type {number} */ value, /** @type {number} */ at) => ({ label: say("metric_stars", { n: at + 1 }), value, text: amount(value) })).reverse())));
}

/** @param {Report} report */
function outcomes({ tables }) {
  if (!tables.outcomes.length) return nothing();
  return bars(say("metric_outcomes"), say("metric_outcome"), say("metric_decisions"), tables.outcomes.slice(0, 15).map((row) => ({
    label: `${words.named("outcome", row.outcome)}: ${words.named("code", row.reason)}`, value: row.decisions, text: amount(row.decisions),
    tone: /** @type {Tone} */ ({ refuse: "bad", review: "warn", handoff: "warn" }[/** @type {string} */ (row.outcome)] || "tint"),
  })));
}

/** @param {Report} report */
function promises({ tables }) {
  if (!tables.promises.length) return nothing();
  return bars(say("metric_promises"), say("metric_promise"), say("metric_times"), tables.promises.map((row) => ({
    label: words.named("promise", row.promise), value: row.due, text: say("metric_promise_text", { due: row.due, late: row.late, open: row.open }),
    tone: /** @type {Tone} */ (row.late || row.open ? "bad" : "tint"),
  })));
}

const SIDE_BY_SIDE = ["sessions", "contained", "contained_for_good", "resolved", "fallback", "handed_over", "abandoned", "missed", "queue_wait", "first_response", "csat_bot", "csat_agent"];

/** @param {Report} report @param {string} which @param {string} key @param {string} label */
function places({ tables }, which, key, label) {
  if (!tables[which].length) return nothing();
  const made = inside(table(label, [
    { label, names: true, cell: (row) => words.named(key, row[key]) },
    ...SIDE_BY_SIDE.map((name) => ({ label: say(`metric_name_${name}`), end: true, cell: (/** @type {any} */ row) => shown(row[name]) })),
  ], tables[which]));
  made.classList.add("places");
  return made;
}

