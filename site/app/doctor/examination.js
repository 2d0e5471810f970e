// The examination of a set: what is found, and what is done about it. Fires "change". All of it is kept on this device at once.
import { csv } from "../parts/csv.js";
import { collections } from "../data/collections.js";
import { examined, noteOf } from "./checkup.js";
import { CollectionSubject, PublishedSubject, subjectOf } from "./subjects.js";

/**
 * @import { Undo } from "../data/collection.js"
 * @import { Choice } from "../data/sources.js"
 * @import { Report, Stage } from "./checkup.js"
 * @import { Subject } from "./subjects.js"
 */

/**
 * What a person decided: of a suspect or a picture by its id, of a pair by the pair's.
 * @typedef {{ action: "relabel" | "remove" | "keep", from: number, to: number }} Decision
 */

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
      const partial = await collections.note(noteOf(subject));
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
    this.error = null;
    const at = (/** @type {Stage} */ stage) => (/** @type {number} */ done, /** @type {number} */ total) => {
      if (this.#running !== running) return;
      this.progress = { stage, done, total };
      this.#say();
    };
    at("load")(0, 0);
    try {
      const report = await examined(subject, { signal, at, onFold: (folds) => { this.interrupted = folds; } });
      if (this.#running !== running) return;
      this.report = report;
      if (subject instanceof PublishedSubject) this.#takeUp(subject, report);
      this.#done = [];
      await this.#keep();
      await collections.keepNote(noteOf(subject), undefined);
      this.interrupted = 0;
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
  get poor() {
    const all = new Set([...this.report?.blank ?? [], ...this.report?.tiny ?? []]);
    return [...all].filter((id) => this.subject?.has(id));
  }

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
      const now = decision ? name(decision.to) : "";
      return [subject.name(id), name(given), name(suggested), ...shares, decision?.action ?? "", now];
    });
    const head = ["sample", "label", "suggested", "probability of label", "probability of suggested", "decision", "new label"];
    return new File([csv([head, ...rows])], `${subject.title || subject.key}-labels.csv`, { type: "text/csv" });
  }
}

export const examination = new Examination();
