// From nothing to the first answer: a page imports a library, opens the MNIST net and classifies a picture, in a fresh profile each
// time, and what it fetches comes over HTTP as a host would send it, by Brotli. Prints the medians and the bytes over the wire.
//
//	node bench/cold.mjs [--rounds 7]
import { createServer } from "node:http";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { parseArgs } from "node:util";
import { benchDir, root, siteDir } from "./lib/chromium.mjs";
import { launch } from "../test/browser/browser.mjs";
import { median } from "./lib/median.mjs";

const { values: { rounds } } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const cache = path.join(root, ".cache", "cold");
await mkdir(cache, { recursive: true });

/** What the measured pages made beforehand: the same net in the form that each library takes. @type {Map<string, Buffer>} */
const made = new Map();
const mounts = [["/cold/", path.join(benchDir, "cold")], ["/vendor/", path.join(benchDir, "node_modules")], ["/", siteDir]];
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".css": "text/css" };

const compress = promisify(brotliCompress);

/** The bytes as a host keeps them ready; the best level takes minutes for large programs, so results are kept. */
async function compressed(bytes, name) {
  if (name.endsWith(".bin") || bytes.length < 200) return bytes;
  const file = path.join(cache, createHash("sha256").update(bytes).digest("hex"));
  try {
    return await readFile(file);
  } catch {
    const small = await compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    await writeFile(file, small);
    return small;
  }
}

let wire = 0;
const server = createServer(async (request, response) => {
  const url = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const [prefix, folder] = mounts.find(([start]) => url.startsWith(start));
  try {
    const bytes = made.get(url) ?? await readFile(path.join(folder, path.normalize("/" + url.slice(prefix.length))));
    const body = await compressed(bytes, url);
    const headers = { "Content-Type": types[path.extname(url)] ?? "application/octet-stream", "Content-Length": body.length, "Cache-Control": "max-age=600",
      "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
    if (body !== bytes) headers["Content-Encoding"] = "br";
    if (!url.endsWith(".html")) wire += body.length;
    response.writeHead(200, headers).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

/** A browser of its own for each measurement: no code is compiled beforehand. */
async function inFreshBrowser(page, work) {
  const browser = await launch();
  try {
    const tab = await (await browser.newContext()).newPage();
    await tab.goto(`${origin}${page}`);
    return await work(tab);
  } finally {
    await browser.close();
  }
}

for (const [name, bytes] of Object.entries(await inFreshBrowser("/cold/page.html", (tab) => tab.evaluate(async () => (await import("/cold/prepare.js")).prepare())))) {
  made.set(name, Buffer.from(bytes, "base64"));
}

const sides = {
  "Fovea": "fovea.js", "fovea compile": "standalone.js", "TensorFlow.js (core, layers, wasm)": "tfjs.js", "ONNX Runtime Web (wasm)": "ort.js",
};
const results = Object.fromEntries(Object.keys(sides).map((side) => [side, { ms: [], bytes: 0 }]));
for (let round = -1; round < Number(rounds); round++) { // one to fill the cache of compressed files
  for (const [side, module] of Object.entries(sides)) {
    wire = 0;
    const ms = await inFreshBrowser("/cold/page.html", (tab) => tab.evaluate(async (name) => {
      const began = performance.now();
      await (await import(`/cold/${name}`)).first();
      return performance.now() - began;
    }, module));
    if (round >= 0) results[side].ms.push(ms);
    results[side].bytes = wire;
  }
}
server.close();
for (const [side, { ms, bytes }] of Object.entries(results)) {
  console.log(`${side.padEnd(36)} ${median(ms).toFixed(0).padStart(6)} ms to the first answer  ${(bytes / 1000).toFixed(0).padStart(6)} kB over the wire`);
}
