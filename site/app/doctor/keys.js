// The keys that classes are given by.

const letters = [..."abcdefghijklmnopqrstvwxyz"]; // without u, which undoes

/**
 * One key for each class: its name where that is a single letter or digit, else 1 to 9 and then letters, in their order; "" where
 * there are none left.
 * @param {string[]} classes @returns {string[]}
 */
export function keysOf(classes) {
  const named = classes.map((name) => name.toLowerCase());
  if (named.every((name) => /^[a-z0-9]$/.test(name) && name !== "u")) return named;
  const keys = [..."123456789", ...letters];
  return classes.map((_, i) => keys[i] ?? "");
}

/**
 * The key of an event on whatever keyboard: Persian digits and letters count as those on the same keys.
 * @param {{ key: string, code: string }} event
 */
export function plainKey({ key, code }) {
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1];
  return key.length === 1 && place ? place.toLowerCase() : key;
}
