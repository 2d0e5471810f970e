// Windows over the pixels of one axis, and how many windows see each pixel of a square picture.
import { svg } from "../../shell/dom.js";
import { outputSize, pixelsOf } from "../window.js";

/** @import { Window } from "../window.js" */

const cell = 22, line = 12; // pixels of the drawing

/**
 * One axis: the pixels, and below them a line a window.
 * @param {SVGElement} drawing @param {number[]} times how many windows see each pixel @param {Window} window
 */
export function axisOf(drawing, times, window) {
  const { padding } = window;
  const all = times.length + 2 * padding, windows = outputSize(times.length, window);
  const pixels = Array.from({ length: all }, (_, i) => {
    const kind = i < padding || i >= times.length + padding ? "pad" : times[i - padding] ? "pixel" : "unseen";
    return svg("rect", { class: kind, x: i * cell + 1, y: 1, width: cell - 2, height: cell - 2, rx: 3 });
  });
  const lines = Array.from({ length: windows }, (_, i) => {
    const taps = pixelsOf(i, window).map((p) => p + padding);
    const y = cell + 10 + i * line;
    const [from = 0, to = 0] = [taps[0], taps.at(-1)];
    return svg("g", {},
      svg("rect", { class: "span", x: from * cell + 1, y: y + 3, width: (to - from + 1) * cell - 2, height: line - 8 }),
      ...taps.map((p) => svg("rect", { class: "tap", x: p * cell + 2, y, width: cell - 4, height: line - 2, rx: 2 })));
  });
  drawing.setAttribute("viewBox", `0 0 ${all * cell} ${cell + 10 + windows * line}`);
  drawing.style.setProperty("--pixels", String(all));
  drawing.replaceChildren(...pixels, ...lines);
}

/**
 * Both axes: the more windows see a pixel, the darker it is.
 * @param {SVGElement} drawing @param {number[]} times how many windows see each pixel along one axis
 */
export function squareOf(drawing, times) {
  const most = Math.max(...times, 1) ** 2;
  const pixel = (/** @type {number} */ r, /** @type {number} */ c, /** @type {number} */ seen) => svg("rect", {
    class: seen ? "pixel" : "unseen", x: c + 0.04, y: r + 0.04, width: 0.92, height: 0.92,
    "fill-opacity": seen ? (0.15 + (0.85 * seen) / most).toFixed(2) : 1 });
  drawing.setAttribute("viewBox", `0 0 ${times.length} ${times.length}`);
  drawing.replaceChildren(...times.flatMap((a, r) => times.map((b, c) => pixel(r, c, a * b))));
}
