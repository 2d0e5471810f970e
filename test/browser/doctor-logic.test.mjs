// The arithmetic of the data doctor.
import { test } from "node:test";
import assert from "node:assert/strict";
import { random } from "../../site/app/data/points.js";
import { confident, confusedPairs } from "../../site/app/doctor/confident.js";
import { folds } from "../../site/app/doctor/folds.js";
import { vectorSets } from "../../site/app/doctor/features.js";
import { keysOf, plainKey } from "../../site/app/doctor/keys.js";
import { Prints } from "../../site/app/doctor/prints.js";
import {
  digestOf, distance, equalPairs, isBlank, membersOf, nearPairs, similarity, sketch,
} from "../../site/app/doctor/sketches.js";

const shape = [32, 32, 3];

/** A picture of a few discs on a gradient, of the seed. */
function picture(seed) {
  const next = random(seed);
  const discs = Array.from({ length: 6 }, () => (
    { x: 32 * next(), y: 32 * next(), r: 3 + 7 * next(), colour: [256 * next(), 256 * next(), 256 * next()] }));
  const pixels = new Uint8Array(32 * 32 * 3);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const disc = discs.find((d) => Math.hypot(x - d.x, y - d.y) < d.r);
      for (let c = 0; c < 3; c++) pixels[(y * 32 + x) * 3 + c] = disc ? disc.colour[c] : 40 + 3 * x + 2 * y;
    }
  }
  return pixels;
}

/** The same with noise and other brightness, as after compression. */
function copyOf(pixels, seed) {
  const next = random(seed);
  return pixels.map((value) => Math.max(0, Math.min(255, 8 + 0.95 * value + 8 * (next() - 0.5))));
}

test("copies are found among 300 pictures, and nothing else", async () => {
  const pictures = Array.from({ length: 300 }, (_, i) => picture(i + 1));
  pictures[120] = pictures[7].slice();
  pictures[250] = copyOf(pictures[33], 1);
  pictures[251] = copyOf(pictures[99], 2);
  const sketches = pictures.map((pixels) => sketch(pixels, shape));
  assert.deepEqual(equalPairs(sketches), [{ a: 7, b: 120, similarity: 1 }]);
  const near = await nearPairs(sketches);
  assert.deepEqual(near.map(({ a, b }) => [a, b]).sort(([a], [b]) => a - b), [[33, 250], [99, 251]]);
  assert.ok(near.every(({ similarity: s }) => s > 0.98 && s < 1), `${near.map((p) => p.similarity)}`);
  assert.ok(distance(sketches[1], sketches[2]) > 16 && similarity(sketches[1], sketches[2]) < 0.9);
});

test("colour tells pictures apart that are equal in grey", async () => {
  const plain = new Uint8Array(32 * 32 * 3);
  const [red, blue] = [0, 2].map((channel) => plain.map((_, i) => (i % 3 === channel && Math.floor(i / 96) % 16 < 8 ? 200 : 0)));
  assert.deepEqual(await nearPairs([sketch(red, shape), sketch(blue, shape)]), []);
});

test("digests differ where a byte does, blank pictures are told", () => {
  const a = picture(1);
  const b = a.slice();
  b[1000] ^= 1;
  assert.notEqual(digestOf(a), digestOf(b));
  assert.equal(digestOf(a), digestOf(a.slice()));
  assert.equal(isBlank(sketch(new Uint8Array(784).fill(200), [28, 28, 1])), true);
  assert.equal(isBlank(sketch(a, shape)), false);
  assert.equal(new Set(Array.from({ length: 5000 }, (_, i) => digestOf([i & 255, i >> 8, 7]))).size, 5000);
});

test("smaller than the sketch itself", () => {
  const { thumb, bands } = sketch([0, 255, 255, 0], [2, 2, 1]);
  assert.equal(thumb.length, 256);
  assert.deepEqual([thumb[0], thumb[15], thumb[240], thumb[255]], [0, 255, 255, 0]);
  assert.equal(bands.length, 8);
});

test("prints tell copies from others, whatever all have in common", async () => {
  const next = random(3);
  const drawn = (wide) => Float32Array.from({ length: 4000 }, () => wide * (next() - 0.5));
  const common = drawn(8);
  const plus = (x, y) => x.map((value, i) => value + y[i]);
  const own = Array.from({ length: 40 }, () => drawn(2));
  const prints = new Prints();
  for (const x of [...own, plus(own[5], drawn(0.8)), plus(own[9], drawn(4))]) prints.add(plus(x, common));
  const all = await prints.pairs(() => true, { pause: async () => {}, onProgress: () => {} });
  assert.deepEqual(all.map(({ a, b }) => [a, b]), [[5, 40]]);
  assert.ok(all[0].similarity > 0.8 && all[0].similarity < 1, `${all[0].similarity}`);
  assert.deepEqual(await prints.pairs(() => false, { pause: async () => {}, onProgress: () => {} }), []);
});

