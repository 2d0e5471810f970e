// Pictures of files for small nets: the browser decodes them, on other threads, and throws most of their pixels away.

/** How many times larger than needed a picture is kept: Fovea scales the rest of the way itself. */
const spare = 2;

/** How many pictures are decoded at a time: one of a camera takes 50 MB. */
const most = 3;

let decoding = 0;
/** @type {(() => void)[]} */
const waiting = [];

/**
 * A picture at least so large, or as large as it is; undefined where the browser cannot decode it, or there is none.
 * @param {Blob} blob @param {number} height @param {number} width
 * @returns {Promise<ImageBitmap | undefined>}
 */
export async function smallBitmap(blob, height, width) {
  if (!globalThis.createImageBitmap) return undefined;
  if (decoding >= most) await /** @type {Promise<void>} */ (new Promise((resolve) => waiting.push(resolve)));
  decoding++;
  try {
    const whole = await createImageBitmap(blob);
    const share = spare * Math.max(height / whole.height, width / whole.width);
    if (share >= 1) return whole;
    const small = await createImageBitmap(whole, {
      resizeWidth: Math.ceil(share * whole.width), resizeHeight: Math.ceil(share * whole.height), resizeQuality: "high",
    });
    whole.close();
    return small;
  } catch {
    return undefined; // Fovea's own decoder says what is wrong
  } finally {
    decoding--;
    waiting.shift()?.();
  }
}
