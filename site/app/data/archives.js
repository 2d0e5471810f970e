// Files in archives: zip and tar, read as streams, one file after the other.
import { Unzip, UnzipInflate } from "fflate";
import { DataError } from "./errors.js";

/** @typedef {{ path: string, blob: Blob }} Packed */

/** @typedef {{ chunks: Uint8Array[], path: string }} Open */

const atATime = 1 << 16; // bytes, which take a few milliseconds

/** The stream in pieces small enough for the page's own thread. @param {ReadableStream<Uint8Array>} stream */
async function* pieces(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      for (let from = 0; from < value.length; from += atATime) yield value.subarray(from, from + atATime);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * What a zip holds, of the files that `wanted` says; unpacked as they are asked for.
 * @param {Blob} archive
 * @param {(path: string) => boolean} wanted
 * @returns {AsyncGenerator<Packed>}
 */
export async function* zipped(archive, wanted) {
  /** @type {Packed[]} */
  const ready = [];
  /** @type {Error[]} */
  const wrong = [];
  let found = 0;
  const unzip = new Unzip((file) => {
    found++;
    if (!wanted(file.name)) return;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const chunks = [];
    file.ondata = (error, chunk, last) => {
      if (error) wrong.push(error);
      else chunks.push(/** @type {Uint8Array<ArrayBuffer>} */ (chunk));
      if (last) ready.push({ path: file.name, blob: new Blob(chunks) });
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  const push = (/** @type {Uint8Array} */ piece, /** @type {boolean} */ last) => {
    try {
      unzip.push(piece, last);
    } catch (error) {
      wrong.push(/** @type {Error} */ (error));
    }
  };
  for await (const piece of pieces(archive.stream())) {
    push(piece, false);
    yield* ready.splice(0);
    if (wrong.length > 0) break;
  }
  if (wrong.length === 0) push(new Uint8Array(0), true);
  yield* ready.splice(0);
  const [first] = wrong;
  if (first || found === 0) throw new DataError("archive", first?.message ?? "no file is in it", first);
}

/** What a tar holds, or one packed by gzip; POSIX ustar: blocks of 512 bytes, a header before each file. Its files are given as
 * streams of pieces, which must be read before the next is asked for. @param {Blob} archive */
export async function* tarred(archive) {
  const head = new Uint8Array(await archive.slice(0, 2).arrayBuffer());
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  /** @type {ReadableStream<Uint8Array>} */
  const stream = isPacked ? archive.stream().pipeThrough(new DecompressionStream("gzip")) : archive.stream();
  const source = pieces(stream);
  /** @type {Uint8Array} */
  let rest = new Uint8Array(0);

  /** Up to `most` bytes, at least one; none at the end. @param {number} most */
  async function some(most) {
    if (rest.length === 0) {
      const next = await source.next().catch((error) => { throw new DataError("archive", String(error.message), error); });
      rest = next.value ?? rest;
    }
    const part = rest.subarray(0, most);
    rest = rest.subarray(part.length);
    return part;
  }

  /** @param {number} count */
  async function* exactly(count) {
    for (let left = count; left > 0;) {
      const part = await some(left);
      if (part.length === 0) throw new DataError("archive", `it ends ${left} bytes too early`);
      left -= part.length;
      yield part;
    }
  }

  try {
    for (;;) {
      const header = new Uint8Array(512);
      let at = 0;
      for await (const part of exactly(512)) {
        header.set(part, at);
        at += part.length;
      }
      if (header[0] === 0) return; // two empty blocks end it
      const text = (/** @type {number} */ from, /** @type {number} */ length) => (
        new TextDecoder().decode(header.subarray(from, from + length)).split("\0")[0] ?? "");
      if (!text(257, 5).startsWith("ustar")) throw new DataError("archive", "this is no tar archive");
      const size = parseInt(text(124, 12).trim(), 8);
      const read = exactly(size);
      yield { path: text(0, 100), size, isFile: text(156, 1) === "0" || header[156] === 0, pieces: read };
      for await (const _ of read); // what was not read
      for await (const _ of exactly((512 - (size % 512)) % 512));
    }
  } finally {
    await source.return(undefined);
  }
}
