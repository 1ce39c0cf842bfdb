// @ts-check
/** Notes in which colleagues named me. */

import { told } from "../api.js";
import { badge, button, empty, heading, moment, skeleton } from "../components/index.js";
import { h, icon } from "../dom.js";
import { href } from "../router.js";
import "../conversation/styles.js";

/** @import {Context, Screen} from "../types.js" */

/** @typedef {{note_id: string, conversation_id: string, by: string | {name: string}, text: string, at: string, seen: boolean}} Mention */

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { api, say, live } = context;
  const title = say("view_mentions");
  const place = h("div", { class: "narrow" }, skeleton(5));
  const element = h("div", {}, heading(title), h("div", { class: "body" }, place));
  let shown = "";
  const load = async () => {
    try {
      const { items } = await api.get("/mentions", {}, { quiet: true });
      if (JSON.stringify(items) === shown) return;
      shown = JSON.stringify(items);
      const rows = items.map((/** @type {Mention} */ one) => row(one, context));
      place.replaceChildren(items.length ? h("ol", { class: "talk", role: "list" }, ...rows) : empty("at", say("empty_mentions"), say("empty_mentions_text")));
    } catch (problem) {
      if (!shown) place.replaceChildren(empty("alert", say("list_failed"), told(problem), button(say("try_again"), load)));
    }
  };
  load();
  const stop = live.on("inbox", load);
  return { element, title, close: stop };
}

/** @param {Mention} one @param {Context} context */
function row(one, { api, say }) {
  const name = typeof one.by === "string" ? one.by : one.by.name;
  const open = h("a", { class: "button small", href: href(`/inbox/all/${encodeURIComponent(one.conversation_id)}`) }, icon("chat"), h("span", {}, say("open_chat")));
  open.addEventListener("click", () => void (one.seen || api.post("/mentions/seen", { note_id: one.note_id }).catch(() => {})));
  return h("li", { class: "note" },
    h("p", { class: "by" }, icon("at"), h("span", {}, name), !one.seen && badge(say("new"), "tint"), moment(one.at)),
    h("p", { class: "text", dir: "auto" }, one.text),
    h("p", { class: "row" }, open));
}
