// Pictures on canvases: as they are, as the network sees them, and where in them a class is.
import { colour } from "../shell/fv-preferences.js";

/** @import { ClassMap } from "../../../js/fovea.d.ts" */

/** A picture is shown with at most so many pixels a side. */
const most = 1200;
/** A picture of at most so many pixels a side is shown with its pixels. */
const small = 64;

/** @param {HTMLCanvasElement} canvas @param {ImageBitmap | ImageData} picture */
export function paintPicture(canvas, picture) {
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.style.setProperty("--proportion", String(canvas.width / canvas.height));
  canvas.classList.toggle("pixels", Math.max(canvas.width, canvas.height) <= small);
  const context = canvas.getContext("2d");
  if (picture instanceof ImageData) context?.putImageData(picture, 0, 0);
  else context?.drawImage(picture, 0, 0, canvas.width, canvas.height);
}

/** Paints what the network saw, one channel as ink on paper. @param {HTMLCanvasElement} canvas @param {Uint8Array} pixels
 * @param {number[]} shape [H, W, C] */
export function paintSeen(canvas, pixels, [height = 1, width = 1, channels = 1]) {
  const image = new ImageData(width, height);
  const [ink, paper] = ["--ink", "--sunk"].map((name) => rgb(colour(name)));
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = pixels[i * channels + (channels >= 3 ? c : 0)] ?? 0;
      const share = value / 255;
      image.data[i * 4 + c] = channels >= 3 ? value : (paper?.[c] ?? 0) * (1 - share) + (ink?.[c] ?? 0) * share;
    }
    image.data[i * 4 + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.classList.toggle("pixels", Math.max(width, height) <= small);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** Paints a class's probability at each window, as a colour over the middle of it that hides the more the picture, the more
 * probable it is.
 * @param {HTMLCanvasElement} canvas @param {{ map: ClassMap, index: number, opacity: number }} where */
export function paintWhere(canvas, { map, index, opacity }) {
  const { shape: [rows = 1, columns = 1, classes = 1], data, picture, window: [tall, wide], stride: [down, across] } = map;
  const cells = new ImageData(columns, rows);
  const tint = rgb(colour("--long"));
  for (let i = 0; i < rows * columns; i++) {
    cells.data.set([...tint, 255 * (data[i * classes + index] ?? 0)], i * 4);
  }
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.style.setProperty("--proportion", String(canvas.width / canvas.height));
  canvas.style.setProperty("--strength", String(opacity));
  const grid = new OffscreenCanvas(columns, rows);
  grid.getContext("2d")?.putImageData(cells, 0, 0);
  const context = canvas.getContext("2d");
  // One cell is as large as the distance between windows, around its window's middle.
  context?.drawImage(grid, (wide - across) / 2, (tall - down) / 2, columns * across, rows * down);
}

/** @param {string} hex Such as #13201b. @returns {[number, number, number]} */
function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
