// A box that says what went wrong and what to do about it.
import { english, make } from "./dom.js";
import { has, t } from "./i18n.js";

/** Codes that are a person's wish, not a fault. */
const silent = ["aborted", "closed"];

/** @typedef {{ place: string, code: string, detail: string, actions: Record<string, () => void> }} Problem
 * `actions`: what may be done, by message alert.<name>; "close" is among them. */

/** What an error is to a reader, or null where there is nothing to tell.
 * @param {string} place @param {unknown} error @param {Partial<Problem>} [more] @returns {Problem | null} */
export function problemOf(place, error, more = {}) {
  const { code, message } = /** @type {any} */ (error ?? {});
  if (silent.includes(code) || /** @type {any} */ (error)?.name === "AbortError") return null;
  return { place, code: typeof code === "string" ? code : "internal", detail: String(message ?? ""), actions: {}, ...more };
}

/** @param {Problem} problem */
export function alertBox({ place, code, detail, actions }) {
  const name = has(`error.${code}`) ? code : "internal";
  const box = make("div", "alert", make("strong", "", t(`error.${name}`)), make("span", "", t(`error.${name}.do`)));
  box.setAttribute("role", "alert");
  box.dataset.testid = `alert-${place}`;
  box.dataset.code = code;
  if (detail) box.append(english(detail));
  const buttons = make("div");
  for (const [action, act] of Object.entries(actions)) {
    const button = make("button", "small", t(`alert.${action}`));
    button.type = "button";
    button.dataset.testid = `alert-${action}`;
    button.addEventListener("click", act);
    buttons.append(button);
  }
  box.append(buttons);
  return box;
}

/** Shows an error at the beginning of `host`, in place of the one before, with a button that closes it. A null takes it away.
 * @param {HTMLElement} host @param {string} place @param {unknown} error @param {Record<string, () => void>} [actions] */
export function showProblem(host, place, error, actions = {}) {
  host.querySelector(`:scope > [data-testid="alert-${place}"]`)?.remove();
  const problem = error === null ? null : problemOf(place, error);
  if (!problem) return;
  const box = alertBox({ ...problem, actions: { ...actions, close: () => box.remove() } });
  host.prepend(box);
}
