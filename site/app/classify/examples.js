// Pictures to begin with: digits of MNIST's test set, and scenes drawn here.
import { digits } from "./digits.js";

/** `label`: the right answer. `net`: the network of the site that it is meant for.
 * @typedef {{ id: string, net: "mnist" | "cifar10", label: string, blob: () => Promise<Blob> }} Example */

const side = 256;

/** @type {Example[]} */
export const examples = [
  ...digits.map(({ label, png }) => (
    { id: `digit-${label}`, net: /** @type {const} */ ("mnist"), label, blob: async () => pngOf(png) })),
  { id: "ship", net: "cifar10", label: "ship", blob: () => drawn(ship) },
  { id: "airplane", net: "cifar10", label: "airplane", blob: () => drawn(airplane) },
];

/** @param {string} base64 */
function pngOf(base64) {
  return new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: "image/png" });
}

/** @param {(context: CanvasRenderingContext2D) => void} draw @returns {Promise<Blob>} */
async function drawn(draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  if (context) draw(context);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the canvas gives no picture"))));
  });
}

/** @param {CanvasRenderingContext2D} context @param {number} from @param {number} to @param {string} top
 * @param {string} bottom */
function sheet(context, from, to, top, bottom) {
  const gradient = context.createLinearGradient(0, from, 0, to);
  gradient.addColorStop(0, top);
  gradient.addColorStop(1, bottom);
  context.fillStyle = gradient;
  context.fillRect(0, from, side, to - from);
}

/** @param {CanvasRenderingContext2D} context @param {string} colour @param {number[][]} points */
function shape(context, colour, points) {
  context.fillStyle = colour;
  context.beginPath();
  for (const [x = 0, y = 0] of points) context.lineTo(x, y);
  context.fill();
}

/** A freighter on the sea. @param {CanvasRenderingContext2D} context */
function ship(context) {
  sheet(context, 0, 150, "#9db8d0", "#dbe4ea");
  sheet(context, 150, side, "#3f6784", "#1f3f58");
  shape(context, "#2b3038", [[14, 138], [242, 132], [222, 172], [36, 174]]);
  shape(context, "#8c2f24", [[32, 164], [226, 160], [220, 174], [38, 176]]);
  shape(context, "#eceff0", [[44, 138], [44, 88], [92, 86], [94, 137]]);
  shape(context, "#c9d0d3", [[52, 88], [52, 70], [80, 70], [80, 87]]);
  shape(context, "#b5542f", [[60, 70], [60, 48], [74, 48], [74, 70]]);
  for (const [x, colour] of /** @type {[number, string][]} */ ([[104, "#a8563a"], [138, "#5c7d8f"], [172, "#c2a04e"]])) {
    shape(context, colour, [[x, 136], [x, 112], [x + 30, 111], [x + 30, 135]]);
  }
  shape(context, "#55606a", [[214, 134], [218, 84], [221, 84], [220, 134]]);
}

/** An airliner, seen from the side in a clear sky. @param {CanvasRenderingContext2D} context */
function airplane(context) {
  sheet(context, 0, side, "#5d93c9", "#c8dff0");
  shape(context, "#8f9ba6", [[120, 118], [166, 66], [184, 66], [160, 118]]);
  context.fillStyle = "#f2f4f5";
  context.beginPath();
  context.ellipse(128, 128, 106, 19, -0.06, 0, 2 * Math.PI);
  context.fill();
  shape(context, "#d9dfe3", [[24, 132], [10, 84], [32, 84], [64, 124]]);
  shape(context, "#aab5bd", [[22, 134], [2, 118], [20, 116], [52, 130]]);
  shape(context, "#77848f", [[98, 134], [52, 192], [74, 192], [152, 136]]);
  context.fillStyle = "#4a5560";
  for (let x = 70; x < 206; x += 11) context.fillRect(x, 124 - (x - 128) * 0.06, 5, 5);
  context.beginPath();
  context.ellipse(92, 160, 15, 7, 0, 0, 2 * Math.PI);
  context.fill();
}
