// The package in Node.js: the API in a thread, files by address, errors, and when the process ends.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { Fovea, FoveaError, folder, png, project, samples, trainedNet } from "./project.mjs";

const small = "INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3";
const bright = new Uint8Array(64).fill(215);
/** @param {Promise<unknown>} promise */
const code = (promise) => promise.then(() => "none", (error) => (error instanceof FoveaError ? error.code : String(error)));

/** @type {any} */
let fovea;
let file = "";
before(async () => {
  file = join(await folder("node"), "net.safetensors");
  await writeFile(file, await trainedNet());
  fovea = await Fovea.start({ backend: "simd" });
});
after(() => fovea?.close());

test("SIMD computes on all cores", async () => {
  const simd = (await fovea.backends()).find(({ name }) => name === "simd");
  const cores = availableParallelism();
  assert.ok(simd.available, simd.reason);
  assert.match(simd.adapter, new RegExp(`\\b${cores} thread${cores > 1 ? "s" : ""}$`));
});

test("pictures are encoded bytes, however they come", async () => {
  const net = await fovea.load(file);
  const bytes = png(16, (x) => (x < 8 ? 25 : 215));
  await writeFile(join(project, "node/split.png"), bytes);
  const fromDisk = await readFile(join(project, "node/split.png"));
  const pictures = [bytes, new Uint8Array(bytes), new Uint8Array(bytes).buffer, new Blob([bytes]), fromDisk];
  const found = [];
  for (const picture of pictures) found.push(await net.classify(picture, { top: 3 }));
  for (const result of found) {
    assert.equal(result[0].label, "split");
    assert.deepEqual(result.map(({ probability }) => probability), found[0].map(({ probability }) => probability));
  }
  assert.equal(await code(net.classify(Buffer.from("no picture"))), "file");
  assert.equal(await code(net.classify({ data: 1 })), "argument");
});

test("a training has progress, and its file gives the same answers on every backend", async () => {
  const net = await fovea.net(small, { classes: ["dark", "bright", "split"] });
  const data = await fovea.dataset(samples());
  const losses = [];
  for await (const { loss } of net.train(data, { epochs: 30, batch: 16, learningRate: 0.01 })) losses.push(loss);
  assert.ok(losses.at(-1) < losses[0] / 10, String(losses));
  assert.equal((await net.evaluate(data)).accuracy, 1);
  const blob = await net.toBlob();
  const here = (await net.predict(bright)).data;
  for (const backend of ["simd", "cpu"]) {
    const there = (await (await fovea.load(blob, { backend })).predict(bright)).data;
    there.forEach((p, i) => assert.ok(Math.abs(p - here[i]) < 1e-5, `${backend}: ${there}, not ${here}`));
  }
});

test("a model is loaded by path, file: and http: addresses", async () => {
  const bytes = await readFile(file);
  const server = createServer((request, response) => {
    if (request.url === "/net.safetensors") response.writeHead(200, { "Content-Length": bytes.length }).end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const host = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
  try {
    const was = process.cwd();
    process.chdir(project);
    const answers = [];
    const addresses = ["node/net.safetensors", pathToFileURL(file), pathToFileURL(file).href, `${host}/net.safetensors`];
    for (const source of [...addresses, new Blob([bytes]), bytes]) {
      /** @type {string[]} */
      const phases = [];
      const onProgress = ({ phase, loadedBytes, totalBytes }) => phases.push(`${phase} ${loadedBytes}/${totalBytes}`);
      const net = await fovea.load(source, { onProgress });
      assert.equal(phases.at(-1), `open ${bytes.length}/${bytes.length}`);
      answers.push((await net.predict(bright)).data);
    }
    process.chdir(was);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    const integrity = `sha256-${Buffer.alloc(32).toString("base64")}`;
    assert.equal(await code(fovea.load(`${host}/net.safetensors`, { integrity })), "integrity");
    assert.equal(await code(fovea.load(`${host}/none`)), "network");
    assert.equal(await code(fovea.load("node/none.safetensors")), "network");
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("errors have the codes that they have in a page", async () => {
  const error = await fovea.net("INPUT 8x8x1 -> CONF 3x3x4").catch((e) => e);
  assert.deepEqual([error.code, error.line, error.column], ["net", 1, 16]);
  assert.equal(await code(fovea.net(small, { signal: AbortSignal.abort() })), "aborted");
  assert.equal(await code(fovea.load(Buffer.from("no model"))), "file");
  assert.equal(await code((await fovea.net(small)).save("mine")), "storage");
  assert.equal(await code(Fovea.start({ wasm: join("node", "none.wasm") })), "network");
  assert.equal(await code(Fovea.start({ wasm: pathToFileURL(file) })), "network");
});

test("a thread that is lost is replaced, and its nets with it", async () => {
  /** @type {Set<Worker>} */
  const threads = new Set();
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...message) {
    threads.add(this);
    return postMessage.apply(this, message);
  };
  const own = await Fovea.start({ backend: "simd" });
  const net = await own.load(file);
  const before = (await net.predict(bright)).data;
  Worker.prototype.postMessage = postMessage;
  const training = net.train(await own.dataset(samples()), { epochs: 1e6 });
  await training[Symbol.asyncIterator]().next();
  await Promise.all(Array.from(threads, (thread) => thread.terminate()));
  assert.equal(await code(training.finished), "worker-lost");
  assert.deepEqual((await net.predict(bright)).data, before);
  await own.close();
  assert.equal(await code(own.net(small)), "closed");
});

/** What a program prints until it ends by itself. @param {string} program @returns {Promise<string>} */
const printed = (program) => new Promise((resolve, reject) => {
  const text = `import { Fovea } from "fovea"; ${samples} const fovea = await Fovea.start({ backend: "simd" }); ${program}`;
  execFile(process.execPath, ["--input-type=module", "--eval", text], { cwd: project, timeout: 60_000 },
    (error, out, err) => (error ? reject(new Error(`${error.message}\n${err}`)) : resolve(out + err)));
});

test("a process ends when nothing is asked for any more, and not before", async () => {
  const idle = `const net = await fovea.net("${small}"); await net.predict(new Uint8Array(64)); console.log("idle");`;
  const results = await Promise.all([
    printed(idle),
    printed(`${idle} await fovea.close();`),
    printed(`const net = await fovea.net("${small}"); const data = await fovea.dataset(samples());
      net.train(data, { epochs: 200, batch: 8 }).finished.then(({ steps }) => console.log(steps, "steps"));`),
  ]);
  assert.deepEqual(results, ["idle\n", "idle\n", "2400 steps\n"]);
});
