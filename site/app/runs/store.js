// The runs kept on this device, in IndexedDB; where that is refused, in memory until the page closes.
import { recordFrom } from "./record.js";

/** @import { RunRecord } from "./record.js" */

const name = "fovea-runs";

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} */
async function use(mode, act) {
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("runs", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction("runs", mode);
      const request = act(transaction.objectStore("runs"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

/** Fires "change" where a run comes, goes or gets another name, in other tabs, too. */
class Runs extends EventTarget {
  /** Those that the disk did not take. @type {Map<string, RunRecord>} */
  #memory = new Map();
  #tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  /** Whether what was put last is there after a reload. */
  lasting = true;

  constructor() {
    super();
    this.#tabs?.addEventListener("message", () => this.dispatchEvent(new Event("change")));
  }

  /** The latest first; what cannot be read is left out. @returns {Promise<RunRecord[]>} */
  async list() {
    const kept = await use("readonly", (store) => store.getAll()).catch(() => []);
    const known = kept.filter((/** @type {any} */ run) => !this.#memory.has(run?.id)).flatMap((/** @type {any} */ run) => {
      try {
        return [recordFrom(run)];
      } catch {
        return []; // of a later Fovea, or damaged
      }
    });
    return [...this.#memory.values(), ...known].sort((a, b) => b.when - a.when);
  }

  /** Keeps a run, in place of the one with its id. @param {RunRecord} run */
  async put(run) {
    try {
      await use("readwrite", (store) => store.put(run));
      this.#memory.delete(run.id);
      this.lasting = true;
    } catch {
      this.#memory.set(run.id, run); // no storage, or a full disk
      this.lasting = false;
    }
    this.#changed();
  }

  /** @param {string} id */
  async remove(id) {
    this.#memory.delete(id);
    await use("readwrite", (store) => store.delete(id)).catch(() => {});
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
    this.#tabs?.postMessage("change");
  }
}

export const runs = new Runs();
