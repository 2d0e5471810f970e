// All collections of the user's own pictures on this device.
import { Collection } from "./collection.js";
import { DataError, readable } from "./errors.js";
import { shelf } from "./shelf.js";

/** @import { Info } from "./shelf.js" */

/** What other tabs do to the same collections. @type {BroadcastChannel | null} */
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("fovea-collections") : null;

/** All collections of this device. Fires "change". */
class Collections extends EventTarget {
  /** @type {Map<string, Collection>} */
  #open = new Map();

  constructor() {
    super();
    tabs?.addEventListener("message", ({ data: id }) => {
      void this.#open.get(id)?.reload();
      this.dispatchEvent(new Event("change"));
    });
  }

  /** The latest first. @returns {Promise<Info[]>} */
  async list() { return (await (await shelf()).infos()).sort((a, b) => b.modified - a.modified); }

  /** Whether collections are there after a reload; not in private mode, for one. */
  async lasting() { return (await shelf()).lasting; }

  /** @param {string} name @param {string[]} classes @returns {Promise<Collection>} */
  async create(name, classes) {
    const on = await shelf();
    const counts = classes.map(() => 0);
    const info = { id: crypto.randomUUID(), name, classes: [...classes], counts, size: 0, modified: Date.now(), broken: [] };
    await on.write({ info }).catch(async (error) => { throw await readable(error); });
    const collection = new Collection(on, info, [], () => this.#changed(info.id));
    this.#open.set(info.id, collection);
    this.#changed(info.id);
    return collection;
  }

  /** The same object for the same id. @param {string} id @returns {Promise<Collection>} */
  async open(id) {
    const on = await shelf();
    const info = this.#open.has(id) ? undefined : await on.info(id);
    const items = info ? await on.items(id) : [];
    const known = this.#open.get(id);
    if (known) return known;
    if (!info) throw new DataError("collection-gone", id);
    const collection = new Collection(on, info, items, () => this.#changed(id));
    this.#open.set(id, collection);
    void navigator.storage?.persist?.().catch(() => {}); // asks that it is not thrown away when the disk fills up
    return collection;
  }

  /** @param {string} id */
  async remove(id) {
    await (await shelf()).remove(id);
    this.#open.delete(id);
    this.#changed(id);
  }

  /** What a page wants to remember beside the collections, by name. @param {string} name @returns {Promise<any>} */
  async note(name) { return (await shelf()).note(name); }

  /** @param {string} name @param {unknown} value undefined takes it away */
  async keepNote(name, value) {
    await (await shelf()).keepNote(name, value).catch(async (error) => { throw await readable(error); });
  }

  /** Tells this tab's pages and the other tabs. @param {string} id */
  #changed(id) {
    tabs?.postMessage(id);
    this.dispatchEvent(new Event("change"));
  }
}

export const collections = new Collections();
