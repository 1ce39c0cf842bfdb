// @ts-check
/** What an agent chooses for this browser: sound, notifications, keys, appearance. */

import { card, heading, notice } from "../components/index.js";
import { check, segments } from "../components/field.js";
import { Chime } from "../chime.js";
import { h } from "../dom.js";

/** @import {Context, Screen} from "../types.js" */

/** @param {Context} context @returns {Screen} */
export function screen({ say, settings, me, words }) {
  const element = h("div", {}, heading(say("settings")),
    h("div", { class: "body" }, h("div", { class: "narrow stack" },
      card(say("notices"), sound(say, settings), notifications(say, settings)),
      card(say("keyboard"), keys(say, settings)),
      card(say("theme"), themes(say, settings)),
      card(say("who_you_are"), who(say, me, words)))));
  return { element, title: say("settings"), close: () => {} };
}

/** @typedef {Context["say"]} Say */
/** @typedef {Context["settings"]} Settings */

/** @param {Say} say @param {Settings} settings */
function sound(say, settings) {
  return check(say("sound"), {
    checked: settings.get("sound"), hint: say("sound_hint"),
    onchange(on) {
      settings.set("sound", on);
      if (on) new Chime().ring();
    },
  }).element;
}

/**
 * The browser is asked for its permission here, when the agent wants it, and never before.
 * @param {Say} say @param {Settings} settings
 */
function notifications(say, settings) {
  const blocked = h("div", {});
  const able = typeof Notification !== "undefined";
  const box = check(say("notifications"), {
    checked: able && settings.get("notifications") && Notification.permission === "granted",
    hint: say("notifications_hint"), disabled: !able,
    async onchange(on) {
      const granted = on && (await Notification.requestPermission()) === "granted";
      box.input.checked = granted;
      settings.set("notifications", granted);
      blocked.replaceChildren(...(on && !granted ? [notice(say("notifications_blocked"), "warn", "bell")] : []));
    },
  });
  return h("div", { class: "stack tight" }, box.element, blocked);
}

/** @param {Say} say @param {Settings} settings */
function keys(say, settings) {
  return check(say("single_keys"), {
    checked: settings.get("singleKeys"), hint: say("single_keys_hint"), onchange: (on) => settings.set("singleKeys", on),
  }).element;
}

/** @param {Say} say @param {Settings} settings */
function themes(say, settings) {
  /** @type {[string, string][]} */
  const choices = ["auto", "light", "dark"].map((each) => [each, say(`theme_${each}`)]);
  return h("div", {}, segments(say("theme"), choices, settings.get("theme"), (value) => settings.set("theme", /** @type {any} */ (value))));
}

/** @param {Say} say @param {Context["me"]} me @param {Context["words"]} words */
function who(say, me, words) {
  const shops = me.storefronts.length ? me.storefronts.join(", ") : say("all_shops");
  const languages = me.languages.map((code) => words.language(code)).join(", ");
  return h("dl", { class: "facts" },
    ...[[say("user"), me.user], [say("role"), say(`role_${me.role}`)], [say("shops"), shops], [say("languages"), languages || "–"], [say("team"), me.team || "–"]]
      .flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
