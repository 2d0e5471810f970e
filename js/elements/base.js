// What the elements share: words, how they say things, errors, and when they let go of what they hold.
import { CameraError } from "./camera.js";
import { english, make, setText, translate } from "./dom.js";
import { asFoveaError } from "./shared.js";
import { sheet } from "./styles.js";
import { Words } from "./words.js";

/** @import { FoveaError } from "../fovea.js" */
/** @import { Messages } from "../elements.d.ts" */

export class FoveaElement extends HTMLElement {
  static observedAttributes = ["lang"];

  words = new Words();
  /** Everything of the element is in it. */
  view = make("div", { part: "view", role: "group" });
  #problem = make("p", { part: "problem", role: "status" });
  #spoken = make("p", { part: "spoken", role: "status" });
  /** @type {Partial<Messages>} */
  #messages = {};
  #language = new MutationObserver(() => void this.#speak());
  #speaking = 0;
  /** What the problem says. @type {FoveaError | null} */
  #error = null;

  /** @param {"classifier" | "trainer"} name the message that names the element for screen readers */
  constructor(name) {
    super();
    this.view.dataset.label = name;
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.view, this.#problem, this.#spoken);
    this.view.hidden = true; // until its words are there
  }

  connectedCallback() {
    this.#upgrade("messages");
    this.#upgrade("net");
    this.#language.observe(document.documentElement, { attributeFilter: ["lang"] });
    void this.#speak();
    this.start();
  }

  /** Moving an element takes it out of the page and puts it in again: only what stays out is released. */
  disconnectedCallback() {
    this.#language.disconnect();
    queueMicrotask(() => {
      if (!this.isConnected) this.release();
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "lang") void this.#speak();
    else this.changed(name);
  }

  /** Texts instead of the element's own. @returns {Partial<Messages>} */
  get messages() { return this.#messages; }
  set messages(messages) {
    this.#messages = messages;
    void this.#speak();
  }

  /** The element is in the page. May be called again after {@link release}, and after a move without it. */
  start() {}

  /** The element is out of the page: frees what it holds. */
  release() {}

  /** An attribute changed in the page. @param {string} _name */
  changed(_name) {}

  /** Shows everything as it now is, in the words there are. */
  update() {}

  /** Takes the words of the element's language, or of the document's. */
  async #speak() {
    const turn = ++this.#speaking;
    const language = /** @type {HTMLElement | null} */ (this.closest("[lang]"))?.lang || document.documentElement.lang || "en";
    const words = await Words.of(language, this.#messages).catch(() => new Words("en", undefined, this.#messages));
    if (turn !== this.#speaking) return;
    this.words = words;
    for (const part of [this.view, this.#problem, this.#spoken]) {
      part.lang = words.language;
      part.dir = words.dir;
    }
    this.view.hidden = false;
    translate(/** @type {ShadowRoot} */ (this.shadowRoot), words);
    this.#showProblem();
    this.update();
  }

  /** Says something to those who do not see the element. @param {string} text */
  say(text) { setText(this.#spoken, text); }

  /** Shows and says an error, and what to do. Giving something up is none. @param {unknown} cause */
  fail(cause) {
    const error = asFoveaError(cause);
    if (error.code === "aborted" || error === this.#error) return;
    this.#error = error;
    this.#showProblem();
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }

  /** Takes the last error back. */
  calm() {
    this.#error = null;
    this.#showProblem();
  }

  /** Does what a user asked for; what goes wrong is said and thrown no further. @param {() => unknown} act */
  async attempt(act) {
    this.calm();
    try {
      await act();
    } catch (error) {
      this.fail(error);
    }
  }

  #showProblem() {
    const error = this.#error;
    this.#problem.replaceChildren();
    if (!error) return;
    const remedy = this.words.remedy(error instanceof CameraError ? error.remedy : error.code);
    this.#problem.append(make("strong", {}, remedy), english(error.message));
  }

  /** A property that was set before the element was defined hides the class's. @param {"messages" | "net"} name */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }
}
