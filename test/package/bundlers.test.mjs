// Bundles of a page that uses the package: each runs in Chromium, under a strict Content-Security-Policy, and answers as Node.js
// does.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { copyFile, cp, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../browser/server.mjs";
import { close, visit } from "./chromium.mjs";
import { Fovea, folder, installed, trainedNet } from "./project.mjs";

const app = join(dirname(fileURLToPath(import.meta.url)), "app");
/** @type {Buffer} */
let net;
/** @type {Float32Array} */
let expected;
before(async () => {
  net = await trainedNet();
  const fovea = await Fovea.start({ backend: "cpu" });
  expected = (await (await fovea.load(net)).predict(new Uint8Array(64).fill(215))).data.sort().reverse();
  await fovea.close();
});
after(close);

/** The app in a folder of its own. @param {string} name */
async function project(name) {
  const root = await folder(name);
  await cp(app, root, { recursive: true });
  await folder(`${name}/public`);
  await writeFile(join(root, "public/net.safetensors"), net);
  return { root, out: join(root, "dist") };
}

/** @param {string} url */
async function works(url) {
  const { result, complaints } = await visit(url, () => globalThis.finished);
  assert.deepEqual(complaints, []);
  assert.deepEqual(result.answers.map(({ backend }) => backend.name), ["simd", "webgpu"]);
  for (const { labels, probabilities, backend } of result.answers) {
    assert.equal(labels[0], "bright");
    const worst = Math.max(...probabilities.map((p, i) => Math.abs(p - expected[i])));
    assert.ok(worst < 1e-4, `${backend.name}: ${probabilities}, not ${expected}`);
  }
  assert.deepEqual([result.error, result.elements], ["network", [true, true]]);
}

/** @param {string} out */
async function serves(out) {
  const site = await serve(out);
  try {
    await works(site.url);
  } finally {
    await site.close();
  }
}

test("Vite builds it", async () => {
  const { root, out } = await project("vite");
  const { build } = await import("vite");
  await build({ root, configFile: false, logLevel: "error" });
  await serves(out);
});

test("Vite's server for development serves it", async () => {
  const { root } = await project("vite-dev");
  const { createServer } = await import("vite");
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = await createServer({ root, configFile: false, logLevel: "error", server: { host: "127.0.0.1", headers } });
  try {
    await server.listen();
    await works(/** @type {any} */ (server.resolvedUrls).local[0]);
  } finally {
    await server.close();
  }
});

test("webpack builds it", async () => {
  const { root, out } = await project("webpack");
  const { default: webpack } = await import("webpack");
  const stats = await new Promise((resolve, reject) => {
    const output = { path: out, filename: "app.js" };
    const compiler = webpack({ mode: "production", context: root, entry: "./app.js", output, performance: false });
    compiler.run((error, result) => (error ? reject(error) : compiler.close(() => resolve(result))));
  });
  const { errors, warnings } = stats.toJson();
  assert.deepEqual([errors, warnings], [[], []]);
  await copyFile(join(root, "index.html"), join(out, "index.html"));
  await copyFile(join(root, "public/net.safetensors"), join(out, "net.safetensors"));
  await serves(out);
});

test("esbuild bundles it, and the Worker's two files lie beside the bundle", async () => {
  const { root, out } = await project("esbuild");
  const { build } = await import("esbuild");
  const options = { bundle: true, format: "esm", splitting: true, minify: true, logLevel: "silent" };
  const { warnings } = await build({ ...options, entryPoints: [join(root, "app.js")], outdir: out });
  assert.deepEqual(warnings, []);
  for (const file of ["worker.js", "fovea.wasm"]) await copyFile(join(installed, file), join(out, file));
  await copyFile(join(root, "index.html"), join(out, "index.html"));
  await copyFile(join(root, "public/net.safetensors"), join(out, "net.safetensors"));
  await serves(out);
});

test("without a bundler it is served as it is, and the Worker's two files may lie elsewhere", async () => {
  const { root } = await project("plain");
  await cp(installed, join(root, "fovea"), { recursive: true });
  const assets = await folder("plain/assets");
  for (const file of ["worker.js", "fovea.wasm"]) await rename(join(root, "fovea", file), join(assets, file));
  const text = await readFile(join(root, "app.js"), "utf8");
  await writeFile(join(root, "app.js"), text.replace('"fovea"', '"./fovea/fovea.js"').replace('"fovea/', '"./fovea/')
    .replaceAll("Fovea.start({", 'Fovea.start({ worker: "assets/worker.js",'));
  await copyFile(join(root, "public/net.safetensors"), join(root, "net.safetensors"));
  await serves(root);
});
