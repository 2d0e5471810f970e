// The page around a program: starts it, and passes on what it says to the host in batches, in order.
"use strict";
(async () => {
  let batch = [], size = 0, timer = 0;

  function flush() {
    clearTimeout(timer);
    timer = 0;
    if (batch.length > 0) foveaHost(JSON.stringify(batch));
    batch = [];
    size = 0;
  }

  // [1 or 2, bytes], ["exit", code] or ["crash", text]
  function receive([kind, value]) {
    if (value instanceof Uint8Array) {
      let text = "";
      for (let i = 0; i < value.length; i += 4096) text += String.fromCharCode(...value.subarray(i, i + 4096));
      value = text;
      size += text.length;
    }
    const last = batch.at(-1);
    if (last && last[0] === kind) last[1] += value;
    else batch.push([kind, value]);
    if (typeof kind === "string" || size > 1 << 16) flush();
    else timer ||= setTimeout(flush, 2);
  }

  const load = (src) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = () => reject(new Error("loading " + src + " failed"));
    document.head.append(script);
  });

  try {
    const config = await (await fetch("/config.json")).json();
    if (config.window) {
      globalThis.foveaPost = receive;
      for (const src of ["/wasm_exec.js", "/replay.js", "/simd.js", "/program.js"]) await load(src);
      foveaProgram(config);
      return;
    }
    const worker = new Worker("/program.js");
    worker.onmessage = (e) => receive(e.data);
    worker.onerror = (e) => receive(["crash", e.message || "the worker failed to load"]);
    worker.postMessage(config);
  } catch (e) {
    receive(["crash", String(e)]);
  }
})();
