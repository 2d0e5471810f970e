// The JavaScript API as developers use it: in an empty page in Chromium.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { start } from "./api.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let host;
// A page that a test made up counts as one of the wide net, which may not ask this machine for pictures.
before(async () => { host = await start({ flags: ["--disable-features=LocalNetworkAccessChecks"] }); });
after(() => host?.close());

const small = "INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3";

/** Runs in a new page, and expects nothing that nobody caught. */
async function inPage(work, argument, options) {
  const page = await host.open(options);
  try {
    const result = await page.evaluate(work, argument);
    assert.deepEqual(page.complaints, []);
    return result;
  } finally {
    await page.context().close();
  }
}

test("the README's example: load, classify, train, save, load again", async () => {
  const result = await inPage(async (text) => {
    const fovea = await Fovea.start({ backend: "simd" });
    const net = await fovea.net(text, { classes: ["dark", "bright", "split"] });
    const images = new Uint8Array(90 * 64).map((_, i) => {
      const kind = Math.floor(i / 64) % 3;
      return kind === 2 ? (i % 8 < 4 ? 20 : 220) : 30 + 180 * kind + (i * 7) % 20;
    });
    const labels = Array.from({ length: 90 }, (_, i) => i % 3);
    const data = await fovea.dataset({ images, labels });
    const [learn, check] = await data.split(0.2);
    const seen = [];
    for await (const { step, loss, accuracy, imagesPerSecond } of net.train(learn, { epochs: 30, batch: 16, validation: check, learningRate: 0.01 })) {
      seen.push({ step, loss, accuracy, imagesPerSecond });
    }
    const stopper = new AbortController();
    const long = (await fovea.net(text)).train(learn, { epochs: 1e6, signal: stopper.signal });
    for await (const _ of long) stopper.abort(); // ends, without an error
    const stopped = [long.state, (await long.finished).steps > 0];
    const score = await net.evaluate(check);
    await net.save("mine");
    const again = await fovea.load({ saved: "mine" });
    const pixels = new Uint8Array(64).fill(30);
    const predicted = await net.predict(pixels);
    const reloaded = await again.predict(pixels);
    const picture = new ImageData(new Uint8ClampedArray(8 * 8 * 4).fill(225), 8, 8);
    const best = await again.classify(picture, { top: 2 });
    const saved = await fovea.saved();
    await fovea.deleteSaved("mine");
    const features = await again.features({ data: pixels });
    return {
      shape: data.shape, counts: [learn.count, check.count], steps: seen.length, last: seen.at(-1), score,
      equal: predicted.data.every((p, i) => p === reloaded.data[i]), predictedShape: predicted.shape, features: features.length,
      best: best.map(({ label }) => label), isArray: Array.isArray(best), backend: best.backend.name, saved: saved.map(({ name }) => name),
      left: (await fovea.saved()).length, stopped, classes: again.classes, history: again.saved.history.length > 0,
    };
  }, small);
  assert.deepEqual(result.shape, [8, 8, 1]);
  assert.deepEqual(result.counts, [72, 18]);
  assert.ok(result.steps > 0 && result.last.step > 0 && Number.isFinite(result.last.loss) && result.last.imagesPerSecond > 0, JSON.stringify(result.last));
  assert.equal(result.score.accuracy, 1);
  assert.deepEqual(result.score.perClass.map(({ label, count, accuracy }) => [label, count, accuracy]), [["dark", 6, 1], ["bright", 6, 1], ["split", 6, 1]]);
  assert.deepEqual(result.score.confusion, [[6, 0, 0], [0, 6, 0], [0, 0, 6]]);
  assert.ok(result.equal, "a net that was saved and loaded gives other numbers");
  assert.deepEqual(result.predictedShape, [1, 3]);
  assert.equal(result.features, 64);
  assert.deepEqual([result.best.length, result.best[0], result.isArray, result.backend], [2, "bright", true, "simd"]);
  assert.deepEqual([result.saved, result.left], [["mine"], 0]);
  assert.deepEqual(result.classes, ["dark", "bright", "split"]);
  assert.deepEqual(result.stopped, ["stopped", true]);
  assert.ok(result.history);
});

