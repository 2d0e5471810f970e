// What computes, and what happens where it cannot: the program in Chromium, with things taken away. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { start } from "./api.mjs";
import { memories, program, sample, threads, watchMemories } from "./memory.mjs";
import { id, start as startSite } from "./page.mjs";
import { soak } from "./soak.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
before(async () => { visit = await start(); });
after(() => visit?.close());

/** Visits a host, or a browser, that is not as others are. */
async function elsewhere(host, look, begin = start) {
  const other = await begin(host);
  try {
    await look(other);
  } finally {
    await other.close();
  }
}

/** A page whose `fovea` is the program. */
async function open(options, at = visit) {
  const page = await at.open(options);
  await page.evaluate(async () => { globalThis.fovea = await Fovea.start(); });
  return page;
}

async function leave(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

const backend = (page, name) => page.evaluate(async (wanted) => (await fovea.backends()).find((b) => b.name === wanted), name);

/** Trains a small net for some steps; `name` computes. */
async function trainsOn(page, name) {
  const { backend: { name: used }, steps, loss } = await page.evaluate(async () => {
    const count = 64;
    const labels = new Uint8Array(count).map((_, i) => i % 2);
    const images = new Uint8Array(count * 64).map((_, i) => 200 * labels[i >> 6]);
    const data = await fovea.dataset({ images, labels, shape: [8, 8, 1], classes: ["dark", "bright"] });
    const net = await fovea.net("INPUT 8x8x1 -> CONV 3x3x4 -> RELU -> POOL 2 -> FC 2");
    const end = await net.train(data, { batch: 32, epochs: 200, learningRate: 0.01 }).finished;
    await net.close();
    await data.close();
    return { ...end, backend: net.backend };
  });
  assert.equal(used, name);
  assert.equal(steps, 400);
  assert.ok(loss < 0.3, `loss ${loss}`);
}

/** SIMD computes with one thread, and the program says why. */
async function oneThread(page, why) {
  const { available, adapter } = await backend(page, "simd");
  assert.ok(available);
  assert.match(adapter, /1 thread /);
  assert.match(adapter, why);
  await trainsOn(page, "simd");
  await leave(page);
}

test("pure Go computes where the browser has no WebAssembly SIMD", () => elsewhere({ flags: ["--js-flags=--no-enable-ssse3"] }, async (other) => {
  const page = await open({}, other);
  const { available, reason } = await backend(page, "simd");
  assert.equal(available, false);
  assert.match(reason, /^WebAssembly SIMD is not available in this browser \(.*SIMD/);
  await trainsOn(page, "cpu");
  await leave(page);
}));

test("one thread computes where the page cannot be isolated", () => elsewhere({ isolated: false }, async (other) => {
  await oneThread(await open({}, other), /cross-origin isolated/);
}));

test("one thread computes where memory cannot be shared, and where workers do not start", async () => {
  await oneThread(await open({ inWorker: () => { delete globalThis.SharedArrayBuffer; } }), /memory that threads can share/);
  await oneThread(await open({ inWorker: () => { delete globalThis.Worker; } }), /workers do not start: Worker is not defined/);
});

test("a page goes on where the service worker that would isolate it is refused, or never comes", () => elsewhere({ isolated: false }, async (other) => {
  const refuses = () => {
    navigator.serviceWorker.register = () => Promise.reject(new DOMException("The operation is insecure.", "SecurityError"));
  };
  const accepts = () => { navigator.serviceWorker.register = () => Promise.resolve(); }; // and does not install
  for (const before of [refuses, accepts]) {
    const page = await other.open({ path: "bench.html", before });
    assert.equal(await page.evaluate(() => crossOriginIsolated), false);
    await leave(page);
  }
}, startSite));

test("says what to do where the site's policy forbids WebAssembly", () => elsewhere({ wasm: false }, async (other) => {
  const page = await other.open({ path: "train.html", wait: null });
  await page.waitForSelector(`${id("alert-page")}[data-code="blocked"]`);
  assert.match(await page.textContent(id("alert-page")), /must allow 'wasm-unsafe-eval' in script-src/);
  const error = await page.evaluate(async () => {
    const { Fovea } = await import("./js/fovea.js");
    return Fovea.start().then(() => null, ({ name, code, message }) => ({ name, code, message }));
  });
  assert.equal(error.name, "FoveaError");
  assert.equal(error.code, "blocked");
  assert.match(error.message, /js\/worker\.js was served with a Content-Security-Policy that forbids WebAssembly; its script-src.* must allow 'wasm-unsafe-eval'/);
  assert.ok(await page.isDisabled(id("train")));
  await page.context().close(); // the console has told of it, too
}, startSite));

/** In the Worker: the software adapter passes for a GPU, and devices are counted. */
function hardware() {
  for (const [name, value] of Object.entries({ vendor: "none", architecture: "test", device: "", description: "test GPU", isFallbackAdapter: false })) {
    Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => value });
  }
  const { requestDevice } = GPUAdapter.prototype;
  const { destroy } = GPUDevice.prototype;
  const alive = new Set();
  globalThis.gpus = { asked: 0, alive };
  GPUAdapter.prototype.requestDevice = async function (...args) {
    gpus.asked++;
    const device = await requestDevice.apply(this, args);
    alive.add(device);
    return device;
  };
  GPUDevice.prototype.destroy = function () {
    alive.delete(this);
    destroy.apply(this);
  };
}

