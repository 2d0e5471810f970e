// A curve of accuracy or loss over the steps of a training: a line for what is learned from, points for what is held out.
import { make, setText, svg } from "./dom.js";

/** @import { Words } from "./words.js" */
/** @typedef {{ step: number, loss: number, accuracy: number }} Point */

/** So many points are drawn at most; neighbours become their mean. */
const maxPoints = 200;

export class Curve {
  #kind;
  #line = svg("polyline", { class: "fit" });
  #checks = svg("g", { class: "check" });
  #svg = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img" }, this.#line, this.#checks);
  #top = make("span", { part: "axis", "aria-hidden": "true" });
  #bottom = make("span", { part: "axis", "aria-hidden": "true" });
  element;

  /** @param {"accuracy" | "loss"} kind */
  constructor(kind) {
    this.#kind = kind;
    this.element = make("figure", { part: `curve ${kind}` },
      make("figcaption", {}, make("span", { text: kind }),
        make("span", { part: "key fit", text: "fit" }), make("span", { part: "key check", text: "check" })),
      make("div", { part: "plot", dir: "ltr" }, this.#top, this.#svg, this.#bottom));
  }

  /** @param {Point[]} training @param {Point[]} checks @param {number} steps of the whole training @param {Words} words */
  show(training, checks, steps, words) {
    const last = checks.at(-1) ?? training.at(-1);
    this.element.hidden = !last;
    if (!last) return;
    const accuracy = this.#kind === "accuracy";
    const points = thinned(training.map((point) => ({ step: point.step, value: point[this.#kind] })));
    // The first steps' losses may lie above, or they would flatten all that follows.
    const later = points.slice(points.length / 10).map(({ value }) => value);
    const most = accuracy ? 1 : 1.05 * Math.max(0.01, ...later, ...checks.map(({ loss }) => loss));
    const place = (/** @type {number} */ step, /** @type {number} */ value) =>
      `${((100 * step) / Math.max(1, steps)).toFixed(2)} ${(100 - 100 * Math.min(1, value / most)).toFixed(2)}`;
    this.#line.setAttribute("points", points.map(({ step, value }) => place(step, value)).join(" "));
    // A line of no length has round ends, and so stays a circle where the drawing is stretched.
    this.#checks.replaceChildren(...checks.map((point) => svg("path", { d: `M${place(point.step, point[this.#kind])}h0` })));
    const format = (/** @type {number} */ value) => (
      accuracy ? words.percent(value) : words.number(value, { maximumSignificantDigits: 2 }));
    setText(this.#top, format(most));
    setText(this.#bottom, format(0));
    const value = format(last[this.#kind]);
    this.#svg.ariaLabel = words.text("chart", { name: words.text(this.#kind), value, steps: last.step });
  }
}

/** @param {{ step: number, value: number }[]} points */
function thinned(points) {
  const each = Math.ceil(points.length / maxPoints);
  if (each < 2) return points;
  return Array.from({ length: Math.ceil(points.length / each) }, (_, i) => {
    const part = points.slice(i * each, (i + 1) * each);
    return { step: part.at(-1)?.step ?? 0, value: part.reduce((sum, { value }) => sum + value, 0) / part.length };
  });
}
