// Small helpers for the page's components, and the class they share.
import { language, translate } from "./i18n.js";

/**
 * The element with this data-testid below `root`; a missing one is a bug.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => T} type
 * @returns {T}
 */
export function find(root, name, type) {
  const element = root.querySelector(`[data-testid="${name}"]`);
  if (!(element instanceof type)) throw new Error(`no ${type.name} "${name}"`);
  return element;
}

/**
 * An element with a class, text and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [className]
 * @param {(string | Node)[]} content
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {Node[]} children
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Sets text only where it changes, so that screen readers and selections are left alone.
 * @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Hands a file to the browser as a download. @param {File} file */
export function offer(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Words of the program, which are English whatever the page's language. @param {string} text @param {string} [className] */
export function english(text, className = "english") {
  const element = make("span", className, text);
  element.lang = "en";
  element.dir = "ltr";
  return element;
}

/** How long components may be built in one go: the page answers in between. */
const goMs = 8;

/** @type {[tag: string, component: CustomElementConstructor][] | null} The components that wait for `begin`; null when it was. */
let waiting = [];

/** Defines a component, when the page has its language: built before, it would be built and laid out twice, and all at once.
 * @param {string} tag @param {CustomElementConstructor} component */
export function define(tag, component) {
  if (waiting) waiting.push([tag, component]);
  else customElements.define(tag, component);
}

/** Defines what waits, in the order in which it came, some each frame. Resolves when all of it stands. */
export async function components() {
  await drawn(); // the words first
  let since = performance.now();
  for (const [tag, component] of waiting ?? []) {
    customElements.define(tag, component);
    if (performance.now() - since < goMs) continue;
    await drawn();
    since = performance.now();
  }
  waiting = null;
}

/** Resolves when what has changed is drawn; at once in a tab that draws nothing. @returns {Promise<void>} */
const drawn = () => new Promise((resolve) => {
  if (document.hidden) setTimeout(resolve);
  else requestAnimationFrame(() => setTimeout(resolve));
});

/** A component: builds its content once, and updates it when the language or one of its sources changes. */
export class FvElement extends HTMLElement {
  #built = false;
  #update = () => this.update();

  /** What this shows: each fires "change". @returns {EventTarget[]} */
  get sources() { return []; }

  connectedCallback() {
    if (!this.#built) {
      this.#built = true;
      this.build();
      translate(this);
    }
    for (const source of [language, ...this.sources]) source.addEventListener("change", this.#update);
    this.update();
  }

  disconnectedCallback() {
    for (const source of [language, ...this.sources]) source.removeEventListener("change", this.#update);
  }

  build() {}

  update() {}
}
