// The place where the picture is that is classified: a picture, a drawing pad, or what the camera sees.
import { Camera } from "./camera.js";
import { make } from "./dom.js";
import { Pad } from "./pad.js";

/** @import { FoveaError, Picture } from "../fovea.js" */
/** @typedef {"picture" | "draw" | "camera"} Mode */

/** Pixels of the longer side of a picture that is shown. */
const shownSide = 800;

export class Stage {
  /** @type {Mode} */
  mode = "picture";
  pad;
  camera;
  #hint = make("p", { part: "hint", text: "drop" });
  #canvas = make("canvas", { part: "picture", role: "img", label: "shown", hidden: true });
  #turn = 0;
  element;

  /**
   * @param {{ onDraw: () => void, onPen: (down: boolean) => void, onLost: (error: FoveaError) => void }} events of pad and camera
   */
  constructor({ onDraw, onPen, onLost }) {
    this.pad = new Pad(onDraw, onPen);
    this.camera = new Camera(onLost);
    this.element = make("div", { part: "stage" }, this.#hint, this.#canvas, this.camera.video, this.pad.element);
    this.show("picture");
  }

  get isEmpty() { return this.mode === "picture" && this.#canvas.hidden; }

  /** Empties the stage for something else. @param {Mode} mode */
  show(mode) {
    this.#turn++;
    this.mode = mode;
    if (mode !== "camera") this.camera.close();
    this.camera.video.hidden = mode !== "camera";
    this.pad.element.hidden = mode !== "draw";
    this.#canvas.hidden = true;
    this.#hint.hidden = mode !== "picture";
    this.pad.clear();
  }

  /** Shows a picture. One that the browser cannot show, the net may still read. @param {Picture} picture */
  async showPicture(picture) {
    if (this.mode !== "picture") this.show("picture");
    const turn = ++this.#turn;
    const isBytes = picture instanceof ArrayBuffer || picture instanceof Uint8Array;
    const source = isBytes ? new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (picture)]) : picture;
    const image = await createImageBitmap(source).catch(() => null);
    if (turn === this.#turn) {
      this.#canvas.hidden = !image;
      this.#hint.hidden = image !== null;
      if (image) paint(this.#canvas, image, shownSide);
    }
    image?.close();
  }
}

/**
 * Draws a picture on a canvas, with `side` pixels at most on its longer side.
 * @param {HTMLCanvasElement} canvas
 * @param {ImageBitmap} image
 * @param {number} side
 */
export function paint(canvas, image, side) {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
}
