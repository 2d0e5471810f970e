// What is learned from: the choice, the sets, and the part that is held back to choose by.
import { collections } from "../data/collections.js";
import { classesOf, shapes } from "../data/points.js";
import { load, usual } from "../data/sources.js";
import { differing } from "./changes.js";
import { plain, presetsFor } from "./presets.js";
import { defaultsFor } from "./settings.js";

/**
 * @import { Dataset } from "../../../js/fovea.d.ts"
 * @import { Choice, Loaded } from "../data/sources.js"
 * @import { Wanted } from "./adapt.js"
 * @import { LabType } from "./lab.js"
 */

/** The sets of a choice: `train` is learned from, `validation` decides which pass is the best and when to end, `test` says how
 * good the net is, once, at the end. `validation` is null where nothing is held back.
 * @typedef {{ train: Dataset, validation: Dataset | null, test: Dataset, title: string }} LearningSets */

/** The held-back part is the same for every seed of a training, so that runs can be compared. */
const splitSeed = 1;

/** @param {Choice} a @param {Choice} b */
export const sameChoice = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Parts a share off the training set. @param {Loaded} loaded @param {number} holdout @returns {Promise<LearningSets>} */
export async function withHoldout({ train, test, title }, holdout) {
  if (holdout <= 0) return { train, validation: null, test, title };
  const [rest, validation] = await train.split(holdout, { seed: splitSeed });
  return { train: rest, validation, test, title };
}

/** What nets must take and tell apart. @param {Choice} choice @returns {Promise<Wanted>} */
async function wantedBy(choice) {
  if (choice.kind === "points") return { input: [1, 1, 2], classes: classesOf(choice.shape).length };
  if (choice.kind === "cifar10") return { input: [32, 32, 3], classes: 10 };
  if (choice.kind === "mnist") return { input: [28, 28, 1], classes: 10 };
  const { size = usual.size, channels = usual.channels } = choice;
  return { input: [size, size, channels], classes: (await collections.open(choice.collection)).classes.length };
}

/** A choice as it was remembered, or the digits where it is none any more. @param {any} choice @returns {Choice} */
function sound(choice) {
  if (choice?.kind === "points" && shapes.includes(choice.shape)) return choice;
  if (choice?.kind === "cifar10" || (choice?.kind === "pictures" && typeof choice.collection === "string")) return choice;
  return { kind: "mnist" };
}

/** Whether its sets are shared by all parts of the page. @param {Choice} choice */
const isShared = ({ kind }) => kind === "mnist" || kind === "cifar10";

/** The preset of that name, if the data is of the same kind and has one, else the first. @param {string | undefined} name
 * @param {boolean} same @param {Wanted} wants */
function presetLike(name, same, wants) {
  const presets = presetsFor(wants);
  return (same && name ? presets[name] : undefined) ?? Object.values(presets)[0] ?? "";
}

/** Changes where the user's pictures do. @param {Choice} choice */
async function stampOf(choice) {
  if (choice.kind !== "pictures") return "";
  const collection = await collections.open(choice.collection);
  return JSON.stringify([collection.classes, collection.items().map(({ key, class: label }) => [key, label])]);
}

export class LearningData {
  #lab;
  /** @type {{ choice: Choice, stamp: string, loaded: Loaded } | null} */
  #read = null;
  /** @type {{ holdout: number, of: Loaded, parts: Dataset[] } | null} What `lab.state.data` was made of, and made for it. */
  #made = null;
  /** @type {Promise<LearningSets> | null} */
  #loading = null;
  /** @type {AbortController | null} */
  #abort = null;
  #choosing = 0;
  /** @type {Dataset[]} Sets that were replaced, and may still be in a training. */
  #old = [];

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
    collections.addEventListener("change", () => this.#refresh());
  }

  /** The user's pictures may have other classes now. */
  async #refresh() {
    const { choice } = this.#lab.state;
    if (choice.kind === "pictures") await this.choose(choice);
  }

  /** Where the net's text and the settings are those that a page begins with, they follow the data.
   * @param {Choice | null} wish null: the visitor has yet to say which */
  async choose(wish) {
    const lab = this.#lab;
    const turn = ++this.#choosing;
    if (!wish) return lab.set({ chosen: false });
    let choice = sound(wish);
    const wants = await wantedBy(choice).catch(() => {
      choice = { kind: "mnist" }; // the pictures are gone
      return wantedBy(choice);
    });
    if (turn !== this.#choosing) return;
    const { text, settings, wants: old, choice: before } = lab.state;
    const other = !sameChoice(choice, before);
    if (other) this.cancel();
    lab.set({ choice, wants, chosen: true, ...(other && { data: null }) });
    const usualBefore = differing(settings, defaultsFor(before.kind)).length === 0;
    if (usualBefore && choice.kind !== before.kind) lab.settle(defaultsFor(choice.kind));
    const preset = Object.entries(presetsFor(old)).find(([, each]) => plain(each) === plain(text))?.[0];
    const follows = text === "" || (preset !== undefined && JSON.stringify(old) !== JSON.stringify(wants));
    if (follows) lab.edit(presetLike(preset, before.kind === choice.kind, wants));
    lab.remember();
  }

  /** @param {number} [holdout] @returns {Promise<LearningSets>} */
  async load(holdout = this.#lab.state.settings.holdout) {
    await this.#loading?.catch(() => {}); // what another asked for may be the same, and one at a time is enough
    this.#loading = this.#load(holdout).finally(() => { this.#loading = null; });
    return this.#loading;
  }

  /** @param {number} holdout */
  async #load(holdout) {
    const lab = this.#lab;
    const { choice } = lab.state;
    const { signal } = (this.#abort = new AbortController());
    try {
      const stamp = await stampOf(choice);
      if (!this.#read || !lab.state.data || !sameChoice(this.#read.choice, choice) || this.#read.stamp !== stamp) {
        const loaded = await load(choice, { signal, onProgress: (loading) => lab.set({ loading }) });
        if (this.#read && !isShared(this.#read.choice)) this.#old.push(this.#read.loaded.train, this.#read.loaded.test);
        this.#read = { choice, stamp, loaded };
      }
      const { loaded } = this.#read;
      if (lab.state.data && this.#made?.of === loaded && this.#made.holdout === holdout) return lab.state.data;
      const data = await withHoldout(loaded, holdout);
      signal.throwIfAborted();
      this.#replace(data);
      this.#made = { of: loaded, holdout, parts: data.validation ? [data.train, data.validation] : [] };
      return data;
    } finally {
      this.#abort = null;
      lab.set({ loading: null });
    }
  }

  /** Frees what nothing learns from any more. @param {LearningSets} data */
  #replace(data) {
    this.#old.push(...(this.#made?.parts ?? []));
    this.#lab.set({ data });
    if (["running", "paused"].includes(this.#lab.state.phase)) return;
    for (const set of this.#old.splice(0)) void set.close().catch(() => {});
  }

  cancel() {
    this.#abort?.abort();
  }

  /** @returns {Promise<import("../../../js/fovea.d.ts").Sample>} */
  async testSample() {
    const { test } = this.#lab.state.data ?? (await this.load());
    return test.sample(Math.floor(Math.random() * test.count));
  }
}
