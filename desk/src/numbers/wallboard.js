// @ts-check
/** Right now: who waits and for how long, who is there with how many chats, and what of today went wrong. */

import { channelLabel } from "../channels.js";
import { badge, notice } from "../components/index.js";
import { table } from "../components/table.js";
import { h } from "../dom.js";
import { wear } from "../styles.js";
import { say, words } from "../words.js";
import { duration } from "./format.js";

/** @import {Context} from "../types.js" */

const EVERY = 15_000;
const SOON = 800; // what changes comes in bursts

wear(/* css */ `
.wallboard { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); border: 1px solid var(--line); border-radius: var(--round); overflow: hidden; }
.wallboard > div { padding: 12px 16px 14px; box-shadow: 1px 0 var(--line), 0 1px var(--line); }
.wallboard dt { color: var(--muted); font-size: .929em; } .wallboard dd { margin: 0; }
.wallboard > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.wallboard .number { font-size: 2.143rem; line-height: 1.15; font-weight: 600; letter-spacing: -.02em; }
.wallboard .number.bad, .wallboard .more.bad { color: var(--bad); }
.wallboard + div { max-inline-size: 36rem; }
.wallboard .more { order: -1; color: var(--muted); font-size: .857em; min-block-size: 1.45em; }
`);

/**
 * @typedef {object} Board
 * @property {string} at
 * @property {number} waiting @property {number} late @property {string | null} waiting_since
 * @property {number} online @property {number} busy @property {number} chats
 * @property {{user: string, name: string, online: boolean, chats: number}[]} agents
 * @property {{channel: string, waiting: number, chats: number}[]} channels
 * @property {{asked: number, missed: number, wait: number | null, ended: number, breached: number}} today
 */

/** @param {Context} context @param {() => string} storefront */
export function wallboard({ api, live, tell }, storefront) {
  const strip = h("dl", { class: "wallboard", "aria-busy": "true" });
  const people = h("div", { class: "stack" });
  const stale = h("div", { role: "status" });
  const element = h("div", { class: "stack" }, stale, strip, people);
  /** @type {Board | null} */
  let board = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const ended = new AbortController();

  async function look() {
    try {
      board = await api.get("/wallboard", { storefront: storefront() }, { quiet: true, signal: ended.signal });
      stale.replaceChildren();
      draw();
    } catch (problem) {
      if (ended.signal.aborted) return;
      if (board) stale.replaceChildren(notice(say("metric_stale", { at: words.time(board.at) }), "warn", "clock"));
      else tell(problem);
    }
  }

  function draw() {
    if (!board) return;
    strip.removeAttribute("aria-busy");
    strip.replaceChildren(...cells(board).map(([number, name, more, bad]) => h("div", {},
      h("dd", { class: bad ? "more bad" : "more" }, more), h("dt", {}, name), h("dd", { class: bad ? "number bad" : "number" }, number))));
    people.replaceChildren(agents(board), channels(board));
  }

  function changed() {
    clearTimeout(soon);
    soon = setTimeout(look, SOON);
  }

  const asking = setInterval(look, EVERY);
  const running = setInterval(() => board?.waiting_since && draw(), 1_000);
  const deaf = live.on("inbox", changed);
  look();
  return {
    element, look,
    close() {
      ended.abort();
      clearTimeout(soon);
      clearInterval(asking);
      clearInterval(running);
      deaf();
    },
  };
}

/** @param {Board} board @returns {[string, string, string, boolean][]} number, name, what is to be said beside, is it bad */
function cells(board) {
  const { waiting, late, today, online, busy, chats } = board;
  const longest = board.waiting_since && `${say("metric_longest")} ${duration(Math.max(0, (Date.now() - Date.parse(board.waiting_since)) / 1000))}`;
  const holders = board.agents.filter((agent) => agent.chats).length;
  const past = late ? `, ${say("metric_late", { n: late })}` : "";
  return [
    [words.number.format(waiting), say("metric_waiting"), longest ? longest + past : say("metric_nobody_waits"), late > 0],
    [words.number.format(online), say("metric_online"), online ? say("metric_busy", { n: busy }) : say("metric_nobody_online"), waiting > 0 && !online],
    [words.number.format(chats), say("metric_chats"), holders ? say("metric_each", { n: Math.round((10 * chats) / holders) / 10 }) : "", false],
    [words.number.format(today.asked), say("metric_asked_today"), today.wait === null ? "" : say("metric_wait_today", { span: duration(today.wait) }), false],
    [words.number.format(today.missed), say("metric_missed_today"), today.missed ? "" : say("metric_none_missed"), today.missed > 0],
    [words.number.format(today.breached), say("metric_breached_today"), today.breached ? "" : say("metric_all_kept"), today.breached > 0],
  ];
}

/** @param {Board} board */
function agents(board) {
  if (!board.agents.length) return h("p", { class: "muted" }, say("metric_nobody"));
  return table(say("metric_agents"), [
    { label: say("metric_agent"), names: true, cell: (agent) => agent.name },
    { label: say("metric_state"), cell: (agent) => agent.online ? badge(say("metric_is_online"), "good") : badge(say("metric_is_gone"), "warn") },
    { label: say("metric_agent_chats"), end: true, cell: (agent) => words.number.format(agent.chats) },
  ], board.agents);
}

/** Where they write, as soon as that is not our own chat alone. @param {Board} board */
function channels(board) {
  if (!board.channels.some(({ channel }) => channel !== "chat")) return "";
  return table(say("metric_ways"), [
    { label: say("channel"), names: true, cell: (way) => channelLabel(way.channel) },
    { label: say("metric_waiting"), end: true, cell: (way) => words.number.format(way.waiting) },
    { label: say("metric_chats"), end: true, cell: (way) => words.number.format(way.chats) },
  ], board.channels);
}
