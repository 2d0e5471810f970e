// Receptive fields on the picture: that of a layer's output and, within, those of the layers before it around the same place.
import { svg } from "../../shell/dom.js";
import { spanOf } from "./fields.js";

/** @import { Fields } from "./fields.js" */

const shownSize = 320; // about what the drawing takes on the screen, in pixels
const mostLines = 64; // pixels of a picture whose grid is drawn

/**
 * @param {SVGElement} drawing
 * @param {Fields} fields
 * @param {number} layer
 * @param {{ row: number, column: number }} place of one of the layer's outputs
 */
export function drawFields(drawing, { rows, size }, layer, place) {
  const row = rows[layer];
  // What lies in the padding is to be seen, but not if it is larger than the picture.
  const edge = row ? Math.max(0, -row.start, row.start + (row.height - 1) * row.stride + row.field - size) : 0;
  const margin = Math.min(edge, size / 2) + size * 0.03;
  const line = (size + 2 * margin) / shownSize;
  drawing.setAttribute("viewBox", `${-margin} ${-margin} ${size + 2 * margin} ${size + 2 * margin}`);
  const sheet = svg("rect", { class: "sheet", x: 0, y: 0, width: size, height: size, "stroke-width": line });
  const middle = (/** @type {number} */ index) => (row ? (spanOf(row, index).from + spanOf(row, index).to) / 2 : 0);
  const [x, y] = [middle(place.column), middle(place.row)];
  const squares = rows.slice(0, layer + 1).map(({ field }, i) => svg("rect", {
    class: i === layer ? "seen chosen" : "seen", x: x - field / 2, y: y - field / 2, width: field, height: field,
    "stroke-width": line * (i === layer ? 2.5 : 1) }));
  drawing.replaceChildren(sheet, ...(size > mostLines ? [] : [grid(size, line / 2)]), ...squares.reverse());
}

/** The borders of the pixels. @param {number} size @param {number} width of the lines */
function grid(size, width) {
  const lines = Array.from({ length: size - 1 }, (_, i) => `M${i + 1} 0V${size}M0 ${i + 1}H${size}`);
  return svg("path", { class: "lines", d: lines.join(""), "stroke-width": width });
}
