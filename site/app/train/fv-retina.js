// A picture as the eye samples it: dense in the centre, coarse towards the rim. Shows what the net saw last.
import { svg } from "../shell/dom.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

const rings = 13;
const side = 28;

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

/** A digit to begin with, drawn with the page's own type. */
function firstDigit() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return new Uint8Array(side * side);
  context.fillStyle = "#fff";
  context.font = "600 25px Georgia, serif";
  context.textAlign = "center";
  context.fillText("3", side / 2, 23);
  const { data } = context.getImageData(0, 0, side, side);
  return Uint8Array.from({ length: side * side }, (_, i) => data[i * 4 + 3] ?? 0);
}

class FvRetina extends LabElement {
  #dots = dots();
  /** @type {SVGElement[]} */
  #circles = [];
  /** @type {Uint8Array | null} */
  #shown = null;
  #first = firstDigit();

  build() {
    const colours = ["short", "medium", "long"];
    this.#circles = this.#dots.map(({ x, y }, i) => svg("circle", { cx: x.toFixed(4), cy: y.toFixed(4), r: 0, class: colours[(i * 7 + (i >> 3)) % 3] ?? "" }));
    this.append(svg("svg", { viewBox: "-1 -1 2 2", "aria-hidden": "true" }, ...this.#circles));
  }

  update() {
    const { seen } = lab.state;
    const fits = seen && seen.shape[0] === side && seen.shape[1] === side && seen.shape[2] === 1;
    const pixels = fits ? seen.pixels : this.#first;
    if (pixels === this.#shown) return;
    this.#shown = pixels;
    this.#dots.forEach(({ x, y, size }, i) => {
      const column = Math.floor((x * 0.62 + 0.5) * side);
      const row = Math.floor((y * 0.62 + 0.5) * side);
      const value = (pixels[row * side + column] ?? 0) / 255;
      this.#circles[i]?.setAttribute("r", (size * (0.24 + 0.86 * value)).toFixed(4));
      this.#circles[i]?.setAttribute("opacity", (0.3 + 0.7 * value).toFixed(2));
    });
  }
}

customElements.define("fv-retina", FvRetina);
