// A service worker for hosts that cannot set headers: answers get those that isolate the page from others, so that
// browsers let it share memory between threads. It keeps nothing and changes nothing else.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== location.origin || (request.cache === "only-if-cached" && request.mode !== "same-origin")) return;
  event.respondWith(fetch(request).then((response) => {
    if (response.status === 0) return response; // a redirection that the browser follows itself
    const headers = new Headers(response.headers);
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  }));
});
