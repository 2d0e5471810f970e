// Nets in the browser's storage: files of a folder of the origin's private file system.

import { FoveaError } from "./errors.js";

/** @import * as api from "./fovea.d.ts" */

const folderName = "fovea-saved";
const ending = ".safetensors";
const part = ".part";

/** @param {string} name */
function fileOf(name) {
  if (typeof name !== "string" || name.trim() === "") throw new FoveaError("a saved net needs a name", { code: "argument" });
  return `${encodeURIComponent(name)}${ending}`;
}

/** @returns {Promise<FileSystemDirectoryHandle>} */
async function openFolder() {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(folderName, { create: true });
  } catch (error) {
    throw new FoveaError(`the browser keeps no files for this page (${/** @type {Error} */ (error).message}); leave private mode, `
      + "or keep the net as a file of your own: net.toBlob()", { code: "storage", cause: error });
  }
}

/** Writes beside the old file and replaces it when all is there. @param {string} name @param {Blob} blob */
export async function save(name, blob) {
  const file = fileOf(name);
  const folder = await openFolder();
  try {
    const handle = await folder.getFileHandle(file + part, { create: true });
    const out = await handle.createWritable();
    await blob.stream().pipeTo(out);
    await replace(folder, handle, file);
  } catch (error) {
    await folder.removeEntry(file + part).catch(() => {});
    throw new FoveaError(`${name} was not saved (${/** @type {Error} */ (error).message}); what was saved of it before is still `
      + "there. Free space, or keep the net as a file of your own: net.toBlob()", { code: "storage", cause: error });
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {any} handle @param {string} file */
async function replace(folder, handle, file) {
  if (handle.move) return handle.move(file);
  // What is written appears at once when it is closed.
  const out = await (await folder.getFileHandle(file, { create: true })).createWritable();
  await (await handle.getFile()).stream().pipeTo(out);
  await folder.removeEntry(file + part);
}

/** @param {string} name @returns {Promise<File>} */
export async function open(name) {
  const file = fileOf(name);
  try {
    return await (await (await openFolder()).getFileHandle(file)).getFile();
  } catch (error) {
    if (error instanceof FoveaError) throw error;
    throw new FoveaError(`there is no saved net called "${name}"; fovea.saved() lists those that are`,
      { code: "file", cause: error });
  }
}

/** @returns {Promise<api.SavedNet[]>} */
export async function list() {
  const nets = [];
  for await (const [file, handle] of /** @type {any} */ (await openFolder()).entries()) {
    if (!file.endsWith(ending)) continue;
    const { size, lastModified } = await handle.getFile();
    nets.push({ name: decodeURIComponent(file.slice(0, -ending.length)), bytes: size, modified: new Date(lastModified) });
  }
  return nets.sort((a, b) => b.modified.getTime() - a.modified.getTime());
}

/** @param {string} name */
export async function remove(name) {
  await (await openFolder()).removeEntry(fileOf(name)).catch(() => {});
}
