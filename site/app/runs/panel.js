// What the panels of a run share: one works only while it is to be seen.
import { showProblem } from "../shell/alert.js";
import { FvElement } from "../shell/dom.js";
import { lab } from "../train/lab.js";

export class Panel extends FvElement {
  #open = false;

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

  /** Brings what is to be seen up to date; called while it is open. */
  show() {}
}
