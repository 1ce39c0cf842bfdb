// @ts-check
/** The words of the desk, how long ago things were, and amounts of money. */

import widget from "../../widget/locales/en.json";
import { Words } from "../../widget/src/i18n.js";
import desk from "../locales/en.json";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

class DeskWords extends Words {
  /** @param {string} key */
  has(key) {
    return key in this.catalogue;
  }

  /**
   * Say what stands under `prefix_code`, or the code as words where nobody wrote that yet.
   * @param {string} prefix @param {string | null | undefined} code
   */
  named(prefix, code) {
    if (!code) return "";
    const key = `${prefix}_${code}`.replace(/[.\s-]/g, "_");
    if (this.has(key)) return this.say(key);
    const plain = code.replace(/[._-]+/g, " ").trim();
    return plain.charAt(0).toUpperCase() + plain.slice(1);
  }

  /**
   * How long something took or lasts: "now", "4 min", "3 h 10", "2 days".
   * @param {number} ms
   */
  span(ms) {
    const length = Math.abs(ms);
    if (length < MINUTE) return this.say("span_now");
    if (length < HOUR) return this.say("span_minutes", { n: Math.floor(length / MINUTE) });
    if (length < DAY) {
      const rest = Math.floor((length % HOUR) / MINUTE);
      const values = { n: Math.floor(length / HOUR), m: String(rest).padStart(2, "0") };
      return this.say(rest && length < 10 * HOUR ? "span_hours_minutes" : "span_hours", values);
    }
    return this.say("span_days", { n: Math.floor(length / DAY) });
  }

  /** @param {string} at how long something waits @param {number} [now] */
  since(at, now = Date.now()) {
    return this.span(now - Date.parse(at));
  }

  /** @param {string} at when something is due @param {number} [now] */
  due(at, now = Date.now()) {
    const left = Date.parse(at) - now;
    if (Math.abs(left) < MINUTE) return this.say("due_now");
    return this.say(left < 0 ? "due_over" : "due_in", { span: this.span(left) });
  }

  /** @param {number | null | undefined} minor @param {string | null | undefined} currency */
  money(minor, currency) {
    if (minor === null || minor === undefined || !currency) return "";
    const format = new Intl.NumberFormat(this.locale, { style: "currency", currency });
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits || 0));
  }

  /** @param {string | null | undefined} code of a language */
  language(code) {
    if (!code) return "";
    try {
      return new Intl.DisplayNames([this.locale], { type: "language" }).of(code) || code;
    } catch {
      return code;
    }
  }

  /** @param {string} at a day and a time, short */
  short(at) {
    const day = new Date(at);
    const today = day.toDateString() === new Date().toDateString();
    const style = today ? { timeStyle: "short" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
    return new Intl.DateTimeFormat(this.locale, /** @type {any} */ (style)).format(day);
  }
}

/** English as the browser's owner writes dates and numbers, or plain English. */
const locale = navigator.languages.find((each) => each.startsWith("en")) || "en";

export const words = new DeskWords(locale, { .../** @type {any} */ (widget), .../** @type {any} */ (desk) });
export const say = words.say;
