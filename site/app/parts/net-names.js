// What networks and their answers are called, and how a network takes a picture.
import { has, number, t } from "../shell/i18n.js";

/** @import { Net } from "../../../js/fovea.d.ts" */

/** An error with a code of this page where it has one for it: what is wrong with a model is told otherwise than what is wrong
 * with a picture. @param {unknown} error @param {string} prefix */
export function coded(error, prefix) {
  const { code, message, name } = /** @type {any} */ (error ?? {});
  return has(`error.${prefix}-${code}`) ? { code: `${prefix}-${code}`, message, name } : error;
}

/** How the network takes a picture. @param {Net} net @returns {"digit" | "fit"} */
export function preparationOf({ summary: { input } }) {
  return input.join() === "28,28,1" ? "digit" : "fit";
}

/** What a class is called for the reader: those of the site's networks are translated. @param {string} label
 * @param {string} id */
export function className(label, id) {
  if (id === "mnist") return Number.isInteger(Number(label)) ? number(Number(label)) : label;
  const key = `index.class.${label}`;
  return id === "cifar10" && has(key) ? t(key) : label;
}
