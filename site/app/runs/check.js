// Checks of values that come from outside, such as a card that somebody sent. What passes is a copy that holds nothing else than
// what was asked for, so that nothing unknown goes further.

/** What is wrong with a card, and where in it: code "card", or "card-version" where it is of a later Fovea. */
export class CardError extends Error {
  /** @param {string} message @param {string} [code] */
  constructor(message, code = "card") {
    super(message);
    this.name = "CardError";
    this.code = code;
  }
}

/** Checks the value found at a path such as "settings.batch" and gives its copy; throws a CardError.
 * @template T @typedef {(value: any, at: string) => T} Check */

/** A value in an error message, short whatever it is. @param {any} value */
function shown(value) {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 30 ? `${value.slice(0, 30)}…` : value);
  return Array.isArray(value) ? `a list of ${value.length}` : typeof value === "object" && value ? "an object" : String(value);
}

/** @param {string} at @param {any} value @param {string} want @returns {never} */
function wrong(at, value, want) {
  throw new CardError(`${at || "the card"}: got ${shown(value)}, want ${want}`);
}

/** @param {number} max characters @param {RegExp} [pattern] @returns {Check<string>} */
export const text = (max, pattern) => (value, at) => {
  if (typeof value !== "string" || value.length > max) wrong(at, value, `a text of at most ${max} characters`);
  if (pattern && !pattern.test(value)) wrong(at, value, `a text like ${pattern.source}`);
  return value;
};

/** @param {number} min @param {number} max @returns {Check<number>} */
export const real = (min, max) => (value, at) => (
  typeof value === "number" && value >= min && value <= max ? value : wrong(at, value, `a number from ${min} to ${max}`));

/** @param {number} min @param {number} max @returns {Check<number>} */
export const whole = (min, max) => (value, at) => (
  Number.isInteger(value) && value >= min && value <= max ? value : wrong(at, value, `a whole number from ${min} to ${max}`));

/** @type {Check<boolean>} */
export const flag = (value, at) => (typeof value === "boolean" ? value : wrong(at, value, "true or false"));

/** @template {string | number} T @param {readonly T[]} values @returns {Check<T>} */
export const oneOf = (values) => (value, at) => (
  values.includes(value) ? value : wrong(at, value, `one of ${values.join(", ")}`));

/** @template T @param {Check<T>} each @param {number} max items @param {number} [min] @returns {Check<T[]>} */
export const list = (each, max, min = 0) => (value, at) => {
  if (!Array.isArray(value) || value.length > max || value.length < min) wrong(at, value, `a list of ${min} to ${max}`);
  return Array.from(value, (item, i) => each(item, `${at}[${i}]`));
};

/** A field that may be missing. @template T @param {Check<T>} check @returns {Check<T | undefined>} */
export const optional = (check) => (value, at) => (value === undefined ? undefined : check(value, at));

/** @template {Record<string, Check<any>>} F @param {F} fields @returns {Check<{ [K in keyof F]: ReturnType<F[K]> }>} */
export const object = (fields) => (value, at) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) wrong(at, value, "an object");
  /** @type {any} */
  const copy = {};
  for (const [name, check] of Object.entries(fields)) {
    const found = check(Object.hasOwn(value, name) ? value[name] : undefined, at ? `${at}.${name}` : name);
    if (found !== undefined) copy[name] = found;
  }
  return copy;
};
