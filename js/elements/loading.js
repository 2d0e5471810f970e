// Loading a model: how far it is, a button to give it up, and one to try again.
import { make, setText } from "./dom.js";
import { sharedFovea } from "./shared.js";
import { Words } from "./words.js";

/** @import { Fovea, LoadProgress } from "../fovea.js" */
/** @typedef {{ phase: "start" | LoadProgress["phase"], loadedBytes: number, totalBytes: number | undefined }} Progress */

export class Loading {
  #text = make("span", { part: "loading-text" });
  #bar = make("progress", { part: "progress", label: "progress", max: 1 });
  #cancel = make("button", { type: "button", part: "button cancel", text: "cancel", click: () => this.cancel() });
  #again;
  #abort = new AbortController();
  /** null: there is nothing to load, or it is loaded. @type {Progress | "failed" | null} */
  #state = null;
  #words = new Words();
  element;

  /** @param {() => void} onAgain */
  constructor(onAgain) {
    this.#again = make("button", { type: "button", part: "button again", text: "again", click: onAgain });
    this.element = make("div", { part: "loading", hidden: true }, this.#text, this.#bar, this.#cancel, this.#again);
  }

  /**
   * Starts Fovea where it is not yet, then does what needs it.
   * @template T
   * @param {(fovea: Fovea, options: { signal: AbortSignal, onProgress: (progress: Progress) => void }) => Promise<T>} act
   */
  async run(act) {
    this.forget();
    const abort = this.#abort;
    const { signal } = abort;
    const show = (/** @type {Progress | "failed" | null} */ state) => {
      if (this.#abort === abort) this.#show(state);
    };
    show({ phase: "start", loadedBytes: 0, totalBytes: undefined });
    try {
      const fovea = await sharedFovea({
        signal, onProgress: (loadedBytes, totalBytes) => show({ phase: "start", loadedBytes, totalBytes }) });
      const result = await act(fovea, { signal, onProgress: show });
      show(null);
      return result;
    } catch (error) {
      show("failed");
      throw error;
    }
  }

  cancel() { this.#abort.abort(); }

  /** Gives up what runs, and shows nothing any more. */
  forget() {
    this.cancel();
    this.#abort = new AbortController();
    this.#show(null);
  }

  /** @param {Words} words */
  update(words) {
    this.#words = words;
    this.#show(this.#state);
  }

  /** @param {Progress | "failed" | null} state */
  #show(state) {
    const focused = this.#cancel.matches(":focus");
    const runs = state !== null && state !== "failed";
    this.#state = state;
    this.element.hidden = state === null;
    this.#text.hidden = this.#bar.hidden = this.#cancel.hidden = !runs;
    this.#again.hidden = state !== "failed";
    if (focused && state === "failed") this.#again.focus();
    if (!runs) return;
    const { phase, loadedBytes, totalBytes } = state;
    if (totalBytes && phase !== "open") this.#bar.value = loadedBytes / totalBytes;
    else this.#bar.removeAttribute("value");
    const values = { done: this.#words.bytes(loadedBytes), total: this.#words.bytes(totalBytes ?? 0) };
    const downloads = this.#words.text(totalBytes ? "downloadingOf" : "downloading", values);
    setText(this.#text, phase === "download" ? downloads : this.#words.text(phase === "start" ? "starting" : "opening"));
  }
}
