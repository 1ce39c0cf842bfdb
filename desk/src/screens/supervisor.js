// @ts-check
/** The numbers that a support lead runs the day by: right now, and of some days. */

import { Refused } from "../api.js";
import { button, empty, heading, notice, skeleton } from "../components/index.js";
import { field, segments, select } from "../components/field.js";
import { h, icon } from "../dom.js";
import { isEmpty, sections } from "../numbers/sections.js";
import { wallboard } from "../numbers/wallboard.js";
import { wear } from "../styles.js";

/** @import {Context, Screen} from "../types.js" */
/** @import {Report} from "../numbers/sections.js" */

const SPANS = ["1", "7", "30"];
const DAY = 86_400_000;

wear(/* css */ `
.period { display: flex; flex-wrap: wrap; align-items: end; gap: 10px 16px; } .period .field { flex: none; } .period form { display: flex; flex-wrap: wrap; align-items: end; gap: 8px; }
.period input[type=date] { inline-size: 10.5rem; }
`);

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { say, go, announce, tell } = context;
  let query = context.query;
  /** @type {AbortController | null} */
  let asking = null;
  const days = h("div", { class: "stack" });
  const picker = h("div", { class: "period" });
  const board = wallboard(context, () => query.get("storefront") || "");
  const sheet = h("a", { class: "button", download: true }, icon("file"), h("span", {}, say("metric_csv")));
  const element = h("div", {}, heading(say("metric_title"), sheet),
    h("div", { class: "body" }, h("div", { class: "wide stack" },
      h("h2", {}, say("metric_now")), board.element, picker, days)));

  async function look() {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    days.replaceChildren(skeleton(8));
    try {
      const report = /** @type {Report} */ (await context.api.get("/metrics", asked(query), { signal }));
      pick(report);
      const { from, to } = report.period;
      sheet.href = `/desk/api/metrics.csv?${new URLSearchParams({ from, to, ...(query.get("storefront") && { storefront: query.get("storefront") || "" }) })}`;
      show(report, null);
      announce(say("metric_title"));
      if (!isEmpty(report)) show(report, await context.api.get("/metrics", before(report, query), { signal, quiet: true }));
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Refused)) tell(problem);
      days.replaceChildren(notice(problem instanceof Refused ? problem.message : say("problem_unreachable"), "bad", "alert"),
        h("div", {}, button(say("metric_again"), look)));
    }
  }

  /** @param {Report} report @param {Report | null} earlier */
  function show(report, earlier) {
    const { zone, running } = report.period;
    const more = [say("metric_zone", { zone }), running && say("metric_running", { n: running })].filter(Boolean).join(". ");
    const opened = new Set([...days.querySelectorAll("[data-number]:has(details[open])")].map((each) => each.getAttribute("data-number")));
    const plots = () => /** @type {NodeListOf<HTMLElement>} */ (days.querySelectorAll(".plot"));
    const walked = [...plots()].findIndex((plot) => plot === document.activeElement);
    days.replaceChildren(h("p", { class: "small muted" }, more),
      isEmpty(report) ? empty("chart", say("metric_empty"), say("metric_empty_text")) : sections(report, earlier));
    for (const name of opened) days.querySelector(`[data-number="${name}"] details`)?.setAttribute("open", "");
    plots()[walked]?.focus(); // whoever walks a chart when the days before come goes on
  }

  /** @param {Record<string, string>} changed */
  function want(changed) {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changed)) if (value) next.set(name, value); else next.delete(name);
    go(`/numbers?${next}`, { replace: true });
  }

  /** @param {Report} report */
  function pick({ storefronts, period }) {
    const held = heldIn(picker);
    if (held === "input[type=date]") return; // somebody is writing a day
    const own = query.has("from");
    const spans = /** @type {[string, string][]} */ (SPANS.map((n) => [n, n === "1" ? say("metric_today") : say("metric_days", { n: Number(n) })]));
    const first = field(say("metric_from"), { type: "date", value: period.from, required: true });
    const last = field(say("metric_to"), { type: "date", value: period.to, required: true });
    picker.replaceChildren(
      segments(say("metric_period"), [...spans, ["own", say("metric_own_days")]], own ? "own" : query.get("days") || "7",
        (n) => want(n === "own" ? { days: "", from: period.from, to: period.to } : { days: n, from: "", to: "" })),
      own ? h("form", {
        onsubmit(/** @type {Event} */ event) {
          event.preventDefault();
          want({ from: first.value, to: last.value });
        },
      }, first.element, last.element, button(say("metric_show"))) : "",
      storefronts.length > 1 ? select(say("storefront"), [["", say("any_storefront")], ...storefronts.map((name) => /** @type {[string, string]} */ ([name, name]))],
        { value: query.get("storefront") || "", onchange: (storefront) => want({ storefront }) }).element : "");
    if (held) /** @type {HTMLElement | null} */ (picker.querySelector(held))?.focus();
  }

  look();
  return {
    element, title: say("metric_title"),
    update(_params, next) {
      query = next;
      look();
      board.look();
      return true;
    },
    close() {
      asking?.abort();
      board.close();
    },
  };
}

/** What has the focus in there, so that it can be given back. @param {Element} picker */
function heldIn(picker) {
  const parts = ["input[type=radio]", "input[type=date]", "select", "button"];
  const found = picker.contains(document.activeElement) && parts.find((part) => document.activeElement?.matches(part));
  return found === "input[type=radio]" ? "input:checked" : found || "";
}

/** @param {URLSearchParams} query @returns {Record<string, string>} what the server is asked */
function asked(query) {
  const storefront = query.get("storefront") || "";
  if (query.has("from")) return { from: query.get("from") || "", to: query.get("to") || "", storefront };
  return { days: query.get("days") || "7", storefront }; // where today is, the server knows
}

/** As many days before. @param {Report} report @param {URLSearchParams} query */
function before({ period }, query) {
  const [first, last] = [Date.parse(period.from), Date.parse(period.to)];
  return { from: iso(new Date(first - (last - first) - DAY)), to: iso(new Date(first - DAY)), storefront: query.get("storefront") || "" };
}

/** @param {Date} at */
const iso = (at) => at.toISOString().slice(0, 10);
