// @ts-check
/** Tabs: one of several panels is seen; arrows go from tab to tab. */

import { h, newId } from "../dom.js";

/** @import {Child} from "../dom.js" */

/**
 * @param {string} label
 * @param {{id: string, label: Child, panel: () => Node}[]} entries the panel is made when it is first seen
 * @param {{value?: string, onchange?: (id: string) => void}} [how]
 */
export function tabs(label, entries, { value, onchange } = {}) {
  const name = newId("tabs");
  const panel = h("div", { role: "tabpanel", id: `${name}-panel`, tabindex: "0" });
  /** @type {Map<string, Node>} */
  const made = new Map();
  const buttons = entries.map((entry) => h("button", {
    type: "button", role: "tab", id: `${name}-${entry.id}`, "aria-controls": panel.id,
  }, entry.label));
  /** @param {number} at @param {boolean} [moved] */
  const show = (at, moved) => {
    const entry = entries[at];
    buttons.forEach((each, place) => {
      each.setAttribute("aria-selected", String(place === at));
      each.tabIndex = place === at ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", buttons[at].id);
    if (!made.has(entry.id)) made.set(entry.id, entry.panel());
    panel.replaceChildren(/** @type {Node} */ (made.get(entry.id)));
    if (moved) onchange?.(entry.id);
  };
  const list = h("div", { role: "tablist", class: "tabs", "aria-label": label }, ...buttons);
  buttons.forEach((each, at) => each.addEventListener("click", () => show(at, true)));
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + buttons.length) % buttons.length;
    buttons[next].focus();
    show(next, true);
  });
  show(Math.max(0, entries.findIndex((entry) => entry.id === value)));
  return h("div", { class: "tabbed" }, list, panel);
}
