// <fovea-classifier>: classifies pictures that are chosen, dropped, pasted, drawn or seen by the camera.
import { Bars } from "./bars.js";
import { FoveaElement } from "./base.js";
import { english, make, setText } from "./dom.js";
import { Loading } from "./loading.js";
import { modelAttributes, modelOptions, modelSource, readLabels } from "./model.js";
import { PictureInput } from "./pictures.js";
import { aborted } from "./shared.js";
import { Stage } from "./stage.js";

/** @import { Classification, ClassifyOptions, Net, Picture, Watch } from "../fovea.js" */
/** @import { Mode } from "./stage.js" */

/** How often a screen reader hears what the camera sees or the pen draws, in milliseconds. */
const sayEvery = 2000;

export class FoveaClassifier extends FoveaElement {
  static observedAttributes = [...FoveaElement.observedAttributes, ...modelAttributes, "src", "labels", "top", "camera", "draw"];

  /** @type {Net | null} */
  #net = null;
  /** Whether the element loaded the net itself, and so closes it. */
  #own = false;
  /** @type {Promise<Net> | null} */
  #opening = null;
  /** @type {Watch | null} */
  #watch = null;
  /** @type {Classification | null} */
  #result = null;
  /** Counts what was to be classified; only the answer to the last is shown. */
  #turn = 0;
  #waits = false;
  /** Whether the drawing changed since it was classified, and whether it is being classified. */
  #drawing = { changed: false, looked: false };
  /** The class that was said last, and the timer of the next. */
  #said = "";
  #sayLater = 0;

