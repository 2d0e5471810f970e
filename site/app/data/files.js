// Pictures among what a user drops, chooses or pastes: files, folders and zip archives. The folder of a picture names its class.
import { entered } from "../parts/entries.js";
import { zipped } from "./archives.js";

/** @import { Found } from "../parts/entries.js" */
/** @import { Entry } from "./adding.js" */

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

/** The files of a drop, those in folders included; to be called while the event is handled. @param {DataTransfer} transfer */
export const dropped = async (transfer) => (await entered(transfer)).found;

/** @param {string} path */
const nameOf = (path) => path.split("/").at(-1) ?? path;
/** @param {string} path @returns {string | undefined} */
const folderOf = (path) => path.split("/").at(-2);
/** Whether it lies as in test/cats/1.jpg: many sets come as folders of classes in train and test. @param {string} path */
const isTest = (path) => path.split("/").at(-3)?.toLowerCase() === "test";

/**
 * The pictures among files, each with its class: `into` if that is given, else the name of its folder, or `otherwise` where it
 * has none. Those of folders of classes in a folder called test are to test with.
 * @param {Found[]} found
 * @param {{ into?: number | string, otherwise: number | string }} options
 * @returns {AsyncGenerator<Entry>}
 */
export async function* entriesOf(found, { into, otherwise }) {
  const classOf = (/** @type {string} */ path) => into ?? folderOf(path) ?? otherwise;
  const entry = (/** @type {string} */ path, /** @type {Blob} */ blob) => (
    { class: classOf(path), name: nameOf(path), blob, test: into === undefined && isTest(path) });
  for (const { path, file } of found) {
    if (isHidden(path)) continue;
    if (isZip(path)) {
      const wanted = (/** @type {string} */ inside) => !inside.endsWith("/") && !isHidden(inside) && !isBeside(inside);
      for await (const { path: inside, blob } of zipped(file, wanted)) {
        yield entry(inside, new File([blob], nameOf(inside), { type: typeOf(inside) }));
      }
    } else if (!path.includes("/") || !isBeside(path)) {
      yield entry(path, file);
    }
  }
}

/** By its name, for archives know no types. @param {string} path */
function typeOf(path) {
  const ending = path.split(".").at(-1)?.toLowerCase() ?? "";
  const types = { jpg: "jpeg", jpeg: "jpeg", png: "png", webp: "webp", gif: "gif", bmp: "bmp" };
  return ending in types ? `image/${types[/** @type {keyof typeof types} */ (ending)]}` : "";
}

/** How many entries are to be expected: an archive counts as one until it is open. @param {Found[]} found */
export const countOf = (found) => (
  found.filter(({ path }) => !isHidden(path) && (!path.includes("/") || !isBeside(path))).length);
