// Data sets, and what nets make of them, by the JavaScript API: each against numbers that are computed here.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { start } from "./api.mjs";

const text = "INPUT 6x5x3 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3";

let host, page;
before(async () => {
  host = await start();
  page = await host.open();
  await page.evaluate(async (net) => {
    const shape = [6, 5, 3];
    const images = Uint8Array.from({ length: 10 * 90 }, (_, i) => (i * i * 7 + 3 * i) % 251);
    const labels = Array.from({ length: 10 }, (_, i) => i % 3);
    const fovea = await Fovea.start({ backend: "simd" });
    const data = await fovea.dataset({ images: images.slice(), labels, shape, classes: ["red", "green", "blue"] });
    Object.assign(globalThis, { fovea, data, images, labels, shape, net: await fovea.net(net, { classes: data.classes }) });
    globalThis.failure = (promise) => promise.then(() => "none", ({ code, message }) => `${code}: ${message}`);
  }, text);
});
after(async () => {
  const { complaints } = page;
  await host.close();
  assert.deepEqual(complaints, []);
});

test("samples are given in runs, fewer at the end", async () => {
  const got = await page.evaluate(async () => {
    const some = await data.samples(2, 3);
    const last = await data.samples(8, 100);
    const none = await data.samples(10, 1);
    return {
      pixels: some.pixels.join() === images.slice(180, 450).join(), labels: [...some.labels], shape: some.shape,
      last: [last.pixels.length, ...last.labels], none: none.labels.length,
      errors: [await failure(data.samples(11, 1)), await failure(data.samples(0, -1)), await failure(data.samples(0.5, 1)), await failure(data.sample(10))],
    };
  });
  assert.deepEqual(got, {
    pixels: true, labels: [2, 0, 1], shape: [6, 5, 3], last: [180, 2, 0], none: 0,
    errors: ["argument: from: got 11, want a whole number from 0 to 10", "argument: count: got -1, want a whole number from 0 to 2147483647",
      "argument: from: got 0.5, want a whole number from 0 to 10", "argument: index: got 10, want a whole number from 0 to 9"],
  });
});

test("a subset has the samples that are named, with other labels where they are given", async () => {
  const got = await page.evaluate(async () => {
    const some = await data.subset([7, 2, 7]);
    const { pixels, labels: of } = await some.samples(0, 3);
    const at = (i) => images.slice(90 * i, 90 * (i + 1)).join();
    const relabelled = await data.subset([0, 1, 2], { labels: new Uint8Array([2, 2, 0]) });
    const all = await data.subset(Int32Array.from({ length: 10 }, (_, i) => i), { labels: labels.map((l) => 2 - l) });
    const flipped = await all.samples(0, 10);
    return {
      same: [0, 1, 2].map((k) => pixels.slice(90 * k, 90 * (k + 1)).join() === at([7, 2, 7][k])), labels: [...of],
      count: some.count, perClass: some.perClass, relabelled: relabelled.perClass,
      shared: flipped.pixels.join() === images.join(), flipped: [...flipped.labels],
      errors: [await failure(data.subset([0, 10])), await failure(data.subset([1.5])), await failure(data.subset([])),
        await failure(data.subset([0, 1], { labels: [1] })), await failure(data.subset([0], { labels: [3] }))],
    };
  });
  assert.deepEqual(got, {
    same: [true, true, true], labels: [1, 2, 1], count: 3, perClass: [0, 2, 1], relabelled: [1, 0, 2],
    shared: true, flipped: [2, 1, 0, 2, 1, 0, 2, 1, 0, 2],
    errors: [
      "argument: unusable data: index 1 of the subset: there is no sample 10: the set has 10, counted from 0",
      "argument: indices[0] is 1.5; want the index of a sample, a whole number from 0 on",
      "data: unusable data: the data set has no samples",
      "argument: there are 1 labels for 2 indices; give one for each",
      "data: unusable data: sample 0: got label 3, want 0 to 2 for 3 classes, or -1 to ignore it",
    ],
  });
});

