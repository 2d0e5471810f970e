// A picture as the eye samples it: dense in the centre, coarse towards the rim. `show` gives it one.
import { define, svg } from "../shell/dom.js";

const rings = 13;
/** Side of the square in the middle of a picture that the circle of dots covers, as a share of the picture's. */
const span = 0.62;

/** The dots' places in a unit circle, and how large each may become. */
function dots() {
  const places = [{ x: 0, y: 0, size: 0.02 }];
  for (let ring = 1; ring <= rings; ring++) {
    const radius = 0.93 * (ring / rings) ** 1.35;
    const size = 0.016 + 0.03 * (ring / rings);
    const count = Math.max(5, Math.round((2 * Math.PI * radius) / (size * 2.5)));
    for (let i = 0; i < count; i++) {
      const angle = (2 * Math.PI * (i + (ring % 2) / 2)) / count;
      places.push({ x: radius * Math.cos(angle), y: radius * Math.sin(angle), size });
    }
  }
  return places;
}

/** A digit to begin with, drawn with a letter of type. */
function firstDigit() {
  const side = 28;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return { pixels: new Uint8Array(side * side), shape: [side, side, 1] };
  context.fillStyle = "#fff";
  context.font = "600 25px Georgia, serif";
  context.textAlign = "center";
  context.fillText("3", side / 2, 23);
  const { data } = context.getImageData(0, 0, side, side);
  return { pixels: Uint8Array.from({ length: side * side }, (_, i) => data[i * 4 + 3] ?? 0), shape: [side, side, 1] };
}

export class FvRetina extends HTMLElement {
  #dots = dots();
  /** @type {SVGElement[]} */
  #circles = [];

  /** Draws with the next frame, a task of its own: with the page's scripts it would hold the page. */
  connectedCallback() { requestAnimationFrame(() => this.#draw()); }

  #draw() {
    if (this.#circles.length > 0) return;
    const colours = ["short", "medium", "long"];
    this.#circles = this.#dots.map(({ x, y }, i) => (
      svg("circle", { cx: x.toFixed(4), cy: y.toFixed(4), r: 0, class: colours[(i * 7 + (i >> 3)) % 3] ?? "" })));
    this.append(svg("svg", { viewBox: "-1 -1 2 2", "aria-hidden": "true" }, ...this.#circles));
    this.show(firstDigit());
  }

  /** @param {{ pixels: Uint8Array, shape: number[] }} picture [H, W, C] */
  show({ pixels, shape: [height = 1, width = 1, channels = 1] }) {
    const level = (/** @type {number} */ i) => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += pixels[i * channels + c] ?? 0;
      return sum / channels / 255;
    };
    this.#dots.forEach(({ x, y, size }, i) => {
      const column = Math.floor((x * span + 0.5) * width);
      const row = Math.floor((y * span + 0.5) * height);
      const value = level(row * width + column);
      this.#circles[i]?.setAttribute("r", (size * (0.24 + 0.86 * value)).toFixed(4));
      this.#circles[i]?.setAttribute("opacity", (0.3 + 0.7 * value).toFixed(2));
    });
  }
}

define("fv-retina", FvRetina);
