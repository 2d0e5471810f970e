// The data that a page can learn from, as data sets of the program.
import { engine } from "../shell/engine.js";
import { t } from "../shell/i18n.js";
import { cifarBatches } from "./cifar10.js";
import { collections } from "./collections.js";
import { DataError } from "./errors.js";
import { dataInfo, fetchData } from "./mnist.js";
import { points } from "./points.js";

/**
 * @import { Dataset, Fovea } from "../../../js/fovea.d.ts"
 * @import { Collection } from "./collection.js"
 * @import { Shape } from "./points.js"
 */

/** @typedef {{ kind: "mnist" }} MnistChoice */
/** @typedef {{ kind: "cifar10" }} CifarChoice the batches that are kept, see keepCifar */
/** @typedef {{ kind: "points", shape: Shape, noise?: number, seed?: number, count?: number }} PointsChoice */
/** `size`: height and width in pixels; `test`: share that does not train. */
/**
 * @typedef {{ kind: "pictures", collection: string, size?: number, channels?: 1 | 3, test?: number,
 *   seed?: number }} PicturesChoice
 */
/** @typedef {MnistChoice | CifarChoice | PointsChoice | PicturesChoice} Choice */

/**
 * "program" and "download" count bytes, "unpack" and "pictures" samples; a total of 0 is not known. Message: data.stage.<stage>.
 */
/** @typedef {{ stage: "program" | "download" | "unpack" | "pictures", done: number, total: number }} LoadStage */

/** @typedef {{ train: Dataset, test: Dataset, title: string }} Loaded */

/** @typedef {{ signal: AbortSignal, say: (stage: LoadStage["stage"]) => (done: number, total: number) => void }} Context */

export const usual = { size: 32, channels: /** @type {1 | 3} */ (3), test: 0.2, seed: 1 };

/** Sets that are large and never change: read once for all parts of a page, and therefore not to be closed.
 * @type {WeakMap<Fovea, Map<string, Promise<{ train: Dataset, test: Dataset }>>>} */
const shared = new WeakMap();

/**
 * Data sets for a choice; starts the program if it does not run. Those of "mnist" and "cifar10" are shared by all who ask: leave
 * them open.
 * @param {Choice} choice
 * @param {{ signal?: AbortSignal, onProgress?: (stage: LoadStage) => void }} [options]
 * @returns {Promise<Loaded>}
 */
export async function load(choice, { signal = new AbortController().signal, onProgress } = {}) {
  /** @type {Context["say"]} */
  const say = (stage) => (done, total) => onProgress?.({ stage, done, total });
  const context = { signal, say };
  const fovea = await started(context);
  signal.throwIfAborted();
  switch (choice.kind) {
    case "mnist": return { ...await once(fovea, "mnist", () => mnist(fovea, context)), title: t("data.kind.mnist") };
    case "cifar10": return { ...await once(fovea, "cifar10", () => cifar10(fovea, context)), title: t("data.kind.cifar10") };
    case "points": return { ...await plane(fovea, choice, context), title: t(`data.shape.${choice.shape}`) };
    case "pictures": return pictures(fovea, choice, context);
  }
}

/** @param {Context} context */
async function started({ say }) {
  const loading = () => say("program")(engine.state.load.loaded, engine.state.load.total);
  engine.addEventListener("change", loading);
  try {
    return await engine.fovea();
  } finally {
    engine.removeEventListener("change", loading);
  }
}

/** @param {Fovea} fovea @param {string} name @param {() => Promise<{ train: Dataset, test: Dataset }>} read */
async function once(fovea, name, read) {
  const sets = shared.get(fovea) ?? new Map();
  shared.set(fovea, sets);
  if (!sets.has(name)) {
    const reading = read();
    reading.catch(() => sets.delete(name));
    sets.set(name, reading);
  }
  return sets.get(name);
}

/** @param {Fovea} fovea @param {Context} context */
async function mnist(fovea, { signal, say }) {
  const bytes = await dataInfo().then((info) => fetchData(info, say("download"), signal)).catch((error) => {
    throw signal.aborted ? error : new DataError("data-download", String(error?.message ?? error), error);
  });
  return fovea.packedDataset(bytes, { signal, onProgress: say("unpack") });
}

/** @param {Fovea} fovea @param {Context} context */
async function cifar10(fovea, { signal, say }) {
  const { train, test } = await cifarBatches();
  const of = (/** @type {{ blob: Blob }[]} */ batches) => (
    fovea.dataset({ cifar10: batches.map(({ blob }) => blob) }, { signal, onProgress: say("unpack") }));
  if (train.length === 0 && test.length === 0) throw new DataError("cifar-none", "");
  if (train.length > 0 && test.length > 0) return { train: await of(train), test: await of(test) };
  return halves(await of([...train, ...test]), 1 / 6, 1);
}

/** @param {Fovea} fovea @param {PointsChoice} choice @param {Context} context */
async function plane(fovea, { shape, noise = 0.05, seed = 1, count = 600 }, { signal }) {
  const part = (/** @type {number} */ n, /** @type {number} */ from) => (
    fovea.dataset(points(shape, { count: n, noise, seed: from }), { signal }));
  return { train: await part(count, seed), test: await part(Math.ceil(count / 3), seed + 0x10000) };
}

/** @param {Fovea} fovea @param {PicturesChoice} choice @param {Context} context @returns {Promise<Loaded>} */
async function pictures(fovea, choice, { signal, say }) {
  const { collection: id, size, channels, test, seed } = { ...usual, ...choice };
  const collection = await collections.open(id);
  const counts = collection.counts();
  if (counts.filter((count) => count > 1).length < 2) {
    throw new DataError("too-few", counts.map((count, i) => `${collection.classes[i]}: ${count}`).join(", "));
  }
  const all = await collection.dataset(fovea, { size, channels, signal, onProgress: say("pictures") });
  return { ...await halvesOf(collection, all, test, seed), title: collection.name };
}

/**
 * A collection's set in what is to be learned from and what is to test with: as its folders say, else a share of each class.
 * @param {Collection} collection @param {Dataset} all of its items @param {number} fraction @param {number} seed
 */
export async function halvesOf(collection, all, fraction, seed) {
  const given = new Set(collection.givenTest());
  if (given.size === 0) return halves(all, fraction, seed);
  const rest = Array.from({ length: all.count }, (_, i) => i).filter((i) => !given.has(i));
  return { train: await all.subset(rest), test: await all.subset([...given]) };
}

/** @param {Dataset} all @param {number} fraction @param {number} seed */
async function halves(all, fraction, seed) {
  const [train, test] = await all.split(fraction, { seed });
  return { train, test };
}
