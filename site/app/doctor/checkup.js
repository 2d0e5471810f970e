// One examination of a set, from reading it to the report.
import { collections } from "../data/collections.js";
import { nets } from "../parts/nets.js";
import { engine } from "../shell/engine.js";
import { confident, confusedPairs } from "./confident.js";
import { lookThrough, vectorSets } from "./features.js";
import { outOfFold } from "./judge.js";
import { lookAt, twinsOf } from "./look.js";
import { layerToCompare, mostPrints, Prints } from "./prints.js";
import { digestOf } from "./sketches.js";

/**
 * @import { Confused } from "./confident.js"
 * @import { Looked, Twins } from "./look.js"
 * @import { By, Opened, Subject } from "./subjects.js"
 */

/**
 * A sample whose label is likely wrong; classes are indices.
 * @typedef {{ id: string, given: number, suggested: number, pGiven: number, pSuggested: number }} Suspect
 */

/**
 * Two samples that are the same or nearly, by their pixels or to the network.
 * @typedef {{ id: string, a: string, b: string, similarity: number, leak: boolean, by?: By }} Twin
 */

/**
 * What was found. Lists are cut to what a person would look through; `numTwins` counts all.
 * @typedef {object} Report
 * @property {number} at when, in milliseconds since 1970
 * @property {number} seconds that it took
 * @property {number} count of samples
 * @property {By} [by] by what labels were judged; missing in reports of earlier versions, which knew pixels only
 * @property {boolean} [unreachable] whether it was pixels because the network could not be loaded
 * @property {boolean} [printed] whether a network compared the pictures, too
 * @property {string[]} classes
 * @property {number[]} perClass
 * @property {number} accuracy of the nets on samples they had not seen
 * @property {Suspect[]} suspects
 * @property {Twin[]} twins
 * @property {number} numTwins
 * @property {number} numLeaks
 * @property {Confused[]} confused
 * @property {string[]} blank
 * @property {string[]} tiny
 */

/** In the order of their work; "see" is what a network sees, where one looks.
 * @typedef {"load" | "look" | "see" | "compare" | "judge"} Stage */

/** @typedef {(stage: Stage) => (done: number, total: number) => void} Say */

/** @type {Stage[]} */
export const stages = ["load", "look", "see", "compare", "judge"];

const longest = 500; // of a list

/** The network of the site for photographs. */
const network = "cifar10";

/** The note that keeps what an interrupted examination came to. @param {Subject} subject */
export const noteOf = ({ key }) => `doctor-scan:${key}`;

/**
 * Examines a set, from where an interrupted examination of the same samples came to.
 * @param {Subject} subject
 * @param {{ signal: AbortSignal, at: Say, onFold: (folds: number) => void }} options `onFold` hears how many folds are through
 * and kept
 * @returns {Promise<Report>}
 */
export async function examined(subject, { signal, at, onFold }) {
  const since = performance.now();
  const opened = await subject.open({ signal, onProgress: ({ done, total }) => at("load")(done, total) });
  try {
    const looked = await lookAt(opened, { signal, onProgress: at("look") });
    const seen = subject.by === "features" ? await seenBy(opened, looked, { signal, onProgress: at("see") }) : null;
    try {
      const twins = await twinsOf(looked, seen?.prints ?? null, { signal, onProgress: at("compare") });
      at("judge")(0, 0);
      const by = seen ? "features" : "pixels";
      const found = await judged(subject, seen?.vectors ?? opened.parts, looked, by, { signal, onProgress: at("judge"), onFold });
      return {
        at: Date.now(), seconds: (performance.now() - since) / 1000, by, unreachable: subject.by !== by, printed: !!seen?.prints,
        ...reportOf(subject, opened.ids.flat(), looked, twins, found),
      };
    } finally {
      await Promise.all((seen?.vectors ?? []).map((set) => set.close()));
    }
  } finally {
    await opened.close().catch(() => {}); // the program is gone, and they with it
  }
}

/**
 * What the network makes of the pictures: vectors to learn from, and prints to compare, unless there are too many for that. Null
 * where it cannot be loaded: then pixels have to do.
 * @param {Opened} opened @param {Looked} looked
 * @param {{ signal: AbortSignal, onProgress: (done: number, total: number) => void }} options
 */
async function seenBy(opened, { labels }, { signal, onProgress }) {
  onProgress(0, 0);
  const net = await nets.get(network).catch((error) => {
    if (error?.code === "network") return null;
    throw error;
  });
  signal.throwIfAborted();
  if (!net) return null;
  const parts = await opened.takenBy(net, signal);
  const comparing = layerToCompare(net);
  const prints = comparing && labels.length <= mostPrints ? new Prints() : null;
  /** @type {Float32Array[]} */
  const vectors = [];
  const lookers = [{ take: (/** @type {Float32Array} */ features) => { vectors.push(features.slice()); } }];
  const comparers = prints ? [{ layer: comparing, take: (/** @type {Float32Array} */ seen) => prints.add(seen) }] : [];
  await lookThrough(net, parts, [...lookers, ...comparers], { signal, onProgress });
  return { prints, vectors: await vectorSets(await engine.fovea(), parts, vectors, labels, signal) };
}

/**
 * Which labels are in doubt.
 * @param {Subject} subject @param {import("../../../js/fovea.d.ts").Dataset[]} parts @param {Looked} looked @param {By} by
 * @param {{ signal: AbortSignal, onProgress: (done: number, total: number) => void, onFold: (folds: number) => void }} options
 */
async function judged(subject, parts, { labels, sketches }, by, { signal, onProgress, onFold }) {
  const note = noteOf(subject);
  const fingerprint = `${by} ${digestOf(sketches.flatMap(({ digest }, i) => [digest & 255, labels[i] ?? 0]))}`;
  const partial = await collections.note(note);
  const probabilities = await outOfFold(await engine.fovea(), parts, Int32Array.from(labels.slice(0, parts[0]?.count ?? 0)), {
    signal, judged: partial?.fingerprint === fingerprint ? partial : undefined, onProgress,
    onFold: async (half) => {
      await collections.keepNote(note, { ...half, fingerprint });
      onFold(half.fold);
    },
  });
  return confident(labels, probabilities, subject.classes.length);
}

/**
 * @param {Subject} subject @param {string[]} ids @param {Looked} looked @param {Twins[]} twins
 * @param {ReturnType<typeof confident>} found
 */
function reportOf(subject, ids, { labels, blank }, twins, { doubts, joint, accuracy }) {
  const id = (/** @type {number} */ i) => ids[i] ?? "";
  return {
    count: labels.length, classes: [...subject.classes], perClass: [...subject.counts], accuracy,
    suspects: doubts.slice(0, longest).map(({ index, ...rest }) => ({ id: id(index), ...rest })),
    twins: twins.slice(0, longest).map(({ a, b, ...rest }) => ({ id: `${id(a)}+${id(b)}`, a: id(a), b: id(b), ...rest })),
    numTwins: twins.length, numLeaks: twins.filter(({ leak }) => leak).length,
    confused: confusedPairs(joint).slice(0, 20), blank: blank.slice(0, longest).map(id), tiny: subject.tiny().slice(0, longest),
  };
}
