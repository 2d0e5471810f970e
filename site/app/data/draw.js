// Samples of data sets on canvases.

/**
 * Pixels [H, W, C] with C of 1 or 3 as an image for a canvas.
 * @param {ArrayLike<number>} pixels from 0 to 255 @param {number[]} shape
 */
export function imageOf(pixels, [height = 1, width = 1, channels = 1]) {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[i * channels + (channels >= 3 ? c : 0)] ?? 0;
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/**
 * Draws a sample; the style sheet says how large it appears.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} pixels
 * @param {number[]} shape
 */
export function drawSample(canvas, pixels, shape) {
  const image = imageOf(pixels, shape);
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * Draws a picture file, cut to a square of `side` pixels; false where it cannot be read.
 * @param {HTMLCanvasElement} canvas
 * @param {Blob} blob
 * @param {number} side
 */
export async function drawBlob(canvas, blob, side) {
  const bitmap = await createImageBitmap(blob).catch(() => null);
  if (!bitmap) return false;
  canvas.width = canvas.height = side;
  const shorter = Math.min(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  if (context) {
    context.imageSmoothingEnabled = shorter >= side; // small ones keep their pixels
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, (bitmap.width - shorter) / 2, (bitmap.height - shorter) / 2, shorter, shorter, 0, 0, side, side);
  }
  bitmap.close();
  return true;
}
