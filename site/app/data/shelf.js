// Where collections lie: in IndexedDB, or in memory where the browser refuses that (private mode, forbidden storage).

/**
 * What is known of a collection without its pictures.
 * @typedef {object} Info
 * @property {string} id
 * @property {string} name
 * @property {string[]} classes
 * @property {number[]} counts pictures of each class
 * @property {number} size of all pictures, in bytes
 * @property {number} modified milliseconds since 1970
 * @property {Broken[]} broken files that were given and could not be read
 */

/** A picture without its pixels. `class` is an index, `bytes` the size of what is kept; `test` is whether it lay in a folder
 * called test.
 * @typedef {{ key: number, class: number, name: string, width: number, height: number, bytes: number, test?: boolean }} Item */

/** Why a file is no picture: message data.broken.<reason>. @typedef {{ name: string, reason: string }} Broken */

/**
 * What one transaction changes.
 * @typedef {{ info: Info, items?: Item[], blobs?: Map<number, Blob>, removed?: number[] }} Change
 */

const database = "fovea-collections";
const together = 256; // records read at a time

/**
 * @typedef {object} Shelf
 * @property {boolean} lasting whether it is there after a reload
 * @property {() => Promise<Info[]>} infos
 * @property {(id: string) => Promise<Info | undefined>} info
 * @property {(id: string) => Promise<Item[]>} items in the order of their keys
 * @property {(id: string, keys: number[]) => Promise<(Blob | undefined)[]>} blobs
 * @property {(change: Change) => Promise<void>} write all of it, or nothing
 * @property {(id: string) => Promise<void>} remove a collection, its pictures and the notes whose names end in :id
 * @property {(name: string) => Promise<any>} note
 * @property {(name: string, value: unknown) => Promise<void>} keepNote undefined takes it away
 */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Resolves when all of it is on the disk. @param {IDBTransaction} transaction @returns {Promise<void>} */
const completed = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error ?? new DOMException("the transaction was given up", "AbortError"));
});

/** Of all records of a collection, in stores whose key is [id, number]. @param {string} id */
const rangeOf = (id) => IDBKeyRange.bound([id, -Infinity], [id, Infinity]);

/** @implements {Shelf} */
class Disk {
  lasting = true;
  #db;

  /** @param {IDBDatabase} db */
  constructor(db) {
    this.#db = db;
  }

  /** @param {string | string[]} stores @param {IDBTransactionMode} [mode] */
  #open(stores, mode = "readonly") {
    const transaction = this.#db.transaction(stores, mode);
    return { transaction, store: (/** @type {string} */ name) => transaction.objectStore(name) };
  }

  /** @returns {Promise<Info[]>} */
  infos() { return answer(this.#open("infos").store("infos").getAll()); }

  /** @param {string} id @returns {Promise<Info | undefined>} */
  info(id) { return answer(this.#open("infos").store("infos").get(id)); }

  /** @param {string} id @returns {Promise<Item[]>} */
  async items(id) {
    const records = await answer(this.#open("items").store("items").getAll(rangeOf(id)));
    return records.map(({ id: _, ...item }) => item);
  }

  /** @param {string} id @param {number[]} keys */
  async blobs(id, keys) {
    /** @type {(Blob | undefined)[]} */
    const found = [];
    for (let from = 0; from < keys.length; from += together) {
      const { store } = this.#open("blobs");
      found.push(...await Promise.all(keys.slice(from, from + together).map((key) => answer(store("blobs").get([id, key])))));
    }
    return found;
  }

  /** @param {Change} change */
  async write({ info, items = [], blobs = new Map(), removed = [] }) {
    const { transaction, store } = this.#open(["infos", "items", "blobs"], "readwrite");
    store("infos").put(info);
    for (const item of items) store("items").put({ ...item, id: info.id });
    for (const [key, blob] of blobs) store("blobs").put(blob, [info.id, key]);
    for (const key of removed) {
      store("items").delete([info.id, key]);
      store("blobs").delete([info.id, key]);
    }
    await completed(transaction);
  }

  /** @param {string} id */
  async remove(id) {
    const { transaction, store } = this.#open(["infos", "items", "blobs", "notes"], "readwrite");
    store("infos").delete(id);
    store("items").delete(rangeOf(id));
    store("blobs").delete(rangeOf(id));
    const names = await answer(store("notes").getAllKeys());
    for (const name of names) if (String(name).endsWith(`:${id}`)) store("notes").delete(name);
    await completed(transaction);
  }

  /** @param {string} name @returns {Promise<any>} */
  note(name) { return answer(this.#open("notes").store("notes").get(name)); }

  /** @param {string} name @param {unknown} value */
  async keepNote(name, value) {
    const { transaction, store } = this.#open("notes", "readwrite");
    if (value === undefined) store("notes").delete(name);
    else store("notes").put(value, name);
    await completed(transaction);
  }
}

/** @implements {Shelf} */
class Memory {
  lasting = false;
  /** @type {Map<string, { info: Info, items: Map<number, Item>, blobs: Map<number, Blob> }>} */
  #all = new Map();
  /** @type {Map<string, unknown>} */
  #notes = new Map();

  async infos() { return [...this.#all.values()].map(({ info }) => structuredClone(info)); }

  /** @param {string} id */
  async info(id) { return structuredClone(this.#all.get(id)?.info); }

  /** @param {string} id */
  async items(id) {
    return [...this.#all.get(id)?.items.values() ?? []].sort((a, b) => a.key - b.key).map((item) => ({ ...item }));
  }

  /** @param {string} id @param {number[]} keys */
  async blobs(id, keys) { return keys.map((key) => this.#all.get(id)?.blobs.get(key)); }

  /** @param {Change} change */
  async write({ info, items = [], blobs = new Map(), removed = [] }) {
    const one = this.#all.get(info.id) ?? { info, items: new Map(), blobs: new Map() };
    one.info = structuredClone(info);
    for (const item of items) one.items.set(item.key, { ...item });
    for (const [key, blob] of blobs) one.blobs.set(key, blob);
    for (const key of removed) {
      one.items.delete(key);
      one.blobs.delete(key);
    }
    this.#all.set(info.id, one);
  }

  /** @param {string} id */
  async remove(id) {
    this.#all.delete(id);
    for (const name of this.#notes.keys()) if (name.endsWith(`:${id}`)) this.#notes.delete(name);
  }

  /** @param {string} name */
  async note(name) { return structuredClone(this.#notes.get(name)); }

  /** @param {string} name @param {unknown} value */
  async keepNote(name, value) {
    if (value === undefined) this.#notes.delete(name);
    else this.#notes.set(name, structuredClone(value));
  }
}

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => {
    const db = request.result;
    db.createObjectStore("infos", { keyPath: "id" });
    db.createObjectStore("items", { keyPath: ["id", "key"] });
    db.createObjectStore("blobs");
    db.createObjectStore("notes");
  };
  return answer(request);
}

/** @type {Promise<Shelf> | undefined} */
let opened;

/** The shelf of this page: on the disk where that can be had. @returns {Promise<Shelf>} */
export function shelf() {
  opened ??= openDatabase().then((db) => {
    db.onclose = () => { opened = undefined; }; // the browser took it away, for its storage was cleared
    return new Disk(db);
  }, () => new Memory());
  return opened;
}
