// CIFAR-10 from the user's own files, kept in the origin's private file system, since a page loses files on reload.
// Format: https://www.cs.toronto.edu/~kriz/cifar.html, binary version: records of a label and 3072 bytes, planes of 32x32.
import { tarred, zipped } from "./archives.js";
import { DataError } from "./errors.js";

/** @typedef {{ name: string, blob: Blob }} Batch */

const folder = "fovea-cifar10";
const recordBytes = 1 + 3 * 32 * 32;
const classes = 10;

/** Whether a name is one of the binary batches. @param {string} path */
const isBatch = (path) => /\.bin$/i.test(path);
/** What the versions for Python and Matlab hold, which many take by mistake. @param {string} path */
const isOther = (path) => /batches-(py|mat)\b|data_batch_\d$|\.mat$/.test(path);

/** Batches that the browser keeps no file system for. @type {Map<string, Blob>} */
const inMemory = new Map();

/** @param {boolean} create @returns {Promise<FileSystemDirectoryHandle | null>} */
async function directory(create) {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create });
  } catch {
    return null;
  }
}

/** The batches there are, those for training in their order. @returns {Promise<{ train: Batch[], test: Batch[] }>} */
export async function cifarBatches() {
  /** @type {Batch[]} */
  const all = [...inMemory].map(([name, blob]) => ({ name, blob }));
  const place = await directory(false);
  if (place) {
    for await (const handle of place.values()) {
      if (handle.kind !== "file" || !isBatch(handle.name) || inMemory.has(handle.name)) continue;
      all.push({ name: handle.name, blob: await handle.getFile() });
    }
  }
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const isTest = (/** @type {Batch} */ { name }) => /test/i.test(name);
  return { train: all.filter((batch) => !isTest(batch)), test: all.filter(isTest) };
}

/**
 * Keeps the batches among files: as they are, in a tar, tar.gz or zip.
 * @param {File[]} files
 * @param {{ signal?: AbortSignal, onProgress?: (done: number, total: number) => void }} [options] in bytes
 * @returns {Promise<{ lasting: boolean }>} whether they are there after a reload
 */
export async function keepCifar(files, { signal, onProgress } = {}) {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  let found = 0;
  let lasting = true;
  let other = false;
  for (const file of files) {
    for await (const batch of batchesOf(file, (path) => { other ||= isOther(path); })) {
      if (signal?.aborted) return { lasting };
      await check(batch);
      found++;
      lasting = await keep(batch) && lasting;
      onProgress?.(Math.min(total, done += Math.min(batch.blob.size, file.size)), total);
    }
  }
  if (found === 0) throw new DataError(other ? "cifar-version" : "cifar-none", files.map(({ name }) => name).join(", "));
  return { lasting };
}

/** @param {File} file @param {(path: string) => void} passed hears of files that are no batch @returns {AsyncGenerator<Batch>} */
async function* batchesOf(file, passed) {
  const nameOf = (/** @type {string} */ path) => path.split("/").at(-1) ?? path;
  const wanted = (/** @type {string} */ path) => {
    if (!isBatch(path)) passed(path);
    return isBatch(path);
  };
  if (isBatch(file.name)) {
    yield { name: file.name, blob: file };
  } else if (/\.zip$/i.test(file.name)) {
    for await (const { path, blob } of zipped(file, wanted)) yield { name: nameOf(path), blob };
  } else if (/\.(tar|tgz|tar\.gz)$/i.test(file.name)) {
    for await (const { path, isFile, pieces } of tarred(file)) {
      if (!isFile || !wanted(path)) continue;
      const blobs = [];
      for await (const piece of pieces) blobs.push(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (piece)]));
      yield { name: nameOf(path), blob: new Blob(blobs) };
    }
  } else {
    passed(file.name);
  }
}

/** @param {Batch} batch */
async function check({ name, blob }) {
  const records = blob.size / recordBytes;
  if (records < 1 || !Number.isInteger(records)) {
    throw new DataError("cifar-size", `${name}: got ${blob.size} bytes, want a multiple of ${recordBytes}`);
  }
  for (const at of [0, Math.floor(records / 2), records - 1]) {
    const [label = 255] = new Uint8Array(await blob.slice(at * recordBytes, at * recordBytes + 1).arrayBuffer());
    if (label < classes) continue;
    throw new DataError("cifar-size", `${name}: record ${at} has the label ${label}, want 0 to ${classes - 1}`);
  }
}

/** @param {Batch} batch @returns {Promise<boolean>} whether it is on the disk */
async function keep({ name, blob }) {
  try {
    const place = await directory(true);
    if (!place) throw new Error("no file system");
    const stream = await (await place.getFileHandle(name, { create: true })).createWritable();
    await stream.write(blob);
    await stream.close();
    inMemory.delete(name);
    return true;
  } catch {
    inMemory.set(name, blob);
    return false;
  }
}

/** Gives the space back. */
export async function forgetCifar() {
  inMemory.clear();
  const root = await navigator.storage.getDirectory().catch(() => null);
  await root?.removeEntry(folder, { recursive: true }).catch(() => {});
}
