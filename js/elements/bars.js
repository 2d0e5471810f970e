// The most probable classes, as a list with bars.
import { make, setText } from "./dom.js";

/** @import { Classification } from "../fovea.js" */
/** @import { Words } from "./words.js" */

export class Bars {
  element = make("ol", { part: "results", label: "results" });

  /** @param {Classification | null} result @param {Words} words */
  show(result, words) {
    const list = this.element;
    list.hidden = !result;
    while (list.children.length > (result?.length ?? 0)) list.lastElementChild?.remove();
    result?.forEach(({ label, probability }, i) => {
      const row = list.children[i] ?? list.appendChild(emptyRow());
      const [name, share, bar] = /** @type {[HTMLElement, HTMLElement, HTMLElement]} */ ([...row.children]);
      setText(name, label);
      setText(share, words.percent(probability, 1));
      /** @type {HTMLElement} */ (bar.firstElementChild).style.inlineSize = `${100 * probability}%`;
    });
  }
}

function emptyRow() {
  const bar = make("span", { part: "bar", "aria-hidden": "true" }, make("i"));
  return make("li", { part: "result" }, make("bdi", { part: "label" }), make("span", { part: "share" }), bar);
}
