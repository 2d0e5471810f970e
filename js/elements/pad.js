// A square to draw on with mouse, finger, pen or keys. The picture it gives is black on white, whatever the page's colours.
import { make } from "./dom.js";

/** @typedef {{ x: number, y: number }} Point in a square of side 1 */

/** A line as wide as a felt pen's in a square of side 1. */
const penWidth = 0.075;
/** Pixels of the picture that is classified, and how far an arrow key moves the pen. */
const pictureSide = 224;
const keyStep = 1 / 28;
/** @type {Record<string, [number, number]>} */
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  element = make("canvas", { part: "pad", label: "pad", role: "application", tabindex: 0 });
  /** @type {Point[][]} */
  #strokes = [];
  #pointer = -1;
  /** Where the keys' pen is, and whether it draws. */
  #pen = { x: 0.5, y: 0.25, down: false };
  #onDraw;
  #onPen;

  /** @param {() => void} onDraw the drawing changed @param {(down: boolean) => void} onPen the keys lowered or lifted the pen */
  constructor(onDraw, onPen) {
    this.#onDraw = onDraw;
    this.#onPen = onPen;
    const canvas = this.element;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    const lift = (/** @type {PointerEvent} */ event) => {
      if (event.pointerId === this.#pointer) this.#pointer = -1;
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    canvas.addEventListener("keydown", (event) => this.#key(event));
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => this.paint());
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  get isEmpty() { return this.#strokes.length === 0; }

  clear() {
    this.#strokes = [];
    this.#pointer = -1;
    this.#pen.down = false;
    this.paint();
  }

  /** @param {PointerEvent} event @returns {Point} */
  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#pointer !== -1 || event.button !== 0) return;
    this.#pointer = event.pointerId;
    this.element.setPointerCapture(event.pointerId);
    this.#draw(true, this.#point(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const points = event.getCoalescedEvents?.() ?? [];
    this.#draw(false, ...(points.length > 0 ? points : [event]).map((each) => this.#point(each)));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const pen = this.#pen;
    const arrow = arrows[event.key];
    if (event.key === " ") {
      pen.down = !pen.down;
      this.#onPen(pen.down);
      if (pen.down) this.#draw(true, { x: pen.x, y: pen.y });
    } else if (arrow) {
      pen.x = Math.min(1, Math.max(0, pen.x + arrow[0] * keyStep));
      pen.y = Math.min(1, Math.max(0, pen.y + arrow[1] * keyStep));
      if (pen.down) this.#draw(false, { x: pen.x, y: pen.y });
    } else {
      return;
    }
    event.preventDefault();
    this.paint();
  }

  /** @param {boolean} begins @param {Point[]} points */
  #draw(begins, ...points) {
    if (begins || this.#strokes.length === 0) this.#strokes.push([]);
    this.#strokes.at(-1)?.push(...points);
    this.paint();
    this.#onDraw();
  }

  /** Draws anew, in the colours of the page as they now are. */
  paint() {
    const canvas = this.element;
    const side = Math.round(canvas.clientWidth * Math.min(3, devicePixelRatio));
    if (side === 0) return;
    canvas.width = canvas.height = side;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.#ink(context, side, getComputedStyle(canvas).color);
    if (!canvas.matches(":focus-visible")) return;
    context.beginPath();
    context.arc(this.#pen.x * side, this.#pen.y * side, (penWidth * side) / 2, 0, 2 * Math.PI);
    context.lineWidth = side / 100;
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} side @param {string} colour */
  #ink(context, side, colour) {
    Object.assign(context, { strokeStyle: colour, lineWidth: penWidth * side, lineCap: "round", lineJoin: "round" });
    for (const [first, ...rest] of this.#strokes) {
      if (!first) continue;
      context.beginPath();
      context.moveTo(first.x * side, first.y * side);
      for (const { x, y } of [first, ...rest]) context.lineTo(x * side, y * side);
      context.stroke();
    }
  }

  /** The drawing as the net is to have it. @returns {ImageData} */
  picture() {
    const canvas = make("canvas", { width: pictureSide, height: pictureSide });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    context.fillStyle = "#fff";
    context.fillRect(0, 0, pictureSide, pictureSide);
    this.#ink(context, pictureSide, "#000");
    return context.getImageData(0, 0, pictureSide, pictureSide);
  }
}
