// What the attributes of an element say about a model.
import { FoveaError } from "../fovea.js";

/** @import { LoadOptions, ModelSource } from "../fovea.js" */

/** What is passed on to Fovea as it is written. */
export const modelAttributes = ["backend", "preprocess", "zoo", "integrity"];

/**
 * The model that an attribute names: its address, or "saved:" and the name it is kept by.
 * @param {string | null} source
 * @param {Element} element
 * @returns {ModelSource}
 */
export function modelSource(source, element) {
  if (!source) {
    throw new FoveaError('there is no model: give the element one, as in src="model.safetensors"', { code: "argument" });
  }
  return source.startsWith("saved:") ? { saved: source.slice("saved:".length) } : address(source, element);
}

/** @param {Element} element @returns {LoadOptions} */
export function modelOptions(element) {
  const given = modelAttributes.filter((name) => element.hasAttribute(name));
  return Object.fromEntries(given.map((name) => [name, element.getAttribute(name)]));
}

/**
 * Names with commas between them, or those of a file, one a line.
 * @param {string | null} labels
 * @param {Element} element
 * @param {AbortSignal} signal
 */
export async function readLabels(labels, element, signal) {
  if (!labels) return undefined;
  if (labels.includes(",")) return split(labels, ",");
  const url = address(labels, element);
  const response = await fetch(url, { signal }).catch((error) => {
    throw new FoveaError(`labels ${url}: ${error.message}`, { code: signal.aborted ? "aborted" : "network", cause: error });
  });
  if (!response.ok) throw new FoveaError(`labels ${url}: the server answered ${response.status}`, { code: "network" });
  return split(await response.text(), "\n");
}

/** @param {string} text @param {string} separator */
export function split(text, separator) {
  return text.split(separator).map((name) => name.trim()).filter((name) => name !== "");
}

/** @param {string} text @param {Element} element */
function address(text, element) {
  if (URL.canParse(text, element.ownerDocument.baseURI)) return new URL(text, element.ownerDocument.baseURI);
  throw new FoveaError(`"${text}" is no address of a file`, { code: "argument" });
}
