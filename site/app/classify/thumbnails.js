// Small pictures of files, made by the browser off the page's thread, and kept as long as they may soon be seen again.

const side = 112;
/** How many are kept, and how many are being made at a time: a picture of a camera takes 50 MB meanwhile. */
const [most, atOnce] = [400, 3];

/** The latest used come last. @type {Map<File, ImageBitmap | null>} */
const kept = new Map();
/** What is wanted, the latest last: it is what is being looked at. @type {Map<File, () => void>} */
const wanted = new Map();
let making = 0;

/** A picture that has been made: null where the browser cannot show it, undefined where it is not there yet.
 * @param {File} file */
export function thumbnail(file) {
  const bitmap = kept.get(file);
  if (bitmap === undefined) return undefined;
  kept.delete(file);
  kept.set(file, bitmap);
  return bitmap;
}

/** Asks for a picture; `ready` is called when it is there, unless many others were wanted since. @param {File} file
 * @param {() => void} ready */
export function want(file, ready) {
  wanted.delete(file);
  wanted.set(file, ready);
  for (const old of [...wanted.keys()].slice(0, -most / 2)) wanted.delete(old);
  void next();
}

async function next() {
  const last = [...wanted].at(-1);
  if (!last || making >= atOnce) return;
  const [file, ready] = last;
  wanted.delete(file);
  making++;
  kept.set(file, await made(file));
  making--;
  for (const old of [...kept.keys()].slice(0, -most)) {
    kept.get(old)?.close();
    kept.delete(old);
  }
  ready();
  void next();
}

/** @param {File} file */
async function made(file) {
  try {
    const whole = await createImageBitmap(file);
    const share = side / Math.min(whole.width, whole.height);
    if (share >= 1) return whole;
    const small = await createImageBitmap(whole, { resizeWidth: Math.max(1, Math.round(share * whole.width)),
      resizeHeight: Math.max(1, Math.round(share * whole.height)), resizeQuality: "medium" });
    whole.close();
    return small;
  } catch {
    return null;
  }
}
