// Keeps the trained net on this device: in the origin's private file system, or in IndexedDB where that is missing.
// Weights and session are one record, so that they never disagree.

/** @typedef {{ session: any, bytes: Uint8Array<ArrayBuffer> }} Saved */

const fileName = "fovea-session.bin";

/** Layout of the record: length of the session's JSON (uint32, little endian), the JSON, the safetensors file.
 * @param {Saved} saved */
function pack({ session, bytes }) {
  const json = new TextEncoder().encode(JSON.stringify(session));
  const record = new Uint8Array(4 + json.length + bytes.length);
  new DataView(record.buffer).setUint32(0, json.length, true);
  record.set(json, 4);
  record.set(bytes, 4 + json.length);
  return record;
}

/** @param {ArrayBuffer} buffer @returns {Saved} */
function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const session = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { session, bytes: new Uint8Array(buffer.slice(4 + length)) };
}

const files = {
  /** @param {Uint8Array<ArrayBuffer>} record */
  async write(record) {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(fileName, { create: true });
    const stream = await file.createWritable(); // replaces the file at once when closed, so a crash leaves the old one
    await stream.write(record);
    await stream.close();
  },
  async read() {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(fileName).catch(() => null);
    return handle ? (await handle.getFile()).arrayBuffer() : null;
  },
  async remove() {
    const folder = await navigator.storage.getDirectory();
    await folder.removeEntry(fileName).catch(() => {});
  },
};

const database = {
  /** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} */
  async use(mode, act) {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open("fovea", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("records");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    try {
      return await new Promise((resolve, reject) => {
        const transaction = db.transaction("records", mode);
        const request = act(transaction.objectStore("records"));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
        transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      db.close();
    }
  },
  /** @param {Uint8Array} record */
  async write(record) { await this.use("readwrite", (store) => store.put(record.buffer, fileName)); },
  /** @returns {Promise<ArrayBuffer | null>} */
  async read() { return (await this.use("readonly", (store) => store.get(fileName))) ?? null; },
  async remove() { await this.use("readwrite", (store) => store.delete(fileName)); },
};

const places = [files, database];

/** Writes to the first place that takes it; throws what the last one said. @param {Saved} saved */
export async function write(saved) {
  const record = pack(saved);
  let reason;
  for (const [i, place] of places.entries()) {
    try {
      await place.write(record);
      for (const other of places.slice(0, i)) await other.remove().catch(() => {}); // an older copy there would win
      return;
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** What was kept, or null; throws if it is there and unreadable. @returns {Promise<Saved | null>} */
export async function read() {
  for (const place of places) {
    const buffer = await place.read().catch(() => null);
    if (buffer) return unpack(buffer);
  }
  return null;
}

const tries = 6;
const betweenTries = 250; // ms

/**
 * Whether this tab is the one that keeps: two tabs would overwrite each other. Tries for a while, since a page being reloaded may
 * hold the lock a moment longer.
 * @returns {Promise<boolean>}
 */
export async function becomeKeeper() {
  if (!navigator.locks) return true;
  for (let i = 0; i < tries; i++) {
    if (await takeLock()) return true;
    await new Promise((resolve) => setTimeout(resolve, betweenTries));
  }
  return false;
}

/** Takes the lock, if it is free, for as long as the page lives. @returns {Promise<boolean>} */
function takeLock() {
  return new Promise((resolve) => {
    navigator.locks.request("fovea-session", { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    }).catch(() => resolve(false));
  });
}
