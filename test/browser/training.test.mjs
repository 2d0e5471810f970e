// Training by the JavaScript API: each of its options, what it tells, and what can be seen of a net meanwhile.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { start } from "./api.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let host;
/** @type {import("playwright-core").Page} */
let page;
before(async () => {
  host = await start();
  page = await host.open();
  await page.evaluate(async () => {
    const fovea = await Fovea.start({ backend: "simd" });
    const text = "INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> DROPOUT 0.2 -> FC 3";
    // Stripes that lie or stand, and chequers, with some noise: 30 of each, 5 steps of 18 in a pass.
    const images = new Uint8Array(90 * 64).map((_, i) => {
      const kind = Math.floor(i / 64) % 3, x = i % 8, y = Math.floor(i / 8) % 8;
      return (i * 7919) % 97 + 60 * [y % 2, x % 2, (x + y) % 2][kind];
    });
    const labels = Array.from({ length: 90 }, (_, i) => i % 3);
    const data = await fovea.dataset({ images: images.slice(), labels });
    const other = await fovea.dataset({ images, labels: labels.map((l) => (l + 1) % 3) }); // on which training makes a net worse
    /** Trains a new net and returns all that happens. */
    const run = async (options, net = undefined) => {
      net ??= await fovea.net(text);
      const training = net.train(data, { batch: 18, learningRate: 0.01, ...options });
      const events = [];
      for await (const event of training.events()) events.push(event);
      const of = (type) => events.filter((event) => event.type === type);
      return { net, result: await training.finished, progress: of("progress"), validations: of("validation"), notices: of("notice"), state: training.state };
    };
    Object.assign(globalThis, { fovea, text, data, other, run });
  });
});
after(async () => {
  assert.deepEqual(page?.complaints, []);
  await host?.close();
});

/** Evaluations add up in batches of another size than those in training do, so that the last bit may differ. */
const same = (got, want) => assert.ok(Math.abs(got - want) <= 1e-6 * want, `got ${got}, want ${want}`);

test("so many steps, evaluated after each pass and at the end, with the figures of each class", async () => {
  const { result, validations, last, evaluation } = await page.evaluate(async () => {
    const { net, result, progress, validations } = await run({ steps: 13, epochs: 1, validation: data, schedule: "cosine", keepBest: true });
    return { result, validations, last: progress.at(-1), evaluation: await net.evaluate(data) };
  });
  assert.equal(result.steps, 13);
  assert.deepEqual(validations.map(({ step, epoch }) => [step, epoch]), [[5, 1], [10, 2], [13, 3]]);
  assert.deepEqual([last.step, last.steps, last.epoch, last.epochs], [13, 13, 3, 3]);
  for (const { perClass, confusion, count, seconds } of validations) {
    assert.deepEqual([count, perClass.length, confusion.flat().reduce((a, b) => a + b)], [90, 3, 90]);
    assert.deepEqual(perClass.map(({ label, count }) => [label, count]), [["0", 30], ["1", 30], ["2", 30]]);
    assert.ok(seconds > 0);
  }
  const losses = validations.map(({ loss }) => loss);
  assert.deepEqual(validations.map(({ best }) => best), losses.map((l, i) => losses.slice(0, i).every((before) => l < before)));
  assert.equal(result.bestEpoch, validations.findLast(({ best }) => best).epoch);
  same(evaluation.loss, Math.min(...losses));
});

test("the learning rate warms up and follows each schedule; every optimizer trains", async () => {
  const { rates, optimizers } = await page.evaluate(async () => {
    const tiny = () => fovea.net("INPUT 8x8x1 -> FC 3");
    const rateOf = async (options) => (await run({ learningRate: 0.001, validation: data, ...options }, await tiny())).progress.at(-1).learningRate;
    const rates = { warm: await rateOf({ steps: 5, warmup: 2 }) };
    for (const schedule of ["constant", "cosine", "warmup-cosine", "one-cycle", "step", "exponential", "plateau"]) {
      rates[schedule] = await rateOf({ steps: 10, schedule });
    }
    const optimizers = {};
    for (const optimizer of ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "lamb", "lion"]) {
      const { result, net } = await run({ steps: 2, optimizer, learningRate: undefined, weightDecay: 0.1 }, await tiny());
      optimizers[optimizer] = [result.steps, Number.isFinite(result.loss), await net.digest()];
    }
    return { rates, optimizers };
  });
  // Of ten steps, counted from 0, the last; of five that warm up over ten, half the rate.
  const rate = 0.001;
  const want = { warm: rate / 2, constant: rate, cosine: rate / 2 * (1 + Math.cos(0.9 * Math.PI)), "warmup-cosine": rate / 2 * (1 + Math.cos(8 / 9 * Math.PI)),
    "one-cycle": rate / 25 / 1e4, step: rate / 100, exponential: rate * 0.01 ** 0.9, plateau: rate };
  for (const [name, value] of Object.entries(want)) assert.ok(Math.abs(rates[name] - value) <= 1e-9 * value, `${name}: got ${rates[name]}, want ${value}`);
  for (const [name, [steps, finite]] of Object.entries(optimizers)) assert.ok(steps === 2 && finite, `${name}: ${steps} steps`);
  assert.equal(new Set(Object.values(optimizers).map(([, , digest]) => digest)).size, 10, "two optimizers did the same");
});

