// Makes of a file the picture that is kept: as it is where it is small, else scaled down. Runs in a Worker, for scaling a
// photograph takes a tenth of a second.

/** Longest side of what is kept, in pixels: twice what the largest nets here look at. */
const longest = 512;
const quality = 0.92;
/** Larger ones would take more memory than phones give: 400 MB decoded. */
const mostPixels = 100e6;

/** @typedef {{ blob: Blob, width: number, height: number }} Kept */

/** Why a file is no picture; `reason` names the message data.broken.<reason>. */
export class BrokenPicture extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** What other files begin with, to say what they are. @type {[string, string][]} */
const beginnings = [
  ["PK\u0003\u0004", "archive"], ["\u001f\u008b", "archive"], ["%PDF", "pdf"], ["II*\0", "tiff"], ["MM\0*", "tiff"],
  ["<", "text"], ["{", "text"],
];

/** @param {Blob} blob */
async function reasonOf(blob) {
  const head = new Uint8Array(await blob.slice(0, 32).arrayBuffer());
  const text = String.fromCharCode(...head);
  if (text.slice(4, 8) === "ftyp") return /hei[cfx]|mif1/.test(text) ? "heic" : "video";
  const known = beginnings.find(([start]) => text.startsWith(start));
  if (known) return known[1];
  return /^(\u00ff\u00d8|\u0089PNG|GIF8|RIFF|BM)/.test(text) ? "damaged" : "unknown";
}

/** Throws a BrokenPicture. @param {Blob} file @returns {Promise<Kept>} */
export async function shrunk(file) {
  if (file.size === 0) throw new BrokenPicture("empty");
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new BrokenPicture(await reasonOf(file).catch(() => "gone"));
  try {
    const { width, height } = bitmap;
    if (width * height > mostPixels) throw new BrokenPicture("huge");
    const scale = longest / Math.max(width, height);
    if (scale >= 1) { // a copy: files change
      return { blob: new Blob([await file.arrayBuffer()], { type: file.type }), width, height };
    }
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = canvas.getContext("2d");
    if (!context) throw new BrokenPicture("memory");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const type = file.type === "image/png" ? "image/png" : "image/jpeg"; // drawings stay sharp and keep what is transparent
    return { blob: await canvas.convertToBlob({ type, quality }), width: canvas.width, height: canvas.height };
  } finally {
    bitmap.close();
  }
}
