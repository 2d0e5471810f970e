// The Worker's end of Fovea: loads the Go program and passes calls and events on. A classic worker, because Go's wasm_exec.js,
// replay.js and simd.js are plain scripts; the build puts them in front of this, and the whole is also the script of the threads
// that simd.js makes. The messages are described in connection.js.
"use strict";

{
  /** @type {any} */
  const scope = globalThis;

  /** @param {unknown} message @param {Transferable[]} [transfer] */
  const post = (message, transfer = []) => scope.postMessage(message, transfer);

  /** How long the page hears nothing of a download, at most. */
  const reportMs = 100;

  /** The calls that are being answered, to cancel them. @type {Set<number>} */
  const running = new Set();

  /** @param {MessageEvent} message */
  const receive = async ({ data: { id, method, args, reports, cancel } }) => {
    if (cancel) {
      if (running.has(cancel)) scope.foveaCancel(cancel);
      return;
    }
    running.add(id);
    try {
      if (method !== "start" && !scope.foveaCall) throw { code: "internal", message: "the program has not started yet" };
      const result = await (method === "start" ? start(args)
        : new Promise((resolve, reject) => scope.foveaCall(id, method, args, Boolean(reports), resolve, reject)));
      post({ id, result }, buffersOf(result));
    } catch (error) {
      post({ id, error: plainError(error) });
    } finally {
      running.delete(id);
    }
  };

  if (scope.name !== "fovea-simd") { // a thread listens to simd.js alone
    scope.onmessage = receive;
    scope.foveaThreads = `${scope.location.href}#thread`; // to tell them apart in a browser's tools
    /** @param {object} event What happened; `training` says in which training, if in one. */
    scope.foveaEvent = (event) => post({ event });
  }

  /** Errors cross to the page as plain objects. @param {any} error */
  function plainError(error) {
    return {
      code: error?.code ?? "internal",
      message: String(error?.message ?? error),
      line: error?.line ?? 0,
      column: error?.column ?? 0,
      length: error?.length ?? 1,
    };
  }

  /**
   * The buffers that a result may hand over without copying: of bytes in it, or in records in it.
   * @param {any} result @returns {Transferable[]}
   */
  function buffersOf(result) {
    if (result instanceof Uint8Array) return [result.buffer];
    if (!result || typeof result !== "object") return [];
    return [...new Set(Object.values(result).flatMap((value) => (Array.isArray(value) ? [] : buffersOf(value))))];
  }

  /** Starts the program, and resolves when it answers. @param {{ wasm: string, module?: WebAssembly.Module }} args */
  async function start({ wasm, module }) {
    const go = new scope.Go();
    module ??= await load(wasm);
    const instance = await WebAssembly.instantiate(module, go.importObject);
    scope.foveaMemory = instance.exports.mem;
    const ready = new Promise((resolve) => {
      scope.foveaReady = resolve;
    });
    const ended = go.run(instance).then(
      () => "the program ended",
      (/** @type {any} */ error) => `the program failed: ${error?.message ?? error}`,
    );
    const early = await Promise.race([ready.then(() => ""), ended]);
    if (early) throw { code: "internal", message: early };
    ended.then((/** @type {string} */ message) => post({ event: { type: "exit", message } }));
    return { lock: await held(), module };
  }

  /**
   * Holds a lock for as long as this Worker lives, by which the page learns of its end.
   * @returns {Promise<string>} its name, or "" where there are no locks
   */
  function held() {
    const { locks } = scope.navigator ?? {};
    if (!locks) return Promise.resolve("");
    const name = `fovea-worker-${scope.crypto.randomUUID()}`;
    return new Promise((resolve) => {
      locks.request(name, () => {
        resolve(name);
        return new Promise(() => {});
      }).catch(() => resolve("")); // such as where the page has no storage
    });
  }

  /** Throws where nothing can make the program run, before it is fetched. The smallest module there is compiles everywhere. */
  function mayRun() {
    if (!scope.WebAssembly) {
      throw { code: "blocked", message: "this browser has no WebAssembly, or it is switched off; switch it on for this site, or "
        + "use another browser" };
    }
    try {
      new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    } catch {
      throw { code: "blocked", message: `${scope.location.href} was served with a Content-Security-Policy that forbids `
        + "WebAssembly; its script-src, or default-src where it has none, must allow 'wasm-unsafe-eval'" };
    }
  }

  /** Compiles the program: here, for it would hold the page up. @param {string} url @returns {Promise<WebAssembly.Module>} */
  async function load(url) {
    mayRun();
    const response = await fetchProgram(url);
    return WebAssembly.compileStreaming(response).catch((error) => {
      if (!(error instanceof WebAssembly.CompileError)) throw error;
      throw { code: "network", message: `${url} is not Fovea's program, or not all of it (${error.message}); it must be the `
        + "fovea.wasm that came with this worker.js, and not a page with which the server answers unknown addresses" };
    });
  }

  /** Fetches the program and reports how far it is, some times a second. @param {string} url @returns {Promise<Response>} */
  async function fetchProgram(url) {
    const response = await fetch(url).catch((error) => {
      throw { code: "network", message: `${url} could not be loaded: ${error.message}` };
    });
    if (!response.ok || !response.body) {
      throw { code: "network", message: `${url} could not be loaded: the server answered ${response.status}` };
    }
    // A compressed answer's length is not the length of what the stream yields.
    const total = response.headers.get("Content-Encoding") ? 0 : Number(response.headers.get("Content-Length") ?? 0);
    let loaded = 0;
    let told = -Infinity;
    const tell = () => {
      told = performance.now();
      post({ event: { type: "load", loaded, total } });
    };
    const counted = response.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        if (performance.now() - told > reportMs) tell();
        controller.enqueue(chunk);
      },
      flush: tell,
    }));
    return new Response(counted, { headers: { "Content-Type": "application/wasm" } });
  }
}
