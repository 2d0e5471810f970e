// The examination of a set: what is found, and what is done about it. Fires "change". All of it is kept on this device at once.
import { csv } from "../parts/csv.js";
import { collections } from "../data/collections.js";
import { engine } from "../shell/engine.js";
import { confident, confusedPairs } from "./confident.js";
import { outOfFold } from "./judge.js";
import { lookAt } from "./look.js";
import { digestOf } from "./sketches.js";
import { CollectionSubject, PublishedSubject, subjectOf } from "./subjects.js";

/**
 * @import { Undo } from "../data/collections.js"
 * @import { Choice } from "../data/sources.js"
 * @import { Confused } from "./confident.js"
 * @import { Subject } from "./subjects.js"
 */

/**
 * A sample whose label is likely wrong; classes are indices.
 * @typedef {{ id: string, given: number, suggested: number, pGiven: number, pSuggested: number }} Suspect
 */

/**
 * Two samples that are the same or nearly.
 * @typedef {{ id: string, a: string, b: string, similarity: number, leak: boolean }} Twin
 */

/**
 * What was found. Lists are cut to what a person would look through; `numTwins` counts all.
 * @typedef {object} Report
 * @property {number} at when, in milliseconds since 1970
 * @property {number} seconds that it took
 * @property {number} count of samples
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

/**
 * What a person decided: of a suspect or a picture by its id, of a pair by the pair's.
 * @typedef {{ action: "relabel" | "remove" | "keep", from: number, to: number }} Decision
 */

/** In the order of their work. @typedef {"load" | "look" | "compare" | "judge"} Stage */

const longest = 500; // of a list
/** @type {Stage[]} */
export const stages = ["load", "look", "compare", "judge"];

class Examination extends EventTarget {
  /** @type {Subject | null} */
  subject = null;
  /** @type {Report | null} */
  report = null;
  /** @type {Map<string, Decision>} */
  decisions = new Map();
  /** @type {{ stage: Stage, done: number, total: number } | null} null while nothing runs */
  progress = null;
  /** Folds that an interrupted examination has behind it. */
  interrupted = 0;
  /** @type {unknown} */
  error = null;
  /** @type {AbortController | null} */
  #running = null;
  /** @type {{ id: string, undo: Undo }[]} */
  #done = [];
  #turn = 0;
  #changed = () => this.#say();

  #say() { this.dispatchEvent(new Event("change")); }

  get #key() { return this.subject?.key ?? ""; }

