// What computes, and what happens where it cannot: in the built site in Chromium. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { memories, program, sample, threads, watchMemories } from "./memory.mjs";
import { soak } from "./soak.mjs";
import { id, noticed, phase, start, stepAbove, stepOf, until, write } from "./page.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
before(async () => { visit = await start(); });
after(() => visit?.close());

/** Visits a host, or a browser, that is not as others are. */
async function elsewhere(host, look) {
  const other = await start(host);
  try {
    await look(other);
  } finally {
    await other.close();
  }
}

async function leave(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

const backend = (page, name) => page.evaluate(async (wanted) => (await window.foveaTest.fovea.backends()).find((b) => b.name === wanted), name);

/** Trains a small net for some steps; `name` computes. */
async function trainsOn(page, name) {
  const { backend: { name: used }, steps, loss } = await page.evaluate(async () => {
    const { fovea } = window.foveaTest;
    const count = 64;
    const labels = new Uint8Array(count).map((_, i) => i % 2);
    const images = new Uint8Array(count * 64).map((_, i) => 200 * labels[i >> 6]);
    const data = await fovea.dataset({ images, labels, shape: [8, 8, 1], classes: ["dark", "bright"] });
    const net = await fovea.net("INPUT 8x8x1 -> CONV 3x3x4 -> RELU -> POOL 2 -> FC 2");
    const end = await net.train(data, { batch: 32, epochs: 200, learningRate: 0.01 }).finished;
    await net.close();
    return { ...end, backend: net.backend };
  });
  assert.equal(used, name);
  assert.equal(steps, 400);
  assert.ok(loss < 0.3, `loss ${loss}`);
}

/** SIMD computes with one thread, and page and program say why. */
async function oneThread(page, why) {
  const { available, adapter } = await backend(page, "simd");
  assert.ok(available);
  assert.match(adapter, /1 thread /);
  assert.match(adapter, why);
  assert.equal(await page.textContent("#backend-simd-detail"), adapter);
  await trainsOn(page, "simd");
  await leave(page);
}

test("pure Go computes where the browser has no WebAssembly SIMD", () => elsewhere({ flags: ["--js-flags=--no-enable-ssse3"] }, async ({ open }) => {
  const page = await open();
  const { available, reason } = await backend(page, "simd");
  assert.equal(available, false);
  assert.match(reason, /^WebAssembly SIMD is not available in this browser \(.*SIMD/);
  assert.equal(await page.textContent("#backend-simd-detail"), reason);
  assert.ok(await page.isDisabled(id("backend-simd")));
  await trainsOn(page, "cpu");
  await leave(page);
}));

test("one thread computes where the page cannot be isolated", () => elsewhere({ isolated: false }, async ({ open }) => {
  const refused = await open({ before: () => {
    navigator.serviceWorker.register = () => Promise.reject(new DOMException("The operation is insecure.", "SecurityError"));
  } });
  await oneThread(refused, /cross-origin isolated/);
  const never = await open({ before: () => { // accepted, but it does not install
    navigator.serviceWorker.register = () => Promise.resolve();
  } });
  await oneThread(never, /cross-origin isolated/);
}));

test("one thread computes where memory cannot be shared, and where workers do not start", async () => {
  await oneThread(await visit.open({ inWorker: () => { delete globalThis.SharedArrayBuffer; } }), /memory that threads can share/);
  await oneThread(await visit.open({ inWorker: () => { delete globalThis.Worker; } }), /workers do not start: Worker is not defined/);
});

test("says what to do where the site's policy forbids WebAssembly", () => elsewhere({ wasm: false }, async ({ open }) => {
  const page = await open({ wait: null });
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
}));

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
  const { backend } = window.opened = await window.foveaTest.fovea.net(net);
  return { name: backend.name, ms: performance.now() - began };
}, text);

const digits = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10";
const large = "INPUT 224x224x3 -> [CONV 3x3x64 pad 1 -> RELU]*4 -> POOL 2 -> GAP -> FC 10";

test("times a net where there is a choice, within limits, once, and leaves nothing open", async (t) => {
  const page = await visit.open({ inWorker: hardware });
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
  const page = await visit.open({ inWorker: hardware });
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
  const page = await visit.open();
  await program(page).evaluate(() => { globalThis.foveaSIMD.prototype.run = () => { throw new Error("nothing is to be timed"); }; });
  assert.equal((await auto(page, large)).name, "simd");
  await leave(page);
});

/** Writes a net and has it trained with that batch, in place of one that has learned nothing. */
async function trainNet(page, text, batch) {
  await write(page, text);
  await page.fill(id("batch"), String(batch));
  await page.fill(id("epochs"), "1000");
  await page.click(`${id("train")}:visible, ${id("start-over")}:visible`);
}

