// A run as something to pass on: a file, or a link whose fragment holds the record. Browsers do not send fragments to servers.
import { CardError } from "./check.js";
import { recordFrom } from "./record.js";
import { rounded, thin } from "./statistics.js";

/** @import { RunRecord } from "./record.js" */

const key = "run=";
/** Links that are longer are cut by some mail programs and messengers. */
const maxLink = 7800;
/** What is taken in: far more than any card is, and little enough for any device. */
const maxFragment = 64 << 10;
export const maxBytes = 1 << 20;

/** @param {ReadableStream<Uint8Array>} stream @param {number} limit bytes, after which a card is no card */
async function all(stream, limit) {
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      void reader.cancel().catch(() => {});
      throw new CardError(`it unpacks to more than ${limit} bytes, which no card does`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {CompressionStream | DecompressionStream} by @param {number} limit */
const through = (bytes, by, limit) => all(new Blob([bytes]).stream().pipeThrough(/** @type {any} */ (by)), limit);

/** RFC 4648's alphabet for addresses, without padding. @param {Uint8Array} bytes */
const base64url = (bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @param {string} text */
function bytesOf(text) {
  if (!/^[\w-]*$/.test(text)) {
    throw new CardError("the link has characters that no card's link has; perhaps it was changed on its way");
  }
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    throw new CardError("the link is cut off or was changed on its way");
  }
}

/** A record with at most `points` points a curve, in few digits. @param {RunRecord} run @param {number} points
 * @returns {RunRecord} */
function brief(run, points) {
  /** @param {RunRecord["training"]} curve */
  const short = (curve) => {
    const { step, loss, accuracy } = thin(curve, points);
    return { step, loss: loss.map(rounded), accuracy: accuracy.map(rounded) };
  };
  const every = Math.max(1, Math.ceil(run.rates.step.length / points));
  /** @param {number[]} values */
  const some = (values) => values.filter((_, i) => i % every === 0 || i === values.length - 1);
  return { ...run, training: short(run.training), validation: short(run.validation),
    rates: { step: some(run.rates.step), rate: some(run.rates.rate).map(rounded) } };
}

/** The fragment of the link, without "#". Curves get coarser, then the confusions go, until it is short enough.
 * @param {RunRecord} run @returns {Promise<string>} */
export async function fragmentOf(run) {
  const attempts = [
    ...[100, 50, 25, 12].map((points) => brief(run, points)),
    { ...brief(run, 12), confusion: [] }, { ...brief(run, 6), confusion: [], perClass: [] },
  ];
  let fragment = "";
  for (const attempt of attempts) {
    const json = new TextEncoder().encode(JSON.stringify(attempt));
    fragment = key + base64url(await through(json, new CompressionStream("deflate-raw"), maxBytes));
    if (fragment.length <= maxLink) return fragment;
  }
  throw new CardError(`the card takes ${fragment.length} characters as a link, more than ${maxLink}; pass it on as a file`,
    "card-long");
}

/** Whether an address's fragment holds a card. @param {string} hash */
export const holdsCard = (hash) => hash.replace(/^#/, "").startsWith(key);

/** The record of a link's fragment; throws a CardError. @param {string} hash @returns {Promise<RunRecord>} */
export async function fromFragment(hash) {
  if (!holdsCard(hash)) throw new CardError("the link has no card in it");
  const text = hash.replace(/^#/, "").slice(key.length);
  if (text.length > maxFragment) throw new CardError(`the link has ${text.length} characters, more than any card's`);
  const packed = bytesOf(text);
  const bytes = await through(packed, new DecompressionStream("deflate-raw"), maxBytes).catch((error) => {
    throw error instanceof CardError ? error : new CardError("the link is cut off or was changed on its way");
  });
  return fromJSON(bytes);
}

/** @param {Uint8Array} bytes */
function fromJSON(bytes) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new CardError("it is no JSON text in UTF-8");
  }
  return recordFrom(value);
}

/** The card as a file. @param {RunRecord} run @param {string} [title] what the file is named after */
export function fileOf(run, title = run.name) {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "run";
  return new File([JSON.stringify(run, null, 1)], `${name}.fovea-run.json`, { type: "application/json" });
}

/** The record in a file; throws a CardError. @param {Blob} file */
export async function fromFile(file) {
  if (file.size > maxBytes) throw new CardError(`the file has ${file.size} bytes, more than any card`);
  return fromJSON(new Uint8Array(await file.arrayBuffer()));
}
