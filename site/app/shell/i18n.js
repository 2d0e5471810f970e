// Words and numbers in the reader's language. Texts live in messages/<language>/<part>.json, of which the build makes one file a
// page; elements name theirs with data-i18n (text), data-i18n-label (accessible name) or data-i18n-placeholder.

const languages = ["en", "fa"];

/** @typedef {Record<string, string | number>} Values */

class Language extends EventTarget {
  /** Empty until the first messages are there. */
  code = "";
  /** @type {Record<string, any>} */
  messages = {};

  /** Loads the language remembered, else the browser's, else English. */
  async start() {
    const spoken = navigator.languages.map((l) => l.split("-")[0] ?? "");
    const wanted = remembered("fovea.language") ?? spoken.find((l) => languages.includes(l));
    await this.use(wanted && languages.includes(wanted) ? wanted : "en");
  }

  /** @param {string} code */
  async use(code) {
    const page = document.documentElement.dataset.page ?? "index";
    const arriving = fetch(new URL(`messages/${code}/${page}.json`, document.baseURI));
    await new Promise((resolve) => setTimeout(resolve));
    new Intl.NumberFormat(code).format(0); // a process's first takes 20 ms and more: in a task of its own, while the words come
    const response = await arriving;
    if (!response.ok) throw new Error(`messages/${code}/${page}.json: the server answered ${response.status}`);
    this.messages = await response.json();
    this.code = code;
    document.documentElement.lang = code;
    document.documentElement.dir = code === "fa" ? "rtl" : "ltr";
    document.title = t(`${page}.page-title`);
    translate(document);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} code */
  async choose(code) {
    await this.use(code);
    remember("fovea.language", code);
  }
}

export const language = new Language();

/** @param {string} key @returns {string | undefined} */
export function remembered(key) {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined; // storage may be forbidden; then nothing is remembered
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}

/** @param {string} key */
export const has = (key) => language.messages[key] !== undefined;

/**
 * The message named `key` with {name} replaced by values. A message with several forms is chosen by `count`.
 * @param {string} key
 * @param {Values} [values]
 */
export function t(key, values = {}) {
  let message = language.messages[key] ?? (language.code ? key : "");
  if (typeof message === "object") {
    const form = formatter(Intl.PluralRules).select(Number(values.count ?? 0));
    message = message[form] ?? message.other;
  }
  return String(message).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? number(value) : value;
  });
}

/** @param {ParentNode} root */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-i18n]")) {
    const text = t(element.getAttribute("data-i18n") ?? "");
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of root.querySelectorAll("[data-i18n-label]")) {
    element.setAttribute("aria-label", t(element.getAttribute("data-i18n-label") ?? ""));
  }
  for (const element of root.querySelectorAll("[data-i18n-placeholder]")) {
    element.setAttribute("placeholder", t(element.getAttribute("data-i18n-placeholder") ?? ""));
  }
}

/**
 * The formatter of the reader's language for options. Making one takes tens of microseconds, which a page that counts while it
 * computes would pay at each figure.
 * @template {Intl.NumberFormat | Intl.DateTimeFormat | Intl.PluralRules} F
 * @param {new (language: string, options?: object) => F} Kind @param {object} [options] @returns {F}
 */
function formatter(Kind, options) {
  const code = language.code || "en";
  const key = Kind.name + code + (options ? JSON.stringify(options) : "");
  let made = formatters.get(key);
  if (!made) formatters.set(key, made = new Kind(code, options));
  return made;
}

/** @type {Map<string, any>} */
const formatters = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  return formatter(Intl.NumberFormat, options).format(value);
}

/** @param {number} value 0 to 1 @param {number} [digits] */
export function percent(value, digits = 1) {
  return number(value, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number with three significant digits, never in exponents. @param {number} value */
export function short(value) {
  return number(value, { maximumSignificantDigits: 3 });
}

/** Memory, in binary units. @param {number} value */
export function bytes(value) {
  if (value < 1024) return t("unit.bytes", { value: number(value) });
  if (value < 1024 * 1024) return t("unit.kib", { value: short(value / 1024) });
  if (value < 1024 ** 3) return t("unit.mib", { value: short(value / 1024 ** 2) });
  return t("unit.gib", { value: short(value / 1024 ** 3) });
}

/** Size of a download, in decimal megabytes. @param {number} value */
export function megabytes(value) {
  return t("unit.mb", { value: number(value / 1e6, { maximumFractionDigits: value < 9.5e6 ? 1 : 0 }) });
}

/** @param {number} seconds */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t("unit.s", { value: number(s) });
  if (s < 3600) return t("unit.min", { minutes: number(Math.floor(s / 60)), seconds: number(s % 60) });
  return t("unit.h", { hours: number(Math.floor(s / 3600)), minutes: number(Math.floor((s % 3600) / 60)) });
}

/** @param {number} ms */
export function milliseconds(ms) {
  return t("unit.ms", { value: number(ms, { maximumFractionDigits: ms < 10 ? 2 : ms < 100 ? 1 : 0 }) });
}

/** A clock time. @param {number} time Milliseconds since 1970. */
export function clock(time) {
  return formatter(Intl.DateTimeFormat, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(time);
}

/** What a reader typed, in Latin or Persian digits, as a number; NaN if it is none. @param {string} text */
export function parseNumber(text) {
  const latin = text.trim()
    .replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x6f0))
    .replace(/[٠-٩]/g, (d) => String(d.charCodeAt(0) - 0x660))
    .replace(/[٫,]/g, ".").replace(/٬/g, "");
  return latin === "" ? NaN : Number(latin);
}
