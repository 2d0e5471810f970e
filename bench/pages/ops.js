// Fovea's forward passes and modules, by the program of bench/ops.
import { pattern } from "/bench/lib/layers.mjs";

export function measure({ net, ...options }) {
  const worker = new Worker("/ops/ops-worker.js", { name: "fovea-ops" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { result, error } }) => (error ? reject(new Error(`Fovea: ${error}`)) : resolve(result));
    worker.onerror = (event) => reject(new Error(`Fovea: ${event.message}`));
    worker.postMessage({ text: pattern(net), ...options });
  });
}
