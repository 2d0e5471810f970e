// A collection of the user's own pictures by class, each kept on this device as it comes in.
import { takeIn } from "./adding.js";
import { DataError, readable } from "./errors.js";

/**
 * @import { Dataset, Fovea } from "../../../js/fovea.d.ts"
 * @import { Entry, Ready } from "./adding.js"
 * @import { Broken, Info, Item, Shelf } from "./shelf.js"
 */

/** Takes back what a call did. @typedef {() => Promise<void>} Undo */

/** What a change makes anew of a collection, and what the disk has to write and to remove for that.
 * @typedef {Partial<Info> & { items?: Item[], put?: Item[], blobs?: Map<number, Blob>, removed?: number[] }} Changed */

const mostBroken = 1000; // names that are kept of files that could not be read

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
  #onChange;

  /** @param {Shelf} on @param {Info} info @param {Item[]} items
   * @param {() => void} [onChange] is called after each change made here */
  constructor(on, info, items, onChange = () => {}) {
    super();
    this.#onChange = onChange;
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

  /**
   * The places in items() of what lay in a folder called test, which is not to be learned from; none where that would leave a
   * class nothing to learn from.
   * @returns {number[]}
   */
  givenTest() {
    const places = [...this.#items.keys()].filter((i) => this.#items[i]?.test);
    const rest = countsOf(this.#info.classes, this.#items.filter(({ test }) => !test));
    return this.counts().every((count, i) => count === 0 || (rest[i] ?? 0) > 0) ? places : [];
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
  add(entries, { total = Array.isArray(entries) ? entries.length : 0, ...options } = {}) {
    return takeIn(entries, (pictures, broken) => this.#write(pictures, broken), { total, ...options });
  }

  /** @param {Ready[]} pictures @param {Broken[]} broken */
  #write(pictures, broken) {
    return this.#do(() => {
      const classes = [...this.#info.classes];
      const blobs = new Map();
      const now = Date.now() * 1024 + Math.floor(Math.random() * 1024); // two tabs never share one
      let key = Math.max(now, (this.#items.at(-1)?.key ?? 0) + 1);
      const items = pictures.map(({ entry, blob, width, height }) => {
        let of = typeof entry.class === "number" ? Math.min(entry.class, classes.length - 1) : classes.indexOf(entry.class);
        if (of < 0) of = classes.push(String(entry.class)) - 1;
        blobs.set(key, blob);
        const item = { key: key++, class: of, name: entry.name, width, height, bytes: blob.size };
        return entry.test ? { ...item, test: true } : item;
      });
      const unread = [...this.#info.broken, ...broken].slice(-mostBroken);
      return { classes, items: [...this.#items, ...items], broken: unread, put: items, blobs };
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
    const removed = gone.map(({ key }) => key);
    await this.#do(() => ({ items: this.#items.filter(({ key }) => !which.has(key)), removed }));
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
      const left = this.#items.filter((item) => item.class !== i);
      const items = left.map((item) => (item.class > i ? { ...item, class: item.class - 1 } : item));
      const removed = gone.map(({ key }) => key);
      return { classes: this.#info.classes.toSpliced(i, 1), items, put: items.filter((item) => item.class >= i), removed };
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
   * @param {{ size?: number | [number, number], channels?: 1 | 3, signal?: AbortSignal,
   *   onProgress?: (done: number, total: number) => void }} [options]
   * @returns {Promise<Dataset>}
   */
  async dataset(fovea, { size = 32, channels = 3, signal, onProgress } = {}) {
    const [height, width = height] = /** @type {[number, number?]} */ ([size].flat());
    const items = this.items();
    const blobs = await this.#blobsOf(items);
    const samples = items.map((item) => ({ image: blobs.get(item.key) ?? new Blob(), label: item.class }));
    const source = { samples, shape: /** @type {[number, number, number]} */ ([height, width, channels]), classes: this.classes };
    const data = await fovea.dataset(source, { signal, onProgress });
    if (data.skipped.length === 0) return data;
    await data.close();
    const gone = data.skipped.map(({ index, class: of, reason }) => `${of}, picture ${index + 1}: ${reason}`);
    throw new DataError("picture-gone", gone.join("; "));
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
   * @param {() => Changed | null | Promise<null>} change
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
      this.dispatchEvent(new Event("change"));
      this.#onChange();
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
