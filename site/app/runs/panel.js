// What the panels of a run share: one works only while it is to be seen.
import { showProblem } from "../shell/alert.js";
import { FvElement } from "../shell/dom.js";
import { lab } from "../train/lab.js";

/** @import { Net } from "../../../js/fovea.d.ts" */

export class Panel extends FvElement {
  #open = false;
  #looking = false;
  #timer = 0;

  /** @returns {EventTarget[]} */
  get sources() { return [lab]; }

  get open() { return this.#open; }

  /** Whether its tab is chosen. */
  set open(open) {
    if (open === this.#open) return;
    this.#open = open;
    if (open && this.isConnected) this.show();
  }

  update() {
    if (this.#open) this.show();
  }

  /** Says what went wrong, or with null that it does no more. @param {unknown} error */
  fail(error) {
    showProblem(this, "panel", error);
  }

  /** Whether a look is under way, or the next one is not due. */
  get resting() { return this.#looking || this.#timer !== 0; }

  /**
   * Looks at a net, and shows anew when it is time for the next look. An error is said, unless another net has come.
   * @param {Net} net @param {() => Promise<void>} look @param {(took: number) => number} pause milliseconds until the next look,
   * after one that took so many
   */
  async look(net, look, pause) {
    this.#looking = true;
    const began = performance.now();
    try {
      await look();
    } catch (error) {
      if (net === lab.state.net) this.fail(error);
    } finally {
      this.#looking = false;
    }
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      if (this.open && this.isConnected) this.show();
    }, pause(performance.now() - began));
  }

  /** Brings what is to be seen up to date; called while it is open. */
  show() {}
}
