// Curves of several runs over each other: accuracy and loss side by side, with what belongs to which colour below.
import { make, setText } from "../shell/dom.js";
import { number, percent, t } from "../shell/i18n.js";
import { lossTop, Plot, smoothed } from "../parts/plot.js";

/** @import { Curve, Band } from "./statistics.js" */

/** One run, or several that differ in their seed: then `band` gives the mean of the examinations and one deviation around it.
 * @typedef {{ name: string, colour: string, dash?: number[], training?: Curve, validation: Curve,
 *   band?: { accuracy: Band, loss: Band } }} Line */

const kinds = /** @type {const} */ (["accuracy", "loss"]);

/** What tells lines apart, in the order they are taken; dashes help those who see no colours. */
export const styles = [
  { colour: "--short", dash: [] }, { colour: "--long", dash: [] }, { colour: "--medium", dash: [] },
  { colour: "--short", dash: [8, 5] }, { colour: "--long", dash: [8, 5] }, { colour: "--medium", dash: [8, 5] },
];

export class Overlay {
  #boxes;
  #legend = make("ul", "legend runs-legend");
  /** @type {Plot[]} */
  #plots = [];
  #kind = "";
  /** @type {number[]} */
  #losses = [];

  /** @param {HTMLElement} host a grid for two charts */
  constructor(host) {
    this.#boxes = kinds.map((kind) => {
      const box = make("div");
      box.setAttribute("role", "img");
      box.dataset.testid = `overlay-${kind}`;
      const title = make("h3");
      title.dataset.i18n = `runs.chart.${kind}`;
      host.append(make("figure", "", title, box));
      return box;
    });
    host.after(this.#legend);
    this.#legend.dataset.testid = "overlay-legend";
  }

  /** @param {Line[]} lines */
  draw(lines) {
    const shape = JSON.stringify(lines.map(({ colour, dash, training, band }) => [colour, dash, !!training, !!band]));
    const parts = kinds.map((kind) => lines.map((line) => partsOf(line, kind)));
    this.#losses = lines.flatMap(({ training, validation }) => [...training ? smoothed(training.loss) : [], ...validation.loss]);
    for (const [i, kind] of kinds.entries()) {
      const box = /** @type {HTMLElement} */ (this.#boxes[i]);
      const of = parts[i] ?? [];
      const series = of.flatMap((part) => part.series);
      const bands = of.flatMap((part, n) => {
        const before = of.slice(0, n).reduce((sum, { series: s }) => sum + s.length, 0);
        const upper = before + part.series.length - 1;
        return part.band ? [{ upper, lower: upper - 1, colour: lines[n]?.colour ?? "" }] : [];
      });
      const options = {
        series, bands,
        y: {
          range: () => /** @type {[number, number]} */ ([0, kind === "accuracy" ? 1 : lossTop(this.#losses)]),
          format: (/** @type {number} */ value) => (kind === "accuracy" ? percent(value, 0) : number(value)),
        },
      };
      const plot = (this.#plots[i] ??= new Plot(box, options));
      if (shape !== this.#kind) plot.describe(options);
      const said = lines.map((line) => `${line.name} ${lastOf(line, kind)}`).join("; ");
      box.setAttribute("aria-label", t(`runs.chart.${kind}.label`, { lines: said }));
      plot.draw(of.flatMap((part) => part.curves));
    }
    this.#kind = shape;
    this.#name(lines);
  }

  /** @param {Line[]} lines */
  #name(lines) {
    while (this.#legend.children.length > lines.length) this.#legend.lastElementChild?.remove();
    while (this.#legend.children.length < lines.length) {
      this.#legend.append(make("li", "", make("i"), make("bdi"), " ", make("b")));
    }
    for (const [i, line] of lines.entries()) {
      const [mark, name, value] = /** @type {HTMLElement[]} */ (Array.from(this.#legend.children[i]?.children ?? []));
      if (!mark || !name || !value) continue;
      mark.style.setProperty("--colour", `var(${line.colour})`);
      mark.classList.toggle("dashed", (line.dash?.length ?? 0) > 0);
      setText(name, line.name);
      setText(value, lastOf(line, "accuracy"));
    }
  }
}

/** @param {Line} line @param {"accuracy" | "loss"} kind */
function lastOf({ validation, training }, kind) {
  const last = validation[kind].at(-1) ?? training?.[kind].at(-1);
  if (last === undefined) return "";
  return kind === "accuracy" ? percent(last) : number(last, { maximumSignificantDigits: 3 });
}

/** The curves of one line in one chart: its steps thin, its examinations strong; a band's edges last, and not drawn.
 * @param {Line} line @param {"accuracy" | "loss"} kind */
function partsOf({ colour, dash, training, validation, band }, kind) {
  const style = { colour, ...(dash?.length && { dash }) };
  const around = band?.[kind];
  const curves = [
    ...(training ? [{ x: training.step, y: smoothed(training[kind]) }] : []),
    around ? { x: around.step, y: around.mean } : { x: validation.step, y: validation[kind] },
    ...(around ? [{ x: around.step, y: around.low }, { x: around.step, y: around.high }] : []),
  ];
  const series = [
    ...(training ? [{ ...style, width: 1, alpha: 0.55 }] : []),
    { ...style, dots: (around ? around.step : validation.step).length <= 30 },
    ...(around ? [{ colour, width: 0 }, { colour, width: 0 }] : []),
  ];
  return { curves, series, band: !!around };
}
