// Fovea's plans in a Worker, as in the site's: threads wait for each other in a way that a page's main thread may not.
// The folder /ops/ also has the program and the scripts that it needs; see lib/chromium.mjs.
"use strict";

importScripts("replay.js", "simd.js", "wasm_exec.js");

/** Bytes of the modules made here. */
const modules = [];
WebAssembly.Module = class extends WebAssembly.Module {
  constructor(bytes) {
    super(bytes);
    modules.push(bytes.length);
  }
};

const started = (async () => {
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch("ops.wasm"), go.importObject);
  go.run(instance);
})();

async function measure({ module, ...options }) {
  await started;
  const { sample } = await import("/bench/common.js");
  const { planMs, compileMs, ...about } = await foveaOps.open(options);
  if (module) return { ms: [compileMs], bytes: modules.at(-1), planMs, ...about };
  return { ms: await sample((n) => foveaOps.run(n), options), ...about };
}

onmessage = ({ data }) => measure(data).then((result) => postMessage({ result }), (error) => postMessage({ error: String(error.message ?? error) }));
