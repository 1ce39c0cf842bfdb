// @ts-check
/** The keys, as they are now. */

import { ask } from "./components/dialog.js";
import { check } from "./components/field.js";
import { keyName } from "./commands.js";
import { h } from "./dom.js";
import { say } from "./words.js";

/** @import {Command} from "./types.js" */

/** What the composer and lists do with keys by themselves. */
const ALWAYS = [["Enter", "key_send"], ["Shift+Enter", "key_line"], ["/", "key_canned"], ["@", "key_mention"], ["Esc", "key_escape"]];

/** @param {Command[]} commands @param {import("./settings.js").Settings} settings */
export function help(commands, settings) {
  /** @type {Map<string, Command[]>} */
  const groups = new Map();
  for (const command of commands.filter((each) => each.key)) {
    const title = command.group || say("group_desk");
    groups.set(title, [...(groups.get(title) || []), command]);
  }
  const sections = [...groups].map(([title, list]) =>
    section(title, list.map((each) => [keyName(String(each.key)), each.label])));
  sections.push(section(say("group_writing"), ALWAYS.map(([key, text]) => [key, say(text)])));
  const single = check(say("single_keys"), {
    checked: settings.get("singleKeys"), hint: say("single_keys_hint"),
    onchange: (on) => settings.set("singleKeys", on),
  });
  return ask({ title: say("keys"), wide: true, body: [h("div", { class: "keys" }, ...sections), single.element] });
}

/** @param {string} title @param {string[][]} rows */
function section(title, rows) {
  return h("section", {}, h("h3", {}, title),
    h("dl", {}, ...rows.map(([key, text]) => h("div", {}, h("dt", {}, text), h("dd", {}, h("kbd", {}, key))))));
}
