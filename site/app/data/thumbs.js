// The pictures of a class as thumbnails: arrow keys walk, space selects, Delete removes.
import { make, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { drawBlob } from "./draw.js";

/**
 * @import { Collection } from "./collection.js"
 * @import { Item } from "./shelf.js"
 */

/** How many are shown until all are asked for. */
const few = 24;
/** Pixels of a thumbnail. */
const side = 96;

/** Draws what comes into view, one picture after the other. */
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    queue.push(/** @type {HTMLCanvasElement} */ (target));
  }
  void drawNext();
}, { rootMargin: "200px" });

/** @type {HTMLCanvasElement[]} */
const queue = [];
/** @type {WeakMap<HTMLCanvasElement, () => Promise<Blob>>} */
const sources = new WeakMap();
let drawing = false;

async function drawNext() {
  if (drawing) return;
  drawing = true;
  for (let canvas = queue.shift(); canvas; canvas = queue.shift()) {
    const source = sources.get(canvas);
    if (!canvas.isConnected || !source) continue;
    const blob = await source().catch(() => null); // gone meanwhile
    if (blob) await drawBlob(canvas, blob, side);
  }
  drawing = false;
}

/** A canvas that draws a picture when it comes into view. @param {() => Promise<Blob>} source */
export function lazyThumb(source) {
  const canvas = make("canvas");
  canvas.width = canvas.height = 1;
  sources.set(canvas, source);
  seen.observe(canvas);
  return canvas;
}

export class Thumbs {
  /** @type {Set<number>} */
  selected = new Set();
  element = make("ul", "thumbs");
  more = make("button", "small plain");
  #all = false;
  #active = 0;
  /** @type {Map<number, { tile: HTMLLIElement, button: HTMLButtonElement }>} */
  #tiles = new Map();
  /** @type {Item[]} */
  #shown = [];
  #collection;
  #events;

  /** @param {Collection} collection @param {{ remove: (keys: number[]) => void, selected: () => void }} events */
  constructor(collection, events) {
    this.#collection = collection;
    this.#events = events;
    this.more.type = "button";
    this.more.addEventListener("click", () => {
      this.#all = !this.#all;
      this.#events.selected(); // shows it anew
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The newest first. @param {Item[]} items @param {string} name of the class */
  show(items, name) {
    this.#shown = (this.#all ? items : items.slice(-few)).toReversed();
    const keys = new Set(this.#shown.map(({ key }) => key));
    for (const [key, { tile }] of this.#tiles) {
      if (keys.has(key)) continue;
      tile.remove();
      this.#tiles.delete(key);
      this.selected.delete(key);
    }
    this.#shown.forEach((item, i) => {
      const { tile, button } = this.#tiles.get(item.key) ?? this.#add(item);
      if (this.element.children[i] !== tile) this.element.insertBefore(tile, this.element.children[i] ?? null);
      button.setAttribute("aria-label", t("data.thumb", { number: items.length - i, class: name, name: item.name }));
      button.setAttribute("aria-pressed", String(this.selected.has(item.key)));
    });
    this.#focusable(Math.min(this.#active, this.#shown.length - 1));
    this.element.hidden = items.length === 0;
    this.element.setAttribute("aria-label", t("data.thumbs", { class: name }));
    this.more.hidden = items.length <= few;
    setText(this.more, t(this.#all ? "data.thumbs.fewer" : "data.thumbs.all", { count: items.length }));
  }

  focus() { this.#tiles.get(this.#shown[this.#active]?.key ?? -1)?.button.focus(); }

  /** @param {Item} item */
  #add({ key, name }) {
    const canvas = lazyThumb(() => this.#collection.blob(key));
    const button = make("button", "thumb", canvas);
    button.type = "button";
    button.title = name;
    button.dataset.testid = "thumb";
    button.dataset.key = String(key);
    button.addEventListener("click", () => this.#toggle(key));
    button.addEventListener("focus", () => this.#focusable(this.#shown.findIndex((item) => item.key === key)));
    const entry = { tile: make("li", "", button), button };
    this.#tiles.set(key, entry);
    return entry;
  }

  /** @param {number} key */
  #toggle(key) {
    if (!this.selected.delete(key)) this.selected.add(key);
    this.#events.selected();
  }

  /** One of them is reached by Tab. @param {number} at */
  #focusable(at) {
    this.#active = Math.max(0, at);
    this.#shown.forEach(({ key }, i) => {
      const tile = this.#tiles.get(key);
      if (tile) tile.button.tabIndex = i === this.#active ? 0 : -1;
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const forward = getComputedStyle(this.element).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const columns = getComputedStyle(this.element).gridTemplateColumns.split(" ").length;
    const steps = { [forward]: 1, [backward]: -1, ArrowDown: columns, ArrowUp: -columns, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    const key = this.#shown[this.#active]?.key;
    if (step !== undefined) {
      this.#focusable(Math.max(0, Math.min(this.#shown.length - 1, this.#active + step)));
      this.focus();
    } else if ((event.key === "Delete" || event.key === "Backspace") && key !== undefined) {
      this.#events.remove(this.selected.size ? [...this.selected] : [key]);
    } else {
      return;
    }
    event.preventDefault();
  }
}