test("statistics are those of each value", async () => {
  const worst = await page.evaluate(async () => {
    const { mean, deviation, perClass } = await data.statistics();
    const column = (k, wanted) => labels.flatMap((label, i) => (wanted(label) ? [images[90 * i + k]] : []));
    const average = (x) => x.reduce((sum, v) => sum + v, 0) / x.length;
    let most = 0;
    for (let k = 0; k < 90; k++) {
      const all = column(k, () => true);
      const m = average(all);
      most = Math.max(most, Math.abs(mean[k] - m), Math.abs(deviation[k] - Math.sqrt(average(all.map((v) => (v - m) ** 2)))),
        ...perClass.map((of, c) => Math.abs(of[k] - average(column(k, (label) => label === c)))));
    }
    return { most, sizes: [mean.length, deviation.length, ...perClass.map((of) => of.length)] };
  });
  assert.deepEqual(worst.sizes, [90, 90, 90, 90, 90]);
  assert.ok(worst.most < 1e-4, `off by ${worst.most}`);
});

test("an augmented sample is the sample, mirrored, or changed as the seed has it", async () => {
  const got = await page.evaluate(async () => {
    const sample = images.slice(270, 360);
    const mirrored = sample.map((_, i) => sample[Math.floor(i / 15) * 15 + (4 - Math.floor(i / 3) % 5) * 3 + i % 3]);
    const strong = { rotate: 30, noise: 0.3, brightness: 0.5, mixup: 1 };
    const twice = await data.augmented(3, strong, { count: 2, seed: 9 });
    return {
      same: (await data.augmented(3, {})).join() === sample.join(), mirrored: (await data.augmented(3, { mirror: 1 })).join() === mirrored.join(),
      length: twice.length, differ: twice.slice(0, 90).join() !== twice.slice(90).join(),
      again: (await data.augmented(3, strong, { count: 2, seed: 9 })).join() === twice.join(),
      errors: [await failure(data.augmented(10, {})), await failure(data.augmented(0, {}, { count: 0 })), await failure(data.augmented(0, { border: "wrap" })),
        await failure(data.augmented(0, { mirror: 2 }))],
    };
  });
  assert.deepEqual(got, {
    same: true, mirrored: true, length: 180, differ: true, again: true,
    errors: ["argument: index: got 10, want a whole number from 0 to 9", "argument: count: got 0, want a whole number from 1 to 2147483647",
      'argument: augment: there is no border "wrap", want zero or edge', "argument: augmentation: mirror: got 2, want 0 to 1"],
  });
});

test("a digest is of the data, however they were given", async () => {
  const got = await page.evaluate(async () => {
    const samples = labels.map((label, i) => ({ image: images.slice(90 * i, 90 * (i + 1)), label }));
    const digest = await data.digest();
    const other = async (source) => (await fovea.dataset(source)).digest();
    return {
      digest, collected: await other({ samples, shape, classes: data.classes }),
      subset: await (await data.subset(labels.map((_, i) => i))).digest(),
      label: await (await data.subset(labels.map((_, i) => i), { labels: labels.map((l, i) => (i === 4 ? 0 : l)) })).digest(),
      classes: await other({ samples, shape, classes: ["red", "green", "violet"] }),
    };
  });
  assert.match(got.digest, /^[0-9a-f]{64}$/);
  assert.equal(got.collected, got.digest);
  assert.equal(got.subset, got.digest);
  assert.equal(new Set([got.digest, got.label, got.classes]).size, 3);
});