test("an ONNX file, a compact file and raw numbers in both layouts give the same answers", async () => {
  const result = await inPage(async () => {
    const fovea = await Fovea.start({ backend: "simd" });
    const net = await fovea.net("INPUT 6x5x3 -> CONV 3x3x8 -> RELU -> FC 4", { seed: 5 });
    const last = new Float32Array(2 * 90).map((_, i) => Math.sin(i));
    const first = new Float32Array(180).map((_, i) => {
      const n = Math.floor(i / 90), c = Math.floor(i / 30) % 3, at = i % 30;
      return last[n * 90 + at * 3 + c];
    });
    const onnx = await fovea.load(new File([await net.toBlob("onnx")], "net.onnx"));
    const half = await fovea.load(await net.toBlob("safetensors", { precision: "float16" }));
    const tensor = { data: first, shape: [2, 3, 6, 5], layout: "NCHW" };
    const out = { plain: await net.predict({ data: last, shape: [2, 6, 5, 3] }), planes: await net.predict(tensor), onnx: await onnx.predict(tensor), half: await half.predict(tensor) };
    const onnxText = onnx.summary.text;
    const kept = new Float32Array(90), given = new Float32Array(90);
    await Promise.all([net.predict(kept), net.predict(given, { transfer: true })]);
    out.lengths = { data: [kept.length, given.length] };
    return { ...Object.fromEntries(Object.entries(out).map(([name, { data, shape }]) => [name, { data: [...data], shape }])), onnxText };
  });
  assert.deepEqual(result.plain.shape, [2, 4]);
  assert.deepEqual(result.planes, result.plain);
  result.onnx.data.forEach((p, i) => assert.ok(Math.abs(p - result.plain.data[i]) < 1e-6));
  result.half.data.forEach((p, i) => assert.ok(Math.abs(p - result.plain.data[i]) < 1e-3));
  assert.equal(result.onnxText, "");
  assert.deepEqual(result.lengths.data, [90, 0]);
});

test("pictures by class become a data set; broken ones are named and left out", async () => {
  const result = await inPage(async () => {
    const fovea = await Fovea.start({ backend: "cpu" });
    const picture = async (colour, name) => {
      const canvas = new OffscreenCanvas(90, 60);
      const context = canvas.getContext("2d");
      context.fillStyle = colour;
      context.fillRect(0, 0, 90, 60);
      return new File([await canvas.convertToBlob()], name);
    };
    const broken = new File(["no picture"], "broken.png");
    const progress = [];
    const data = await fovea.dataset({ pictures: { red: [await picture("#ff0000", "a.png"), broken], blue: [await picture("#0000ff", "b.png")] }, size: [8, 8] },
      { onProgress: (done, total) => progress.push([done, total]) });
    const { pixels, label } = await data.sample(1);
    return { count: data.count, perClass: data.perClass, skipped: data.skipped, first: [...pixels.slice(0, 3)], label, progress };
  });
  assert.equal(result.count, 2);
  assert.deepEqual(result.perClass, [1, 1]);
  assert.deepEqual(result.skipped.map(({ class: of, index, name }) => [of, index, name]), [["red", 1, "broken.png"]]);
  assert.match(result.skipped[0].reason, /not|picture|format/);
  assert.deepEqual([result.first, result.label], [[0, 0, 255], 1]);
  assert.deepEqual(result.progress.at(-1), [3, 3]);
});

test("samples of a generator and files of MNIST's and CIFAR's formats become data sets", async () => {
  const result = await inPage(async () => {
    const fovea = await Fovea.start({ backend: "cpu" });
    async function* samples() {
      for (let i = 0; i < 40; i++) yield { image: new Uint8Array(4).fill(i), label: i % 2 ? "odd" : "even" };
    }
    const generated = await fovea.dataset({ samples: samples(), shape: [2, 2, 1], classes: ["even", "odd"] });
    const idx = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
    const images = await idx(new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]));
    const labels = await idx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]));
    const mnist = await fovea.dataset({ idx: { images, labels } });
    const record = (label) => new Uint8Array(3073).fill(label);
    const cifar = await fovea.dataset({ cifar10: [record(0), new Uint8Array(await new Blob([1, 2, 3, 4, 5, 6, 7, 8, 9].map(record)).arrayBuffer())] });
    return [generated, mnist, cifar].map(({ count, shape, perClass }) => ({ count, shape, perClass }));
  });
  assert.deepEqual(result[0], { count: 40, shape: [2, 2, 1], perClass: [20, 20] });
  assert.deepEqual(result[1], { count: 2, shape: [1, 2, 1], perClass: [1, 1] });
  assert.deepEqual([result[2].count, result[2].shape], [10, [32, 32, 3]]);
});

