// Fetches the packed digits, with progress, and keeps them for the next visit.

const cacheName = "fovea-data-1";

/** @typedef {{ bytes: number, file: string }} DataInfo */

/** Size and place of the packed file. @returns {Promise<DataInfo>} */
export async function dataInfo() {
  const response = await fetch(new URL("data/mnist.json", document.baseURI));
  if (!response.ok) throw new Error(`data/mnist.json: the server answered ${response.status}`);
  return response.json();
}

/** @param {DataInfo} info */
function address({ file, bytes }) {
  const url = new URL(file.includes("/") ? file : `data/${file}`, document.baseURI);
  url.searchParams.set("size", String(bytes)); // another file is another entry of the cache
  return url.href;
}

/** Whether the file is on this device already. @param {DataInfo} info */
export async function isKept(info) {
  const cache = await openCache();
  return !!(await cache?.match(address(info)));
}

/** @returns {Promise<Cache | null>} */
async function openCache() {
  try {
    return await caches.open(cacheName);
  } catch {
    return null; // no storage: it is downloaded again next time
  }
}

/**
 * @param {DataInfo} info
 * @param {(loaded: number, total: number) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function fetchData(info, onProgress, signal) {
  const url = address(info);
  const cache = await openCache();
  const kept = await cache?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if (bytes.length === info.bytes) return bytes;
    await cache?.delete(url);
  }
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) throw new Error(`${info.file}: the server answered ${response.status}`);
  const bytes = new Uint8Array(info.bytes);
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    if (loaded + value.length > bytes.length) throw new Error(`${info.file} is longer than the ${info.bytes} bytes expected`);
    bytes.set(value, loaded);
    loaded += value.length;
    onProgress(loaded, info.bytes);
  }
  if (loaded < bytes.length) throw new Error(`${info.file} ended after ${loaded} of ${info.bytes} bytes`);
  if (cache) {
    const old = (await cache.keys()).filter((request) => request.url !== url);
    await Promise.all(old.map((request) => cache.delete(request)));
    await cache.put(url, new Response(bytes.slice())).catch(() => {}); // no room: downloaded again next time
  }
  return bytes;
}
