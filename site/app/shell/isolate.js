// Threads need a page that is isolated from others. A host says so by headers; where it does not, the
// service worker adds them.
import { register } from "./offline.js";

const tried = "fovea.isolation";
const patience = 3000; // ms within which a service worker that was accepted is ready

/** The promise, or a failure where it takes too long, for it may never be kept. @param {Promise<unknown>} promise */
const soon = (promise) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("not ready")), patience);
  promise.then(resolve, reject);
});

/** Gets the page isolated: installs the service worker and loads the page again, at most once a visit. It goes on as it
 * is where that cannot be had, with one thread. */
export async function isolate() {
  if (globalThis.crossOriginIsolated || !navigator.serviceWorker || !globalThis.isSecureContext) return;
  try {
    if (sessionStorage.getItem(tried)) return;
    sessionStorage.setItem(tried, "1");
    await soon(register().then(() => navigator.serviceWorker.ready));
    location.reload();
    await new Promise(() => {}); // nothing may begin before the page is loaded again
  } catch {
    // Storage or service workers are refused: one thread.
  }
}
