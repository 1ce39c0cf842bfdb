// @ts-check
/** The words of the interface, and how dates and amounts of things read in a language. */

/** @typedef {Record<string, string | Record<string, string>>} Catalogue */

export const LANGUAGES = { en: "English", de: "Deutsch", ar: "العربية" };
const RTL = new Set(["ar", "fa", "he", "ur", "yi"]);
const DAY = 86_400_000;

export class Words {
  /** @type {Record<string, Intl.DateTimeFormat>} */
  #made = {};

  /** @param {string} locale @param {Catalogue} catalogue */
  constructor(locale, catalogue) {
    this.locale = locale;
    this.catalogue = catalogue;
    this.dir = RTL.has(locale.split("-")[0]) ? "rtl" : "ltr";
    this.plural = new Intl.PluralRules(locale);
    this.number = new Intl.NumberFormat(locale);
  }

  /**
   * Say one thing; `n` picks the form and reads as this language writes numbers.
   * @param {string} key @param {Record<string, string | number>} [values]
   * @returns {string}
   */
  say = (key, values = {}) => {
    const found = this.catalogue[key] ?? key;
    const text = typeof found === "string" ? found : this.#form(found, Number(values.n));
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return typeof value === "number" ? this.number.format(value) : (value ?? whole);
    });
  };

  /** @param {Record<string, string>} forms @param {number} n */
  #form(forms, n) {
    return (n === 0 && forms.zero) || forms[this.plural.select(n)] || forms.other;
  }

  /**
   * Formatters are dear to make, and every message needs some.
   * @param {string} at @param {Intl.DateTimeFormatOptions} style
   */
  #date(at, style) {
    const key = Object.keys(style).join();
    const made = (this.#made[key] ??= new Intl.DateTimeFormat(this.locale, style));
    return made.format(new Date(at));
  }

  /** @param {string} at */
  time(at) {
    return this.#date(at, { timeStyle: "short" });
  }

  /** @param {string} at */
  moment(at) {
    return this.#date(at, { dateStyle: "long", timeStyle: "short" });
  }

  /** @param {string} at */
  day(at) {
    const day = new Date(at).toDateString();
    if (day === new Date().toDateString()) return this.say("today");
    if (day === new Date(Date.now() - DAY).toDateString()) return this.say("yesterday");
    return this.#date(at, { weekday: "long", day: "numeric", month: "long" });
  }

  /** @param {number} bytes */
  size(bytes) {
    const unit = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 };
    return new Intl.NumberFormat(this.locale, /** @type {any} */ (unit)).format(bytes / 1e6);
  }
}

/**
 * Load the words of a language, or the English ones where it is not there.
 * @param {string} wanted @param {string} server
 * @param {Promise<Catalogue | null>} [coming] asked for by the loader already
 * @returns {Promise<Words>}
 */
export async function words(wanted, server, coming) {
  const base = wanted.toLowerCase().split(/[-_]/)[0];
  const known = base in LANGUAGES;
  const catalogue = (await coming) || (await fetched(server, known ? base : "en"));
  return new Words(known ? wanted.replace("_", "-") : "en", catalogue);
}

/** @param {string} server @param {string} base @returns {Promise<Catalogue>} */
async function fetched(server, base) {
  const version = typeof __VERSION__ === "string" ? __VERSION__ : "";
  const answer = await fetch(`${server}/widget/locales/${base}.json?v=${version}`, { credentials: "omit" });
  return answer.json();
}