test("a net gives probabilities and features of each sample of a set", async () => {
  const got = await page.evaluate(async () => {
    const all = await net.predict(data);
    const alone = await net.predict({ data: images, shape: [10, ...shape] });
    const features = await net.features(data);
    const third = await net.features({ data: images.slice(180, 270), shape });
    const layer = await net.features(data, { layer: "2" });
    const most = (a, b) => a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), a.length === b.length ? 0 : Infinity);
    const controller = new AbortController();
    const given = code(net.predict(data, { signal: controller.signal }));
    controller.abort();
    const small = await fovea.dataset({ images: new Uint8Array(8), labels: [0, 1], shape: [2, 2, 1] });
    return {
      shapes: [all.shape, features.shape, layer.shape], probabilities: most(all.data, alone.data),
      features: most(features.data.slice(2 * features.shape[1], 3 * features.shape[1]), third),
      aborted: await given, misfit: await code(net.predict(small)), layer: await code(net.features(data, { layer: "none" })),
    };
  });
  assert.deepEqual(got.shapes, [[10, 3], [10, 24], [10, 120]]);
  assert.ok(got.probabilities < 1e-6 && got.features < 1e-4, JSON.stringify(got));
  assert.deepEqual([got.aborted, got.misfit, got.layer], ["aborted", "data", "argument"]);
});

test("activations are what each layer makes of a sample", async () => {
  const got = await page.evaluate(async () => {
    const sample = { data: images.slice(0, 90), shape };
    const layers = await net.activations(sample);
    const [conv, relu, pool, scores] = layers.map(({ data: values }) => values);
    const pixels = new Uint8ClampedArray(120).map((_, i) => (i % 4 === 3 ? 255 : images[Math.floor(i / 4) * 3 + i % 4]));
    const ofPicture = await net.activations(new ImageData(pixels, 5, 6));
    const weights = [...scores].map((v) => Math.exp(v));
    const { data: probabilities } = await net.predict(sample);
    return {
      layers: layers.map(({ layer, index, shape: of }) => [layer, index, ...of]), rest: relu.every((v, i) => v === Math.max(0, conv[i])),
      pooled: pool.every((v, i) => {
        const [p, q, c] = [Math.floor(i / 8), Math.floor(i / 4) % 2, i % 4];
        return v === Math.max(...[0, 1].flatMap((y) => [0, 1].map((x) => relu[((2 * p + y) * 5 + 2 * q + x) * 4 + c])));
      }),
      probabilities: Math.max(...weights.map((w, i) => Math.abs(w / weights.reduce((a, b) => a + b) - probabilities[i]))),
      picture: ofPicture.every(({ data: values }, i) => values.join() === layers[i].data.join()),
      several: await failure(net.activations({ data: images, shape: [10, ...shape] })),
    };
  });
  assert.ok(got.probabilities < 1e-6, `off by ${got.probabilities}`);
  delete got.probabilities;
  assert.deepEqual(got, {
    layers: [["CONV 3x3x4 pad 1", 1, 6, 5, 4], ["RELU", 2, 6, 5, 4], ["POOL 2", 3, 3, 2, 4], ["FC 3", 4, 3]], rest: true, pooled: true, picture: true,
    several: "argument: the input has 10 samples, want one",
  });
});

test("a class map of a picture as large as the net's input is what it says of the picture", async () => {
  const got = await page.evaluate(async () => {
    const square = await fovea.net("INPUT 8x8x3 -> CONV 3x3x4 -> RELU -> POOL 2 -> FC 3", { classes: ["a", "b", "c"] });
    const picture = (w, h) => new ImageData(new Uint8ClampedArray(4 * w * h).map((_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256)), w, h);
    const one = await square.classMap(picture(8, 8), { shorter: 8 });
    const classes = [...await square.classify(picture(8, 8), { top: 3 })];
    const many = await square.classMap(picture(20, 14), { shorter: 14 });
    return {
      shape: one.shape, differs: Math.max(...classes.map(({ index, probability }) => Math.abs(one.data[index] - probability))),
      picture: [one.picture instanceof ImageData, one.picture.width, one.picture.height, one.picture.data.join() === picture(8, 8).data.join()],
      many: [many.shape, many.window, many.stride, many.picture.width, many.picture.height, many.data.length],
      classes: square.classes, small: await code(square.classMap(picture(8, 8), { shorter: 7 })), none: await code(square.classMap(picture(8, 8), { shorter: 0 })),
    };
  });
  assert.ok(got.differs < 1e-6, `probabilities differ by ${got.differs}`);
  delete got.differs;
  assert.deepEqual(got, {
    shape: [1, 1, 3], picture: [true, 8, 8, true], many: [[4, 7, 3], [8, 8], [2, 2], 20, 14, 84],
    classes: ["a", "b", "c"], small: "argument", none: "argument",
  });
});

