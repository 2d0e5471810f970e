// Weights and activations as small pictures.

/** The values of one channel or filter as pixels: from −most to most, black to white, 0 in the middle; three channels as colours.
 * @param {(x: number, y: number, c: number) => number} value @param {number} width @param {number} height
 * @param {number} channels
 * @param {number} most greatest magnitude */
export function signedImage(value, width, height, channels, most) {
  const image = new ImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) image.data[at + c] = 127.5 + (127.5 * value(x, y, channels === 3 ? c : 0)) / (most || 1);
      image.data[at + 3] = 255;
    }
  }
  return image;
}

/** The filters of a convolution, an image each: its colours where it has three channels, else the mean over its channels.
 * @param {{ data: Float32Array, shape: number[] }} weights [KH, KW, C, F] @param {number} most filters
 * @returns {ImageData[]} */
export function filterImages({ data, shape: [height = 1, width = 1, channels = 1, filters = 1] }, most) {
  /** @param {number} x @param {number} y @param {number} c @param {number} f */
  const at = (x, y, c, f) => data[((y * width + x) * channels + c) * filters + f] ?? 0;
  return Array.from({ length: Math.min(filters, most) }, (_, f) => {
    /** @param {number} x @param {number} y @param {number} c */
    const value = (x, y, c) => {
      if (channels === 3) return at(x, y, c, f);
      let sum = 0;
      for (let k = 0; k < channels; k++) sum += at(x, y, k, f);
      return sum / channels;
    };
    let greatest = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < (channels === 3 ? 3 : 1); c++) greatest = Math.max(greatest, Math.abs(value(x, y, c)));
      }
    }
    return signedImage(value, width, height, channels, greatest);
  });
}

/** The channels of an activation, an image each, all by one scale so that they compare.
 * @param {{ data: Float32Array, shape: number[] }} activation [H, W, C] @param {number} most channels @returns {ImageData[]} */
export function channelImages({ data, shape: [height = 1, width = 1, channels = 1] }, most) {
  let greatest = 0;
  for (const v of data) greatest = Math.max(greatest, Math.abs(v));
  return Array.from({ length: Math.min(channels, most) }, (_, c) => (
    signedImage((x, y) => data[(y * width + x) * channels + c] ?? 0, width, height, 1, greatest)));
}

/** Puts images into the canvases of a list, of which there are as many as images afterwards. @param {HTMLElement} list
 * @param {ImageData[]} images @param {(i: number) => string} label */
export function drawInto(list, images, label) {
  while (list.children.length > images.length) list.lastElementChild?.remove();
  while (list.children.length < images.length) {
    const item = document.createElement("li");
    item.append(document.createElement("canvas"));
    list.append(item);
  }
  for (const [i, image] of images.entries()) {
    const canvas = /** @type {HTMLCanvasElement} */ (list.children[i]?.firstElementChild);
    if (canvas.width !== image.width) canvas.width = image.width;
    if (canvas.height !== image.height) canvas.height = image.height;
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    const name = label(i);
    if (canvas.getAttribute("aria-label") === name) continue;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", name);
  }
}
