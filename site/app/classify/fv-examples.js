// Pictures to begin with, each a button.
import { FvElement, define, make } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { subjectOf } from "./desk.js";
import { examples } from "./examples.js";
import { intake } from "./intake.js";
import { className } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";

/** @import { Example } from "./examples.js" */

/** Drawings take some milliseconds each: one after the other, while nothing else is to be done. */
const later = globalThis.requestIdleCallback ?? setTimeout;

class FvExamples extends FvElement {
  get sources() { return [nets]; }

  build() {
    this.append(make("p", "label"), make("div", "row", ...examples.map((example) => this.#button(example))));
    /** @type {HTMLElement} */ (this.firstElementChild).dataset.i18n = "index.examples";
  }

  /** @param {Example} example */
  #button({ id, net, label, blob }) {
    const button = make("button", "example");
    button.type = "button";
    button.dataset.testid = `example-${id}`;
    button.addEventListener("click", () => intake.look(async () => (
      { ...await subjectOf(await blob(), className(label, net)), suits: net, answer: label })));
    later(async () => {
      const image = make("img");
      image.alt = "";
      image.src = URL.createObjectURL(await blob());
      button.append(image);
    });
    return button;
  }

  update() {
    const { wanted, choices } = nets.state;
    const chosen = choices.some(({ id }) => id === wanted) ? wanted : "auto";
    examples.forEach(({ net, label }, i) => {
      const button = /** @type {HTMLElement} */ (this.querySelectorAll("button")[i]);
      button.hidden = chosen !== "auto" && chosen !== net; // the others know nothing of it
      button.setAttribute("aria-label", t("index.example", { label: className(label, net) }));
    });
    this.hidden = ![...this.querySelectorAll("button")].some(({ hidden }) => !hidden);
  }
}

define("fv-examples", FvExamples);
