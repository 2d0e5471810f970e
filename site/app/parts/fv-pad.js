// A square to draw on with mouse, finger or pen. Fires "draw" while the drawing changes; `picture()` gives it as the
// net gets it, black on white, whatever the theme. Its name is the message of its data-label, or else try.pad.
import { define } from "../shell/dom.js";
import { language, t } from "../shell/i18n.js";
import { colour, themeChanges } from "../shell/fv-preferences.js";

/** A line as wide as a felt pen's in a square of side 1. */
const penWidth = 0.075;
const pictureSide = 224;

class FvPad extends HTMLElement {
  /** @type {{ x: number, y: number }[][]} Strokes in a square of side 1. */
  #strokes = [];
  /** @type {ImageBitmap | null} A picture shown instead of strokes. */
  #image = null;
  #canvas = document.createElement("canvas");
  #pointer = -1;

  connectedCallback() {
    if (this.#canvas.parentNode) return;
    const canvas = this.#canvas;
    canvas.dataset.testid = "pad";
    canvas.setAttribute("role", "img");
    this.append(canvas);
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
      canvas.addEventListener(name, (event) => {
        if (event.pointerId === this.#pointer) this.#pointer = -1;
      });
    }
    new ResizeObserver(() => this.#fit()).observe(this);
    themeChanges.addEventListener("change", () => this.#paint());
    language.addEventListener("change", () => this.#name());
    this.#name();
  }

  #name() {
    this.#canvas.setAttribute("aria-label", t(this.dataset.label ?? "try.pad"));
  }

  #fit() {
    const side = Math.round(this.clientWidth * Math.min(3, devicePixelRatio));
    if (side === 0 || this.#canvas.width === side) return;
    this.#canvas.width = this.#canvas.height = side;
    this.#paint();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#pointer !== -1 || event.button !== 0) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    if (this.#image) this.#empty();
    this.#strokes.push([this.#point(event)]);
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const points = event.getCoalescedEvents?.() ?? [];
    for (const each of points.length ? points : [event]) this.#strokes.at(-1)?.push(this.#point(each));
    this.#changed();
  }

  #changed() {
    this.#paint();
    this.classList.toggle("inked", !this.isEmpty);
    this.dispatchEvent(new Event("draw", { bubbles: true }));
  }

  #empty() {
    this.#strokes = [];
    this.#image?.close();
    this.#image = null;
  }

  get isEmpty() {
    return this.#strokes.length === 0 && !this.#image;
  }

  /** Whether a drawing, not a picture, is on it. */
  get isDrawing() {
    return this.#strokes.length > 0;
  }

  clear() {
    this.#empty();
    this.#pointer = -1;
    this.#changed();
  }

  /** Shows a picture instead. @param {ImageBitmap} image */
  show(image) {
    this.#empty();
    this.#image = image;
    this.#paint();
    this.classList.add("inked");
  }

  #paint() {
    const { width: side } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (!context || !side) return;
    context.clearRect(0, 0, side, side);
    if (this.#image) {
      const scale = Math.min(side / this.#image.width, side / this.#image.height);
      const [w, h] = [this.#image.width * scale, this.#image.height * scale];
      context.imageSmoothingEnabled = scale < 3;
      context.drawImage(this.#image, (side - w) / 2, (side - h) / 2, w, h);
    }
    this.#ink(context, side, colour("--ink"));
  }

  /** @param {CanvasRenderingContext2D} context @param {number} side @param {string} style */
  #ink(context, side, style) {
    context.strokeStyle = context.fillStyle = style;
    context.lineWidth = penWidth * side;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of this.#strokes) {
      const [first] = stroke;
      if (!first) continue;
      context.beginPath();
      context.moveTo(first.x * side, first.y * side);
      for (const { x, y } of stroke) context.lineTo(x * side, y * side);
      context.stroke();
    }
  }

  /** @returns {ImageData} */
  picture() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = pictureSide;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    context.fillStyle = "#fff";
    context.fillRect(0, 0, pictureSide, pictureSide);
    this.#ink(context, pictureSide, "#000");
    return context.getImageData(0, 0, pictureSide, pictureSide);
  }
}

define("fv-pad", FvPad);
export { FvPad };
