// What a training gave: how well the net does, a place to try it, and its files.
import { FoveaClassifier } from "./classifier.js";
import { make, offer, setText } from "./dom.js";
import { Words } from "./words.js";

/** @import { Net } from "../fovea.js" */
/** @import { Messages } from "../elements.d.ts" */
/** @import { Learned } from "./lesson.js" */

/** The parts of the classifier that a page can style through the trainer. */
const parts = "stage, side, actions, button, picture, video, results, result, label, share, bar, note, hint, problem";

export class Outcome {
  /** @type {Learned | null} */
  #learned = null;
  #keptAs = "";
  #words = new Words();
  #text = make("p", { part: "outcome", role: "status" });
  #try = /** @type {FoveaClassifier} */ (document.createElement("fovea-classifier"));
  #downloads;
  #rest;
  element;

  /** @param {(act: () => unknown) => void} attempt does what may go wrong */
  constructor(attempt) {
    this.#try.setAttribute("camera", "");
    this.#try.setAttribute("part", "classifier");
    this.#try.setAttribute("exportparts", parts);
    this.#downloads = /** @type {const} */ (["safetensors", "onnx"]).map((format) => ({ format,
      button: make("button", { type: "button", part: "button download", click: () => attempt(() => this.#download(format)) }) }));
    this.#rest = make("div", { part: "after", hidden: true }, make("p", { text: "try", part: "title" }), this.#try,
      make("div", { part: "actions" }, ...this.#downloads.map(({ button }) => button)));
    this.element = make("div", { part: "ending" }, this.#text, this.#rest);
  }

  get learned() { return this.#learned; }

  /** @param {Learned} learned */
  show(learned) {
    this.forget();
    this.#learned = learned;
    this.#try.net = learned.net;
    this.update(this.#words, this.#try.messages);
  }

  /** The net lies in the browser's storage. @param {string} name */
  kept(name) {
    this.#keptAs = name;
    this.update(this.#words, this.#try.messages);
  }

  /** Closes the net. */
  forget() {
    this.#try.net = null;
    void this.#learned?.net.close();
    this.#learned = null;
    this.#keptAs = "";
    this.update(this.#words, this.#try.messages);
  }

  /** @param {Words} words @param {Partial<Messages>} messages */
  update(words, messages) {
    this.#words = words;
    this.#try.lang = words.language;
    if (this.#try.messages !== messages) this.#try.messages = messages;
    for (const { format, button } of this.#downloads) {
      setText(button, words.text("download", { format: format === "onnx" ? "ONNX" : format }));
    }
    this.#rest.hidden = !this.#learned;
    setText(this.#text, this.#learned ? this.#said(this.#learned) : "");
  }

  /** @param {Learned} learned */
  #said({ evaluation: { accuracy, count }, skipped, stopped }) {
    const words = this.#words;
    return [
      stopped ? words.text("stopped") : "",
      words.text("result", { share: words.percent(accuracy), count }),
      skipped > 0 ? words.text("skipped", { count: skipped }) : "",
      this.#keptAs ? words.text("kept", { name: this.#keptAs }) : "",
    ].filter(Boolean).join(" ");
  }

  /** @param {"safetensors" | "onnx"} format */
  async #download(format) {
    if (this.#learned) offer(await this.#learned.net.toBlob(format), `${this.#keptAs || "net"}.${format}`);
  }
}
