// Where downloads lie that are not stored: in Blobs, piece by piece, which the browser may keep outside of the page's memory.

import { pieceBytes } from "./download-store.js";

/** @import { Info, Store } from "./download-store.js" */

/** A file for one call. @implements {Store} */
export class MemoryStore {
  fleeting = true;
  /** @type {Info | undefined} */
  info;
  size = 0;
  /** @type {Blob[]} */
  #pieces = [];
  #open = new Uint8Array(pieceBytes);
  #inPiece = 0;

  /** @param {Info} info */
  async begin(info) {
    await this.remove();
    this.info = info;
  }

  /** @param {Info} info */
  async describe(info) { this.info = info; }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async append(bytes) {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + pieceBytes - this.#inPiece);
      this.#open.set(part, this.#inPiece);
      this.#inPiece += part.length;
      this.size += part.length;
      at += part.length;
      if (this.#inPiece === pieceBytes) await this.flush();
    }
  }

  async flush() {
    if (this.#inPiece === 0) return;
    this.#pieces.push(new Blob([this.#open.subarray(0, this.#inPiece)]));
    this.#inPiece = 0;
  }

  async pieces() { return this.#pieces; }

  async remove() {
    this.info = undefined;
    this.size = 0;
    this.#pieces = [];
    this.#inPiece = 0;
  }

  async makeRoom() { return true; }

  async dropOthers() { return false; }
}