test("the zoo has thirty nets, with their text for other classes and sizes", async () => {
  const got = await page.evaluate(async () => {
    const nets = await fovea.zoo();
    const small = await fovea.zoo({ classes: 7, size: 32 });
    const built = await fovea.net(small.find(({ name }) => name === "convnetjs_cifar").text);
    return {
      count: nets.length, whole: nets.every(({ title, paper, text: of, parameters }) => title && paper && of && parameters > 5000),
      resnet: nets.find(({ name }) => name === "resnet18"), built: [built.summary.input, built.summary.classes],
      none: small.filter(({ text: of }) => of === "").map(({ name }) => name), errors: [await failure(fovea.zoo({ classes: 1 })), await failure(fovea.zoo({ size: 1e9 }))],
    };
  });
  const { text: resnet18, ...rest } = got.resnet;
  assert.match(resnet18, /\$classes = 1000/);
  assert.equal(rest.parameters, 11_689_512);
  assert.deepEqual([got.count, got.whole, got.built], [30, true, [[32, 32, 3], 7]]);
  assert.ok(got.none.includes("inception_v3") && !got.none.includes("resnet18"), got.none.join());
  assert.deepEqual(got.errors.map((error) => error.slice(0, 17)), ["argument: classes", "argument: size: g"]);
});

test("describe tells the largest batch that memory allows", async () => {
  const [without, tight, wide, bytes] = await page.evaluate(async (net) => {
    const batch = async (memory) => (await fovea.describe(net, { memory })).largestBatch;
    const at = async (n) => { const { trainingBytes } = await fovea.describe(net, { batch: n }); return trainingBytes; };
    const most = await batch(1e6);
    return [await batch(), await batch(1000), most, [await at(most), await at(most + 1)]];
  }, text);
  assert.deepEqual([without, tight], [0, 0]);
  assert.ok(wide > 10 && bytes[0] <= 1e6 && bytes[1] > 1e6, `${wide}: ${bytes}`);
});

test("a subset is made again after the Worker was lost, if its parent can be", async () => {
  const lost = await host.open({
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
  const got = await lost.evaluate(async () => {
    const header = (type, ...sizes) => [0, 0, 8, type, ...sizes.flatMap((n) => [0, 0, 0, n])];
    const fovea = await Fovea.start({ backend: "simd" });
    const [images, labels] = [[...header(3, 3, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [...header(1, 3), 0, 1, 1]].map((b) => new Blob([new Uint8Array(b)]));
    const parent = await fovea.dataset({ idx: { images, labels } });
    const part = await parent.subset([2, 0], { labels: [0, 1] });
    const orphan = await (await fovea.dataset({ images: new Uint8Array(8), labels: [0, 1], shape: [2, 2, 1] })).subset([0]);
    const before = await part.digest();
    globalThis.workers[0].terminate();
    await code(fovea.memory()); // by which the loss is noticed
    return { same: await part.digest() === before, pixels: [...(await part.samples(0, 2)).pixels], orphan: await code(orphan.digest()) };
  });
  await lost.context().close();
  assert.deepEqual(got, { same: true, pixels: [9, 10, 11, 12, 1, 2, 3, 4], orphan: "worker-lost" });
});