test("augmentation, smoothing and averages change what is trained, each by its own settings", async () => {
  const digests = await page.evaluate(async () => {
    const digests = {};
    const settings = { none: {}, mirror: { mirror: 0.5 }, shift: { shift: 2 }, edge: { shift: 2, border: "edge" }, noise: { noise: 0.2 }, mixup: { mixup: 0.3 } };
    for (const [name, augment] of Object.entries(settings)) digests[name] = await (await run({ steps: 2, augment })).net.digest();
    digests.smoothing = await (await run({ steps: 2, smoothing: 0.1 })).net.digest();
    digests.average = await (await run({ steps: 2, average: 0.9 })).net.digest();
    return { ...digests, again: await (await run({ steps: 2 })).net.digest() };
  });
  const { again, ...others } = digests;
  assert.equal(again, digests.none, "the same settings trained another net");
  assert.equal(new Set(Object.values(others)).size, Object.keys(others).length, JSON.stringify(others));
});

test("a run that was stopped, saved and loaded goes on to the same bits", async () => {
  const { whole, parts, fewer } = await page.evaluate(async () => {
    // What a file says of its run, and what must be given again.
    const kept = {
      epochs: 200, optimizer: "momentum", schedule: "one-cycle", learningRate: 0.02, momentum: 0.8, weightDecay: 0.01,
    };
    const others = { average: 0.9, smoothing: 0.1, validation: other, keepBest: true, patience: 100,
      augment: { mirror: 0.5, shift: 1, noise: 0.1, mixup: 0.3 } };
    const settings = { ...kept, ...others };
    const unbroken = await run(settings);
    const parts = [];
    for (const stop of [1, 150]) {
      const net = await fovea.net(text);
      const training = net.train(data, { ...settings, batch: 18 });
      for await (const { step } of training) if (step >= stop) await training.stop();
      const { steps } = await training.finished;
      const loaded = await fovea.load(await net.toBlob());
      const result = await loaded.train(data, { ...others, resume: true }).finished;
      const here = (await run({ ...settings, resume: true }, net)).result.steps;
      parts.push({ stopped: steps, result, digest: await loaded.digest(), here, digestHere: await net.digest() });
    }
    const whole = { result: unbroken.result, digest: await unbroken.net.digest() };
    const [some] = await data.split(0.5);
    return { whole, parts, fewer: await unbroken.net.train(some, { steps: whole.result.steps + 2, resume: true }).finished };
  });
  for (const { stopped, result, digest, here, digestHere } of parts) {
    const { steps: all, bestEpoch } = whole.result;
    assert.ok(stopped < all, `stopped after ${stopped} of ${all} steps`);
    assert.deepEqual([digest, digestHere, result.steps, here, result.bestEpoch],
      [whole.digest, whole.digest, all, all, bestEpoch], `stopped after ${stopped} steps`);
  }
  assert.deepEqual([fewer.steps, fewer.bestEpoch], [whole.result.steps + 2, 0], "on other data the steps count on, and no score is theirs");
});

test("patience ends a run, and keepBest gives back the best weights", async () => {
  const { result, validations, notices, state, loss, saved, resumed } = await page.evaluate(async () => {
    const settings = { epochs: 50, validation: other, patience: 2, keepBest: true, learningRate: 0.05 };
    const { net, ...seen } = await run(settings);
    const saved = await fovea.inspect(await net.toBlob());
    return { ...seen, loss: (await net.evaluate(other)).loss, saved, resumed: (await run({ ...settings, resume: true }, net)).progress.length };
  });
  const losses = validations.map(({ loss }) => loss);
  assert.ok(validations.length < 50, "it did not end early");
  assert.equal(result.bestEpoch, losses.indexOf(Math.min(...losses)) + 1);
  assert.equal(validations.length, result.bestEpoch + 2);
  assert.deepEqual([notices.map(({ code }) => code), state], [["early-stop"], "done"]);
  same(loss, Math.min(...losses));
  assert.deepEqual([saved.step, saved.steps, saved.epochs], [5 * validations.length, 250, 50]);
  assert.equal(resumed, 0, "a run that had ended early went on");
});

test("what is out of range is refused before anything is trained, in words", async () => {
  const { errors, unchanged } = await page.evaluate(async () => {
    const { net } = await run({ steps: 3 });
    const before = await net.digest();
    const errors = [];
    for (const options of [{ steps: -1 }, { epochs: 0 }, { batch: 0 }, { learningRate: -1 }, { optimizer: "best" }, { schedule: "up" }, { schedule: "plateau" }, { warmup: -1 },
      { warmup: NaN }, { momentum: 1 }, { smoothing: 1 }, { average: NaN }, { keepBest: true }, { patience: 2 }, { patience: -1 }, { augment: { shift: -1 } },
      { augment: { rotate: 200 } }, { augment: { border: "wrap" } }, { augment: { saturation: 0.5 } }, { augment: { mirror: "often" } }]) {
      const error = await net.train(data, options).finished.catch((e) => e);
      errors.push([JSON.stringify(options), error.code, error.message]);
    }
    const { step } = await fovea.inspect(await net.toBlob());
    return { errors, unchanged: [await net.digest() === before, step] };
  });
  for (const [options, code, message] of errors) {
    assert.equal(code, "argument", `${options}: ${message}`);
    assert.match(message, /got .+, want|there is no .+, want|need a validation set|there is none; give one|several channels|assign/, options);
  }
  assert.deepEqual(unchanged, [true, 3]);
});

