// What lies on the desk: one picture, a drawing or the camera, and what the network says of it. Components read `desk.state` and
// call the methods; they do not know each other. Fires "change".
import { coded, preparationOf } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";
import { lightOnDark, suited } from "./tones.js";

/** @import { Classification, ClassMap, Picture, Watch } from "../../../js/fovea.d.ts" */

/** What is to be classified. `bitmap` shows it, where the browser can; `suits` is the network of the site for it, and `answer`
 * the right one, where it is known.
 * @typedef {{ name: string, picture: () => Picture, bitmap: ImageBitmap | null, suits: "mnist" | "cifar10",
 *   answer?: string }} Subject */

/** @typedef {"empty" | "picture" | "draw" | "camera"} Mode */

export const top = 5;

class Desk extends EventTarget {
  state = {
    mode: /** @type {Mode} */ ("empty"),
    /** @type {Subject | null} */
    subject: null,
    /** @type {Classification | null} */
    result: null,
    /** By which network. */
    by: "",
    busy: false,
    /** @type {{ error: unknown } | null} */
    problem: null,
    /** Whether the camera is looked at. */
    watching: false,
    framesPerSecond: 0,
    /** Where the classes are in the picture, and which of them is shown how strongly.
     * @type {{ map: ClassMap, index: number, opacity: number } | null} */
    where: null,
  };

  #running = false;
  #again = false;
  /** @type {Watch | null} */
  #watch = null;

  constructor() {
    super();
    let { wanted } = nets.state;
    nets.addEventListener("change", () => {
      if (nets.state.wanted === wanted) return;
      ({ wanted } = nets.state);
      this.again();
    });
  }

  /** Looks at a picture. @param {Subject} subject */
  show(subject) {
    this.#leave();
    this.#set({ mode: "picture", subject, result: null, problem: null, where: null });
    void this.#run();
  }

  /** Begins to draw; `drawn` follows. */
  draw() {
    this.#leave();
    this.#set({ mode: "draw", subject: null, result: null, problem: null, where: null });
  }

  /** The drawing has changed; null where it is empty. @param {(() => Picture) | null} picture */
  drawn(picture) {
    if (!picture) return this.#set({ subject: null, result: null, where: null });
    this.#set({ subject: { name: "", picture, bitmap: null, suits: "mnist" }, problem: null, where: null });
    void this.#run();
  }

  /** Looks at what a camera shows. @param {HTMLVideoElement} video that plays */
  async watch(video) {
    this.#set({ mode: "camera", subject: null, result: null, problem: null, where: null, watching: true });
    await this.#attempt(async () => {
      const by = nets.idFor("cifar10");
      const net = await nets.get(by);
      if (this.state.mode !== "camera" || !this.state.watching) return;
      this.#watch?.stop();
      const watch = this.#watch = net.watch(video, (result) => {
        if (this.#watch === watch) this.#set({ result, by, framesPerSecond: watch.framesPerSecond });
      }, { top, prepare: preparationOf(net) });
      await watch.finished;
    });
  }

  /** Looks away for a while: the last answer stays. */
  pause() {
    this.#watch?.stop();
    this.#watch = null;
    this.#set({ watching: false });
  }

  /** Nothing is on the desk any more. */
  clear() {
    this.#leave();
    this.#set({ mode: "empty", subject: null, result: null, problem: null, where: null });
  }

  /** @param {unknown} error */
  fail(error) { this.#set({ problem: { error }, busy: false }); }

  /** Asks once more, such as when another network has been chosen. */
  again() {
    this.#set({ problem: null, where: null });
    if (this.state.mode === "camera") this.dispatchEvent(new Event("camera"));
    else if (this.state.subject) void this.#run();
    else void this.#attempt(() => nets.get(nets.idFor("mnist"))); // it is there when the first picture comes
  }

  /** Finds out where in the picture the network sees what. @param {number} shorter Pixels of the picture's shorter side. */
  async lookWhere(shorter) {
    const { subject, result, by } = this.state;
    if (!subject || !result) return;
    const [best] = result;
    const { index, opacity } = this.state.where ?? { index: best?.index ?? 0, opacity: 0.6 };
    const net = await nets.get(by);
    const picture = preparationOf(net) === "digit" && subject.bitmap ? lightOnDark(subject.bitmap) : subject.picture();
    const map = await net.classMap(picture, { shorter });
    if (this.state.result === result) this.#set({ where: { map, index, opacity } });
  }

  /** @param {Partial<{ index: number, opacity: number }>} changes */
  showWhere(changes) {
    const { where } = this.state;
    if (where) this.#set({ where: { ...where, ...changes } });
  }

  hideWhere() { this.#set({ where: null }); }

  /** Classifies what is there now, or as soon as the running classification is through. */
  async #run() {
    this.#again = this.#running;
    if (this.#running) return;
    this.#running = true;
    const { subject } = this.state;
    if (subject) {
      this.#set({ busy: true });
      await this.#attempt(async () => {
        const by = nets.idFor(subject.suits);
        const net = await nets.get(by);
        const result = await net.classify(subject.picture(), { top, prepare: preparationOf(net) }).catch((error) => {
          throw coded(error, "picture");
        });
        // A drawing has gone on meanwhile; an answer about another picture is none.
        if (this.state.subject && (this.state.subject === subject || this.state.mode === "draw")) this.#set({ result, by });
      });
      this.#set({ busy: false });
    }
    this.#running = false;
    if (this.#again) void this.#run();
  }

  /** @param {() => Promise<unknown>} act */
  async #attempt(act) {
    const { subject } = this.state;
    try {
      await act();
    } catch (error) {
      if (this.state.subject === subject) this.#set({ problem: { error } });
    }
  }

  #leave() {
    this.#watch?.stop();
    this.#watch = null;
    this.state.watching = false;
    this.state.framesPerSecond = 0;
    this.state.subject?.bitmap?.close();
  }

  /** @param {Partial<Desk["state"]>} changes */
  #set(changes) {
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }
}

/** A picture of a file. What the browser cannot show, the network may still read. @param {Blob} blob @param {string} name
 * @returns {Promise<Subject>} */
export async function subjectOf(blob, name) {
  const bitmap = await createImageBitmap(blob).catch(() => null);
  return { name, picture: () => blob, bitmap, suits: suited(bitmap) };
}

export const desk = new Desk();
