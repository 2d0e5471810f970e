// The plane of the points, coloured by what the net says everywhere in it, while it learns.
import { define, find, make, setText } from "../shell/dom.js";
import { language, percent, t } from "../shell/i18n.js";
import { colour, themeChanges } from "../shell/fv-preferences.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

/** @import { Net } from "../../../js/fovea.d.ts" */

const side = 56; // places along each axis that the net is asked about
const askEvery = 330; // ms
const mostPoints = 1000;
const classColours = ["--short", "--long", "--medium"];

/** The middle of each place as bytes of a sample, row by row from the top. */
function grid() {
  const data = new Uint8Array(side * side * 2);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [x, y] = [(column + 0.5) / side, 1 - (row + 0.5) / side];
      data.set([Math.round(x * 255), Math.round(y * 255)], 2 * (row * side + column));
    }
  }
  return data;
}

/** @param {string} hex Such as #13201b. */
function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

class FvBoundary extends LabElement {
  #grid = grid();
  #busy = false;
  #last = 0;
  #step = -1;
  /** @type {Net | null} */
  #net = null;
  /** @type {Float32Array | null} Probabilities of each place's classes. */
  #says = null;
  /** @type {unknown} */
  #of = null;
  /** @type {unknown} The choice whose points were asked for. */
  #loaded = null;
  /** @type {{ pixels: Uint8Array, labels: Int32Array }} */
  #points = { pixels: new Uint8Array(), labels: new Int32Array() };

  build() {
    this.innerHTML = `
      <canvas data-testid="boundary" role="img" width="640" height="640"></canvas>
      <ul class="legend" data-testid="boundary-classes"></ul>
      <p class="hint" data-testid="boundary-note"></p>
      <fv-alerts place="boundary"></fv-alerts>`;
    themeChanges.addEventListener("change", () => this.#paint());
    language.addEventListener("change", () => this.#label());
  }

  update() {
    const { choice, data, net, position, wants } = lab.state;
    this.hidden = choice.kind !== "points";
    if (this.hidden) return;
    if (!data && lab.state.engine === "ready" && choice !== this.#loaded) {
      this.#loaded = choice; // asked for once: they are made in no time
      lab.loadData().catch((error) => lab.problem("boundary", error));
    }
    if (data !== this.#of) {
      this.#of = data;
      void this.#takePoints();
    }
    const usable = net && net.summary.input.join() === wants.input.join() && !lab.edited ? net : null;
    if (usable !== this.#net) {
      this.#net = usable;
      this.#step = -1;
      if (!usable) this.#says = null;
      this.#paint();
    }
    this.#label();
    if (usable && position.step !== this.#step) this.#ask();
  }

  /** The points to learn from, to be drawn. */
  async #takePoints() {
    const { data } = lab.state;
    const train = data?.train;
    if (!train) return;
    this.#points = await train.samples(0, mostPoints).catch(() => this.#points);
    if (lab.state.data !== data) return;
    find(this, "boundary-classes", HTMLElement).replaceChildren(...train.classes.map((name, i) => {
      const dot = make("i");
      dot.style.setProperty("--dot", `var(${classColours[i % classColours.length]})`);
      return make("li", "", dot, name);
    }));
    this.#paint();
  }

  /** Asks the net about the whole plane, at most three times a second. */
  #ask() {
    if (this.#busy) return;
    this.#busy = true;
    window.setTimeout(async () => {
      const net = this.#net;
      this.#step = lab.state.position.step;
      this.#last = performance.now();
      try {
        if (net) this.#says = (await net.predict({ data: this.#grid, shape: [side * side, 1, 1, 2] })).data;
        if (net === this.#net) requestAnimationFrame(() => this.#paint());
      } catch (error) {
        lab.problem("boundary", error);
      } finally {
        this.#busy = false;
        this.update();
      }
    }, Math.max(0, this.#last + askEvery - performance.now()));
  }

  #label() {
    const { validation } = lab.state.history;
    const accuracy = validation.at(-1)?.accuracy;
    const canvas = find(this, "boundary", HTMLCanvasElement);
    const label = accuracy === undefined || !this.#net
      ? t("boundary.label") : t("boundary.label-accuracy", { accuracy: percent(accuracy, 0) });
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    setText(find(this, "boundary-note", HTMLElement), t(this.#net ? "boundary.note" : "boundary.untrained"));
  }

  #paint() {
    const canvas = find(this, "boundary", HTMLCanvasElement);
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const colours = classColours.map((name) => rgb(colour(name)));
    if (this.#says) this.#paintPlane(context, this.#says, colours);
    this.#paintPoints(context);
  }

  /** Each place has the colours of its classes, by their probabilities. @param {CanvasRenderingContext2D} context
   * @param {Float32Array} says @param {number[][]} colours */
  #paintPlane(context, says, colours) {
    const classes = says.length / (side * side);
    const image = new ImageData(side, side);
    for (let place = 0; place < side * side; place++) {
      for (let k = 0; k < classes; k++) {
        const share = says[place * classes + k] ?? 0;
        const own = colours[k % colours.length] ?? [];
        for (let c = 0; c < 3; c++) image.data[4 * place + c] = (image.data[4 * place + c] ?? 0) + share * (own[c] ?? 0);
      }
      image.data[4 * place + 3] = 95;
    }
    const small = document.createElement("canvas");
    small.width = small.height = side;
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(small, 0, 0, context.canvas.width, context.canvas.height);
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintPoints(context) {
    const { width, height } = context.canvas;
    const { pixels, labels } = this.#points;
    context.lineWidth = 1.5;
    context.strokeStyle = colour("--sheet");
    for (const [k, name] of classColours.entries()) {
      context.fillStyle = colour(name);
      for (let i = 0; i < labels.length; i++) {
        if ((labels[i] ?? 0) % classColours.length !== k) continue;
        context.beginPath();
        context.arc(((pixels[2 * i] ?? 0) / 255) * width, (1 - (pixels[2 * i + 1] ?? 0) / 255) * height, 6, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }
    }
  }
}

define("fv-boundary", FvBoundary);
