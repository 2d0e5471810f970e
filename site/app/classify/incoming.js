// Pictures on their way in: which files are some, and those that an address leads to.

const pictures = /\.(jpe?g|png|webp|gif|bmp|avif)$/i;
const models = /\.(onnx|safetensors)$|^model\.json$/i;

/** Whether a file may be a picture, by what the system says it is or else by its name. @param {File} file */
export const isPicture = ({ type, name }) => type.startsWith("image/") || pictures.test(name);

/** Whether a file is a model. @param {File} file */
export const isModel = ({ name }) => models.test(name);

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
  const complete = URL.canParse(wanted) || !wanted.includes(".") ? wanted : `https://${wanted}`;
  const address = URL.canParse(complete) ? new URL(complete) : null;
  const here = address?.origin === location.origin;
  if (!address || (address.protocol !== "https:" && !here)) throw { code: "picture-address", message: wanted };
  return address;
}
