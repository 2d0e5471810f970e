// The networks that there are to choose from: those of the site, those that this browser keeps, and addresses of earlier visits.
import { remember, remembered } from "../shell/i18n.js";

/** @import { Fovea, LoadOptions, ModelSource } from "../../../js/fovea.d.ts" */

/** A network to choose. @typedef {{ id: string, kind: "site" | "saved" | "opened", title: string, source: ModelSource,
 * options?: LoadOptions }} Choice */

const openedKey = "fovea.classify.opened";

/** Those of the site. @type {Choice[]} */
export const ofSite = ["mnist", "cifar10"].map((id) => (
  { id, kind: "site", title: "", source: new URL(`models/${id}.safetensors`, document.baseURI) }));

/** The addresses of networks that were opened in earlier visits. @returns {Choice[]} */
export function opened() {
  try {
    const all = JSON.parse(remembered(openedKey) ?? "[]");
    return all.map((/** @type {Choice} */ { title, source, options }) => (
      { id: `at ${source}`, kind: "opened", title, source, options }));
  } catch {
    return []; // what is there is not of this page
  }
}

/** Remembers those that were opened from an address; files are gone after a reload. @param {Choice[]} choices */
export function rememberOpened(choices) {
  const addresses = choices.filter(({ kind, source }) => kind === "opened" && typeof source === "string");
  remember(openedKey, JSON.stringify(addresses.map(({ title, source, options }) => ({ title, source, options }))));
}

/** Those that the browser keeps; null where it cannot be asked. @param {Fovea | null} fovea
 * @returns {Promise<Choice[] | null>} */
export async function saved(fovea) {
  const all = await fovea?.saved().catch(() => []); // a browser without storage has none
  return all?.map(({ name }) => ({ id: `saved ${name}`, kind: "saved", title: name, source: { saved: name } })) ?? null;
}
