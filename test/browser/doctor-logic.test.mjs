// The arithmetic of the data doctor, and what of the data panel needs no browser.
import { test } from "node:test";
import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { tarred, zipped } from "../../site/app/data/archives.js";
import { cifarBatches, keepCifar } from "../../site/app/data/cifar10.js";
import { countOf, entriesOf } from "../../site/app/data/files.js";
import { points, random, shapes } from "../../site/app/data/points.js";
import { confident, confusedPairs } from "../../site/app/doctor/confident.js";
import { folds } from "../../site/app/doctor/folds.js";
import { keysOf, plainKey } from "../../site/app/doctor/keys.js";
import { digestOf, distance, equalPairs, isBlank, membersOf, nearPairs, similarity, sketch } from "../../site/app/doctor/sketches.js";

const shape = [32, 32, 3];

/** A picture of a few discs on a gradient, of the seed. */
function picture(seed) {
  const next = random(seed);
  const discs = Array.from({ length: 6 }, () => ({ x: 32 * next(), y: 32 * next(), r: 3 + 7 * next(), colour: [256 * next(), 256 * next(), 256 * next()] }));
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
  // Of the samples labelled 0 three are confidently a 0, the last one by a hair, and one is a 1; of those labelled 1 the second is
  // below the threshold and counts by scaling alone.
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

test("points are those of their seed, and lie in the plane", () => {
  for (const name of shapes) {
    const { images, labels, classes } = points(name, { count: 300, seed: 4 });
    assert.equal(images.length, 600);
    assert.ok(labels.every((label) => label < classes.length));
    assert.ok(images.filter((v) => v === 0 || v === 255).length < 12, `${name}: too many at the border`);
    assert.deepEqual(points(name, { count: 300, seed: 4 }).images, images);
    assert.notDeepEqual(points(name, { count: 300, seed: 5 }).images, images);
  }
});

/** A tar of files (POSIX ustar). */
function tarOf(files) {
  const blocks = Object.entries(files).flatMap(([path, bytes]) => {
    const header = new Uint8Array(512);
    const write = (text, at) => header.set(new TextEncoder().encode(text), at);
    write(path, 0);
    write(bytes.length.toString(8).padStart(11, "0"), 124);
    write("0", 156);
    write("ustar\0" + "00", 257);
    return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
  });
  return new Blob([...blocks, new Uint8Array(1024)]);
}

const text = async (blob) => new TextDecoder().decode(await blob.arrayBuffer());
const big = new Uint8Array(300_000).map((_, i) => (i * i) >> 3);

test("zip archives are read as streams, folders and all", async () => {
  const archive = new Blob([zipSync({ cats: { "1.png": [new Uint8Array([1, 2, 3]), { level: 0 }], "big.bin": big }, "notes.txt": strToU8("no"), "dogs/2.png": strToU8("dog") })]);
  const found = {};
  for await (const { path, blob } of zipped(archive, (path) => !path.endsWith(".txt") && !path.endsWith("/"))) found[path] = new Uint8Array(await blob.arrayBuffer());
  assert.deepEqual(Object.keys(found).sort(), ["cats/1.png", "cats/big.bin", "dogs/2.png"]);
  assert.deepEqual(found["cats/big.bin"], big);
  for (const wrong of [new Blob(["no archive at all"]), archive.slice(0, 500)]) {
    await assert.rejects(async () => { for await (const _ of zipped(wrong, () => true)); }, ({ code }) => code === "archive");
  }
});

test("tar archives, packed by gzip or not", async () => {
  const plain = tarOf({ "a/one.bin": big, "a/two.bin": new TextEncoder().encode("two") });
  const packed = await new Response(plain.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  for (const archive of [plain, packed]) {
    const found = [];
    for await (const { path, size, isFile, pieces } of tarred(archive)) {
      const parts = [];
      if (path.endsWith("one.bin")) for await (const piece of pieces) parts.push(piece.slice()); // the other is passed over
      found.push([path, size, isFile, parts.reduce((sum, part) => sum + part.length, 0)]);
    }
    assert.deepEqual(found, [["a/one.bin", 300_000, true, 300_000], ["a/two.bin", 3, true, 0]]);
  }
  for (const wrong of [plain.slice(0, 9000), packed.slice(0, 600), new Blob([new Uint8Array(600).fill(65)])]) {
    await assert.rejects(async () => { for await (const { pieces } of tarred(wrong)) for await (const _ of pieces); }, ({ code }) => code === "archive");
  }
});

test("folders name classes; what is no picture beside them is passed over", async () => {
  const file = (path, bytes = "x") => ({ path, file: new File([bytes], path.split("/").at(-1)) });
  const archive = file("more.zip", zipSync({ dogs: { "d.png": strToU8("d"), ".hidden": strToU8("") }, __MACOSX: { "d.png": strToU8("") } }));
  const found = [file("set/cats/a.png"), file("set/cats/readme.txt"), file("set/.DS_Store"), file("b.txt"), archive];
  const all = async (options) => {
    const entries = [];
    for await (const { class: of, name, blob } of entriesOf(found, options)) entries.push([of, name, await text(blob)]);
    return entries;
  };
  assert.deepEqual(await all({ otherwise: "loose" }), [["cats", "a.png", "x"], ["loose", "b.txt", "x"], ["dogs", "d.png", "d"]]);
  assert.deepEqual((await all({ into: "mine", otherwise: "loose" })).map(([of]) => of), ["mine", "mine", "mine"]);
  assert.equal(countOf(found), 3);
});

test("collections in memory: each change can be taken back", async () => {
  delete globalThis.BroadcastChannel; // it would keep this process alive
  const { Collection } = await import("../../site/app/data/collections.js");
  const { shelf } = await import("../../site/app/data/shelf.js"); // in memory, since Node has no IndexedDB
  const on = await shelf();
  assert.equal(on.lasting, false);
  const items = [3, 5, 9].map((key, i) => ({ key, class: i % 2, name: `${key}.png`, width: 40, height: 40, bytes: 1 }));
  const info = { id: "one", name: "One", classes: ["a", "b"], counts: [2, 1], size: 3, modified: 1, broken: [] };
  await on.write({ info, items, blobs: new Map(items.map(({ key }) => [key, new Blob([String(key)])])) });
  const collection = new Collection(on, info, items);
  const state = async () => [collection.classes, collection.items().map(({ key, class: of }) => [key, of]), (await on.info("one")).counts, (await on.items("one")).length];
  const before = await state();
  for (const change of [
    () => collection.remove([5]), () => collection.relabel([3, 9], 1), () => collection.removeClass(0), () => collection.renameClass(1, "c"),
  ]) {
    const undo = await change();
    assert.notDeepEqual(await state(), before, String(change));
    await undo();
    assert.deepEqual(await state(), before, String(change));
    assert.equal(await text(await collection.blob(5)), "5");
  }
  await assert.rejects(collection.addClass("a"), ({ code }) => code === "class-exists");
  await assert.rejects(collection.renameClass(0, " "), ({ code }) => code === "class-unnamed");
  assert.equal(await collection.addClass("c"), 2);
  await Promise.all([collection.remove([3]), collection.relabel(9, 2)]); // one after the other
  assert.deepEqual(collection.counts(), [0, 1, 1]);
});

test("a full disk is told, and what was there stays", async () => {
  delete globalThis.BroadcastChannel;
  const { Collection } = await import("../../site/app/data/collections.js");
  const info = { id: "two", name: "Two", classes: ["a"], counts: [1], size: 1, modified: 1, broken: [] };
  const full = { lasting: true, blobs: async (_, keys) => keys.map(() => new Blob(["x"])), write: async () => { throw new DOMException("no room", "QuotaExceededError"); } };
  const collection = new Collection(full, info, [{ key: 1, class: 0, name: "1.png", width: 9, height: 9, bytes: 1 }]);
  await assert.rejects(collection.remove([1]), ({ code }) => code === "disk-full");
  await assert.rejects(collection.addClass("b"), ({ code }) => code === "disk-full");
  assert.deepEqual([collection.classes, collection.items().length], [["a"], 1]);
});

test("CIFAR-10's batches are taken from wherever they lie", async () => {
  const batch = (records, label = 3) => new Uint8Array(records * 3073).map((_, i) => (i % 3073 === 0 ? label : i & 255));
  const file = (name, ...parts) => new File(parts, name);
  const archive = tarOf({ "cifar-10-batches-bin/readme.html": strToU8("hm"), "cifar-10-batches-bin/data_batch_2.bin": batch(4), "cifar-10-batches-bin/test_batch.bin": batch(2) });
  const packed = await new Response(archive.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  const { lasting } = await keepCifar([file("data_batch_1.bin", batch(3)), file("cifar-10-binary.tar.gz", packed)]);
  assert.equal(lasting, false); // there is no file system here
  const { train, test: rest } = await cifarBatches();
  assert.deepEqual([...train, ...rest].map(({ name, blob }) => [name, blob.size / 3073]), [["data_batch_1.bin", 3], ["data_batch_2.bin", 4], ["test_batch.bin", 2]]);
  for (const [files, code] of [
    [[file("a.bin", batch(2).subarray(1))], "cifar-size"], [[file("a.bin", batch(2, 11))], "cifar-size"], [[file("photo.jpg", "x")], "cifar-none"],
    [[file("data_batch_1", "x")], "cifar-version"], [[file("c.zip", zipSync({ "cifar-10-batches-py": { data_batch_1: strToU8("x") } }))], "cifar-version"],
  ]) await assert.rejects(keepCifar(files), (error) => error.code === code, code);
});
