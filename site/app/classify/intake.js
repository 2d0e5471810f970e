// Where everything comes in that is to be looked at: one picture goes to the desk, more go to the many. Fires "change", and
// "model" with the files where a model is among them.
import { desk, subjectOf } from "./desk.js";
import { entered } from "../parts/entries.js";
import { addressIn, fetchPicture, isModel, isPicture } from "./incoming.js";
import { many } from "./many.js";

/** @import { Subject } from "./desk.js" */

class Intake extends EventTarget {
  state = {
    /** Whether a picture is on its way. */
    coming: false,
    /** How many files of a folder were found so far. */
    found: 0,
  };

  /** @type {AbortController | null} */
  #coming = null;

  /** Shows a picture that has to be brought first; what was on its way before is given up.
   * @param {(signal: AbortSignal) => Promise<Subject>} bring */
  async look(bring) {
    this.#coming?.abort();
    const coming = this.#coming = new AbortController();
    this.#set({ coming: true });
    try {
      const subject = await bring(coming.signal);
      if (this.#coming === coming) desk.show(subject);
      else subject.bitmap?.close();
    } catch (error) {
      if (this.#coming === coming) desk.fail(error);
    }
    if (this.#coming === coming) this.stop();
  }

  /** Gives up what is on its way. */
  stop() {
    this.#coming?.abort();
    this.#coming = null;
    this.#set({ coming: false });
  }

  /** @param {string} address */
  fetch(address) {
    return this.look(async (signal) => {
      const { blob, name } = await fetchPicture(address, signal);
      return subjectOf(blob, name);
    });
  }

  /** What was dropped or pasted. @param {DataTransfer} transfer */
  async receive(transfer) {
    const address = addressIn(transfer); // before anything is waited for: then it is empty
    try {
      const { found, folder } = await entered(transfer, (files) => this.#set({ found: files }));
      if (found.length > 0) this.take(found.map(({ file }) => file), folder);
      else if (address) await this.fetch(address);
    } catch (error) {
      desk.fail({ code: "picture-file", message: String(error) });
    }
    this.#set({ found: 0 });
  }

  /** @param {File[]} files @param {boolean} [folder] */
  take(files, folder = files.some(({ webkitRelativePath }) => webkitRelativePath)) {
    if (!folder && files.some(isModel)) {
      this.dispatchEvent(new CustomEvent("model", { detail: files }));
      return;
    }
    const pictures = folder || files.length > 1 ? files.filter(isPicture) : files;
    const [first] = pictures;
    if (pictures.length > 1 || (first && folder)) many.add(pictures, files.length - pictures.length);
    else if (first) void this.look(() => subjectOf(first, first.name));
    else if (files.length > 0) desk.fail({ code: "picture-none", message: files.slice(0, 3).map(({ name }) => name).join(", ") });
  }

  /** @param {Partial<Intake["state"]>} changes */
  #set(changes) {
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }
}

export const intake = new Intake();
