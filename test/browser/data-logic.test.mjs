// What of the data panel needs no browser: archives, folders, collections, batches, points. See docs/site.md.
import { test } from "node:test";
import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { tarred, zipped } from "../../site/app/data/archives.js";
import { cifarBatches, keepCifar } from "../../site/app/data/cifar10.js";
import { countOf, entriesOf } from "../../site/app/data/files.js";
import { points, shapes } from "../../site/app/data/points.js";
import { entered } from "../../site/app/parts/entries.js";

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
  const cats = { "1.png": [new Uint8Array([1, 2, 3]), { level: 0 }], "big.bin": big };
  const archive = new Blob([zipSync({ cats, "notes.txt": strToU8("no"), "dogs/2.png": strToU8("dog") })]);
  const found = {};
  const wanted = (path) => !path.endsWith(".txt") && !path.endsWith("/");
  for await (const { path, blob } of zipped(archive, wanted)) found[path] = new Uint8Array(await blob.arrayBuffer());
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
    await assert.rejects(async () => {
      for await (const { pieces } of tarred(wrong)) for await (const _ of pieces);
    }, ({ code }) => code === "archive");
  }
});

test("folders name classes; what is no picture beside them is passed over", async () => {
  const file = (path, bytes = "x") => ({ path, file: new File([bytes], path.split("/").at(-1)) });
  const [dogs, beside] = [{ "d.png": strToU8("d"), ".hidden": strToU8("") }, { "d.png": strToU8("") }];
  const archive = file("more.zip", zipSync({ dogs, __MACOSX: beside }));
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

test("folders that are dropped are walked through, and test/ is to test with", async () => {
  const leaf = (name) => ({ name, isFile: true, isDirectory: false, file: (resolve) => resolve(new File(["x"], name)) });
  const branch = (name, ...children) => ({
    name, isFile: false, isDirectory: true,
    createReader: () => ({ readEntries: (resolve) => resolve(children.splice(0, 100)) }), // a hundred at a time, as browsers do
  });
  const many = Array.from({ length: 150 }, (_, i) => leaf(`${i}.png`));
  const train = branch("train", branch("cats", ...many), branch("dogs", leaf("a.png")));
  const tree = branch("set", train, branch("test", branch("dogs", leaf("b.png"))), branch("empty"));
  const loose = new File(["x"], "loose.png");
  const items = [tree, null].map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => loose }));
  const heard = [];
  const { found: files, folder } = await entered({ items: [...items, { kind: "string" }] }, (count) => heard.push(count));
  assert.deepEqual([files.length, folder, files.at(-1).path, heard.at(-1)], [153, true, "loose.png", 152]);
  const entries = [];
  const take = async (some, options) => {
    for await (const { class: of, name, test: held } of entriesOf(some, options)) entries.push([of, name, held]);
  };
  await take(files, { otherwise: "loose" });
  assert.deepEqual(entries.filter(([of]) => of !== "cats"),
    [["dogs", "a.png", false], ["dogs", "b.png", true], ["loose", "loose.png", false]]);
  await take([{ path: "test/dogs/b.png", file: loose }], { into: "mine" });
  assert.deepEqual(entries.at(-1), ["mine", "b.png", false], "what is dropped on a class is of that class, and nothing else");
});

