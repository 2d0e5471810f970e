// The lessons' arithmetic: by hand, by published figures, and against the engine, which runs here in Node.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readChain, unroll } from "../../site/app/learn/chain.js";
import { convolve, im2col, mapOf, pool, poolGradient, winner } from "../../site/app/learn/convolve.js";
import { difference, engineConvolve, enginePool } from "../../site/app/learn/engine-maps.js";
import { bestOf, readingOf } from "../../site/app/learn/dense/reading.js";
import { fieldsOfSummary, fieldsOfText, nets, spanOf } from "../../site/app/learn/field/fields.js";
import { costsOfText, ruleOfThumb, totalsOf, vgg16 as memoryVGG } from "../../site/app/learn/memory/accounts.js";
import { experiments, picked } from "../../site/app/learn/training/experiments.js";
import { facts } from "../../site/app/learn/zoo/facts.js";
import { leftOver, outputSize, pixelsOf, samePadding, timesSeen } from "../../site/app/learn/window.js";

const folder = process.env.FOVEA_SITE || join(import.meta.dirname, "../../dist/site");
const window = (kernel, stride = 1, padding = 0, dilation = 1) => ({ kernel, stride, padding, dilation });

/** Numbers that look random and are the same every time. */
const numbers = (seed) => (i) => ((Math.imul(i + 1, 2654435761) + Math.imul(seed, 40503)) >>> 8) % 19 - 9;
const picture = (height, width, channels, seed = 1) => {
  const value = numbers(seed);
  return mapOf(height, width, channels, (r, c, k) => value((r * width + c) * channels + k));
};
const bankOf = (filters, channels, kernel, seed = 2) => ({ filters, channels,
  weights: Array.from({ length: filters * channels * kernel * kernel }, (_, i) => numbers(seed)(i) / 4),
  bias: Array.from({ length: filters }, (_, f) => f - 0.5) });

test("output sizes are those of Dumoulin and Visin's figures", () => {
  for (const [n, w, want] of [[4, window(3), 2], [5, window(4, 1, 2), 6], [5, window(3, 1, 1), 5], [5, window(3, 1, 2), 7],
    [5, window(3, 2), 2], [5, window(3, 2, 1), 3], [6, window(3, 2, 1), 3], [7, window(3, 1, 0, 2), 3], [227, window(11, 4), 55],
    [2, window(3), 0]]) {
    assert.equal(outputSize(n, w), want, JSON.stringify([n, w]));
  }
  assert.deepEqual(pixelsOf(1, window(3, 2, 1, 2)), [1, 3, 5]);
  assert.equal(samePadding(window(5, 1, 0, 2)), 4);
  assert.equal(samePadding(window(4)), undefined);
});

test("pixels that no window sees are found", () => {
  assert.deepEqual(timesSeen(6, window(3, 2)), [1, 1, 2, 1, 1, 0]);
  assert.equal(leftOver(6, window(3, 2)), 1);
  assert.equal(leftOver(6, window(3, 2, 1)), 1); // padding
  assert.deepEqual(timesSeen(7, window(2, 3)), [1, 1, 0, 1, 1, 0, 0]);
  assert.deepEqual(timesSeen(2, window(3)), [0, 0]);
});

test("a filter of one 1 in the middle changes nothing, and the matrix of patches times the filter is the convolution", () => {
  const x = picture(6, 5, 1);
  const identity = { filters: 1, channels: 1, weights: [0, 0, 0, 0, 1, 0, 0, 0, 0], bias: [0] };
  assert.deepEqual(convolve(x, identity, window(3, 1, 1)).data, x.data);
  const [rgb, w] = [picture(7, 6, 3), window(3, 2, 1, 2)];
  const bank = bankOf(2, 3, 3);
  const [y, columns] = [convolve(rgb, bank, w), im2col(rgb, w)];
  for (let f = 0; f < 2; f++) {
    for (let column = 0; column < columns.width; column++) {
      let sum = bank.bias[f];
      for (let row = 0; row < columns.height; row++) {
        sum += bank.weights[f * columns.height + row] * columns.data[row * columns.width + column];
      }
      assert.ok(Math.abs(sum - y.data[column * 2 + f]) < 1e-9, `filter ${f}, window ${column}`);
    }
  }
});

