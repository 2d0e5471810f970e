// A class of a trainer: its name, its pictures, and the ways to add some.
import { Camera } from "./camera.js";
import { make, setText } from "./dom.js";
import { PictureInput } from "./pictures.js";
import { paint } from "./stage.js";
import { Words } from "./words.js";

/** @typedef {{ blob: Blob, tile: HTMLElement, canvas: HTMLCanvasElement, remove: HTMLButtonElement }} Sample */

/** Pixels of a thumbnail, and of the longer side of a picture from the camera. */
const thumbnailSide = 128;
const takenSide = 480;
/** Milliseconds from one picture to the next while the button is held. */
const burstEvery = 125;

/**
 * What happens in a class.
 * @typedef {object} Events
 * @property {() => void} onChange pictures or name changed
 * @property {() => void} onRemove its button for that is pressed
 * @property {() => void} onCamera its camera opens, so others should close
 * @property {(act: () => unknown) => void} attempt does what may go wrong
 * @property {(error: unknown) => void} fail
 */

export class SampleClass {
  /** @type {Sample[]} */
  #samples = [];
  #words = new Words();
  #number = 1;
  #canGo = false;
  #timer = 0;
  #events;
  #name;
  #count = make("span", { part: "count" });
  #remove = make("button", { type: "button", part: "button remove-class" }, "×");
  #choose = make("button", { type: "button", part: "button choose", text: "chooseMany", click: () => this.#input.choose() });
  #film = make("button", { type: "button", part: "button camera",
    click: () => this.#events.attempt(() => this.#toggleCamera()) });
  #hold = make("button", { type: "button", part: "button hold primary", text: "hold", hidden: true });
  #hint = make("p", { part: "hint", text: "dropMany" });
  #tiles = make("ul", { part: "thumbnails" });
  #camera;
  #input;
  element;

  /** @param {string} name @param {Events} events */
  constructor(name, events) {
    this.#events = events;
    this.#name = make("input", { type: "text", part: "class-name", autocomplete: "off", spellcheck: "false", dir: "auto",
      input: () => {
        this.#show();
        events.onChange();
      } });
    this.#name.value = name;
    this.#camera = new Camera((error) => {
      this.closeCamera();
      events.fail(error);
    });
    this.#remove.addEventListener("click", events.onRemove);
    this.element = make("li", { part: "class" },
      make("div", { part: "class-head" }, this.#name, this.#count, this.#remove),
      this.#hint, this.#camera.video, this.#hold, this.#tiles,
      make("div", { part: "actions" }, this.#choose, this.#film));
    this.#input = new PictureInput(this.element, (files) => this.add(...files), { multiple: true });
    this.#holdable(this.#hold);
  }

  /** As it is written, or "Class 1" and so on. */
  get name() { return this.#name.value.trim() || this.#words.text("class", { number: this.#number }); }
  get pictures() { return this.#samples.map(({ blob }) => blob); }

  /** @param {Blob[]} blobs */
  add(...blobs) {
    for (const blob of blobs) {
      const canvas = make("canvas", { role: "img", width: 1, height: 1 });
      const remove = make("button", { type: "button", part: "remove" }, "×");
      const sample = { blob, canvas, remove, tile: make("li", { part: "thumbnail" }, canvas, remove) };
      remove.addEventListener("click", () => this.#take(sample));
      this.#samples.push(sample);
      this.#tiles.append(sample.tile);
      void this.#draw(sample);
    }
    this.#show();
    this.#events.onChange();
  }

  focus() { this.#name.focus(); }

  open() { this.#input.open(); }

  close() {
    this.#input.close();
    this.closeCamera();
  }

  closeCamera() {
    this.#release();
    this.#camera.close();
    this.#show();
  }

  /** @param {Words} words @param {number} number of the class, from 1 @param {boolean} canGo whether it may be removed */
  update(words, number, canGo) {
    this.#words = words;
    this.#number = number;
    this.#canGo = canGo;
    this.#show();
  }

  #show() {
    const words = this.#words;
    const number = this.#number;
    const { name } = this;
    const isOpen = this.#camera.isOpen;
    this.#name.ariaLabel = words.text("className", { number });
    this.#name.placeholder = words.text("class", { number });
    this.#remove.ariaLabel = words.text("removeClass", { class: name });
    this.#choose.ariaLabel = words.text("chooseManyFor", { class: name });
    this.#film.ariaLabel = words.text(isOpen ? "cameraStop" : "cameraFor", { class: name });
    this.#hold.ariaLabel = words.text("holdFor", { class: name });
    setText(this.#film, words.text(isOpen ? "cameraStop" : "camera"));
    setText(this.#count, words.text("pictures", { count: this.#samples.length }));
    this.#camera.video.hidden = this.#hold.hidden = !isOpen;
    this.#remove.hidden = !this.#canGo;
    this.#tiles.hidden = this.#samples.length === 0;
    this.#hint.hidden = this.#samples.length > 0 || isOpen;
    this.#tiles.ariaLabel = name;
    this.#samples.forEach(({ canvas, remove }, i) => {
      canvas.ariaLabel = words.text(canvas.dataset.unreadable ? "unreadable" : "picture", { number: i + 1, class: name });
      remove.ariaLabel = words.text("removePicture", { number: i + 1, class: name });
    });
  }

  /** Takes a picture out; who did it by key goes on at the next. @param {Sample} sample */
  #take(sample) {
    const at = this.#samples.indexOf(sample);
    this.#samples.splice(at, 1);
    sample.tile.remove();
    (this.#samples[at] ?? this.#samples[at - 1])?.remove.focus();
    if (this.#samples.length === 0) this.#choose.focus();
    this.#show();
    this.#events.onChange();
  }

  /** @param {Sample} sample */
  async #draw({ blob, canvas }) {
    const image = await createImageBitmap(blob).catch(() => null);
    if (image) paint(canvas, image, thumbnailSide);
    else canvas.dataset.unreadable = "true";
    image?.close();
    if (!image) this.#show();
  }

  async #toggleCamera() {
    if (this.#camera.isOpen) return this.closeCamera();
    this.#events.onCamera();
    const opening = this.#camera.open();
    this.#show();
    try {
      await opening;
    } finally {
      this.#show();
    }
  }

  /**
   * Takes pictures while the button is held by pointer or key; a click without either, as a screen reader's, takes one.
   * @param {HTMLButtonElement} button
   */
  #holdable(button) {
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      this.#burst();
    });
    button.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) this.#burst();
    });
    button.addEventListener("click", ({ detail }) => {
      if (detail === 0) void this.#shoot();
    });
    for (const name of ["pointerup", "pointercancel", "keyup", "blur"]) button.addEventListener(name, () => this.#release());
    button.addEventListener("contextmenu", (event) => event.preventDefault()); // what a long press brings up on phones
  }

  #burst() {
    this.#release();
    void this.#shoot();
    this.#timer = window.setInterval(() => void this.#shoot(), burstEvery);
  }

  #release() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  async #shoot() {
    const { videoWidth: width, videoHeight: height } = this.#camera.video;
    if (!width) return;
    const scale = Math.min(1, takenSide / Math.max(width, height));
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d")?.drawImage(this.#camera.video, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    if (blob) this.add(blob);
  }
}