const gpus = (page) => program(page).evaluate(() => ({ asked: globalThis.gpus.asked, alive: globalThis.gpus.alive.size }));

/** Opens a net with backend "auto": what computes it, and after how long. */
const auto = (page, text) => page.evaluate(async (net) => {
  const began = performance.now();
  const { backend } = window.opened = await fovea.net(net);
  return { name: backend.name, ms: performance.now() - began };
}, text);

const digits = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10";
const large = "INPUT 224x224x3 -> [CONV 3x3x64 pad 1 -> RELU]*4 -> POOL 2 -> GAP -> FC 10";

test("times a net where there is a choice, within limits, once, and leaves nothing open", async (t) => {
  const page = await open({ inWorker: hardware });
  const pool = (await backend(page, "simd")).adapter.match(/, (\d+) thread/)[1] - 1;
  const { asked } = await gpus(page);
  await program(page).evaluate(() => {
    const { submit } = GPUQueue.prototype;
    GPUQueue.prototype.submit = function (...args) {
      for (const until = performance.now() + 300; performance.now() < until;);
      submit.apply(this, args);
    };
  });
  const first = await auto(page, digits);
  t.diagnostic(`a net for digits: ${first.name} after ${first.ms.toFixed()} ms, a software GPU timed beside it`);
  assert.equal(first.name, "simd", "the GPU is none, and slow");
  assert.deepEqual(await gpus(page), { asked: asked + 2, alive: 0 }, "one to see whether there is a GPU, one to time it");
  assert.equal(threads(page), pool);
  const second = await auto(page, digits.replaceAll(" -> ", "->"));
  assert.equal(second.name, "simd");
  assert.equal((await gpus(page)).asked, asked + 2, "not timed again");
  await leave(page);
});

test("takes the GPU where that is faster, or where the net is too large to time", async (t) => {
  const page = await open({ inWorker: hardware });
  const { asked } = await gpus(page);
  const huge = await auto(page, large);
  t.diagnostic(`a large net: ${huge.name} after ${huge.ms.toFixed()} ms`);
  assert.equal(huge.name, "webgpu");
  assert.equal((await gpus(page)).asked, asked + 2, "one to see whether there is a GPU, one for the net");
  await program(page).evaluate(() => {
    const { run } = globalThis.foveaSIMD.prototype;
    globalThis.foveaSIMD.prototype.run = function (...args) {
      for (const until = performance.now() + 2000; performance.now() < until;);
      run.apply(this, args);
    };
  });
  assert.equal((await auto(page, "INPUT 8x8x1 -> FC 2")).name, "webgpu");
  await leave(page);
});

test("times nothing where SIMD alone is fast", async () => {
  const page = await open();
  await program(page).evaluate(() => { globalThis.foveaSIMD.prototype.run = () => { throw new Error("nothing is to be timed"); }; });
  assert.equal((await auto(page, large)).name, "simd");
  await leave(page);
});

/** Trains a net on a few random digits until it has made some steps; the code of the error, or "trains". */
const trains = (page, text, batch) => page.evaluate(async ([net, size]) => {
  const images = new Uint8Array(4096 * 784).map((_, i) => (i * 31) % 251);
  const labels = new Uint8Array(4096).map((_, i) => i % 10);
  const data = await fovea.dataset({ images, labels, shape: [28, 28, 1], classes: [..."0123456789"] });
  const opened = await fovea.net(net, { backend: "simd" });
  const training = opened.train(data, { batch: size, epochs: 1000 });
  try {
    for await (const { step } of training) if (step > 4) break;
    await training.stop();
    return { code: "trains", message: "" };
  } catch ({ code, message }) {
    return { code, message };
  } finally {
    await opened.close();
    await data.close();
  }
}, [text, batch]);

const small = "INPUT 28x28x1 -> CONV 3x3x4 -> RELU -> FC 10";