test("50 calls at once are answered in their order, and those that are given up are not", async () => {
  const result = await inPage(async (text) => {
    const fovea = await Fovea.start({ backend: "simd" });
    const net = await fovea.net(text);
    const order = [];
    const controllers = Array.from({ length: 50 }, () => new AbortController());
    const calls = controllers.map(({ signal }, i) => {
      const call = net.predict(new Uint8Array(64).fill(i), { signal });
      call.then(() => order.push(i), () => {});
      return code(call);
    });
    for (const i of [20, 33, 49]) controllers[i].abort();
    const codes = await Promise.all(calls);
    const early = AbortSignal.abort();
    let named;
    await net.predict(new Uint8Array(64), { signal: early }).catch((error) => { named = [error.name, error.cause === early.reason, error.remedy.length > 0]; });
    return { order, codes, named };
  }, small);
  assert.deepEqual(result.order, [...Array(50).keys()].filter((i) => ![20, 33, 49].includes(i)));
  result.codes.forEach((code, i) => assert.equal(code, [20, 33, 49].includes(i) ? "aborted" : "none", `call ${i}`));
  assert.deepEqual(result.named, ["AbortError", true, true]);
});

test("every mistake has its code, and leaves nothing behind", async () => {
  const codes = await inPage(async (text) => {
    const fovea = await Fovea.start({ backend: "cpu" });
    const net = await fovea.net(text);
    const detached = new Uint8Array(64);
    structuredClone(detached, { transfer: [detached.buffer] });
    const closed = await fovea.net(text);
    await closed.close();
    await closed.close();
    const data = await fovea.dataset({ images: new Uint8Array(64 * 3), labels: [0, 1, 2] });
    const other = await fovea.dataset({ images: new Uint8Array(9 * 3), labels: [0, 1, 2] });
    await other.close();
    const wrongData = await fovea.dataset({ images: new Uint8Array(16 * 3), labels: [0, 1, 2] });
    const codes = {
      detached: await code(net.predict(detached)),
      "a detached picture": await code(net.classify(detached)),
      short: await code(net.predict(new Float32Array(63))),
      "wrong shape": await code(net.predict({ data: new Float32Array(64), shape: [1, 8, 8] })),
      NaN: await code(net.predict(new Float32Array(64).fill(NaN))),
      "no numbers": await code(net.predict("numbers")),
      "no picture": await code(net.classify({})),
      "a broken picture": await code(net.classify(new Blob(["x"]))),
      "a broken model": await code(fovea.load(new Blob(["not a model, by any means"]))),
      "no model": await code(fovea.load(7)),
      "a missing model": await code(fovea.load("/nowhere.onnx")),
      "a missing part": await code(fovea.load({ saved: "nothing" })),
      "a wrong text": await code(fovea.net("INPUT 8x8x1 -> WHAT 3")),
      "a closed net": await code(closed.predict(new Uint8Array(64))),
      "a closed data set": await code(net.evaluate(other)),
      "data of another shape": await code(net.evaluate(wrongData)),
      "labels that are none": await code(fovea.dataset({ images: new Uint8Array(64), labels: [0.5] })),
      "samples of no shape": await code(fovea.dataset({ images: new Uint8Array(7), labels: [0] })),
      "no data set": await code(fovea.dataset({})),
      "no layer": await code(net.features({ data: new Uint8Array(64) }, { layer: "nothing" })),
      "no precision": await code(net.toBlob("safetensors", { precision: "float8" })),
      "no format": await code(net.toBlob("pickle")),
      "an aborted load": await code(fovea.load("/js/fovea.wasm", { signal: AbortSignal.timeout(1) })),
      "no backend": await code(fovea.net(text, { backend: "abacus" })),
      "other classes": await code(fovea.net(text, { classes: ["a"] })),
    };
    await Promise.all([net.close(), data.close(), wrongData.close()]);
    const { nets, datasets } = await fovea.memory();
    await fovea.close();
    await fovea.close();
    codes["closed Fovea"] = await code(fovea.memory());
    return { ...codes, nets, datasets };
  }, small);
  assert.deepEqual(codes, {
    detached: "argument", "a detached picture": "argument", short: "argument", "wrong shape": "argument", NaN: "argument", "no numbers": "argument",
    "no picture": "argument", "a broken picture": "file", "a broken model": "file", "no model": "argument", "a missing model": "network",
    "a missing part": "file", "a wrong text": "net", "a closed net": "closed", "a closed data set": "closed", "data of another shape": "data",
    "labels that are none": "data", "samples of no shape": "data", "no data set": "argument", "no layer": "argument", "no precision": "argument",
    "no format": "argument", "an aborted load": "aborted", "no backend": "argument", "other classes": "data", "closed Fovea": "closed",
    nets: 0, datasets: 0,
  });
});

