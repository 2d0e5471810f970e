// Words and numbers in the reader's language.
import en from "./en.js";

/** @import { Messages, Text } from "../elements.d.ts" */
/** @typedef {Record<string, string | number>} Values */

/**
 * Texts of other languages, fetched when an element first needs them.
 * @type {Record<string, () => Promise<{ default: Messages }>>}
 */
const shipped = { fa: () => import("./fa.js") };

export class Words {
  /** Of the texts and of the forms of numbers; English where neither the package nor the page has texts for a language. */
  language;
  #texts;
  #plural;

  /**
   * @param {string} [language]
   * @param {Messages} [texts]
   * @param {Partial<Messages>} [own] the page's, before all others
   */
  constructor(language = "en", texts = en, own = {}) {
    this.language = language;
    this.#plural = new Intl.PluralRules(language);
    this.#texts = { ...texts, ...own, errors: { ...texts.errors, ...own.errors } };
  }

  /** @param {string} language such as "fa-IR" @param {Partial<Messages>} own */
  static async of(language, own) {
    const fetchTexts = shipped[language.toLowerCase().split("-")[0] ?? ""];
    if (fetchTexts) return new Words(language, (await fetchTexts()).default, own);
    const known = /^en\b/i.test(language) || Object.keys(own).length > 0;
    return new Words(known ? language : "en", en, own);
  }

  get dir() { return this.#texts.dir; }

  /** What to do about an error of this kind. @param {string} kind */
  remedy(kind) { return this.#texts.errors[kind] ?? this.#texts.errors.internal ?? ""; }

  /** @param {Exclude<keyof Messages, "errors">} key @param {Values} [values] */
  text(key, values = {}) {
    /** @type {Text} */
    const text = this.#texts[key];
    const form = typeof text === "string" ? text : text[this.#plural.select(Number(values.count ?? 0))] ?? text.other;
    return form.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? this.number(value) : isolated(value, this.dir);
    });
  }

  /** @param {number} value @param {Intl.NumberFormatOptions} [options] */
  number(value, options = { maximumFractionDigits: 0 }) {
    return new Intl.NumberFormat(this.language, options).format(value);
  }

  /** @param {number} value from 0 to 1 @param {number} [digits] */
  percent(value, digits = 0) {
    return this.number(value, { style: "percent", maximumFractionDigits: digits });
  }

  /** @param {number} value */
  bytes(value) {
    if (value < 1e6) return this.text("kilobytes", { value: Math.round(value / 1e3) });
    return this.text("megabytes", { value: this.number(value / 1e6, { maximumFractionDigits: value < 1e8 ? 1 : 0 }) });
  }

  /** @param {number} ms */
  time(ms) {
    const [unit, of] = ms < 1000 ? ["millisecond", 1] : ms < 60_000 ? ["second", 1000] : ["minute", 60_000];
    return this.number(ms / of, { style: "unit", unit, maximumFractionDigits: ms < 10 ? 1 : 0 });
  }
}

/**
 * Marks a name that is written in the other direction, so that what stands around it stays in its place.
 * @param {string} value
 * @param {"ltr" | "rtl"} dir
 */
function isolated(value, dir) {
  const isRTL = /[\u0590-\u08ff]/.test(value);
  return /\p{Letter}/u.test(value) && isRTL !== (dir === "rtl") ? `\u2068${value}\u2069` : value;
}
