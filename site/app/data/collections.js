// The user's own pictures by class, kept on this device as they come in.
import { DataError } from "./errors.js";
import { shelf } from "./shelf.js";
import { BrokenPicture } from "./shrink.js";
import { shrinkElsewhere, shrinkersBusy } from "./shrinkers.js";

/**
 * @import { Dataset, Fovea } from "../../../js/fovea.d.ts"
 * @import { Broken, Change, Info, Item, Shelf } from "./shelf.js"
 */

/** A file on its way into a collection: its class is an index, or a name, which is added if it is new.
 * @typedef {{ class: number | string, name: string, blob: Blob }} Entry */

/** Takes back what a call did. @typedef {() => Promise<void>} Undo */

const together = 32; // pictures written at a time, so that a killed tab loses no more
const mostBroken = 1000; // names that are kept of files that could not be read

/** What other tabs do to the same collections. @type {BroadcastChannel | null} */
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("fovea-collections") : null;

/** A full disk as a DataError that says how much there is. @param {unknown} error */
async function readable(error) {
  if (/** @type {any} */ (error)?.name !== "QuotaExceededError") return error;
  const { usage = 0, quota = 0 } = /** @type {StorageEstimate} */ (await globalThis.navigator?.storage?.estimate?.().catch(() => null) ?? {});
  const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`;
  return new DataError("disk-full", quota ? `the browser gives this site ${megabytes(quota)}, of which ${megabytes(usage)} are used` : "", error);
}

/**
 * A collection that is open. Fires "change". Each call writes to the disk before it resolves; calls are done one after the
 * other.
 */
export class Collection extends EventTarget {
  /** @type {Shelf} */
  #shelf;
  /** @type {Info} */
  #info;
  /** @type {Item[]} */
  #items;
  /** @type {Map<number, Item> | null} The items by their keys, once somebody has asked. */
  #byKey = null;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {Shelf} on @param {Info} info @param {Item[]} items */
  constructor(on, info, items) {
    super();
    this.#shelf = on;
    this.#info = info;
    this.#items = items;
  }

  get id() { return this.#info.id; }
  get name() { return this.#info.name; }
  get classes() { return [...this.#info.classes]; }
  /** Files that were given and could not be read. */
  get broken() { return [...this.#info.broken]; }
  /** Whether it is there after a reload. */
  get lasting() { return this.#shelf.lasting; }

  /** Pictures in their order. */
  items() { return [...this.#items]; }

  /** @param {number} key @returns {Item | undefined} */
  item(key) {
    this.#byKey ??= new Map(this.#items.map((item) => [item.key, item]));
    return this.#byKey.get(key);
  }

  /** How many pictures each class has. */
  counts() { return countsOf(this.#info.classes, this.#items); }

  /** @param {number} key @returns {Promise<Blob>} */
  async blob(key) {
    const [blob] = await this.#shelf.blobs(this.id, [key]);
    if (!blob) throw new DataError("picture-gone", `picture ${key} of "${this.name}"`);
    return blob;
  }

  /**
   * Adds pictures, in their order, and keeps them as it goes: what is added stays, also where `signal` or an error ends the rest.
   * @param {Iterable<Entry> | AsyncIterable<Entry>} entries
   * @param {{ onProgress?: (done: number, total: number) => void, signal?: AbortSignal, total?: number }} [options]
   * @returns {Promise<{ added: number, broken: Broken[] }>}
   */
  async add(entries, { onProgress, signal, total = Array.isArray(entries) ? entries.length : 0 } = {}) {
    /** @type {{ added: number, broken: Broken[] }} */
    const result = { added: 0, broken: [] };
    /** @type {{ entry: Entry, kept: ReturnType<typeof shrinkElsewhere> }[]} */
    const under = [];
    /** @type {{ entry: Entry, blob: Blob, width: number, height: number }[]} */
    let ready = [];
    let written = 0; // of the broken ones
    let done = 0;
    const write = async () => {
      const [pictures, broken] = [ready, result.broken.slice(written)];
      [ready, written] = [[], result.broken.length];
      if (pictures.length + broken.length > 0) await this.#write(pictures, broken);
      result.added += pictures.length;
    };
    const finishOne = async () => {
      const one = under.shift();
      if (!one) return;
      try {
        ready.push({ entry: one.entry, ...await one.kept });
      } catch (error) {
        if (!(error instanceof BrokenPicture)) throw error;
        result.broken.push({ name: one.entry.name, reason: error.reason });
      }
      onProgress?.(++done, Math.max(total, done));
      if (ready.length >= together) await write();
    };
    try {
      for await (const entry of entries) {
        if (signal?.aborted) break;
        const kept = shrinkElsewhere(entry.blob);
        kept.catch(() => {}); // finishOne says it
        under.push({ entry, kept });
        if (under.length >= shrinkersBusy) await finishOne();
      }
      while (under.length > 0 && !signal?.aborted) await finishOne();
    } finally {
      await write();
    }
    return result;
  }

  /** @param {{ entry: Entry, blob: Blob, width: number, height: number }[]} pictures @param {Broken[]} broken */
  #write(pictures, broken) {
    return this.#do(() => {
      const classes = [...this.#info.classes];
      const blobs = new Map();
      let key = Math.max(Date.now() * 1024 + Math.floor(Math.random() * 1024), (this.#items.at(-1)?.key ?? 0) + 1); // two tabs never share one
      const items = pictures.map(({ entry, blob, width, height }) => {
        let of = typeof entry.class === "number" ? Math.min(entry.class, classes.length - 1) : classes.indexOf(entry.class);
        if (of < 0) of = classes.push(String(entry.class)) - 1;
        blobs.set(key, blob);
        return { key: key++, class: of, name: entry.name, width, height, bytes: blob.size };
      });
      return { classes, items: [...this.#items, ...items], broken: [...this.#info.broken, ...broken].slice(-mostBroken), put: items, blobs };
    });
  }

  /** Moves pictures to another class. @param {number | number[]} keys @param {number} to @returns {Promise<Undo>} */
  async relabel(keys, to) {
    const which = new Set([keys].flat());
    if (!(to in this.#info.classes)) throw new RangeError(`class ${to} of ${this.#info.classes.length}`);
    const before = this.#items.filter(({ key }) => which.has(key));
    const put = before.map((item) => ({ ...item, class: to }));
    await this.#do(() => ({ items: replaced(this.#items, put), put }));
    return () => this.#do(() => ({ items: replaced(this.#items, before), put: before }));
  }

  /** @param {number[]} keys @returns {Promise<Undo>} */
  async remove(keys) {
    const which = new Set(keys);
    const gone = this.#items.filter(({ key }) => which.has(key));
    const blobs = await this.#blobsOf(gone);
    await this.#do(() => ({ items: this.#items.filter(({ key }) => !which.has(key)), removed: gone.map(({ key }) => key) }));
    return () => this.#do(() => ({ items: [...this.#items, ...gone].sort((a, b) => a.key - b.key), put: gone, blobs }));
  }

  /** @param {string} name @returns {Promise<Undo>} */
  async rename(name) {
    const before = this.name;
    await this.#do(() => ({ name }));
    return () => this.#do(() => ({ name: before }));
  }

  /** @param {string} name @returns {Promise<number>} its index */
  async addClass(name) {
    this.#checkName(name, -1);
    await this.#do(() => ({ classes: [...this.#info.classes, name] }));
    return this.#info.classes.length - 1;
  }

  /** @param {number} i @param {string} name @returns {Promise<Undo>} */
  async renameClass(i, name) {
    this.#checkName(name, i);
    const before = this.#info.classes[i] ?? "";
    await this.#do(() => ({ classes: this.#info.classes.with(i, name) }));
    return () => this.#do(() => ({ classes: this.#info.classes.with(i, before) }));
  }

  /** Removes a class with its pictures. @param {number} i @returns {Promise<Undo>} */
  async removeClass(i) {
    const name = this.#info.classes[i] ?? "";
    const gone = this.#items.filter((item) => item.class === i);
    const blobs = await this.#blobsOf(gone);
    await this.#do(() => {
      const items = this.#items.filter((item) => item.class !== i).map((item) => (item.class > i ? { ...item, class: item.class - 1 } : item));
      return { classes: this.#info.classes.toSpliced(i, 1), items, put: items.filter((item) => item.class >= i), removed: gone.map(({ key }) => key) };
    });
    return () => this.#do(() => {
      const moved = this.#items.map((item) => (item.class >= i ? { ...item, class: item.class + 1 } : item));
      const items = [...moved, ...gone].sort((a, b) => a.key - b.key);
      return { classes: this.#info.classes.toSpliced(i, 0, name), items, put: items.filter((item) => item.class >= i), blobs };
    });
  }

  /** Forgets the names of unreadable files. */
  forgetBroken() { return this.#do(() => ({ broken: [] })); }

  /**
   * A data set of it, whose sample i is items()[i]: the picture scaled and cut to `size` pixels.
   * @param {Fovea} fovea
   * @param {{ size?: number | [number, number], channels?: 1 | 3, signal?: AbortSignal, onProgress?: (done: number, total: number) => void }} [options]
   * @returns {Promise<Dataset>}
   */
  async dataset(fovea, { size = 32, channels = 3, signal, onProgress } = {}) {
    const [height, width = height] = /** @type {[number, number?]} */ ([size].flat());
    const items = this.items();
    const blobs = await this.#blobsOf(items);
    const samples = items.map((item) => ({ image: blobs.get(item.key) ?? new Blob(), label: item.class }));
    const data = await fovea.dataset({ samples, shape: [height, width, channels], classes: this.classes }, { signal, onProgress });
    if (data.skipped.length === 0) return data;
    await data.close();
    throw new DataError("picture-gone", data.skipped.map(({ index, class: of, reason }) => `${of}, picture ${index + 1}: ${reason}`).join("; "));
  }

  /** As it is on the disk now, after another tab has changed it. */
  reload() {
    return this.#do(async () => {
      const info = await this.#shelf.info(this.id);
      if (!info) return null;
      [this.#info, this.#items, this.#byKey] = [info, await this.#shelf.items(this.id), null];
      this.dispatchEvent(new Event("change"));
      return null;
    });
  }

  /** @param {Item[]} items @returns {Promise<Map<number, Blob>>} */
  async #blobsOf(items) {
    const blobs = await this.#shelf.blobs(this.id, items.map(({ key }) => key));
    return new Map(items.flatMap(({ key }, i) => { const blob = blobs[i]; return blob ? [[key, blob]] : []; }));
  }

  /** @param {string} name @param {number} except */
  #checkName(name, except) {
    if (!name.trim()) throw new DataError("class-unnamed", "");
    if (this.#info.classes.some((other, i) => i !== except && other === name)) throw new DataError("class-exists", `"${name}"`);
  }

  /**
   * Does one change, after those before it: on the disk first, then here.
   * @param {() => Partial<Info> & { items?: Item[], put?: Item[], blobs?: Map<number, Blob>, removed?: number[] } | null | Promise<null>} change
   * @returns {Promise<void>}
   */
  #do(change) {
    const turn = this.#last.then(async () => {
      const changed = await change();
      if (!changed) return;
      const { items = this.#items, put, blobs, removed, ...rest } = changed;
      const info = { ...this.#info, ...rest, modified: Date.now() };
      info.counts = countsOf(info.classes, items);
      info.size = items.reduce((sum, { bytes }) => sum + bytes, 0);
      await this.#shelf.write({ info, items: put, blobs, removed }).catch(async (error) => { throw await readable(error); });
      [this.#info, this.#items, this.#byKey] = [info, items, null];
      tabs?.postMessage(this.id);
      this.dispatchEvent(new Event("change"));
      collections.dispatchEvent(new Event("change"));
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** @param {Item[]} items @param {Item[]} by */
function replaced(items, by) {
  const news = new Map(by.map((item) => [item.key, item]));
  return items.map((item) => news.get(item.key) ?? item);
}

/** @param {string[]} classes @param {Item[]} items */
function countsOf(classes, items) {
  const counts = classes.map(() => 0);
  for (const item of items) counts[item.class] = (counts[item.class] ?? 0) + 1;
  return counts;
}

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
    const info = { id: crypto.randomUUID(), name, classes: [...classes], counts: classes.map(() => 0), size: 0, modified: Date.now(), broken: [] };
    await on.write({ info }).catch(async (error) => { throw await readable(error); });
    const collection = new Collection(on, info, []);
    this.#open.set(info.id, collection);
    tabs?.postMessage(info.id);
    this.dispatchEvent(new Event("change"));
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
    const collection = new Collection(on, info, items);
    this.#open.set(id, collection);
    void navigator.storage?.persist?.().catch(() => {}); // asks that it is not thrown away when the disk fills up
    return collection;
  }

  /** @param {string} id */
  async remove(id) {
    await (await shelf()).remove(id);
    this.#open.delete(id);
    tabs?.postMessage(id);
    this.dispatchEvent(new Event("change"));
  }

  /** What a page wants to remember beside the collections, by name. @param {string} name @returns {Promise<any>} */
  async note(name) { return (await shelf()).note(name); }

  /** @param {string} name @param {unknown} value undefined takes it away */
  async keepNote(name, value) { await (await shelf()).keepNote(name, value).catch(async (error) => { throw await readable(error); }); }
}

export const collections = new Collections();