test("a Worker that is killed rejects what is in flight; the next call has another, with the nets as they were", async () => {
  const result = await inPage(async (text) => {
    const fovea = await Fovea.start({ backend: "simd" });
    const net = await fovea.net(text, { seed: 4 });
    const onnx = await fovea.load(await net.toBlob("onnx"));
    const images = new Uint8Array(64 * 30).map((_, i) => (i * 31) % 251);
    const data = await fovea.dataset({ images, labels: Array.from({ length: 30 }, (_, i) => i % 3) });
    await net.train(data, { epochs: 2, batch: 10 }).finished;
    const pixels = new Uint8Array(64).map((_, i) => i);
    const before = [await net.predict(pixels), await onnx.predict(pixels)].map(({ data }) => [...data]);
    const training = net.train(data, { epochs: 1e6, batch: 10 });
    for await (const _ of training) break;
    const flying = [code(training.finished), code(net.predict(pixels)), code(fovea.memory())];
    globalThis.workers[0].terminate();
    const codes = await Promise.all(flying);
    const state = training.state;
    const after = [await net.predict(pixels), await onnx.predict(pixels)].map(({ data }) => [...data]);
    return { codes, state, before, after, lost: await code(net.evaluate(data)), started: globalThis.workers.length, backend: net.backend.name };
  }, small, {
    hooks: () => {
      globalThis.workers = [];
      globalThis.Worker = class extends Worker {
        constructor(...parts) {
          super(...parts);
          globalThis.workers.push(this);
        }
      };
    },
  });
  assert.deepEqual(result.codes, ["worker-lost", "worker-lost", "worker-lost"]);
  assert.equal(result.state, "failed");
  assert.deepEqual(result.after[1], result.before[1]);
  assert.deepEqual(result.after[0], result.before[0], "the trained net came back with other weights");
  assert.deepEqual([result.lost, result.started, result.backend], ["worker-lost", 2, "simd"]);
});

test("a picture of another origin without CORS is refused by name", async () => {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>`;
  const other = createServer((_, response) => response.writeHead(200, { "Content-Type": "image/svg+xml" }).end(drawing));
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const page = await host.open();
  try {
    await page.route("**/shown.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>shown</title>" }));
    await page.goto(`${host.site.url}shown.html`);
    const found = await page.evaluate(async ([url, text]) => {
      const { Fovea } = await import("/js/fovea.js");
      const fovea = await Fovea.start({ backend: "cpu" });
      const net = await fovea.net(text);
      const image = new Image();
      image.src = url;
      return net.classify(image).then(() => "none", (error) => `${error.code} ${error.message}`);
    }, [`http://127.0.0.1:${other.address().port}/`, small]);
    assert.match(found, /^cross-origin /);
  } finally {
    await page.context().close();
    other.close();
  }
});

// ROUNDS=20 makes it 10,000 calls and 400 nets.
const rounds = Number(process.env.ROUNDS || 2);

for (const backend of ["simd", "webgpu"]) {
  test(`memory stays as it is over thousands of calls and a hundred nets, on ${backend}`, async () => {
    const page = await host.open();
    try {
      const debug = await page.context().newCDPSession(page);
      await page.evaluate(async ([text, name]) => {
        globalThis.fovea = await Fovea.start({ backend: name });
        globalThis.net = await fovea.net(text);
        globalThis.file = await net.toBlob();
      }, [small, backend]);
      const look = async (calls, loads) => {
        const memory = await page.evaluate(async ([calls, loads]) => {
          const picture = new ImageData(8, 8);
          for (let i = 0; i < calls; i++) await net.classify(picture);
          for (let i = 0; i < loads; i++) await (await fovea.load(file)).close();
          return fovea.memory();
        }, [calls, loads]);
        await debug.send("HeapProfiler.collectGarbage");
        const { usedSize } = await debug.send("Runtime.getHeapUsage");
        return { ...memory, page: usedSize };
      };
      await look(400, 20);
      const before = await look(400, 20); // by then the program has as much memory as it ever needs, but for when garbage is collected
      const after = await look(500 * rounds, 20 * rounds);
      assert.equal(after.nets, 1);
      assert.equal(after.deviceBytes, before.deviceBytes);
      // Go collects when 4 MiB have come, so its memory moves by some pages with the moment; what is in use must not.
      for (const [what, room] of [["programBytes", 1 << 20], ["usedBytes", 384 << 10], ["page", 384 << 10]]) {
        assert.ok(after[what] < before[what] + room, `${what}: ${before[what]} became ${after[what]}`);
      }
    } finally {
      await page.context().close();
    }
  });
}