test("a net that needs more memory than there is is refused, and the next one trains", async () => {
  const page = await open({ inWorker: watchMemories });
  const { code, message } = await trains(page, "INPUT 28x28x1 -> [CONV 3x3x256 pad 1 -> RELU]*2 -> FC 10", 4096);
  assert.equal(code, "memory", message);
  const [, need, free] = message.match(/needs (\d+) MiB beside its weights, (\d+) MiB of \d+ MiB are free/) ?? assert.fail(message);
  assert.ok(Number(need) > Number(free), message);
  const { devices } = await memories(page);
  assert.ok(Math.max(...devices) < 100 << 20, `devices of ${devices} bytes: the digits, and nothing of the net`);
  assert.equal((await trains(page, small, 32)).code, "trains");
  await leave(page);
});

test("a browser that gives no more memory is told of, and the next net trains", async () => {
  const page = await open({ inWorker: () => {
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (this.buffer.byteLength + pages * 65536 > 100 << 20) throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
      return grow.call(this, pages);
    };
  } });
  const { code, message } = await trains(page, "INPUT 28x28x1 -> CONV 3x3x64 pad 1 -> RELU -> FC 10", 1024);
  assert.equal(code, "memory", message);
  assert.match(message, /\d+ MiB of memory are needed, but beside \d+ MiB the browser gives no more \(.*Unable to grow/);
  assert.equal((await trains(page, small, 32)).code, "trains");
  await leave(page);
});

test("opening and closing nets takes no more memory with each", async () => {
  const page = await open({ inWorker: watchMemories });
  const openAndClose = (times) => page.evaluate(async ([text, count]) => {
    const images = new Uint8Array(64 * 28 * 28).map((_, i) => i % 251);
    const labels = new Uint8Array(64).map((_, i) => i % 10);
    const data = await fovea.dataset({ images, labels, shape: [28, 28, 1], classes: [..."0123456789"] });
    let before;
    for (let i = 0; i < count; i++) {
      const net = await fovea.net(text, { backend: "simd" });
      await before?.close(); // as the page does, which has two for a moment
      before = net;
      await net.train(data, { batch: 64, epochs: 3 }).finished;
    }
    await before.close();
    await data.close();
  }, [digits, times]);
  await openAndClose(10);
  const { devices } = await sample(page);
  await openAndClose(20);
  assert.equal((await sample(page)).devices, devices);
  assert.equal((await memories(page)).devices.length, 1, "the memory of the device that is kept");
  assert.equal(threads(page), (await backend(page, "simd")).adapter.match(/, (\d+) thread/)[1] - 1, "its threads");
  await leave(page);
});

/** In the Worker: Go's collector runs early, so that seconds show what grows. */
function collectEarly() {
  Object.defineProperty(globalThis, "Go", { configurable: true, set: (Go) => {
    Object.defineProperty(globalThis, "Go", { value: class extends Go { env = { GOMEMLIMIT: "76MiB" }; } });
  } });
}

test("memory does not grow while it trains", async (t) => {
  const page = await open({ inWorker: [watchMemories, collectEarly] });
  assert.deepEqual(await soak(page, 15, (line) => t.diagnostic(line)), []);
  await leave(page);
});

test("goes on when a thread is lost, and its threads end with the program", async (t) => {
  const page = await open({ inWorker: () => {
    const { Worker } = globalThis;
    globalThis.pool = [];
    globalThis.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        globalThis.pool.push(this);
      }
    };
  } });
  if (/ 1 thread /.test((await backend(page, "simd")).adapter)) return t.skip("this machine has one processor");
  await page.evaluate(async (text) => {
    const images = new Uint8Array(640 * 784).map((_, i) => i % 251);
    const data = await fovea.dataset({ images, labels: new Uint8Array(640).map((_, i) => i % 10), shape: [28, 28, 1] });
    const net = await fovea.net(text, { backend: "simd" });
    const training = net.train(data, { batch: 64, epochs: 100000 });
    Object.assign(globalThis, { net, training, step: 0, notices: [] });
    (async () => {
      for await (const event of training.events()) {
        if (event.type === "progress") globalThis.step = event.step;
        if (event.type === "notice") globalThis.notices.push(event.code);
      }
    })();
  }, digits);
  const stepAbove = (step) => page.waitForFunction((than) => globalThis.step > than, step, { timeout: 300_000 });
  await stepAbove(20);
  const made = await program(page).evaluate(() => {
    globalThis.pool.at(-1).terminate();
    return globalThis.pool.length;
  });
  await page.waitForTimeout(3000); // a browser gives it two seconds
  await stepAbove(await page.evaluate(() => globalThis.step + 50));
  assert.ok((await program(page).evaluate(() => globalThis.pool.length)) > made, "there are new ones");
  assert.equal(await page.evaluate(() => net.backend.name), "simd");
  assert.deepEqual(await page.evaluate(() => notices), []);
  await page.evaluate(() => training.stop());

  await page.evaluate(() => fovea.close());
  for (let tenths = 0; page.workers().length > 0 && tenths < 300; tenths++) await page.waitForTimeout(100);
  assert.equal(page.workers().length, 0, "the program and its threads have ended");
  await leave(page);
});