test("pooling, and where its gradient goes", () => {
  const x = mapOf(4, 4, 1, (r, c) => [[1, 3, 0, 4], [2, 3, 0, 0], [5, 0, 6, 8], [0, 0, 0, 0]][r][c]);
  assert.deepEqual(pool(x, "max", window(2, 2)).data, [3, 4, 5, 8]);
  assert.deepEqual(pool(x, "average", window(2, 2)).data, [2.25, 1, 1.25, 3.5]);
  assert.deepEqual(pool(x, "l2", window(2, 2)).data.slice(1), [4, 5, 10]);
  assert.deepEqual(winner(x, 0, 0, window(2, 2)), { row: 0, column: 1 }); // the first of two
  assert.deepEqual(poolGradient(x, "max", window(2, 2)).data.map((v, i) => (v ? i : -1)).filter((i) => i >= 0), [1, 3, 8, 11]);
  const sum = poolGradient(x, "average", window(3, 1)).data.reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - 4) < 1e-9, `four windows share out ${sum}`);
  for (const kind of ["l2", "average"]) { // a little more at one place, and the outputs' sum grows by the gradient there
    const w = window(3, 2, 1);
    const more = { ...x, data: x.data.map((v, i) => (i === 10 ? v + 1e-6 : v)) };
    const total = (of) => pool(of, kind, w).data.reduce((a, b) => a + b);
    assert.ok(Math.abs((total(more) - total(x)) / 1e-6 - poolGradient(x, kind, w).data[10]) < 1e-4, kind);
  }
});

test("a reading takes the class with the most votes of each run of sure windows", () => {
  const window = (label, p = 0.99) => [{ label, p }, undefined];
  assert.deepEqual(readingOf([[undefined], window(7), window(7), window(1), [undefined], window(3, 0.5), window(0)]), [7, 0]);
  assert.deepEqual(readingOf([[undefined], window(3, 0.5)]), []);
  // The right half is ink.
  const picture = { width: 10, height: 10, data: new Uint8ClampedArray(400).map((_, i) => (i % 40 >= 20 ? 255 : 0)) };
  const map = { shape: [1, 2, 2], data: Float32Array.of(0.9, 0.1, 0.2, 0.8), picture, window: [5, 5], stride: [5, 5] };
  assert.equal(bestOf(map, 0, 0), undefined);
  assert.equal(bestOf(map, 0, 1).label, 1);
});

test("samples for a training are others for another seed, and none twice", () => {
  assert.equal(new Set(picked(1000, 60000, 1)).size, 1000);
  assert.ok(picked(200, 60000, 2).every((i) => !picked(200, 60000, 1).includes(i)));
});

test("VGG-16's costs are those of CS231n's rows", () => {
  const rows = costsOfText(memoryVGG);
  assert.deepEqual(totalsOf(rows), { values: 15_237_608, parameters: 138_357_544, macs: 15_470_264_320 });
  assert.equal(rows.length, 1 + 13 + 5 + 3);
  assert.equal(ruleOfThumb(rows, 1) - 4 * 4 * 138_357_544, 8 * 15_237_608);
});

test("fields of a net without padding stay in the picture, with padding they stick out by it", () => {
  const ends = (row) => [spanOf(row, 0), spanOf(row, row.height - 1)].map(({ from, to }) => [from, to]);
  const spans = (text) => fieldsOfText(text).rows.map(ends);
  const without = "INPUT 9x9x1 -> CONV 3x3x2 -> RELU -> CONV 3x3x2 stride 2 -> FC 2";
  assert.deepEqual(spans(without), [[[0, 3], [6, 9]], [[0, 5], [4, 9]]]);
  assert.deepEqual(spans("INPUT 8x8x1 -> CONV 5x5x2 pad 2 -> POOL 2 -> FC 2"), [[[-2, 3], [5, 10]], [[-2, 4], [4, 10]]]);
});

const stage = (f, n) => `[CONV 3x3x${f} pad 1 -> RELU]*${n} -> POOL 2`;
const vgg16 = ["INPUT 224x224x3", stage(64, 2), stage(128, 2), stage(256, 3), stage(512, 3), stage(512, 3),
  "[FC 4096 -> RELU -> DROPOUT 0.5]*2 -> FC 1000"].join(" -> ");

test("a chain's parameters and operations are the published ones, its receptive fields those of Distill's article", () => {
  const { layers } = readChain(vgg16);
  assert.equal(layers.reduce((sum, l) => sum + l.parameters, 0), 138_357_544);
  assert.equal((layers.reduce((sum, l) => sum + l.macs, 0) / 1e9).toFixed(2), "15.47");
  const [pool5] = layers.filter((l) => l.word === "POOL").slice(-1);
  assert.deepEqual([pool5.field, pool5.stride], [212, 32]);
  assert.deepEqual(unroll("INPUT 8x8x1 -> [A -> [B]*2]*2 # and so on"), ["INPUT 8x8x1", "A", "B", "B", "A", "B", "B"]);
  for (const text of ["", "CONV 3x3x1", "INPUT 4x4x1 -> CONV 5x5x2", "INPUT 9x9x1 -> CONV 3x3x2 pad same",
    "INPUT 9x9x1 -> FC 2 -> CONV 3x3x1"]) {
    assert.equal(readChain(text), undefined, text);
  }
});

