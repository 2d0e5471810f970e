// The settings of the next training, and their changes.
import { Changes } from "./changes.js";

/** @import { LabType } from "./lab.js" */
/** @import { Settings } from "./settings.js" */

export class Preparing {
  #lab;
  changes = new Changes();

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {Partial<Settings>} some */
  configure(some) {
    const before = this.#lab.state.settings;
    const after = { ...before, ...some };
    this.changes.add(before, after);
    this.#take(after);
  }

  /** @param {Settings} settings */
  settle(settings) {
    this.changes = new Changes();
    this.#take(settings);
  }

  undo() { this.#take(this.changes.undo()); }
  redo() { this.#take(this.changes.redo()); }

  /** @param {Settings | null} settings */
  #take(settings) {
    if (!settings) return;
    const { batch } = this.#lab.state.settings;
    this.#lab.set({ settings });
    this.#lab.remember();
    if (settings.batch !== batch) void this.#lab.checkText(); // another batch takes other memory
  }
}
