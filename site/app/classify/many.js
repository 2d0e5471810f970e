// Many pictures, one after the other: what each is, which cannot be read, and what is shown of all of them. Pictures are read
// when it is their turn and let go afterwards, so that memory does not depend on how many there are. Fires "change", at most five
// times a second while it works.
import { csv } from "../parts/csv.js";
import { top } from "./desk.js";
import { className, preparationOf } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";
import { suited } from "./tones.js";

/** @import { Net, Picture, Prediction } from "../../../js/fovea.d.ts" */

/** A picture, and what the network says of it or why it cannot be read.
 * @typedef {{ name: string, file: File, predictions: Prediction[], reason: string }} Item */

/** @typedef {"as given" | "least sure" | "surest"} Order */

const changesEvery = 200; // ms
const atOnce = 3; // the next ones are read while one is being classified
/** Bytes of a file above which the browser decodes it and throws most of its pixels away: Fovea's own decoder, which reads every
 * pixel, would take seconds for a picture of a camera. */
const large = 150_000;
/** Pixels of the shorter side that are kept of it, at least, and how many times more than the network takes. */
const [leastSide, spare] = [512, 2];

/** Codes of errors that are not a picture's own fault. */
const fatal = ["aborted", "closed", "worker-lost", "device-lost", "backend", "blocked"];

class Many extends EventTarget {
  /** @type {Item[]} */
  items = [];
  state = {
    running: false,
    /** @type {{ error: unknown } | null} What stopped it. */
    problem: null,
    done: 0,
    broken: 0,
    /** Files that are no pictures and were left out. */
    others: 0,
    /** By which network. */
    by: "",
    /** A class's label, or "" for all. */
    label: "",
    order: /** @type {Order} */ ("as given"),
  };

  /** @type {AbortController | null} */
  #run = null;
  #next = 0;
  #told = 0;
  #timer = 0;

  /** Takes more pictures and begins with them. @param {File[]} files @param {number} others */
  add(files, others) {
    for (const file of files) this.items.push({ name: file.webkitRelativePath || file.name, file, predictions: [], reason: "" });
    this.#set({ others: this.state.others + others });
    if (!this.state.running) void this.go();
  }

  /** Goes on with what is left. */
  async go() {
    const run = this.#run = new AbortController();
    this.#next = 0;
    this.#set({ running: true, problem: null });
    try {
      const by = this.state.by || nets.idFor(await this.#suited());
      const net = await nets.get(by);
      run.signal.throwIfAborted();
      this.#set({ by });
      await Promise.all(Array.from({ length: atOnce }, () => this.#work(net, run.signal)));
    } catch (error) {
      if (!run.signal.aborted) this.#set({ problem: { error } });
      run.abort();
    }
    if (this.#run === run) this.#set({ running: false });
  }

  /** Classifies all of them anew, with the network that is chosen now. */
  restart() {
    this.cancel();
    for (const item of this.items) Object.assign(item, { predictions: [], reason: "" });
    Object.assign(this.state, { by: "", done: 0, broken: 0, label: "" });
    void this.go();
  }

  cancel() {
    this.#run?.abort();
    this.#set({ running: false });
  }

  clear() {
    this.cancel();
    this.items = [];
    this.#set({ done: 0, broken: 0, others: 0, by: "", label: "", problem: null });
  }

  async #suited() {
    const [first] = this.items;
    const bitmap = first ? await createImageBitmap(first.file).catch(() => null) : null;
    const net = suited(bitmap);
    bitmap?.close();
    return net;
  }

  /** Takes one picture after the other until none is left. @param {Net} net @param {AbortSignal} signal */
  async #work(net, signal) {
    const prepare = preparationOf(net);
    for (;;) {
      const item = this.items[this.#next];
      if (!item || signal.aborted) return;
      this.#next++;
      if (item.reason || item.predictions.length > 0) continue; // of an earlier run
      try {
        item.predictions = [...await net.classify(await lean(item.file, net), { top, prepare, signal })];
        this.state.done++;
      } catch (error) {
        const { code, message } = /** @type {any} */ (error);
        if (fatal.includes(code)) throw error;
        item.reason = message;
        this.state.broken++;
      }
      this.#soon();
    }
  }

  /** How many pictures each class has, by label, the largest first. */
  get classes() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { predictions: [best] } of this.items) if (best) counts.set(best.label, (counts.get(best.label) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  }

  /** What is to be seen, in order: the pictures that could be read, of one class or of all. */
  get shown() {
    const { label, order } = this.state;
    const some = this.items.filter(({ reason, predictions: [best] }) => !reason && (!label || best?.label === label));
    if (order === "as given") return some;
    const sign = order === "surest" ? -1 : 1;
    return some.filter(({ predictions }) => predictions.length > 0).sort((a, b) => sign * (sureness(a) - sureness(b)));
  }

  get broken() { return this.items.filter(({ reason }) => reason); }

  /** @param {string} label */
  filter(label) { this.#set({ label }); }

  /** @param {Order} order */
  sort(order) { this.#set({ order }); }

  /** All results as a table: a row a picture, with its classes, the most probable first. */
  table() {
    const others = Array.from({ length: top - 1 }, (_, i) => [`class ${i + 2}`, `probability ${i + 2}`]).flat();
    const head = ["file", "class", "probability", ...others, "problem"];
    const through = this.items.filter(({ reason, predictions }) => reason || predictions.length > 0);
    const rows = through.map(({ name, predictions, reason }) => {
      const cells = predictions.flatMap(({ label, probability }) => [label, Number(probability.toFixed(6))]);
      return [name, ...cells, ...Array(2 * top - cells.length).fill(""), reason];
    });
    return new File([csv([head, ...rows])], "fovea-classes.csv", { type: "text/csv" });
  }

  /** @param {Prediction} prediction */
  className({ label }) { return className(label, this.state.by); }

  #soon() {
    const wait = Math.max(0, this.#told + changesEvery - performance.now());
    this.#timer ||= window.setTimeout(() => this.#set({}), wait);
  }

  /** @param {Partial<Many["state"]>} changes */
  #set(changes) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#told = performance.now();
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Item} item */
const sureness = ({ predictions: [best] }) => best?.probability ?? 0;

/** The file, or a smaller picture of it where it is large and the browser can read it. @param {File} file @param {Net} net
 * @returns {Promise<Picture>} */
async function lean(file, { summary: { input } }) {
  if (file.size < large) return file;
  try {
    const whole = await createImageBitmap(file);
    const share = Math.max(leastSide, spare * Math.max(input[0] ?? 0, input[1] ?? 0)) / Math.min(whole.width, whole.height);
    if (share >= 1) {
      whole.close();
      return file;
    }
    const [width, height] = [Math.ceil(share * whole.width), Math.ceil(share * whole.height)];
    const small = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
    whole.close();
    return small;
  } catch {
    return file; // Fovea says what is wrong with it
  }
}

export const many = new Many();
