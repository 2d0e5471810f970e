// What a picture is like: black on white or the other way round, in colour or not.

/** The mean difference of a picture's colours, from 0 to 255, below which it counts as black and white; paper under a lamp has
 * some 15. */
const grey = 18;

/** A picture on a canvas of this size, whose middle it fills. @param {ImageBitmap} bitmap @param {number} width
 * @param {number} height @param {number} margin */
function pixelsOf(bitmap, width, height, margin) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(width + 2 * margin, height + 2 * margin).getContext("2d", { willReadFrequently: true }));
  context.drawImage(bitmap, margin, margin, width, height);
  return context.getImageData(0, 0, width + 2 * margin, height + 2 * margin);
}

/** Which network of the site suits a picture: that of digits what has no colour, like writing on paper.
 * @param {ImageBitmap | null} bitmap @returns {"mnist" | "cifar10"} */
export function suited(bitmap) {
  if (!bitmap) return "cifar10";
  const { data } = pixelsOf(bitmap, 32, 32, 0);
  let chroma = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [r = 0, g = 0, b = 0] = data.subarray(i, i + 3);
    chroma += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return (4 * chroma) / data.length < grey ? "mnist" : "cifar10";
}

/** The longest side that {@link lightOnDark} looks at, in pixels. */
const longest = 512;

/** A picture as digits are learned, light on dark: the negative of one whose edge is light. It has a dark margin half as wide as
 * itself, so that a digit that fills it has room around it. @param {ImageBitmap} bitmap @returns {ImageData} */
export function lightOnDark(bitmap) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
  const margin = Math.round(Math.min(width, height) / 2);
  const image = pixelsOf(bitmap, width, height, margin);
  const { data } = image;
  let edge = 0;
  for (let x = margin; x < margin + width; x++) edge += brightness(image, x, margin) + brightness(image, x, margin + height - 1);
  const light = edge / (2 * width) > 127;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = (data[i + 3] ?? 0) / 255; // the margin is transparent
    for (let c = i; c < i + 3; c++) data[c] = alpha * (light ? 255 - (data[c] ?? 0) : data[c] ?? 0);
    data[i + 3] = 255;
  }
  return image;
}

/** @param {ImageData} image @param {number} x @param {number} y */
function brightness({ data, width }, x, y) {
  const i = 4 * (y * width + x);
  return ((data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0)) / 3;
}