test("a net that needs more memory than there is is refused, and the next one trains", async () => {
  const page = await visit.open({ inWorker: watchMemories });
  await trainNet(page, "INPUT 28x28x1 -> [CONV 3x3x256 pad 1 -> RELU]*2 -> FC 10", 4096);
  await page.waitForSelector(`${id("alert-train")}[data-code="memory"]`, { timeout: 600_000 });
  const told = await page.textContent(id("alert-train"));
  const [, need, free] = told.match(/needs (\d+) MiB beside its weights, (\d+) MiB of \d+ MiB are free/) ?? assert.fail(told);
  assert.ok(Number(need) > Number(free), told);
  const { devices } = await memories(page);
  assert.ok(Math.max(...devices) < 100 << 20, `devices of ${devices} bytes: the digits, and nothing of the net`);
  await trainNet(page, "INPUT 28x28x1 -> CONV 3x3x4 -> RELU -> FC 10", 32);
  await stepAbove(page, 20);
  assert.equal(await page.getAttribute(id("backend-running"), "data-backend"), "simd");
  await page.click(id("stop"));
  await phase(page, "stopped");
  await leave(page);
});

test("a browser that gives no more memory is told of, and the next net trains", async () => {
  const page = await visit.open({ inWorker: () => {
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (this.buffer.byteLength + pages * 65536 > 150 << 20) throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
      return grow.call(this, pages);
    };
  } });
  await trainNet(page, "INPUT 28x28x1 -> CONV 3x3x64 pad 1 -> RELU -> FC 10", 1024);
  await page.waitForSelector(`${id("alert-train")}[data-code="memory"]`, { timeout: 600_000 });
  assert.match(await page.textContent(id("alert-train")), /\d+ MiB of memory are needed, but beside \d+ MiB the browser gives no more \(.*Unable to grow/);
  await trainNet(page, "INPUT 28x28x1 -> CONV 3x3x4 -> RELU -> FC 10", 32);
  await stepAbove(page, 20);
  await page.click(id("stop"));
  await phase(page, "stopped");
  await leave(page);
});

test("opening and closing nets takes no more memory with each", async () => {
  const page = await visit.open({ inWorker: watchMemories });
  const openAndClose = (times) => page.evaluate(async ([text, count]) => {
    const { fovea } = window.foveaTest;
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
  const page = await visit.open({ inWorker: [watchMemories, collectEarly] });
  assert.deepEqual(await soak(page, 20, "simd", (line) => t.diagnostic(line)), []);
  await leave(page);
});

test("goes on when a thread is lost, and starts again when the program is", async (t) => {
  const page = await visit.open({ inWorker: () => {
    const { Worker } = globalThis;
    globalThis.pool = [];
    globalThis.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        globalThis.pool.push(this);
      }
    };
  } });
  if (threads(page) === 0) return t.skip("this machine has one processor");
  await page.check(id("backend-simd"));
  await trainNet(page, digits, 64);
  await stepAbove(page, 20);
  const made = await program(page).evaluate(() => {
    globalThis.pool.at(-1).terminate();
    return globalThis.pool.length;
  });
  await page.waitForTimeout(3000); // a browser gives it two seconds
  await stepAbove(page, (await stepOf(page)) + 100);
  assert.ok((await program(page).evaluate(() => globalThis.pool.length)) > made, "there are new ones");
  assert.equal(await page.getAttribute(id("backend-running"), "data-backend"), "simd");
  assert.equal(await page.locator(`${id("log")} [data-code="device-lost"]`).count(), 0);

  const last = await page.$eval(id("saved"), (e) => Number(e.dataset.time));
  await until(page, (time) => Number(document.querySelector('[data-testid="saved"]').dataset.time) > time, last);
  const saved = await stepOf(page);
  await program(page).evaluate(() => { setTimeout(() => { throw new Error("the program is gone"); }); });
  await page.waitForSelector(`${id("alert-page")}[data-code="engine"]`);
  await page.click(`${id("alert-page")} ${id("alert-restart")}`);
  await page.waitForSelector(id("continue"), { timeout: 600_000 });
  await page.click(id("continue"));
  await stepAbove(page, saved);
  const ours = await program(page).evaluate(() => globalThis.pool.length);
  for (let seconds = 0; threads(page) > ours && seconds < 30; seconds++) await page.waitForTimeout(1000);
  assert.equal(threads(page), ours, "those of the program that is gone have ended");
  await page.click(id("stop"));
  await phase(page, "stopped");
  await leave(page);
});
