// The service worker: keeps the site on the device, so that it works offline, and adds the headers that isolate a page where the host
// cannot, so that browsers let it share memory between threads.
//
// The build puts VERSION, a digest of all files, and FILES in. A version's files lie in a cache of their own, filled when a page asks
// for that; from then on they come from there, all of one version. A new version waits until no page of the old one is open, so that a
// training never meets files of another version, and takes the old one's cache away when it is whole itself.
const prefix = "fovea-site-";
const cacheName = prefix + VERSION;
const marker = "complete";

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep(event.source));
  if (event.data === "replace") skipWaiting();
});

/** Fills the cache, and tells the page how far it is. */
async function keep(page) {
  try {
    if (!(await whole())) {
      const cache = await caches.open(cacheName);
      let done = 0;
      await each(FILES, 4, async (file) => {
        if (!(await cache.match(file))) {
          const response = await fetch(file, { cache: "no-cache" });
          if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
          await cache.put(file, response);
        }
        page.postMessage({ kept: ++done, of: FILES.length });
      });
      await cache.put(marker, new Response(""));
      for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
    }
    page.postMessage({ kept: FILES.length, of: FILES.length });
  } catch (error) {
    page.postMessage({ failed: String(error?.message ?? error), full: error?.name === "QuotaExceededError" });
  }
}

/** Calls `act` for each item, so many at a time. */
async function each(items, atOnce, act) {
  const rest = [...items];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await act(item);
  }));
}

/** Whether all of this version is kept. Asked at every request, so a yes is remembered; what a browser clears then comes from the network. */
async function whole() {
  return kept ||= !!(await (await caches.open(cacheName)).match(marker));
}
let kept = false;

addEventListener("fetch", (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== location.origin || request.method !== "GET") return;
  if (request.cache === "only-if-cached" && request.mode !== "same-origin") return;
  event.respondWith(answer(request));
});

async function answer(request) {
  const cached = await whole().catch(() => false) && await fromCache(await caches.open(cacheName), request);
  if (cached) return isolated(cached);
  try {
    return isolated(await fetch(request));
  } catch (error) { // offline before everything was kept: what there is, of whatever version
    const old = await fromCache(caches, request);
    if (old) return isolated(old);
    throw error;
  }
}

/** What is kept for an address; what stands behind its ? and # is the page's own matter. @param {Cache | CacheStorage} where */
function fromCache(where, request) {
  const url = new URL(request.url);
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  if (url.pathname === new URL("data/mnist.fvd", location.href).pathname) return undefined; // the page keeps it itself
  return where.match(url.href, { ignoreSearch: true });
}

/** The answer with the headers that isolate a page. */
function isolated(response) {
  if (response.status === 0) return response; // a redirection that the browser follows itself
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
