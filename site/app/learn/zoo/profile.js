// A net as a profile: from left to right its layers with weights and its poolings, as high as their maps, as wide as their
// channels.
import { svg } from "../../shell/dom.js";

/** @import { LayerSummary, Summary } from "../../../../js/fovea.d.ts" */

const height = 150;

/** @param {string} name */
const kindOf = (name) => (
  /^\w*CONV/i.test(name) ? "conv" : /^FC/i.test(name) ? "full" : /POOL|GAP/i.test(name) ? "pool" : "");

/** Layers worth drawing. @param {Summary} summary @returns {(LayerSummary & { kind: string })[]} */
export const drawn = (summary) => (
  summary.layers.map((layer) => ({ ...layer, kind: kindOf(layer.name) })).filter(({ kind }) => kind));

const least = 300; // what a net of few layers is wide, at least

/**
 * Widths of the layers by the logarithm of their channels, heights by the square root of their maps', so that small ones are
 * still seen.
 * @param {Summary} summary
 */
export function profile(summary) {
  const layers = drawn(summary);
  const tallest = summary.input[0] ?? 1;
  const widthOf = (/** @type {number} */ channels) => 2 + 1.3 * Math.log2(channels);
  const channelsOf = (/** @type {LayerSummary} */ layer) => layer.shape.at(-1) ?? 1;
  const all = layers.reduce((sum, layer) => sum + widthOf(channelsOf(layer)) + 2, 0);
  const scale = Math.max(1, Math.min(4, least / all));
  let x = 0;
  const blocks = layers.map((layer) => {
    const h = layer.shape.length === 3 ? layer.shape[0] ?? 1 : 1;
    const tall = Math.max(5, height * Math.sqrt(h / tallest));
    const wide = scale * widthOf(channelsOf(layer));
    const size = { x, y: (height - tall) / 2, width: wide, height: tall };
    const block = svg("rect", { class: layer.kind, rx: 1.5,
      ...Object.fromEntries(Object.entries(size).map(([name, v]) => [name, v.toFixed(1)])) },
    svg("title", {}, document.createTextNode(`${layer.name}  ${layer.shape.join("×")}`)));
    x += wide + 2 * scale;
    return block;
  });
  const viewBox = `-1 -1 ${Math.max(x, 160).toFixed(0)} ${height + 2}`;
  return svg("svg", { class: "profile", role: "img", viewBox, preserveAspectRatio: "xMinYMid meet" }, ...blocks);
}
