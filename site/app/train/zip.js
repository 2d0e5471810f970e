// Files in one archive, made piece by piece, so that the page stays awake.
import { Zip, ZipPassThrough } from "fflate";

const piece = 1 << 20; // bytes

/** @param {Record<string, Blob>} files by their paths in `folder` @param {string} folder @returns {Promise<Blob>} */
export async function zipped(files, folder) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  /** @type {Error | null} */
  let failure = null;
  const archive = new Zip((error, chunk) => {
    if (error) failure = error;
    else parts.push(/** @type {Uint8Array<ArrayBuffer>} */ (chunk));
  });
  for (const [path, blob] of Object.entries(files)) {
    const entry = new ZipPassThrough(`${folder}/${path}`); // weights do not get smaller, and a server compresses the rest
    archive.add(entry);
    for (let from = 0; from < blob.size; from += piece) {
      entry.push(new Uint8Array(await blob.slice(from, from + piece).arrayBuffer()));
    }
    entry.push(new Uint8Array(0), true);
  }
  archive.end();
  if (failure) throw failure;
  return new Blob(parts, { type: "application/zip" });
}
