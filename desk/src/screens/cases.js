// @ts-check
/** Cases with owner and clock: what is due first stands first. */

import { told } from "../api.js";
import { caseState } from "../acting/words.js";
import { button, empty, field, heading, moment, segments, select, skeleton, table } from "../components/index.js";
import { fill, h } from "../dom.js";
import { href } from "../router.js";
import "../acting/styles.js";

/** @import {Context, Screen} from "../types.js" */

const SOON = 250;
const OPEN = "open,acknowledged,waiting_for_buyer,escalated";
/** @type {Record<string, Record<string, string>>} */
const VIEWS = { open: { state: OPEN }, overdue: { overdue: "1" }, mine: { state: OPEN, assignee: "me" }, review: { state: "escalated" }, over: { state: "decided,closed" } };
const OWNERS = ["", "agent", "platform", "seller", "leader"];

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { api, say, words, query, go, live, me } = context;
  const title = say("case_title");
  let view = query.get("view") || "open";
  if (!(view in VIEWS)) view = "open";
  const place = h("div", { class: "stack" }, skeleton(8));
  const owner = select(say("case_owner"), OWNERS.map((each) => [each, each ? words.named("case_owner", each) : say("case_any_owner")]), { value: query.get("owner") || "", small: true, onchange: () => chosen() });
  const shop = select(say("storefront"), [["", say("any_storefront")], .../** @type {[string, string][]} */ (me.storefronts.map((each) => [each, each]))], { value: query.get("storefront") || "", small: true, onchange: () => chosen() });
  const search = field(say("case_search"), { type: "search", value: query.get("q") || "", autocomplete: "off" });
  let latest = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;

  /** @param {number} [from] @param {Record<string, any>[]} [before] */
  const load = async (from = 0, before = []) => {
    const asked = ++latest;
    const q = search.value.trim();
    try {
      const page = await api.get("/cases", { ...VIEWS[view], owner: owner.value, storefront: shop.value, q, from }, { quiet: true });
      if (asked !== latest) return;
      const rows = [...before, ...page.items];
      const more = page.next !== null && button(say("case_more"), () => load(page.next, rows), { small: true });
      fill(place, rows.length ? list(rows) : empty("folder", say("case_none"), say("case_none_text")),
        h("p", { class: "row between" }, h("span", { class: "muted small", role: "status" }, say("case_count", { n: page.count })), more || ""));
    } catch (problem) {
      if (asked === latest) fill(place, empty("alert", say("case_failed"), told(problem), button(say("try_again"), () => load(), { small: true })));
    }
  };

  /** What was chosen stands in the address, to be sent or loaded again. */
  const chosen = () => {
    const given = { view: view === "open" ? "" : view, owner: owner.value, storefront: shop.value, q: search.value.trim() };
    const address = new URLSearchParams(Object.entries(given).filter(([, value]) => value));
    go(`/cases${address.size ? `?${address}` : ""}`, { replace: true });
    load();
  };

  /** @param {Record<string, any>[]} rows */
  const list = (rows) => table(say("case_title"), [
    { label: say("case_number"), names: true, cell: (row) => h("a", { href: href(`/cases/${row.number}`) }, row.number) },
    { label: say("case_about"), cell: (row) => [words.named("case_type", row.type), row.issue && h("span", { class: "muted" }, ` ${words.named("issue", row.issue)}`)] },
    { label: say("case_state"), cell: (row) => [caseState(row.state), row.verdict && h("span", { class: "muted small" }, ` ${words.named("verdict_of", row.verdict)}`)] },
    { label: say("case_owner"), cell: (row) => words.named("case_owner", row.owner) },
    { label: say("case_due"), cell: (row) => (row.due_at ? [moment(row.due_at, "due"), h("span", { class: "muted small" }, ` ${words.named("case_clock", row.due)}`)] : "–") },
    { label: say("case_assignee"), cell: (row) => row.assignee || "–" },
    { label: say("order_number"), cell: (row) => (row.order_number ? h("a", { href: href(`/orders/${row.storefront}/${encodeURIComponent(row.order_number)}`) }, row.order_number) : "–") },
    { label: say("storefront"), cell: (row) => row.storefront },
    { label: say("case_since"), cell: (row) => moment(row.created_at) },
  ], rows);

  const views = segments(say("case_view"), Object.keys(VIEWS).map((each) => [each, say(`case_view_${each}`)]), view, (value) => {
    view = value;
    chosen();
  });
  search.input.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(chosen, SOON);
  });
  const stop = live.on("inbox", () => load());
  const filters = h("form", { class: "filter-row", role: "search", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), chosen()) },
    views, h("div", { class: "grow" }, search.element), owner.element, me.storefronts.length > 1 && shop.element);
  load();
  const element = h("div", {}, heading(title), h("div", { class: "body" }, h("div", { class: "wide" }, filters, place)));
  return {
    element, title, update: (params) => !params.number,
    close() {
      latest += 1;
      clearTimeout(soon);
      stop();
    },
  };
}
