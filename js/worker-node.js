// A thread of Node.js made to look like a dedicated Worker, in which worker.js then runs. See thread.js.

import { availableParallelism } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { Thread, fetchAnywhere } from "./thread.js";

const port = /** @type {NonNullable<typeof parentPort>} */ (parentPort);

/** @type {Record<string, unknown>} */
const scope = {
  name: workerData.name,
  location: { href: workerData.script },
  navigator: { hardwareConcurrency: availableParallelism() },
  Worker: Thread,
  fetch: fetchAnywhere,
  postMessage: (/** @type {unknown} */ message, /** @type {any[]} */ transfer) => port.postMessage(message, transfer),
  close: () => process.exit(),
  // Threads of one process share memory as an isolated page's Workers do, and may wait for each other.
  WorkerGlobalScope: class {},
  crossOriginIsolated: true,
};
for (const [name, value] of Object.entries(scope)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

await import(workerData.script);
port.on("message", (data) => /** @type {any} */ (globalThis).onmessage?.({ data }));
