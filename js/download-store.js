// Where downloads lie. In the origin's private file system each file has a folder, named after its address, with info.json and
// the bytes in pieces, 0, 1, 2 …: what is written becomes visible when its piece is closed, so that a page that ends loses one
// piece at most, and going on copies nothing, as it would with one file (keepExistingData). A Blob of all pieces costs nothing.

import { Sha256 } from "./sha256.js";

/** @import * as api from "./download.d.ts" */

/**
 * What is known of a file.
 * @typedef {object} Info
 * @property {string} url
 * @property {string} type its media type
 * @property {string} [etag]
 * @property {string} [modified] the date in Last-Modified, as it came
 * @property {number} [total]
 * @property {boolean} compressed on the way, so that no part can be asked for: servers count compressed bytes
 * @property {boolean} complete
 * @property {string} [integrity] that it was verified with
 * @property {number} used when, in milliseconds
 */

/**
 * The bytes of one file and what is known of them.
 * @typedef {object} Store
 * @property {Info | undefined} info
 * @property {number} size bytes held
 * @property {boolean} fleeting whether they are gone when the call ends
 * @property {(info: Info) => Promise<void>} begin drops the bytes and starts a file
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Promise<void>} append
 * @property {() => Promise<void>} flush makes safe what was appended
 * @property {(info: Info) => Promise<void>} describe
 * @property {() => Promise<Blob[]>} pieces
 * @property {() => Promise<void>} remove
 * @property {(whole: number, missing: number) => Promise<boolean>} makeRoom drops other files until one of `whole` bytes, of
 *   which `missing` are still to come, has its place; false if there is none, but true says little: Chromium does not tell quotas
 * @property {(bytes: number) => Promise<boolean>} dropOthers drops other files until so many bytes are
 *   free; false if there is none
 */

export const pieceBytes = 8 << 20;
const infoName = "info.json";

/** Names a file's folder and lock. @param {string} url */
export function keyOf(url) {
  const digest = new Sha256().update(new TextEncoder().encode(url)).digest();
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Runs `use` while no other tab or call uses the file.
 * @template T
 * @param {string} key
 * @param {LockOptions} options
 * @param {(lock: Lock | null) => Promise<T>} use
 * @returns {Promise<T>}
 */
export const withLock = (key, options, use) => navigator.locks.request(`fovea-download ${key}`, options, use);

/**
 * The folder of all downloads; undefined where files cannot be stored, as in some private windows, or locked.
 * @returns {Promise<FileSystemDirectoryHandle | undefined>}
 */
export async function openFolder() {
  if (!globalThis.navigator?.locks || !navigator.storage?.getDirectory) return undefined;
  const { createWritable, createSyncAccessHandle } = /** @type {any} */ (FileSystemFileHandle.prototype);
  if (!createWritable && !createSyncAccessHandle) return undefined;
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle("fovea-downloads", { create: true });
  } catch {
    return undefined;
  }
}

/**
 * What is there of a file.
 * @param {FileSystemDirectoryHandle} folder @param {string} key
 * @returns {Promise<{ info: Info | undefined, pieces: File[] }>}
 */
async function read(folder, key) {
  const pieces = [];
  let info;
  try {
    const own = await folder.getDirectoryHandle(key);
    info = JSON.parse(await (await (await own.getFileHandle(infoName)).getFile()).text());
    for (;;) {
      const piece = await (await own.getFileHandle(String(pieces.length))).getFile();
      if (piece.size === 0) break; // it was never closed
      pieces.push(piece);
    }
  } catch {
    // Not there, or not any more: what was read so far is what there is.
  }
  return { info, pieces: info ? pieces : [] };
}

const sizeOf = (/** @type {Blob[]} */ pieces) => pieces.reduce((sum, piece) => sum + piece.size, 0);

/**
 * What writes a file from its beginning.
 * @typedef {{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void> | void, close(): Promise<void> | void }} Writer
 */

/** For pieces: at once, where the browser allows it, in Workers. @param {FileSystemFileHandle} file @returns {Promise<Writer>} */
const writePiece = (file) => ("createSyncAccessHandle" in file ? writeInPlace(file) : file.createWritable());

/** For info.json: all or nothing, where possible. @param {FileSystemFileHandle} file @returns {Promise<Writer>} */
const writeWhole = (file) => ("createWritable" in file ? file.createWritable() : writeInPlace(file));

