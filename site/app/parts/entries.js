// The files of a drop or a paste, those in folders included.

/** A file and the folders it came in, such as "cats/1.jpg". @typedef {{ path: string, file: File }} Found */

/**
 * All files of a drop or a paste. It must be called while the event is handled: what was dropped is gone afterwards.
 * @param {DataTransfer} transfer
 * @param {(files: number) => void} [onProgress] how many were found so far
 * @returns {Promise<{ found: Found[], folder: boolean }>} and whether a folder is among them
 */
export async function entered(transfer, onProgress = () => {}) {
  const files = [...transfer.items].filter(({ kind }) => kind === "file");
  const roots = files.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  /** @type {Found[]} */
  const found = [];
  for (const root of roots) {
    if (root && "isFile" in root) await walk(root, "", found, onProgress);
    else if (root) found.push({ path: root.name, file: root }); // pasted pictures are no entries
  }
  return { found, folder: roots.some((root) => root && "isDirectory" in root && root.isDirectory) };
}

/** @param {FileSystemEntry} entry @param {string} folder @param {Found[]} found @param {(files: number) => void} onProgress */
async function walk(entry, folder, found, onProgress) {
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    found.push({ path, file: await new Promise((resolve, reject) => { file.file(resolve, reject); }) });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} A hundred at a time, none at the end. */
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return;
    for (const one of some) await walk(one, `${path}/`, found, onProgress);
    onProgress(found.length);
  }
}