  /** @param {Choice | null} choice */
  async choose(choice) {
    const turn = ++this.#turn;
    if (choice?.kind === "pictures" && this.subject instanceof CollectionSubject && this.subject.key === choice.collection) {
      this.subject.choice = choice; // its settings count at the next examination
      return;
    }
    this.cancel();
    if (this.subject instanceof CollectionSubject) this.subject.collection.removeEventListener("change", this.#changed);
    Object.assign(this, { subject: null, report: null, decisions: new Map(), interrupted: 0, error: null });
    this.#done = [];
    this.#say();
    if (!choice) return;
    try {
      const subject = await subjectOf(choice);
      const kept = await collections.note(`doctor:${subject.key}`);
      const partial = await collections.note(`doctor-scan:${subject.key}`);
      if (turn !== this.#turn) return;
      this.subject = subject;
      this.report = kept?.report ?? null;
      this.decisions = new Map(kept?.decisions ?? []);
      this.interrupted = partial?.fold ?? 0;
      if (subject instanceof CollectionSubject) subject.collection.addEventListener("change", this.#changed);
      if (subject instanceof PublishedSubject && this.report) this.#takeUp(subject, this.report);
    } catch (error) {
      this.error = error;
    }
    this.#say();
  }

  /** What a report says of a set whose data is not there yet. @param {PublishedSubject} subject @param {Report} report */
  #takeUp(subject, report) {
    subject.classes = report.classes;
    subject.counts = report.perClass;
    for (const { id, given } of report.suspects) subject.remember(id, given);
  }

  /** Examines the set, from where an interrupted examination of the same samples came to. */
  async run() {
    const { subject } = this;
    if (!subject || this.#running) return;
    const running = this.#running = new AbortController();
    const { signal } = running;
    const since = performance.now();
    this.error = null;
    const at = (/** @type {Stage} */ stage) => (/** @type {number} */ done, /** @type {number} */ total) => {
      if (this.#running !== running) return;
      this.progress = { stage, done, total };
      this.#say();
    };
    at("load")(0, 0);
    try {
      const opened = await subject.open({ signal, onProgress: ({ done, total }) => at("load")(done, total) });
      try {
        const { labels, twins, blank, sketches } = await lookAt(opened, { signal, onLook: at("look"), onCompare: at("compare") });
        const fingerprint = digestOf(sketches.flatMap(({ digest }, i) => [digest & 255, labels[i] ?? 0]));
        const note = `doctor-scan:${subject.key}`;
        const partial = await collections.note(note);
        const first = opened.parts[0]?.count ?? 0;
        at("judge")(0, 0);
        const probabilities = await outOfFold(await engine.fovea(), opened.parts, Int32Array.from(labels.slice(0, first)), {
          signal, judged: partial?.fingerprint === fingerprint ? partial : undefined, onProgress: at("judge"),
          onFold: async (judged) => {
            await collections.keepNote(note, { ...judged, fingerprint });
            this.interrupted = judged.fold;
          },
        });
        if (this.#running !== running) return;
        const ids = opened.ids.flat();
        const id = (/** @type {number} */ i) => ids[i] ?? "";
        const { doubts, joint, accuracy } = confident(labels, probabilities, subject.classes.length);
        this.report = {
          at: Date.now(), seconds: (performance.now() - since) / 1000,
          count: labels.length, classes: [...subject.classes], perClass: [...subject.counts], accuracy,
          suspects: doubts.slice(0, longest).map(({ index, ...rest }) => ({ id: id(index), ...rest })),
          twins: twins.slice(0, longest).map(({ a, b, similarity, leak }) => ({ id: `${id(a)}+${id(b)}`, a: id(a), b: id(b), similarity, leak })),
          numTwins: twins.length, numLeaks: twins.filter(({ leak }) => leak).length,
          confused: confusedPairs(joint).slice(0, 20), blank: blank.slice(0, longest).map(id), tiny: subject.tiny().slice(0, longest),
        };
        if (subject instanceof PublishedSubject) this.#takeUp(subject, this.report);
        this.#done = [];
        await this.#keep();
        await collections.keepNote(note, undefined);
        this.interrupted = 0;
      } finally {
        await opened.close().catch(() => {}); // the program is gone, and they with it
      }
    } catch (error) {
      if (this.#running === running && !signal.aborted) this.error = error;
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.progress = null;
        this.#say();
      }
    }
  }

  cancel() {
    this.#running?.abort();
    this.#running = null;
    this.progress = null;
    this.#say();
  }

  // What is found and not yet settled.

  /** Suspects that are still there. */
  get suspects() { return this.report?.suspects.filter(({ id }) => this.subject?.has(id)) ?? []; }

  /** Pairs both of which are still there. */
  get twins() { return this.report?.twins.filter(({ a, b }) => this.subject?.has(a) && this.subject.has(b)) ?? []; }

  /** Blank or tiny pictures that are still there. */
  get poor() { return [...new Set([...this.report?.blank ?? [], ...this.report?.tiny ?? []])].filter((id) => this.subject?.has(id)); }

  /** How many of a list wait for a decision. @param {{ id: string }[]} list */
  open(list) { return list.filter(({ id }) => !this.decisions.has(id)).length; }

  get canUndo() { return this.#done.length > 0; }

  // What is done about it.

  /** @param {string} id @param {number} to */
  relabel(id, to) { return this.#decide(id, "relabel", to, () => this.subject?.relabel(id, to)); }

  /** @param {string} id */
  remove(id) { return this.#decide(id, "remove", this.subject?.label(id) ?? 0, () => this.subject?.remove(id)); }

  /** A suspect's label is right, or the pictures of a pair may stay. @param {string} id */
  keep(id) { return this.#decide(id, "keep", this.subject?.label(id) ?? 0, () => Promise.resolve(async () => {})); }

  /** @param {string} id @param {Decision["action"]} action @param {number} to @param {() => Promise<Undo> | undefined} act */
  async #decide(id, action, to, act) {
    const { subject } = this;
    if (!subject) return;
    const before = this.decisions.get(id);
    const from = before?.from ?? subject.label(id);
    try {
      const undo = await act();
      this.decisions.set(id, { action, from, to });
      this.#done.push({ id, undo: async () => {
        await undo?.();
        if (before) this.decisions.set(id, before);
        else this.decisions.delete(id);
      } });
      await this.#keep();
    } catch (error) {
      this.error = error;
    }
    this.#say();
  }

  /** Takes the last decision back. @returns {Promise<string | null>} of what */
  async undo() {
    const last = this.#done.pop();
    if (!last) return null;
    try {
      await last.undo();
      await this.#keep();
    } catch (error) {
      this.error = error;
    }
    this.#say();
    return last.id;
  }

  #keep() {
    return collections.keepNote(`doctor:${this.#key}`, { report: this.report, decisions: [...this.decisions] });
  }

  /** The suspects and what was decided of them, as a table. */
  table() {
    const { subject } = this;
    if (!subject) return null;
    const name = (/** @type {number} */ i) => this.report?.classes[i] ?? "";
    const rows = (this.report?.suspects ?? []).map(({ id, given, suggested, pGiven, pSuggested }) => {
      const decision = this.decisions.get(id);
      const shares = [pGiven, pSuggested].map((share) => Number(share.toFixed(4)));
      return [subject.name(id), name(given), name(suggested), ...shares, decision?.action ?? "", decision ? name(decision.to) : ""];
    });
    const head = ["sample", "label", "suggested", "probability of label", "probability of suggested", "decision", "new label"];
    return new File([csv([head, ...rows])], `${subject.title || subject.key}-labels.csv`, { type: "text/csv" });
  }
}

export const examination = new Examination();