/** @param {FileSystemFileHandle} file @returns {Promise<Writer>} */
async function writeInPlace(file) {
  const handle = await /** @type {any} */ (file).createSyncAccessHandle();
  handle.truncate(0);
  let at = 0;
  return {
    write(bytes) {
      const written = handle.write(bytes, { at });
      at += written;
      if (written < bytes.length) throw new DOMException("not all bytes could be written", "QuotaExceededError");
    },
    close: () => handle.close(),
  };
}

/** A file in a folder. @implements {Store} */
export class FolderStore {
  fleeting = false;
  /** @type {Info | undefined} */
  info;
  size = 0;
  #folder;
  #key;
  #maximum;
  #count = 0;
  /** @type {Writer | undefined} The piece that is being written. */
  #piece;
  #inPiece = 0;

  /** @param {FileSystemDirectoryHandle} folder @param {string} key @param {number} maximum bytes that all files may take */
  constructor(folder, key, maximum) {
    this.#folder = folder;
    this.#key = key;
    this.#maximum = maximum;
  }

  /** Finds what is there. */
  async load() {
    const { info, pieces } = await read(this.#folder, this.#key);
    this.info = info;
    this.size = sizeOf(pieces);
    this.#count = pieces.length;
    if (info?.complete && this.size !== info.total) await this.remove(); // somebody else was at it
    return this;
  }

  /** @param {Info} info */
  async begin(info) {
    await this.remove();
    await this.describe(info);
  }

  /** @param {Info} info */
  async describe(info) {
    const own = await this.#folder.getDirectoryHandle(this.#key, { create: true });
    const writer = await writeWhole(await own.getFileHandle(infoName, { create: true }));
    await writer.write(new TextEncoder().encode(JSON.stringify(info)));
    await writer.close();
    this.info = info;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async append(bytes) {
    try {
      if (!this.#piece) {
        const own = await this.#folder.getDirectoryHandle(this.#key);
        this.#piece = await writePiece(await own.getFileHandle(String(this.#count), { create: true }));
      }
      await this.#piece.write(bytes);
    } catch (error) {
      await this.#rescue();
      throw error;
    }
    this.size += bytes.length;
    this.#inPiece += bytes.length;
    if (this.#inPiece >= pieceBytes) await this.flush();
  }

  async flush() {
    const piece = this.#piece;
    if (!piece) return;
    try {
      await piece.close();
    } catch (error) {
      await this.#rescue();
      throw error;
    }
    this.#piece = undefined;
    this.#inPiece = 0;
    this.#count++;
  }

  /** After a write that failed: closes the piece, whatever is in it, and looks what is there. */
  async #rescue() {
    await Promise.resolve(this.#piece?.close()).catch(() => {});
    this.#piece = undefined;
    this.#inPiece = 0;
    await this.load();
  }

  async pieces() { return (await read(this.#folder, this.#key)).pieces; }

  async remove() {
    await drop(this.#folder, this.#key);
    this.info = undefined;
    this.size = 0;
    this.#count = 0;
  }

  /** @param {number} whole @param {number} missing */
  async makeRoom(whole, missing) {
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    const held = (await this.#others()).reduce((sum, { size }) => sum + size, 0);
    const lacking = usage + missing - quota;
    const tooMuch = Math.max(lacking, whole + held - this.#maximum);
    const dropped = tooMuch > 0 ? await this.#drop(tooMuch) : 0;
    return dropped >= lacking;
  }

  /** @param {number} bytes */
  async dropOthers(bytes) { return (await this.#drop(bytes)) > 0; }

  /** Drops those used least recently, but none that is in use; returns the bytes freed. @param {number} bytes */
  async #drop(bytes) {
    let freed = 0;
    for (const { key, size } of (await this.#others()).reverse()) {
      if (freed >= bytes) break;
      await withLock(key, { ifAvailable: true }, async (lock) => {
        if (!lock) return;
        await drop(this.#folder, key);
        freed += size;
      });
    }
    return freed;
  }

  async #others() { return (await list(this.#folder)).filter(({ key }) => key !== this.#key); }
}

/** All files of the folder, the most recently used first. @param {FileSystemDirectoryHandle} folder */
export async function list(folder) {
  /** @type {{ key: string, info: Info, size: number }[]} */
  const all = [];
  for await (const key of folder.keys()) {
    const { info, pieces } = await read(folder, key);
    if (info) all.push({ key, info, size: sizeOf(pieces) });
  }
  return all.sort((a, b) => b.info.used - a.info.used);
}

/** Deletes a file. @param {FileSystemDirectoryHandle} folder @param {string} key */
export async function drop(folder, key) {
  await folder.removeEntry(key, { recursive: true }).catch((error) => {
    if (error.name !== "NotFoundError") throw error;
  });
}