test("what a page has forgotten is freed without a word", async () => {
  const page = await host.open();
  try {
    const debug = await page.context().newCDPSession(page);
    await page.evaluate(async (text) => {
      globalThis.fovea = await Fovea.start({ backend: "cpu" });
      for (let i = 0; i < 5; i++) await fovea.net(text);
      await fovea.dataset({ images: new Uint8Array(64 * 3), labels: [0, 1, 2] });
    }, small);
    for (let left = 6, tries = 0; left > 0; tries++) {
      assert.ok(tries < 50, `${left} things are still there`);
      await debug.send("HeapProfiler.collectGarbage");
      left = await page.evaluate(async () => {
        const { nets, datasets } = await fovea.memory();
        return nets + datasets;
      });
    }
  } finally {
    await page.context().close();
  }
});

test("a net is tuned to other classes in moments, and stays as it is", async () => {
  const result = await inPage(async () => {
    const fovea = await Fovea.start({ backend: "simd" });
    const net = await fovea.net("INPUT 8x8x1 -> CONV 3x3x8 pad 1 -> RELU -> POOL 2 -> FC 16 -> RELU -> FC 10", { seed: 2 });
    const pixels = new Uint8Array(64).fill(99);
    const before = [...(await net.predict(pixels)).data];
    const images = new Uint8Array(60 * 64).map((_, i) => ((Math.floor(i / 64) % 2 ? i % 8 : Math.floor(i / 8) % 8) < 4 ? 200 : 20 + (i * 13) % 40));
    const data = await fovea.dataset({ images, labels: Array.from({ length: 60 }, (_, i) => i % 2), classes: ["across", "down"] });
    const [learn, validation] = await data.split(0.25);
    const stages = new Set();
    const tuned = await net.fineTune(learn, { validation, onProgress: ({ stage, done, total }) => stages.add(`${stage} ${done === total}`) });
    const [best] = await tuned.net.classify(new ImageData(8, 8));
    const again = await fovea.load(await tuned.net.toBlob());
    const equal = (await again.predict(pixels)).data.join() === (await tuned.net.predict(pixels)).data.join();
    const stopped = code(net.fineTune(learn, { epochs: 1e7, signal: AbortSignal.timeout(300) }));
    return { before, after: [...(await net.predict(pixels)).data], accuracy: tuned.validation.accuracy, count: tuned.validation.count,
      classes: tuned.net.classes, best: best.label, stages: [...stages], equal, stopped: await stopped, nets: (await fovea.memory()).nets };
  });
  assert.deepEqual(result.after, result.before);
  assert.equal(result.accuracy, 1);
  assert.equal(result.count, 16);
  assert.deepEqual(result.classes, ["across", "down"]);
  assert.ok(["across", "down"].includes(result.best));
  assert.ok(result.stages.includes("features true") && result.stages.includes("head true"), result.stages.join());
  assert.ok(result.equal);
  assert.deepEqual([result.stopped, result.nets], ["aborted", 3]);
});

test("a net becomes files without Fovea that give the same answers to the bit", async () => {
  const page = await host.open();
  try {
    const files = await page.evaluate(async (text) => {
      const fovea = await Fovea.start({ backend: "simd" });
      const net = await fovea.net(text, { seed: 9 });
      const { files, html } = await net.toStandalone({ title: "Small" });
      const pixels = new Uint8Array(64).map((_, i) => 3 * i);
      return { files: Object.fromEntries(await Promise.all(Object.entries(files).map(async ([name, blob]) => [name, [...new Uint8Array(await blob.arrayBuffer())]]))),
        want: [...(await net.predict(pixels)).data], types: Object.fromEntries(Object.entries(files).map(([name, { type }]) => [name, type])), html: await html.text() };
    }, small);
    assert.equal(files.types["model.wasm"], "application/wasm");
    assert.match(files.html, /^<!doctype html>/i);
    const types = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };
    await page.route("**/own/*", (route) => {
      const name = new URL(route.request().url()).pathname.split("/").at(-1);
      return route.fulfill({ body: Buffer.from(files.files[name]), contentType: types[name.split(".").at(-1)] ?? "application/octet-stream",
        headers: { "Cross-Origin-Resource-Policy": "same-origin" } });
    });
    const got = await page.evaluate(async () => {
      const { load } = await import("/own/model.js");
      const model = await load();
      return [...model.run(new Float32Array(64).map((_, i) => 3 * i))];
    });
    assert.deepEqual(got, files.want);
  } finally {
    await page.context().close();
  }
});
