// Changes of the settings, to be taken back and made again.

/** @import { Settings } from "./settings.js" */

/** What changed: `names` of settings such as "batch" or "augment.shift".
 * @typedef {{ names: string[], before: Settings, after: Settings, time: number }} Change */

/** Changes of one setting within this time, as letters are typed or a slider is moved, are one. */
const together = 1500; // ms
const mostKept = 100;

/** @param {Settings} settings @param {string} name */
export function settingOf(settings, name) {
  const [first = "", second] = name.split(".");
  const value = /** @type {any} */ (settings)[first];
  return second === undefined ? value : value[second];
}

/** Which settings differ. @param {Settings} a @param {Settings} b */
export function differing(a, b) {
  const names = Object.keys(a).filter((name) => name !== "augment");
  const all = [...names, ...Object.keys(a.augment).map((name) => `augment.${name}`)];
  return all.filter((name) => settingOf(a, name) !== settingOf(b, name));
}

export class Changes {
  /** @type {Change[]} The oldest first. */
  done = [];
  /** @type {Change[]} What was taken back, the newest first. */
  undone = [];

  /** @param {Settings} before @param {Settings} after @param {number} [time] in ms */
  add(before, after, time = performance.now()) {
    const names = differing(before, after);
    if (names.length === 0) return;
    this.undone = [];
    const last = this.done.at(-1);
    if (!last || names.length > 1 || last.names.join() !== names.join() || time - last.time > together) {
      this.done = [...this.done, { names, before, after, time }].slice(-mostKept);
      return;
    }
    this.done = this.done.slice(0, -1);
    if (differing(last.before, after).length > 0) this.done.push({ ...last, after, time });
  }

  /** The latest change is over: the next one is another, however soon it comes. */
  end() {
    this.done = this.done.map((change) => ({ ...change, time: -Infinity }));
  }

  /** The settings before the latest change, or null where there is none. */
  undo() {
    const change = this.done.at(-1);
    if (!change) return null;
    this.done = this.done.slice(0, -1);
    this.undone = [change, ...this.undone];
    return change.before;
  }

  /** The settings after the change taken back last, or null. */
  redo() {
    const [change, ...rest] = this.undone;
    if (!change) return null;
    this.undone = rest;
    this.done = [...this.done, { ...change, time: -Infinity }];
    return change.after;
  }
}