test("an option that there is not is named, with the nearest one", async () => {
  const errors = await page.evaluate(async () => {
    const net = await fovea.net(text);
    const calls = {
      epoch: net.train(data, { epoch: 3 }).finished, learning_rate: net.train(data, { learning_rate: 0.1 }).finished,
      flipp: net.train(data, { augment: { flipp: 0.5 } }).finished, mirrored: data.augmented(0, { mirrored: 0.5 }),
      Batch: fovea.describe(text, { Batch: 8 }), backends: fovea.net(text, { backends: "cpu" }),
      klass: fovea.load(new Blob(), { klass: [] }), topK: net.classify(new ImageData(8, 8), { topK: 5 }),
      seeds: data.split(0.5, { seeds: 2 }), precisions: net.toBlob("onnx", { precisions: 1 }),
      nothing: net.evaluate(data, null), left: data.split(0.5, { seeds: undefined }),
    };
    const errors = [];
    for (const [name, promise] of Object.entries(calls)) {
      errors.push([name, await promise.then(() => "", ({ code, message }) => `${code}: ${message}`)]);
    }
    return Object.fromEntries(errors);
  });
  const want = { epoch: "epochs", learning_rate: "learningRate", flipp: "flip", mirrored: "mirror", Batch: "batch",
    backends: "backend", klass: "classes", topK: "top", seeds: "seed", precisions: "precision" };
  for (const [name, nearest] of Object.entries(want)) {
    assert.match(errors[name], new RegExp(`^argument: \\w+: there is no option "${name}"; the nearest is "${nearest}" of \\w`));
  }
  assert.match(errors.nothing, /^argument: evaluate: the options are null/);
  assert.equal(errors.left, "", "what is undefined was left out");
});

test("weights, digest and health, also in the middle of a run", async () => {
  const { values, some, wrong, digest, own, lines, midway, late, unmoved } = await page.evaluate(async () => {
    const net = await fovea.net(text);
    const values = await net.weights();
    const some = Object.keys(await net.weights(["fc1.bias"]));
    const wrong = await net.weights(["fc1.bias", "fc2.bias"]).catch(({ code, message }) => [code, message]);
    // As nn.Digest describes it.
    const parts = Object.entries(values).flatMap(([name, { data, shape }]) => [`${name} [${shape}]\n`, data]);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
    const own = [...sum].map((b) => b.toString(16).padStart(2, "0")).join("");
    const digest = await net.digest();
    const lines = await net.health(data);
    const settings = { epochs: 400, batch: 18, average: 0.9, validation: other };
    const training = net.train(data, settings);
    for await (const _ of training) break;
    const midway = { health: await net.health(data, { samples: 30 }), weights: await net.weights(), state: training.state };
    await training.finished;
    const undisturbed = await run({ ...settings, learningRate: undefined });
    return { values: Object.fromEntries(Object.entries(values).map(([name, { data, shape }]) => [name, [shape, data.length, data.every(Number.isFinite)]])), some, wrong, digest, own, lines,
      midway: { ...midway, weights: Object.keys(midway.weights), moved: midway.weights["fc1.weight"].data.some((w, i) => w !== values["fc1.weight"].data[i]) },
      late: await net.health(data), unmoved: await net.digest() === await undisturbed.net.digest() };
  });
  const names = ["conv1.bias", "conv1.weight", "fc1.bias", "fc1.weight", "input.mean", "input.scale"];
  assert.deepEqual(Object.keys(values), names);
  assert.deepEqual([values["conv1.weight"], values["fc1.weight"]], [[[3, 3, 1, 4], 36, true], [[64, 3], 192, true]]);
  assert.deepEqual(some, ["fc1.bias"]);
  assert.equal(wrong[0], "argument");
  assert.match(wrong[1], /no weights called "fc2.bias"; there are conv1.bias, conv1.weight, fc1.bias, fc1.weight, /);
  assert.equal(digest, own);
  for (const health of [lines, midway.health, late]) {
    assert.deepEqual(health.map(({ layer, index }) => [layer, index]), [["CONV 3x3x4 pad 1", 1], ["FC 3", 5]]);
    for (const { weight, gradient, deviation, dead } of health) assert.ok(weight > 0 && gradient > 0 && deviation > 0 && dead >= 0 && dead < 1, JSON.stringify(health));
  }
  assert.deepEqual([midway.state, midway.weights, midway.moved, unmoved], ["running", names, true, true]);
});
