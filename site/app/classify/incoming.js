// Pictures on their way in: dropped, pasted or chosen files, folders with what is in them, and addresses.

const pictures = /\.(jpe?g|png|webp|gif|bmp|avif)$/i;
const models = /\.(onnx|safetensors)$|^model\.json$/i;

/** Whether a file may be a picture, by what the system says it is or else by its name. @param {File} file */
export const isPicture = ({ type, name }) => type.startsWith("image/") || pictures.test(name);

/** Whether a file is a model. @param {File} file */
export const isModel = ({ name }) => models.test(name);

/**
 * All files of a drop or a paste, those in folders too. What is dropped must be asked for before anything is waited for.
 * @param {DataTransfer} transfer
 * @param {(files: number) => void} onProgress how many were found so far
 * @returns {Promise<{ files: File[], folder: boolean }>} and whether a folder is among them
 */
export async function filesOf(transfer, onProgress) {
  const roots = [...transfer.items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  /** @type {File[]} */
  const files = [];
  for (const root of roots) await collect(root, files, onProgress);
  return { files, folder: roots.some((root) => root && "isDirectory" in root && root.isDirectory) };
}

/** @param {FileSystemEntry | File | null} from @param {File[]} files @param {(files: number) => void} onProgress */
async function collect(from, files, onProgress) {
  if (!from) return;
  if (from instanceof File) files.push(from);
  else if (from.isFile) files.push(await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (from).file(resolve, reject)));
  else {
    const reader = /** @type {FileSystemDirectoryEntry} */ (from).createReader();
    for (;;) {
      /** @type {FileSystemEntry[]} A hundred at a time, none at the end. */
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const entry of some) await collect(entry, files, onProgress);
      onProgress(files.length);
    }
  }
}

/** The address that a drop or a paste gives, such as of a picture in another page; "" if none. @param {DataTransfer} transfer */
export function addressIn(transfer) {
  const lines = (transfer.getData("text/uri-list") || transfer.getData("text/plain")).split(/\r?\n/);
  const [first = ""] = lines.filter((line) => line && !line.startsWith("#"));
  return /^https?:\/\/\S+$/.test(first.trim()) ? first.trim() : "";
}

/**
 * Fetches a picture from an address that the visitor gave. Nothing tells the other site which page asks.
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<{ blob: Blob, name: string }>}
 */
export async function fetchPicture(text, signal) {
  const address = addressOf(text);
  const response = await fetch(address, { signal, credentials: "omit", referrerPolicy: "no-referrer" }).catch((error) => {
    if (signal.aborted) throw error;
    // Browsers do not tell pages whether the site refused or is not there.
    throw { code: "picture-forbidden", message: `${address.href}: ${error.message}` };
  });
  if (!response.ok) throw { code: "picture-missing", message: `${address.href}: HTTP ${response.status}` };
  const blob = await response.blob();
  if (blob.type.startsWith("text/")) throw { code: "picture-page", message: `${address.href}: ${blob.type}` };
  return { blob, name: address.pathname.split("/").at(-1) ?? "" };
}

/** @param {string} text */
function addressOf(text) {
  const wanted = text.trim();
  const address = URL.canParse(wanted) ? new URL(wanted) : URL.canParse(`https://${wanted}`) && wanted.includes(".") ? new URL(`https://${wanted}`) : null;
  const here = address?.origin === location.origin;
  if (!address || (address.protocol !== "https:" && !here)) throw { code: "picture-address", message: wanted };
  return address;
}
