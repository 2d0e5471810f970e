// Making and naming elements.

/** @import { Words } from "./words.js" */
/** @import { Messages } from "../elements.d.ts" */
/** @typedef {Exclude<keyof Messages, "errors">} Key */

/**
 * An element with attributes. Some are special: `text` and `label` name a message for the text and the accessible name, which
 * {@link translate} fills in, and functions listen to the event they are named for.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | ((event: any) => void)>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "text" || name === "label") element.dataset[name] = String(value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {Node[]} children */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Fills in the texts and names that do not depend on anything else. @param {ParentNode} root @param {Words} words */
export function translate(root, words) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-text]"))) {
    setText(element, words.text(/** @type {Key} */ (element.dataset.text)));
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-label]"))) {
    element.ariaLabel = words.text(/** @type {Key} */ (element.dataset.label));
  }
}

/** Only where it changes, so that screen readers and selections are left alone. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What Fovea says, which is English whatever the page's language. @param {string} text */
export function english(text) {
  return make("span", { part: "english", lang: "en", dir: "ltr" }, text);
}

/** Hands a file to the browser as a download. @param {Blob} file @param {string} name */
export function offer(file, name) {
  const link = make("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