test("collections in memory: each change can be taken back", async () => {
  delete globalThis.BroadcastChannel; // it would keep this process alive
  const { Collection } = await import("../../site/app/data/collection.js");
  const { shelf } = await import("../../site/app/data/shelf.js"); // in memory, since Node has no IndexedDB
  const on = await shelf();
  assert.equal(on.lasting, false);
  const items = [3, 5, 9].map((key, i) => ({ key, class: i % 2, name: `${key}.png`, width: 40, height: 40, bytes: 1 }));
  const info = { id: "one", name: "One", classes: ["a", "b"], counts: [2, 1], size: 3, modified: 1, broken: [] };
  await on.write({ info, items, blobs: new Map(items.map(({ key }) => [key, new Blob([String(key)])])) });
  const collection = new Collection(on, info, items);
  const state = async () => {
    const items = collection.items().map(({ key, class: of }) => [key, of]);
    return [collection.classes, items, (await on.info("one")).counts, (await on.items("one")).length];
  };
  const before = await state();
  for (const change of [
    () => collection.remove([5]), () => collection.relabel([3, 9], 1),
    () => collection.removeClass(0), () => collection.renameClass(1, "c"),
  ]) {
    const undo = await change();
    assert.notDeepEqual(await state(), before, String(change));
    await undo();
    assert.deepEqual(await state(), before, String(change));
    assert.equal(await text(await collection.blob(5)), "5");
  }
  await assert.rejects(collection.addClass("a"), ({ code }) => code === "class-exists");
  await assert.rejects(collection.renameClass(0, " "), ({ code }) => code === "class-unnamed");
  assert.deepEqual(collection.givenTest(), []);
  const split = new Collection(on, info, items.map((item) => ({ ...item, test: item.key === 9 })));
  assert.deepEqual(split.givenTest(), [2]);
  const all = new Collection(on, info, items.map((item) => ({ ...item, test: item.key === 5 })));
  assert.deepEqual(all.givenTest(), [], "b would have none to learn from");
  assert.equal(await collection.addClass("c"), 2);
  await Promise.all([collection.remove([3]), collection.relabel(9, 2)]); // one after the other
  assert.deepEqual(collection.counts(), [0, 1, 1]);
});

test("a full disk is told, and what was there stays", async () => {
  delete globalThis.BroadcastChannel;
  const { Collection } = await import("../../site/app/data/collection.js");
  const info = { id: "two", name: "Two", classes: ["a"], counts: [1], size: 1, modified: 1, broken: [] };
  const full = {
    lasting: true, blobs: async (_, keys) => keys.map(() => new Blob(["x"])),
    write: async () => { throw new DOMException("no room", "QuotaExceededError"); },
  };
  const collection = new Collection(full, info, [{ key: 1, class: 0, name: "1.png", width: 9, height: 9, bytes: 1 }]);
  await assert.rejects(collection.remove([1]), ({ code }) => code === "disk-full");
  await assert.rejects(collection.addClass("b"), ({ code }) => code === "disk-full");
  assert.deepEqual([collection.classes, collection.items().length], [["a"], 1]);
});

test("CIFAR-10's batches are taken from wherever they lie", async () => {
  const batch = (records, label = 3) => new Uint8Array(records * 3073).map((_, i) => (i % 3073 === 0 ? label : i & 255));
  const file = (name, ...parts) => new File(parts, name);
  const files = { "readme.html": strToU8("hm"), "data_batch_2.bin": batch(4), "test_batch.bin": batch(2) };
  const archive = tarOf(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`cifar-10-batches-bin/${name}`, bytes])));
  const packed = await new Response(archive.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  const { lasting } = await keepCifar([file("data_batch_1.bin", batch(3)), file("cifar-10-binary.tar.gz", packed)]);
  assert.equal(lasting, false); // there is no file system here
  const { train, test: rest } = await cifarBatches();
  assert.deepEqual([...train, ...rest].map(({ name, blob }) => [name, blob.size / 3073]),
    [["data_batch_1.bin", 3], ["data_batch_2.bin", 4], ["test_batch.bin", 2]]);
  const python = zipSync({ "cifar-10-batches-py": { data_batch_1: strToU8("x") } });
  for (const [wrong, code] of [
    [file("a.bin", batch(2).subarray(1)), "cifar-size"], [file("a.bin", batch(2, 11)), "cifar-size"],
    [file("photo.jpg", "x"), "cifar-none"], [file("data_batch_1", "x"), "cifar-version"], [file("c.zip", python), "cifar-version"],
  ]) await assert.rejects(keepCifar([wrong]), (error) => error.code === code, code);
});
