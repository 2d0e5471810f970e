// Pictures among what a user drops, chooses or pastes: files, folders and zip archives. The folder that a picture lies in names its class.
import { zipped } from "./archives.js";

/** @import { Entry } from "./collections.js" */

/** A file and the folders it came in, such as "cats/1.jpg". @typedef {{ path: string, file: File }} Found */

const beside = ["__MACOSX", "Thumbs.db", "desktop.ini"];

/** What systems put into folders and archives beside the pictures. @param {string} path */
const isHidden = (path) => path.split("/").some((part) => part.startsWith(".") || beside.includes(part));
/** @param {string} path */
const isZip = (path) => /\.zip$/i.test(path);
/**
 * Files that nobody takes for a picture are passed over in folders; others are tried, and told if they are none.
 * @param {string} path
 */
const isBeside = (path) => /\.(txt|md|csv|tsv|json|xml|yaml|yml|html?|py|js|ini|log|pdf|npy|npz|mat|pkl)$/i.test(path);

/** The files of a choice, with their folders where it was one. @param {FileList | File[]} files @returns {Found[]} */
export const chosen = (files) => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/**
 * The files of a drop, those in folders included. Must be called while the event is handled: its entries are gone afterwards.
 * @param {DataTransfer} transfer @returns {Promise<Found[]>}
 */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null).filter((entry) => entry !== null);
  if (entries.length === 0) return chosen(transfer.files);
  /** @type {Found[]} */
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

/** @param {FileSystemEntry} entry @param {string} folder @param {Found[]} found */
async function walk(entry, folder, found) {
  const path = folder + entry.name;
  if (entry instanceof FileSystemFileEntry) {
    found.push({ path, file: await new Promise((resolve, reject) => { entry.file(resolve, reject); }) });
  } else if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader();
    for (;;) { // a hundred at a time
      /** @type {FileSystemEntry[]} */
      const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
      if (some.length === 0) return;
      for (const one of some) await walk(one, `${path}/`, found);
    }
  }
}

/** @param {string} path @returns {string | undefined} */
const folderOf = (path) => path.split("/").at(-2);

/**
 * The pictures among files, each with its class: `into` if that is given, else the name of its folder, or `otherwise` where it has none.
 * @param {Found[]} found
 * @param {{ into?: number | string, otherwise: number | string }} options
 * @returns {AsyncGenerator<Entry>}
 */
export async function* entriesOf(found, { into, otherwise }) {
  const classOf = (/** @type {string} */ path) => into ?? folderOf(path) ?? otherwise;
  const nameOf = (/** @type {string} */ path) => path.split("/").at(-1) ?? path;
  for (const { path, file } of found) {
    if (isHidden(path)) continue;
    if (isZip(path)) {
      const wanted = (/** @type {string} */ inside) => !inside.endsWith("/") && !isHidden(inside) && !isBeside(inside);
      for await (const { path: inside, blob } of zipped(file, wanted)) {
        yield { class: classOf(inside), name: nameOf(inside), blob: new File([blob], nameOf(inside), { type: typeOf(inside) }) };
      }
    } else if (!path.includes("/") || !isBeside(path)) {
      yield { class: classOf(path), name: nameOf(path), blob: file };
    }
  }
}

/** By its name, for archives know no types. @param {string} path */
function typeOf(path) {
  const ending = path.split(".").at(-1)?.toLowerCase() ?? "";
  return { jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp", gif: "image/gif", bmp: "image/bmp" }[ending] ?? "";
}

/** How many entries are to be expected: an archive counts as one until it is open. @param {Found[]} found */
export const countOf = (found) => found.filter(({ path }) => !isHidden(path) && (!path.includes("/") || !isBeside(path))).length;
