// @ts-check
/** Orders without a conversation: by number, or by name or e-mail address of their buyer. */

import { told } from "../api.js";
import { orderState } from "../acting/words.js";
import { empty, field, heading, moment, skeleton, table } from "../components/index.js";
import { fill, h } from "../dom.js";
import { href } from "../router.js";
import "../acting/styles.js";

/** @import {Context, Screen} from "../types.js" */

const SOON = 250;

/** @param {Context} context @returns {Screen} */
export function screen(context) {
  const { api, say, words, query, go } = context;
  const title = say("order_title");
  const search = field(say("order_search"), { type: "search", hint: say("order_search_hint"), value: query.get("q") || "", autocomplete: "off" });
  const place = h("div", {});
  let latest = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;

  const load = async () => {
    const asked = ++latest;
    const q = search.value.trim();
    if (q.length < 2) return fill(place, empty("search", say("order_begin"), say("order_begin_text")));
    if (!place.childElementCount) fill(place, skeleton(5));
    try {
      const { items } = await api.get("/orders", { q });
      if (asked !== latest) return;
      fill(place, items.length ? list(items) : empty("search", say("order_none"), say("order_none_text")));
      context.announce(say("order_found", { n: items.length }));
    } catch (problem) {
      if (asked === latest) fill(place, empty("alert", say("order_failed"), told(problem)));
    }
  };

  /** The words stand in the address, so that going back finds what was found. */
  const changed = () => {
    const q = search.value.trim();
    go(`/orders${q ? `?q=${encodeURIComponent(q)}` : ""}`, { replace: true });
    load();
  };

  /** @param {Record<string, any>[]} items */
  const list = (items) => table(say("order_title"), [
    { label: say("order_number"), names: true, cell: (row) => h("a", { href: href(`/orders/${row.storefront}/${encodeURIComponent(row.number)}`) }, row.number) },
    { label: say("storefront"), cell: (row) => row.storefront },
    { label: say("order_status"), cell: (row) => orderState(/** @type {any} */ (row)) },
    { label: say("buyer"), cell: (row) => (row.buyer ? `${row.buyer.name} · ${row.buyer.email}` : "–") },
    { label: say("order_items"), cell: (row) => row.items.join(", ") },
    { label: say("order_placed"), cell: (row) => moment(row.placed_at) },
    { label: say("order_amount"), end: true, cell: (row) => words.money(row.amount.minor, row.amount.currency) },
  ], items);

  search.input.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(changed, SOON);
  });
  const element = h("div", {}, heading(title),
    h("div", { class: "body" }, h("div", { class: "wide" }, h("form", { role: "search", class: "filter-row", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), changed()) }, h("div", { class: "grow" }, search.element)), place)));
  load();
  return {
    element, title, focus: () => search.input.focus(), update: () => true,
    close() {
      latest += 1;
      clearTimeout(soon);
    },
  };
}