/** @type {import("../../js/fovea.d.ts").Fovea} */
let fovea;

before(async () => {
  const { Fovea } = await import(pathToFileURL(join(folder, "js/node.js")));
  fovea = await Fovea.start({ backend: "simd" });
});
after(() => fovea?.close());

test("the engine convolves and pools as the lessons do", async () => {
  for (const [x, bank, w] of [[picture(9, 9, 1), bankOf(1, 1, 3), window(3)],
    [picture(8, 9, 1), bankOf(1, 1, 5), window(5, 2, 2)], [picture(7, 7, 3), bankOf(2, 3, 3), window(3, 2, 1)],
    [picture(9, 9, 1), bankOf(1, 1, 3), window(3, 1, 2, 2)]]) {
    const [got, want] = [await engineConvolve(fovea, x, bank, w), convolve(x, bank, w)];
    const sizes = ({ height, width, channels, data }) => [height, width, channels, data.length];
    assert.deepEqual(sizes(got), sizes(want));
    // Sums of 27 products up to 20, in float32.
    assert.ok(difference(got, want) < 1e-4, `${JSON.stringify(w)}: ${difference(got, want)}`);
  }
  for (const kind of ["max", "average", "l2"]) {
    for (const w of [window(2, 2), window(3, 1), window(3, 2, 1)]) {
      const x = picture(8, 8, 1, 5);
      const [got, want] = [await enginePool(fovea, x, kind, w), pool(x, kind, w)];
      assert.ok(difference(got, want) < 1e-4, `${kind} ${JSON.stringify(w)}: ${got.data} and ${want.data}`);
    }
  }
});

test("the engine describes a chain as the lessons do", async () => {
  const short = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 3x3x16 stride 2 dilation 2 -> POOL 3 stride 1 "
    + "-> FC 10";
  for (const text of [short, vgg16]) {
    const [chain, summary] = [readChain(text), await fovea.describe(text, { batch: 1 })];
    const named = (layers) => layers.map(({ shape, parameters, macs }) => ({ shape, parameters, macs }));
    assert.deepEqual(named(chain.layers), named(summary.layers));
    const seen = summary.layers.map(({ receptiveField, stride, start }) => [receptiveField[0], stride[0], start[0]]);
    assert.deepEqual(chain.layers.map(({ field, stride, start }) => [field, stride, start]), seen);
  }
});

test("the facts are those of the engine's zoo", async () => {
  const zoo = await fovea.zoo();
  for (const { name, parameters, top1, result } of facts) {
    const entry = zoo.find((e) => e.name === name);
    assert.equal(Math.round(parameters * 1e6), entry?.parameters, name);
    if (top1) assert.match(entry.result, new RegExp(`ImageNet ${top1}0* % top-1`), name);
    if (/91.2/.test(result)) assert.match(entry.result, /91.2/);
  }
});

test("the engine says where fields begin along each axis, and that a normalisation over channels moves none", async () => {
  const { layers } = await fovea.describe("INPUT 32x24x3 -> CONV 5x3x8 pad 2x0 stride 2 -> LRN -> CONV 3x3x8 pad 1 -> FC 2");
  assert.deepEqual(layers.map(({ start }) => start), [[-2, 0], [-2, 0], [-4, -2], [0, 0]]);
  assert.deepEqual(layers.map(({ receptiveField }) => receptiveField), [[5, 3], [5, 3], [9, 7], [32, 24]]);
  const sided = await fovea.describe("INPUT 16x16x1 -> CONV 3x3x2 -> side { CONV 3x3x2 -> FC 2 } weight 0.3 -> POOL 2 -> FC 2");
  assert.deepEqual(fieldsOfSummary(sided).rows.map(({ name, field }) => [name, field]), [["CONV 3x3x2", 3], ["POOL 2", 4]]);
});

test("the engine takes every net of the lessons, and sees as far as they say", async () => {
  for (const text of Object.values(nets).filter((net) => net !== nets.vgg)) { // that is described above
    assert.deepEqual(fieldsOfSummary(await fovea.describe(text, { batch: 1 })), fieldsOfText(text));
  }
  for (const { without, with: remedy } of Object.values(experiments)) {
    for (const { text } of [without, remedy]) assert.equal((await fovea.describe(text)).classes, 10, text);
  }
});
