// @ts-check
/** How far a message of ours got in a messenger: a sign of its own shape for each, with words. */

import { h, icon, sr } from "../dom.js";
import { channelName } from "../channels.js";
import { say } from "../words.js";

/** @import {IconName} from "../dom.js" */

/** @typedef {{state: string, why: string | null}} Delivery */

/** @type {Record<string, IconName>} */
const SIGNS = { pending: "clock", held: "hold", sent: "check", delivered: "checks", read: "eye", unknown: "help", failed: "alert", withdrawn: "ban" };
const TROUBLE = new Set(["failed", "unknown", "withdrawn", "held"]);

/** Whether an agent must know of it at a glance. @param {Delivery | undefined} delivery */
export const isTrouble = (delivery) => Boolean(delivery && TROUBLE.has(delivery.state));

/** What a person reads. @param {Delivery} delivery @param {string} channel */
export function deliveryText({ state, why }, channel) {
  const key = state === "failed" && why ? `delivery_failed_${why}` : `delivery_${state}`;
  return say(key, { channel: channelName(channel) });
}

/**
 * The sign at a message; with the words where they matter, else for whoever points at it or hears it.
 * @param {Delivery} delivery @param {string} channel @param {boolean} whole
 */
export function mark(delivery, channel, whole) {
  const text = deliveryText(delivery, channel);
  const spelled = whole || isTrouble(delivery);
  return h("span", { class: `delivery ${delivery.state}`, title: spelled ? null : text }, icon(SIGNS[delivery.state] || "info"), spelled ? h("span", {}, text) : sr(text));
}
