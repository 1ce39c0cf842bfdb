// @ts-check
/** The ways by which buyers write: each with its name and its sign. */

import { badge } from "./components/index.js";
import { h, icon } from "./dom.js";
import { words } from "./words.js";

/** @import {IconName} from "./dom.js" */

/** @type {Record<string, IconName>} */
const SIGNS = { chat: "chat", whatsapp: "phone", telegram: "plane", email: "mail", mail: "mail", matrix: "brackets" };

/** @param {string} channel */
export const channelName = (channel) => words.named("channel", channel);

/** @param {string} channel @returns {IconName} */
export const channelSign = (channel) => SIGNS[channel] || "chat";

/** A word of a list; our own chat is the rule and needs none. @param {string} channel */
export function channelBadge(channel) {
  return channel && channel !== "chat" ? badge(channelName(channel), "", channelSign(channel)) : null;
}

/** A word of a line of text. @param {string} channel */
export const channelLabel = (channel) => h("span", { class: "channel" }, icon(channelSign(channel)), channelName(channel));
