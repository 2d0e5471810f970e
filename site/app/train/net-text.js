// The net's text: checked while it is written, and made to fit the data.
import { adapt } from "./adapt.js";
import { memoryBudget } from "./memory.js";
import { layOut, plain } from "./presets.js";

/** @import { LabType } from "./lab.js" */

const checkAfter = 250; // ms

export class NetText {
  #lab;
  #timer = 0;
  #check = 0;

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {string} text */
  edit(text) {
    const lab = this.#lab;
    // Laid out anew it is the same net, and a question about it stands.
    const asking = plain(text) === plain(lab.state.text) ? lab.state.asking : null;
    lab.set({ text, checking: true, pointed: null, asking });
    lab.remember();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.check(), checkAfter);
  }

  /** Puts a text into the editor, laid out for its width. @param {string} text */
  show(text) {
    this.edit(layOut(text));
  }

  adapt() {
    this.show(adapt(this.#lab.state.text, this.#lab.state.wants));
  }

  async check() {
    const lab = this.#lab;
    if (!lab.fovea) return;
    const check = ++this.#check;
    const { text, settings: { batch } } = lab.state;
    try {
      const summary = await lab.fovea.describe(text, { batch, memory: memoryBudget().bytes });
      if (check === this.#check) lab.set({ summary, netError: null, checking: false });
    } catch (error) {
      if (check !== this.#check) return;
      lab.set({ netError: /** @type {any} */ (error), checking: false });
      if (/** @type {any} */ (error).code === "worker-lost") lab.problem("page", error);
    }
  }
}