  #stage = new Stage({
    onDraw: () => void this.#lookAtDrawing(),
    onPen: (down) => this.say(this.words.text(down ? "penDown" : "penUp")),
    onLost: (error) => {
      this.#show("picture");
      this.fail(error);
    },
  });
  #input = new PictureInput(this.view, ([file]) => {
    if (file) this.classify(file).catch(() => {}); // which has said what is wrong
  });
  #loading = new Loading(() => void this.attempt(() => this.load()));
  #camera = make("button", { type: "button", part: "button camera", click: () => void this.attempt(() => this.#toggleCamera()) });
  #draw = make("button", { type: "button", part: "button draw", click: () => this.#startDrawing() });
  #bars = new Bars();
  #note = make("p", { part: "note" });

  constructor() {
    super("classifier");
    const choose = make("button", { type: "button", part: "button choose", text: "choose", click: () => this.#input.choose() });
    this.view.append(this.#stage.element, make("div", { part: "side" },
      make("div", { part: "actions" }, choose, this.#camera, this.#draw), this.#loading.element, this.#bars.element, this.#note));
  }

  /** The net that classifies; null until it is loaded. One that is set is the page's, which closes it. */
  get net() { return this.#net; }
  set net(net) {
    this.#forget();
    this.#net = net;
    this.update();
  }

  /** The net, which is loaded if it is not yet. @returns {Promise<Net>} */
  load() {
    if (this.#net) return Promise.resolve(this.#net);
    if (this.#opening) return this.#opening;
    const opening = this.#opening = this.#open().finally(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    return opening;
  }

  /**
   * Classifies a picture and shows it with the answer.
   * @param {Picture} picture
   * @param {ClassifyOptions} [options]
   * @returns {Promise<Classification>}
   */
  async classify(picture, options) {
    this.calm();
    this.say("");
    this.#said = "";
    this.#result = null;
    if (this.#stage.mode !== "picture") this.#show("picture");
    void this.#stage.showPicture(picture);
    try {
      return await this.#look(picture, options);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  start() {
    this.#input.open();
    if (this.hasAttribute("draw") && this.#stage.isEmpty) this.#stage.show("draw");
    if (!this.hasAttribute("lazy")) this.#loadEagerly();
    this.update();
  }

  release() {
    this.#input.close();
    this.#show("picture");
    this.#forget();
  }

  /** @param {string} name */
  changed(name) {
    if (name === "top") return;
    if (name === "camera" || name === "draw") {
      if (this.#stage.mode === name) this.#show("picture");
      else if (name === "draw" && this.#stage.isEmpty) this.#stage.show("draw");
      return this.update();
    }
    const used = this.#net !== null || this.#opening !== null;
    this.#forget();
    this.update();
    // Attributes that are set one after the other are one change.
    if (used || !this.hasAttribute("lazy")) queueMicrotask(() => this.isConnected && this.#loadEagerly());
  }

  update() {
    const { words } = this;
    this.#camera.hidden = !this.hasAttribute("camera");
    this.#draw.hidden = !this.hasAttribute("draw");
    setText(this.#camera, words.text(this.#stage.mode === "camera" ? "cameraStop" : "camera"));
    setText(this.#draw, words.text(this.#stage.mode === "draw" ? "clear" : "draw"));
    this.#stage.pad.paint();
    this.#loading.update(words);
    this.#showResult();
  }

  /** The answer, and how it was found: "12 ms · WebAssembly SIMD · 24 pictures a second". */
  #showResult() {
    const { words } = this;
    const result = this.#result;
    this.#bars.show(result, words);
    if (!result) return setText(this.#note, this.#waits && !this.#opening ? words.text("looking") : "");
    const rate = Math.round(this.#watch?.framesPerSecond ?? 0);
    const often = rate > 0 ? ` · ${words.text("rate", { count: rate })}` : "";
    this.#note.replaceChildren(words.time(result.ms), " · ", english(result.backend.adapter), often);
  }

  #loadEagerly() {
    if (this.hasAttribute("src") && !this.#net && !this.#opening) void this.attempt(() => this.load());
  }

  async #open() {
    const net = await this.#loading.run(async (fovea, { signal, onProgress }) => {
      const source = modelSource(this.getAttribute("src"), this);
      const classes = await readLabels(this.getAttribute("labels"), this, signal);
      const loaded = await fovea.load(source, { ...modelOptions(this), ...(classes && { classes }), signal, onProgress });
      if (!signal.aborted) return loaded;
      void loaded.close();
      throw aborted(signal);
    }).catch((error) => {
      if (error.code === "aborted") this.say(this.words.text("cancelled"));
      else this.fail(error);
      throw error;
    });
    this.#net = net;
    this.#own = true;
    this.say(this.words.text("loaded"));
    this.dispatchEvent(new CustomEvent("load", { detail: net }));
    return net;
  }

  /** Forgets the net, and gives up what is being loaded. */
  #forget() {
    this.#loading.forget();
    this.#opening = null;
    if (this.#stage.mode === "camera") this.#show("picture");
    if (this.#own) void this.#net?.close();
    this.#own = false;
    this.#net = this.#result = null;
    this.#turn++;
  }

  /** A pad is for digits, and so the net is: whatever the picture, the figure in it is looked for. @returns {ClassifyOptions} */
  get #asked() {
    return { top: Number(this.getAttribute("top") ?? 3), prepare: this.hasAttribute("draw") ? "digit" : "fit" };
  }

  /** @param {Picture} picture @param {ClassifyOptions} [options] */
  async #look(picture, options) {
    const turn = ++this.#turn;
    this.#waits = true;
    this.#showResult();
    try {
      const net = await this.load();
      this.#showResult();
      const result = await net.classify(picture, { ...this.#asked, ...options });
      if (turn === this.#turn) this.#answer(result);
      return result;
    } catch (error) {
      if (turn === this.#turn) this.#result = null;
      throw error;
    } finally {
      if (turn === this.#turn) this.#waits = false;
      this.#showResult();
    }
  }

  /** @param {Classification} result */
  #answer(result) {
    this.#result = result;
    this.#showResult();
    if (this.#stage.mode === "picture") this.#sayBest();
    else this.#sayLater ||= window.setTimeout(() => {
      this.#sayLater = 0;
      this.#sayBest();
    }, sayEvery);
    this.dispatchEvent(new CustomEvent("classify", { detail: result }));
  }

  #sayBest() {
    const [best] = this.#result ?? [];
    if (!best || best.label === this.#said) return;
    this.#said = best.label;
    this.say(this.words.text("said", { label: best.label, share: this.words.percent(best.probability) }));
  }

  /** Empties the stage for something else. @param {Mode} mode */
  #show(mode) {
    this.#watch?.stop();
    this.#watch = null;
    this.#stage.show(mode);
    this.#turn++;
    this.#result = null;
    this.#waits = false;
    this.#said = "";
    this.update();
  }

  #startDrawing() {
    this.calm();
    this.#show("draw");
    this.#stage.pad.element.focus({ preventScroll: true });
  }

  /** Classifies the drawing as it now is; what is drawn meanwhile waits for one more look. */
  async #lookAtDrawing() {
    this.#drawing.changed = true;
    if (this.#drawing.looked) return;
    this.#drawing.looked = true;
    while (this.#drawing.changed && this.#stage.mode === "draw" && !this.#stage.pad.isEmpty) {
      this.#drawing.changed = false;
      await this.attempt(() => this.#look(this.#stage.pad.picture()));
    }
    this.#drawing.looked = false;
  }

  async #toggleCamera() {
    if (this.#stage.mode === "camera") return this.#show("picture");
    this.#show("camera");
    const turn = this.#turn;
    try {
      const [net] = await Promise.all([this.load(), this.#stage.camera.open()]);
      if (turn !== this.#turn) return;
      /** @type {Watch} */
      const watch = net.watch(this.#stage.camera.video, (result) => this.#watch === watch && this.#answer(result), this.#asked);
      this.#watch = watch;
      await watch.finished;
    } catch (error) {
      if (turn === this.#turn) this.#show("picture");
      throw error;
    }
  }
}
