// What is examined: a collection, whose pictures can be changed, or a published set, of which changes are only written down.
import { collections } from "../data/collections.js";
import { drawBlob, drawSample } from "../data/draw.js";
import { halvesOf, load, usual } from "../data/sources.js";
import { takenBy } from "../parts/taken.js";
import { engine } from "../shell/engine.js";

/**
 * @import { Dataset, Net } from "../../../js/fovea.d.ts"
 * @import { Collection, Undo } from "../data/collection.js"
 * @import { Choice, LoadStage } from "../data/sources.js"
 */

/** Data sets to look at, the first of which nets learn from, and the id of each sample; `test` is what a usual split puts aside.
 * `takenBy` has the parts as a network takes them, which close with this.
 * @typedef {{ parts: Dataset[], ids: string[][], test: Dataset, takenBy: (net: Net, signal: AbortSignal) => Promise<Dataset[]>,
 *   close: () => Promise<void> }} Opened */

/** @typedef {{ signal: AbortSignal, onProgress: (stage: LoadStage) => void }} LoadOptions */

/** What pictures are judged by: what a network trained on photographs makes of them, or their pixels.
 * @typedef {"features" | "pixels"} By */

/** Pixels of a side up to which grey pictures are taken for drawings or digits, of which pixels say enough. */
const small = 28;

/** Pixels below which there is too little to see. */
const tiny = 20;

export class CollectionSubject {
  changes = true;
  collection;
  choice;

  /** @param {Extract<Choice, { kind: "pictures" }>} choice @param {Collection} collection */
  constructor(choice, collection) {
    this.choice = choice;
    this.collection = collection;
  }

  get key() { return this.collection.id; }
  get title() { return this.collection.name; }
  get classes() { return this.collection.classes; }
  get counts() { return this.collection.counts(); }
  get broken() { return this.collection.broken; }

  /** @returns {By} */
  get by() {
    const { size = usual.size, channels = usual.channels } = this.choice;
    return channels === 3 || size > small ? "features" : "pixels";
  }

  #item(/** @type {string} */ id) { return this.collection.item(Number(id)); }

  /** @param {string} id */
  has(id) { return this.#item(id) !== undefined; }

  /** @param {string} id */
  label(id) { return this.#item(id)?.class ?? 0; }

  /** @param {string} id */
  name(id) { return this.#item(id)?.name ?? ""; }

  /** Pictures too small to be recognised. */
  tiny() {
    const some = this.collection.items().filter(({ width, height }) => Math.min(width, height) < tiny);
    return some.map(({ key }) => String(key));
  }

  /** @param {HTMLCanvasElement} canvas @param {string} id @param {number} side */
  async draw(canvas, id, side) { await drawBlob(canvas, await this.collection.blob(Number(id)), side); }

  /** @param {string} id @param {number} to @returns {Promise<Undo>} */
  relabel(id, to) { return this.collection.relabel(Number(id), to); }

  /** @param {string} id @returns {Promise<Undo>} */
  remove(id) { return this.collection.remove([Number(id)]); }

  /** @param {LoadOptions} options @returns {Promise<Opened>} */
  async open({ signal, onProgress }) {
    onProgress({ stage: "program", done: 0, total: 0 });
    const fovea = await engine.fovea();
    const { size = usual.size, channels = usual.channels, test = usual.test, seed = usual.seed } = this.choice;
    const ids = this.collection.items().map(({ key }) => String(key));
    const say = (/** @type {number} */ done, /** @type {number} */ total) => onProgress({ stage: "pictures", done, total });
    const all = await this.collection.dataset(fovea, { size, channels, signal, onProgress: say });
    const halves = await halvesOf(this.collection, all, test, seed);
    const open = [halves.test, halves.train, all];
    return {
      parts: [all], ids: [ids], test: halves.test,
      takenBy: async (net, until) => {
        if (net.summary.input.join() === all.shape.join()) return [all];
        const other = await takenBy(net, fovea, this.collection, { signal: until });
        open.push(other);
        return [other];
      },
      close: async () => { await Promise.all(open.map((data) => data.close())); },
    };
  }
}

export class PublishedSubject {
  changes = false;
  /** @type {import("../data/shelf.js").Broken[]} */
  broken = [];
  /** @type {Promise<Opened> | null} */
  #opened = null;
  #choice;
  key;
  title = "";
  /** @type {string[]} */
  classes = [];
  /** @type {number[]} */
  counts = [];

  /** @param {Choice} choice */
  constructor(choice) {
    this.#choice = choice;
    this.key = choice.kind;
  }

  /** @returns {By} */
  get by() { return this.#choice.kind === "cifar10" ? "features" : "pixels"; }

  has() { return true; }

  /** @type {Map<string, number>} Labels known so far; -1 of others. */
  #labels = new Map();

  /** @param {string} id */
  label(id) { return this.#labels.get(id) ?? -1; }

  /** @param {string} id such as train:12 */
  name(id) { return id; }

  /** @returns {string[]} */
  tiny() { return []; }

  /** @param {string} id @param {number} label what a report says of it, before the data is there */
  remember(id, label) { this.#labels.set(id, label); }

  /** @param {HTMLCanvasElement} canvas @param {string} id */
  async draw(canvas, id) {
    const { parts } = await this.open({ signal: new AbortController().signal, onProgress: () => {} });
    const [part = "", index = ""] = id.split(":");
    const sample = await parts[part === "test" ? 1 : 0]?.sample(Number(index));
    if (sample) drawSample(canvas, sample.pixels, sample.shape);
  }

  async relabel() { return async () => {}; }

  async remove() { return async () => {}; }

  /** @param {LoadOptions} options @returns {Promise<Opened>} */
  open(options) {
    this.#opened ??= load(this.#choice, options).then(({ train, test, title }) => {
      this.title = title;
      this.classes = train.classes;
      this.counts = train.perClass.map((count, i) => count + (test.perClass[i] ?? 0));
      const named = (/** @type {string} */ part, /** @type {Dataset} */ { count }) => (
        Array.from({ length: count }, (_, i) => `${part}:${i}`));
      const ids = [named("train", train), named("test", test)];
      return { parts: [train, test], ids, test, takenBy: async () => [train, test], close: async () => {} };
    });
    this.#opened.catch(() => { this.#opened = null; });
    return this.#opened;
  }
}

/** @typedef {CollectionSubject | PublishedSubject} Subject */

/** @param {Choice} choice @returns {Promise<Subject>} */
export async function subjectOf(choice) {
  if (choice.kind !== "pictures") return new PublishedSubject(choice);
  return new CollectionSubject(choice, await collections.open(choice.collection));
}
