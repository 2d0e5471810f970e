// Controls of the lessons: one of a few, a number by a slider, yes or no.
import { make, setText } from "../shell/dom.js";
import { number, t } from "../shell/i18n.js";

/**
 * An element whose text is a message.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} key
 * @param {string} [className]
 */
export function worded(tag, key, className) {
  const element = make(tag, className);
  element.dataset.i18n = key;
  return element;
}

/**
 * One of a few, as radio buttons: the arrow keys go from one to the next.
 * @template {string | number} T
 */
export class Segments {
  element = make("fieldset", "segments");
  /** @type {{ value: T, input: HTMLInputElement, text: HTMLElement }[]} */
  #options = [];
  #key;

  /**
   * @param {string} name its data-testid; an option's is NAME-VALUE
   * @param {readonly T[]} values
   * @param {{ legend: string, key?: string, choose: (value: T) => void }} how `legend` is a message; `key` that of an option
   *   without its value, as "lesson.kernel."; without it options are numbers
   */
  constructor(name, values, { legend, key, choose }) {
    this.#key = key;
    const box = make("div");
    for (const value of values) {
      const input = make("input");
      Object.assign(input, { type: "radio", name, value: String(value) });
      input.dataset.testid = `${name}-${value}`;
      const text = make("span");
      input.addEventListener("change", () => choose(value));
      box.append(make("label", "", input, text));
      this.#options.push({ value, input, text });
    }
    this.element.dataset.testid = name;
    this.element.append(worded("legend", legend), box);
  }

  /** @param {string | number | undefined} value @param {(value: T) => boolean} [possible] */
  show(value, possible = () => true) {
    for (const option of this.#options) {
      option.input.checked = option.value === value;
      option.input.disabled = !possible(option.value);
      setText(option.text, this.#key === undefined ? number(Number(option.value)) : t(this.#key + option.value));
    }
  }
}

export class Slider {
  element = make("label", "slider");
  #input = make("input");
  #output = make("output");

  /**
   * @param {string} name its data-testid
   * @param {{ label: string, min: number, max: number, step?: number, change: (value: number) => void }} how
   */
  constructor(name, { label, min, max, step = 1, change }) {
    Object.assign(this.#input, { type: "range", min, max, step });
    this.#input.dataset.testid = name;
    this.#input.addEventListener("input", () => change(Number(this.#input.value)));
    this.element.append(make("span", "", worded("span", label), this.#output), this.#input);
  }

  /** @param {number} value @param {string} [text] @param {{ min?: number, max?: number }} [range] */
  show(value, text = number(value), range = {}) {
    for (const [name, limit] of Object.entries(range)) this.#input.setAttribute(name, String(limit));
    this.#input.value = String(value);
    setText(this.#output, text);
    this.#input.setAttribute("aria-valuetext", text);
  }
}

/** Yes or no. @param {string} name @param {string} label a message @param {(on: boolean) => void} change */
export function toggle(name, label, change) {
  const input = make("input");
  input.type = "checkbox";
  input.dataset.testid = name;
  input.addEventListener("change", () => change(input.checked));
  const element = make("label", "switch", input, worded("span", label));
  return { element, show: (/** @type {boolean} */ on) => { input.checked = on; } };
}

/** A button. @param {string} name @param {string} label a message @param {() => void} press @param {string} [className] */
export function button(name, label, press, className = "small") {
  const element = worded("button", label, className);
  element.type = "button";
  element.dataset.testid = name;
  element.addEventListener("click", press);
  return element;
}
