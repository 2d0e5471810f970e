// The workshop: pictures by class, the net that they are taught to, and what came of it. Components read `workshop.state`, call
// its methods and listen to "change".
import { collections } from "../data/collections.js";
import { engine } from "../shell/engine.js";
import { remember, remembered } from "../shell/i18n.js";
import { nets } from "../parts/nets.js";
import { takenBy } from "../parts/taken.js";
import { mostProbable, parts } from "./examine.js";

/** @import { Dataset, Net } from "../../../js/fovea.d.ts" */
/** @import { Collection } from "../data/collection.js" */

/** What was found out: how many pictures were recognised by nets that had not seen them, and which were not.
 * @typedef {{ right: number, count: number, perClass: { right: number, count: number }[],
 *   wrong: { key: number, label: number, said: number }[] }} Check */

/** "collect": nothing is taught yet; "teach", "check": it runs.
 * @typedef {"collect" | "open" | "teach" | "check" | "done"} Phase */

/** Fewer pictures of a class teach nothing that holds. */
export const least = 5;
const checks = 4; // nets that are tuned to examine the pictures
const collectionKey = "fovea.finetune.collection";
const baseKey = "fovea.finetune.base";

class Workshop extends EventTarget {
  state = {
    /** @type {Collection | null} */
    collection: null,
    base: remembered(baseKey) ?? "cifar10",
    /** How many of the layers before the last learn, too. */
    layers: 0,
    phase: /** @type {Phase} */ ("collect"),
    /** How far it is, and with what: a stage of fineTune, or "check". */
    progress: { stage: "", done: 0, total: 0 },
    /** @type {Net | null} */
    net: null,
    /** What it was taught, as in `#made`; another collection since then makes it old. */
    made: "",
    seconds: 0,
    /** @type {Check | null} */
    check: null,
    /** @type {unknown} */
    problem: null,
    /** Under which name it is kept in the browser. */
    kept: "",
  };

  /** @type {AbortController | null} */
  #abort = null;

  constructor() {
    super();
    let { wanted } = nets.state;
    nets.addEventListener("change", () => {
      const opened = nets.state.wanted !== wanted; // in the dialogue that opens a model
      ({ wanted } = nets.state);
      if (opened && nets.state.choices.some(({ id }) => id === wanted)) this.choose(wanted);
      else this.#set({});
    });
  }

  /** Takes up the pictures of the last visit, or begins with two empty classes of these names. @param {string} name
   * @param {string[]} classes */
  async start(name, classes) {
    const id = remembered(collectionKey);
    const kept = id ? await collections.open(id).catch(() => null) : null; // it may have been deleted
    this.use(kept ?? await collections.create(name, classes));
  }

  /** @param {Collection} collection */
  use(collection) {
    remember(collectionKey, collection.id);
    collection.addEventListener("change", () => this.#set({}));
    this.#set({ collection });
  }

  /** @param {string} id of a net of parts/nets.js */
  choose(id) {
    remember(baseKey, id);
    this.#set({ base: id, problem: null });
  }

  /** @param {number} layers */
  deepen(layers) { this.#set({ layers }); }

  /** What stands in the way of teaching: too few classes, or classes with too few pictures. */
  get missing() {
    const { collection } = this.state;
    const counts = collection?.counts() ?? [];
    return { classes: Math.max(0, 2 - counts.length), pictures: counts.map((count) => Math.max(0, least - count)) };
  }

  get ready() {
    const { classes, pictures } = this.missing;
    return this.state.collection !== null && classes === 0 && pictures.every((count) => count === 0);
  }

  get busy() { return ["open", "teach", "check"].includes(this.state.phase); }

  /** Whether the pictures or the way have changed since the net was made. */
  get stale() { return this.state.net !== null && this.state.made !== this.#recipe; }

  get #recipe() {
    const { collection, base, layers } = this.state;
    return JSON.stringify([base, layers, collection?.classes, collection?.items().map(({ key, class: of }) => [key, of])]);
  }

  /** Makes a net for the classes, and then examines it; what is there of it stays where that is given up. */
  async teach() {
    const { collection, base: id, layers } = this.state;
    if (!collection || !this.ready || this.busy) return;
    const { signal } = (this.#abort = new AbortController());
    this.#set({ phase: "open", progress: { stage: "", done: 0, total: 0 }, problem: null, kept: "" });
    /** @type {Dataset | null} */
    let data = null;
    try {
      const [fovea, base] = [await engine.fovea(), await nets.get(id)];
      signal.throwIfAborted();
      const made = this.#recipe;
      const keys = collection.items().map(({ key }) => key);
      const read = (/** @type {number} */ done, /** @type {number} */ total) => (
        this.#set({ progress: { stage: "read", done, total } }));
      data = await takenBy(base, fovea, collection, { signal, onProgress: read });
      const began = performance.now();
      this.#set({ phase: "teach" });
      const { net } = await base.fineTune(data, { layers, signal, onProgress: (progress) => this.#set({ progress }) });
      await this.state.net?.close();
      const seconds = (performance.now() - began) / 1000;
      this.#set({ net, made, check: null, seconds, phase: "check", progress: { stage: "check", done: 0, total: 0 } });
      this.#set({ check: await this.#examine(base, data, keys, signal) });
    } catch (error) {
      this.#set({ problem: error });
    } finally {
      await data?.close();
      this.#set({ phase: this.state.net ? "done" : "collect" });
    }
  }

  /** @param {Net} base @param {Dataset} data @param {number[]} keys of its samples @param {AbortSignal} signal
   * @returns {Promise<Check>} */
  async #examine(base, data, keys, signal) {
    const { labels } = await data.samples(0, data.count);
    const classes = data.classes.length;
    /** @type {Check} */
    const check = { right: 0, count: 0, perClass: data.classes.map(() => ({ right: 0, count: 0 })), wrong: [] };
    const all = parts([...labels], checks);
    for (const [i, part] of all.entries()) {
      this.#set({ progress: { stage: "check", done: i, total: all.length } });
      const held = new Set(part);
      const others = await data.subset([...labels.keys()].filter((index) => !held.has(index)));
      const examined = await data.subset(part);
      const { net } = await base.fineTune(others, { layers: this.state.layers, signal });
      const said = mostProbable((await net.predict(examined, { signal })).data, classes);
      await Promise.all([net.close(), others.close(), examined.close()]);
      part.forEach((index, place) => {
        const [label, answer] = [labels[index] ?? 0, said[place] ?? 0];
        const of = check.perClass[label];
        const right = answer === label ? 1 : 0;
        check.count++;
        check.right += right;
        if (of) Object.assign(of, { right: of.right + right, count: of.count + 1 });
        if (!right) check.wrong.push({ key: keys[index] ?? 0, label, said: answer });
      });
    }
    return check;
  }

  stop() { this.#abort?.abort(); }

  /** Keeps the net in the browser. @param {string} name */
  async keep(name) {
    await this.state.net?.save(name);
    this.#set({ kept: name });
  }

  /** @param {Partial<Workshop["state"]>} changes */
  #set(changes) {
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }
}

export const workshop = new Workshop();
