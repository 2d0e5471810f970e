// Runs the Go program, in a dedicated worker or (with foveaPost) in the page.
"use strict";
const post = globalThis.foveaPost ?? ((m) => postMessage(m));

globalThis.foveaProgram = async (config) => {
  let ended = false;
  const end = (kind, value) => {
    if (!ended) post([kind, value]);
    ended = true;
  };
  const crash = (e) => end("crash", (e && e.stack) || String(e));

  // What a trap leaves when JavaScript had called into Go.
  addEventListener("error", (e) => crash(e.error ?? e.message));
  addEventListener("unhandledrejection", (e) => {
    if (e.reason instanceof WebAssembly.RuntimeError || e.reason instanceof RangeError) crash(e.reason);
    else if (!ended) post([2, new TextEncoder().encode("unhandled rejection: " + e.reason + "\n")]);
  });

  fs.writeSync = (fd, bytes) => {
    if (fd !== 1 && fd !== 2) throw Object.assign(new Error("bad file"), { code: "EBADF" });
    if (!ended) post([fd, bytes.slice()]);
    return bytes.length;
  };
  fs.write = (fd, bytes, offset, length, position, callback) => {
    try {
      callback(null, fs.writeSync(fd, bytes.subarray(offset, offset + length)));
    } catch (e) {
      callback(e);
    }
  };
  process.cwd = () => "/";
  if (config.noGPU) delete Object.getPrototypeOf(navigator).gpu;

  try {
    const go = new Go();
    go.argv = config.argv;
    go.env = config.env;
    go.exit = (code) => end("exit", code);
    const { instance } = await WebAssembly.instantiateStreaming(fetch("/program.wasm"), go.importObject);
    await go.run(instance);
  } catch (e) {
    crash(e);
  }
};

if (!globalThis.foveaPost) {
  importScripts("/wasm_exec.js", "/replay.js", "/simd.js");
  onmessage = (e) => {
    onmessage = null;
    foveaProgram(e.data);
  };
}
