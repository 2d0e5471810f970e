// What a set looks like: samples of each class, how many there are, and the mean of each class. Property: data, as sources.js
// loads it.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, make, setText } from "../shell/dom.js";
import { colour, themeChanges } from "../shell/fv-preferences.js";
import { number, percent, t } from "../shell/i18n.js";
import { drawSample } from "./draw.js";
import { fromByte } from "./points.js";

/**
 * @import { Dataset } from "../../../js/fovea.d.ts"
 * @import { Loaded } from "./sources.js"
 */

/** How many samples are shown of each class, and how many are looked at to find them. */
const perClass = 12;
const lookedAt = 1500;

class FvSamples extends FvElement {
  /** @type {Loaded | null} */
  #data = null;
  /** @type {{ pixels: Uint8Array, label: number }[]} */
  #samples = [];
  /** @type {Float32Array[]} */
  #means = [];

  get data() { return this.#data; }

  set data(data) {
    if (data === this.#data) return;
    this.#data = data;
    this.#samples = [];
    this.#means = [];
    this.update();
    if (data) void this.#look(data);
  }

  build() {
    this.innerHTML = `
      <p class="hint" role="status" data-testid="samples-count"></p>
      <p class="hint" data-testid="samples-legend" data-i18n="data.samples.legend" hidden></p>
      <canvas class="plane" data-testid="samples-plane" role="img" width="560" height="560" hidden></canvas>
      <ul class="sample-rows" data-testid="samples"></ul>`;
    themeChanges.addEventListener("change", () => this.update());
  }

  /** @param {Loaded} data */
  async #look(data) {
    try {
      const { train } = data;
      const { pixels, shape, labels } = await train.samples(0, Math.min(train.count, lookedAt));
      if (this.#data !== data) return;
      const size = shape.reduce((product, n) => product * n, 1);
      this.#samples = Array.from(labels, (label, i) => ({ pixels: pixels.subarray(i * size, (i + 1) * size), label }));
      this.update();
      if (isPlane(train)) return;
      const { perClass: means } = await train.statistics();
      if (this.#data !== data) return;
      this.#means = means;
      this.update();
    } catch (error) {
      showProblem(this, "samples", error);
    }
  }

  update() {
    const data = this.#data;
    const rows = find(this, "samples", HTMLElement);
    const plane = find(this, "samples-plane", HTMLCanvasElement);
    if (!data) {
      rows.replaceChildren();
      plane.hidden = true;
      find(this, "samples-legend", HTMLElement).hidden = true;
      return setText(find(this, "samples-count", HTMLElement), "");
    }
    const { train, test, title } = data;
    find(this, "samples-legend", HTMLElement).hidden = this.#means.length === 0;
    const counts = { title, train: train.count, test: test.count, classes: train.classes.length };
    setText(find(this, "samples-count", HTMLElement), t("data.samples", counts));
    plane.hidden = !isPlane(train);
    if (isPlane(train)) {
      plane.setAttribute("aria-label", t("data.plane", { title }));
      this.#drawPlane(plane);
    }
    const most = Math.max(...train.perClass, 1);
    rows.replaceChildren(...train.classes.map((name, label) => this.#row(train, name, label, most)));
  }

  /** @param {Dataset} train @param {string} name @param {number} label @param {number} most */
  #row(train, name, label, most) {
    const count = train.perClass[label] ?? 0;
    const bar = make("i");
    bar.style.setProperty("inline-size", `${(100 * count) / most}%`);
    const title = make("b", "name", /^\d$/.test(name) ? number(Number(name)) : name);
    title.dir = "auto";
    const share = `${number(count)} · ${percent(count / Math.max(1, train.count), 0)}`;
    const row = make("li", "", title, make("span", "meter", bar), make("span", "hint share", share));
    row.dataset.testid = `samples-${label}`;
    if (isPlane(train)) return row;
    const wall = make("div", "wall");
    wall.setAttribute("role", "img");
    wall.setAttribute("aria-label", t("data.samples.of", { class: name }));
    const mean = this.#means[label];
    if (mean) wall.append(this.#picture(mean, train.shape, "mean"));
    const some = this.#samples.filter((sample) => sample.label === label).slice(0, perClass);
    wall.append(...some.map(({ pixels }) => this.#picture(pixels, train.shape)));
    row.append(wall);
    return row;
  }

  /** @param {ArrayLike<number>} pixels @param {number[]} shape @param {string} [className] */
  #picture(pixels, shape, className = "") {
    const canvas = make("canvas", className);
    if (className) canvas.title = t("data.samples.mean");
    drawSample(canvas, pixels, shape);
    return canvas;
  }

  /** @param {HTMLCanvasElement} canvas */
  #drawPlane(canvas) {
    const context = canvas.getContext("2d");
    if (!context) return;
    const colours = ["--short", "--long", "--medium"].map(colour);
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    for (const { pixels: [x = 0, y = 0], label } of this.#samples) {
      context.fillStyle = colours[label % colours.length] ?? "";
      context.beginPath();
      context.arc((width * (fromByte(x) + 1)) / 2, (height * (1 - fromByte(y))) / 2, 5, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

/** @param {Dataset} data */
const isPlane = ({ shape }) => shape.join() === "1,1,2";

define("fv-samples", FvSamples);
