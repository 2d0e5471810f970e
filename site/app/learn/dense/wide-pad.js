// A wide slate for several figures: white on black underneath, as MNIST's digits are, shown in the page's colours.
import { colour, themeChanges } from "../../shell/fv-preferences.js";

/** Strokes in units of the slate's height. @typedef {{ x: number, y: number }[]} Stroke */

/** @param {number} cx @param {number} cy @param {number} rx @param {number} ry @returns {Stroke} */
const loop = (cx, cy, rx, ry) => Array.from({ length: 25 }, (_, i) => (
  { x: cx + rx * Math.sin((i * Math.PI) / 12), y: cy - ry * Math.cos((i * Math.PI) / 12) }));
/** @param {number[][]} points @returns {Stroke} */
const line = (...points) => points.map(([x = 0, y = 0]) => ({ x, y }));

/** 7, 0, 3, 1, each about half as high as the slate. @returns {Stroke[]} */
export const example = () => [
  line([0.3, 0.28], [0.62, 0.28], [0.42, 0.74]), loop(1.13, 0.5, 0.15, 0.24),
  line([1.68, 0.31], [1.78, 0.26], [1.89, 0.28], [1.95, 0.36], [1.91, 0.45], [1.8, 0.49], [1.92, 0.54], [1.96, 0.64],
    [1.88, 0.73], [1.76, 0.75], [1.67, 0.7]),
  line([2.55, 0.27], [2.52, 0.75])];

export class WidePad {
  canvas = document.createElement("canvas");
  /** @type {Stroke[]} */
  strokes = example();
  /** A part to be framed, in units of the height. @type {{ x: number, y: number, side: number } | null} */
  frame = null;
  #aspect;
  #changed;
  #pointer = -1;

  /** @param {number} aspect width over height @param {() => void} changed */
  constructor(aspect, changed) {
    this.#aspect = aspect;
    this.#changed = changed;
    const { canvas } = this;
    canvas.className = "wide-pad";
    canvas.setAttribute("role", "img");
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { this.#pointer = -1; });
    new ResizeObserver(() => this.paint()).observe(canvas);
    themeChanges.addEventListener("change", () => this.paint());
  }

  /** @param {Stroke[]} strokes */
  set(strokes) {
    this.strokes = strokes;
    this.paint();
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.height, y: (event.clientY - box.top) / box.height };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#pointer !== -1) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.frame = null;
    this.set([...this.strokes, [this.#at(event)]]);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    this.strokes.at(-1)?.push(this.#at(event));
    this.set(this.strokes);
  }

  paint() {
    const { canvas } = this;
    const height = Math.round(canvas.clientHeight * Math.min(2, devicePixelRatio));
    if (!height) return;
    if (canvas.height !== height) [canvas.height, canvas.width] = [height, Math.round(height * this.#aspect)];
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, canvas.width, height);
    draw(context, this.strokes, height, colour("--ink"));
    if (!this.frame) return;
    context.strokeStyle = colour("--short");
    context.lineWidth = 2.5 * Math.min(2, devicePixelRatio);
    context.strokeRect(this.frame.x * height, this.frame.y * height, this.frame.side * height, this.frame.side * height);
  }

  /** As the net gets it. @param {number} height in pixels */
  picture(height) {
    const canvas = new OffscreenCanvas(Math.round(height * this.#aspect), height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillRect(0, 0, canvas.width, height);
    draw(context, this.strokes, height, "#fff");
    return context.getImageData(0, 0, canvas.width, height);
  }
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 * @param {number} height
 * @param {string} ink
 */
function draw(context, strokes, height, ink) {
  Object.assign(context, { strokeStyle: ink, lineWidth: 0.075 * height, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    context.beginPath();
    for (const { x, y } of stroke.length === 1 ? [...stroke, ...stroke] : stroke) context.lineTo(x * height, y * height);
    context.stroke();
  }
}
