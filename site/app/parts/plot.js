// Curves, by uPlot, in the page's colours and language.
import uPlot from "uplot";
import { language, number } from "../shell/i18n.js";
import { colour, themeChanges } from "../shell/fv-preferences.js";

/** A curve. `colour` is a custom property such as "--short"; `dots` marks each point, where
 * they are few; a band needs curves that are not drawn: width 0.
 * @typedef {{ colour: string, width?: number, alpha?: number, dash?: number[], dots?: boolean }} Series */
/** The area between two curves, by their indices in `series`. @typedef {{ upper: number, lower: number, colour: string }} Band */
/** How an axis reads: `format` of its numbers; `range` from the least and the greatest value to the ends; `log` for ten to the
 * power.
 * @typedef {{ format?: (value: number) => string, range?: (least: number, greatest: number) => [number, number],
 *   log?: boolean }} Axis */
/** `hover` gets the place on the x axis under the pointer and each curve's value there, or null when the pointer has left.
 * @typedef {{ series: Series[], bands?: Band[], x?: Axis, y?: Axis, height?: number,
 *   hover?: (at: { x: number, values: (number | null | undefined)[] } | null) => void }} PlotOptions */
/** The points of a curve, x growing. @typedef {{ x: number[], y: (number | null)[] }} Curve */

const usualHeight = 210;
const drawEvery = 150; // ms
const mostDots = 40; // more would hide the curve

/** A plot in `box`, which keeps its size, its theme and its language. The box's own role and label say what is to be seen. */
export class Plot {
  #box;
  #options;
  /** @type {uPlot | null} */
  #plot = null;
  /** @type {Curve[]} */
  #curves = [];
  #timer = 0;
  #observer = new ResizeObserver(() => this.#fit());
  #again = () => this.#rebuild();

  /** @param {HTMLElement} box @param {PlotOptions} options */
  constructor(box, options) {
    this.#box = box;
    this.#options = options;
    box.classList.add("plot");
    box.dir = "ltr"; // time runs from left to right in every language
    this.#observer.observe(box);
    language.addEventListener("change", this.#again);
    themeChanges.addEventListener("change", this.#again);
  }

  /** Other curves, other axes: drawn with the next `draw`. @param {PlotOptions} options */
  describe(options) {
    this.#options = options;
    this.#drop();
  }

  /** Draws one curve a series, at once for the first time and else at most some seven times a second. @param {Curve[]} curves */
  draw(curves) {
    this.#curves = curves;
    if (!this.#plot) this.#show();
    else this.#timer ||= window.setTimeout(() => this.#show(), drawEvery);
  }

  /** Forgets the drawing; afterwards nothing holds the plot any more. */
  close() {
    this.#drop();
    this.#observer.disconnect();
    language.removeEventListener("change", this.#again);
    themeChanges.removeEventListener("change", this.#again);
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#plot?.destroy();
    this.#plot = null;
  }

  #rebuild() {
    this.#drop();
    this.#show();
  }

  /** The box has another size, or is to be seen for the first time. */
  #fit() {
    const width = this.#box.clientWidth;
    if (!this.#plot) this.#show();
    else if (width && width !== this.#plot.width) this.#plot.setSize({ width, height: this.#plot.height });
  }

  #show() {
    this.#timer = 0;
    if (!this.#box.clientWidth || this.#curves.length === 0) return;
    const data = joined(this.#curves);
    if (this.#plot) this.#plot.setData(data);
    else this.#plot = this.#make(data);
  }

  /** @param {uPlot.AlignedData} data */
  #make(data) {
    const { series, bands = [], x = {}, y = {}, height = usualHeight, hover } = this.#options;
    return new uPlot({
      width: this.#box.clientWidth, height, padding: [10, 22, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      hooks: { setCursor: [(plot) => hover?.(valuesAt(plot))] },
      scales: { x: { time: false, ...scaleOf(x) }, y: scaleOf(y) },
      axes: [{ ...axisOf(x), space: 70 }, { ...axisOf(y), size: 52 }],
      series: [{}, ...series.map(seriesOf)],
      bands: bands.map(({ upper, lower, colour: name }) => (
        { series: [upper + 1, lower + 1], fill: `color-mix(in srgb, ${colour(name)} 18%, transparent)` })),
    }, data, this.#box);
  }
}

/** One table of all curves. @param {Curve[]} curves */
function joined(curves) {
  return /** @type {uPlot.AlignedData} */ (uPlot.join(curves.map(({ x, y }) => /** @type {uPlot.AlignedData} */ ([x, y]))));
}

/** What is to be read under the pointer; a curve without a point just there answers with its last one before.
 * @param {uPlot} plot */
function valuesAt(plot) {
  const { idx } = plot.cursor;
  if (idx === null || idx === undefined) return null;
  const values = plot.data.slice(1).map((column) => {
    for (let i = idx; i >= 0; i--) if (column[i] !== null && column[i] !== undefined) return column[i];
    return null;
  });
  return { x: plot.data[0][idx] ?? 0, values };
}

/** @param {Axis} axis @returns {uPlot.Scale} */
function scaleOf({ range, log }) {
  const ends = range && { range: /** @type {uPlot.Range.Function} */ ((_, least, greatest) => range(least ?? 0, greatest ?? 1)) };
  return { ...(log && { distr: 3 }), ...ends };
}

/** @param {Axis} axis @returns {uPlot.Axis} */
function axisOf({ format = (value) => number(value) }) {
  return {
    stroke: colour("--soft"), font: `12px ${colour("--sans")}`, gap: 6,
    grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false },
    values: (_, values) => values.map((value) => (value === null ? "" : format(value))), // a logarithmic axis leaves some out
  };
}

/** @param {Series} series @returns {uPlot.Series} */
function seriesOf({ colour: name, width = 2, alpha = 1, dash, dots = false }) {
  const stroke = colour(name);
  /** @type {uPlot.Series.Points.Show} */
  const few = (plot, i) => (
    Array.from(plot.data[i] ?? []).filter((value) => value !== null && value !== undefined).length <= mostDots);
  const points = dots ? { show: few, size: 9, fill: colour("--sheet"), stroke, width: 2 } : { show: false };
  return { stroke, width, alpha, spanGaps: true, points, ...(dash && { dash }) };
}

/** Each value's mean with its neighbours, so that the course shows through the noise of single batches.
 * @param {number[]} values */
export function smoothed(values) {
  const reach = Math.min(12, Math.floor(values.length / 30));
  return values.map((_, i) => {
    const near = Math.min(reach, i); // as far to both sides, so that nothing lags, but at the end where more follows
    const window = values.slice(i - near, i + near + 1);
    return window.reduce((sum, v) => sum + v, 0) / window.length;
  });
}

/** Where the axis of a loss ends: the first steps may lie above, or they would flatten all that follows.
 * @param {number[]} losses @param {number} [start] what a net has that knows nothing: the logarithm of the number of classes */
export function lossTop(losses, start = 0) {
  const later = greatest(losses.slice(Math.floor(losses.length / 20)));
  return Math.max(0.1, Math.min(greatest(losses), Math.max(start + 0.1, later)) * 1.05);
}

/** @param {number[]} values */
const greatest = (values) => values.reduce((most, value) => (value > most ? value : most), 0);
