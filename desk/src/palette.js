// @ts-check
/** The command palette: everything that can be done, found by a few letters. */

import { keyName } from "./commands.js";
import { h, icon, newId } from "./dom.js";
import { say } from "./words.js";

/** @import {Command} from "./types.js" */

const MOST = 40;

/**
 * Open the palette over the page. `more` gives commands that depend on what was written.
 * @param {Command[]} commands
 * @param {(text: string) => Promise<Command[]> | Command[]} more
 */
export function palette(commands, more) {
  const back = /** @type {HTMLElement | null} */ (document.activeElement);
  const list = h("ul", { role: "listbox", id: newId("found"), "aria-label": say("palette") });
  const box = h("input", {
    type: "text", role: "combobox", "aria-label": say("palette"), placeholder: say("palette_hint"), "aria-expanded": "true",
    "aria-controls": list.id, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
  });
  const told = h("p", { class: "sr", role: "status" });
  const none = h("p", { class: "none", hidden: true }, say("palette_none"));
  const dialog = h("dialog", { class: "palette", "aria-label": say("palette") },
    h("div", { class: "entry" }, icon("search"), box, h("kbd", { "aria-hidden": "true" }, "Esc")), list, none, told);
  /** @type {Command[]} */
  let shown = [];
  let at = 0;
  let round = 0;

  const mark = () => {
    const rows = list.querySelectorAll("[role=option]");
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    if (rows[at]) box.setAttribute("aria-activedescendant", rows[at].id);
    else box.removeAttribute("aria-activedescendant");
    rows[at]?.scrollIntoView({ block: "nearest" });
  };
  /** @param {Command[]} found */
  const show = (found) => {
    shown = found.slice(0, MOST);
    at = 0;
    list.replaceChildren(...rows(shown, run));
    list.hidden = !shown.length;
    none.hidden = Boolean(shown.length);
    told.textContent = say("found_commands", { n: shown.length });
    mark();
  };
  const narrow = async () => {
    const wanted = box.value.trim();
    const mine = ++round;
    const fitting = ranked(commands, wanted);
    show(fitting);
    if (!wanted) return;
    const found = await more(wanted);
    if (mine === round && dialog.open) show([...fitting, ...found]);
  };
  const close = () => {
    dialog.close();
    dialog.remove();
    back?.focus();
  };
  /** @param {Command} command */
  const run = (command) => {
    close();
    command.run();
  };
  box.addEventListener("input", narrow);
  box.addEventListener("keydown", (event) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && shown.length) at = (to + shown.length) % shown.length;
    else if (event.key === "Enter" && shown[at]) run(shown[at]);
    else return;
    event.preventDefault();
    mark();
  });
  dialog.addEventListener("cancel", (event) => (event.preventDefault(), close()));
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  show(commands);
  box.focus();
}

/** @param {Command[]} found @param {(command: Command) => void} run */
function rows(found, run) {
  let group = "";
  return found.flatMap((command) => {
    const made = h("li", { role: "option", id: newId("option"), "aria-selected": "false" },
      icon(command.icon || "bolt"), h("span", { class: "grow clip" }, command.label),
      command.key && h("kbd", { "aria-hidden": "true" }, keyName(command.key)));
    made.addEventListener("click", () => run(command));
    const title = command.group || "";
    if (title === group || !title) return [made];
    group = title;
    return [h("li", { class: "group", role: "presentation" }, title), made];
  });
}

/**
 * Those that hold every word that was written; what begins with it first.
 * @param {Command[]} commands @param {string} wanted
 */
function ranked(commands, wanted) {
  const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (/** @type {Command} */ each) => `${each.label} ${each.group || ""} ${each.also || ""}`.toLowerCase();
  const fitting = commands.filter((each) => parts.every((part) => text(each).includes(part)));
  if (!parts.length) return fitting;
  const rank = (/** @type {Command} */ each) => (each.label.toLowerCase().startsWith(parts[0]) ? 0 : 1);
  return fitting.sort((a, b) => rank(a) - rank(b));
}