test("vectors become bytes, each value from its least to its largest", async () => {
  const vectors = [[0, 10, 7], [1, -10, 7], [0.5, 0, 7]].map((v) => Float32Array.from(v));
  const made = [];
  const parts = [2, 1].map((count) => ({ count, classes: ["a", "b"] }));
  await vectorSets({ dataset: async (source) => made.push(source) }, parts, vectors, [0, 1, 1], new AbortController().signal);
  assert.deepEqual(made.map(({ images, labels, shape: of }) => [[...images], labels, of]),
    [[[0, 255, 0, 255, 0, 0], [0, 1], [1, 1, 3]], [[128, 128, 0], [1], [1, 1, 3]]]);
});

test("a part is recognised by its pixels", () => {
  assert.deepEqual(membersOf([5, 7, 5, 9, 5], [9, 5, 5]), [true, false, true, true, false]);
});

test("folds have all classes alike and depend on the seed alone", () => {
  const labels = Array.from({ length: 103 }, (_, i) => (i % 10 === 0 ? 2 : i % 2));
  const fold = folds(labels, 4, 3);
  for (let label = 0; label < 3; label++) {
    const counts = [0, 0, 0, 0];
    labels.forEach((l, i) => { if (l === label) counts[fold[i]]++; });
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `class ${label}: ${counts}`);
  }
  assert.deepEqual(folds(labels, 4, 3), fold);
  assert.notDeepEqual(folds(labels, 4, 4), fold);
});

test("confident learning: an example by hand", () => {
  // Of the samples labelled 0 three are confidently a 0, the last one by a hair, and one is a 1; of those labelled 1 the second
  // is below the threshold and counts by scaling alone.
  const labels = [0, 0, 0, 1, 1, 0];
  const probabilities = [0.95, 0.05, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9, 0.3, 0.7, 0.65, 0.35];
  const { thresholds, joint, doubts, accuracy } = confident(labels, probabilities, 2);
  const near = (got, want) => got.forEach((value, i) => assert.ok(Math.abs(value - want[i]) < 1e-9, `${got}, want ${want}`));
  near(thresholds, [0.65, 0.75]); // 0.8, but no higher than 0.75
  near(joint.flat(), [3, 1, 0, 2]);
  assert.deepEqual(doubts, [{ index: 2, given: 0, suggested: 1, pGiven: 0.1, pSuggested: 0.9 }]);
  assert.equal(accuracy, 5 / 6);
});

test("confident learning: flipped labels come first, from noisy probabilities", () => {
  const next = random(11);
  const classes = 5;
  const truth = Array.from({ length: 500 }, (_, i) => i % classes);
  const flipped = new Set(Array.from({ length: 20 }, (_, i) => 13 + 24 * i));
  const labels = truth.map((label, i) => (flipped.has(i) ? (label + 1) % classes : label));
  const probabilities = truth.flatMap((label) => {
    const weights = Array.from({ length: classes }, (_, j) => Math.exp((j === label ? 2.5 : 0) + 2 * next()));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((w) => w / sum);
  });
  const { doubts, joint } = confident(labels, probabilities, classes);
  const hits = doubts.slice(0, 20).filter(({ index }) => flipped.has(index));
  assert.ok(hits.length >= 17, `${hits.length} of the first 20 are flipped`);
  assert.ok(hits.every(({ index, suggested }) => suggested === truth[index]));
  const [first] = confusedPairs(joint);
  assert.ok(first && (first.b - first.a === 1 || first.b - first.a === 4), JSON.stringify(first));
});

test("a class without samples does no harm", () => {
  const { doubts, thresholds } = confident([0, 0, 1], [0.9, 0.1, 0, 0.8, 0.2, 0, 0.1, 0.6, 0.3], 3);
  assert.deepEqual(doubts, []);
  assert.equal(thresholds[2], Infinity);
});

test("each class has a key, on any keyboard", () => {
  assert.deepEqual(keysOf(["0", "1", "2"]), ["0", "1", "2"]);
  assert.deepEqual(keysOf(["cat", "dog"]), ["1", "2"]);
  const many = keysOf(Array.from({ length: 40 }, (_, i) => `class ${i}`));
  assert.deepEqual(many.slice(8, 12), ["9", "a", "b", "c"]);
  assert.ok(!many.includes("u") && new Set(many.filter(Boolean)).size === 34 && many[39] === "");
  assert.deepEqual(keysOf(["t", "u"]), ["1", "2"]); // u undoes
  assert.equal(plainKey({ key: "۳", code: "Digit3" }), "3");
  assert.equal(plainKey({ key: "ش", code: "KeyA" }), "a");
  assert.equal(plainKey({ key: "Delete", code: "Delete" }), "Delete");
});
