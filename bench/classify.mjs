// Pictures classified natively: `fovea classify` beside onnxruntime-node on the CPU with two threads, decoding, scaling and start
// counted on both sides. The sides take turns; a figure is the median of the rounds. See README.md.
//
//   node bench/classify.mjs MODEL.onnx PICTURES-FOLDER [--count 1000] [--rounds 3] [--json]
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  count: { type: "string", default: "1000" }, rounds: { type: "string", default: "3" }, json: { type: "boolean", default: false },
  peer: { type: "boolean", default: false },
} });
const [model, sources] = positionals;
if (!sources) {
  console.error("usage: node bench/classify.mjs MODEL.onnx PICTURES-FOLDER");
  process.exit(2);
}
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(join(root, "test/models/package.json"));
const sharp = require("sharp");
sharp.concurrency(2);
const size = 227;
const count = Number(options.count);
const folder = join(root, "dist", "pictures", String(count));

/** Photos of 500 x 375 as JPEG: parts of those in a folder. */
async function makePictures() {
  const files = readdirSync(sources).filter((file) => /\.(png|jpe?g)$/.test(file)).sort();
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = join(folder, `${String(i).padStart(5, "0")}.jpg`);
    if (existsSync(file)) continue;
    await sharp(join(sources, files[i % files.length])).resize(500 + (i % 97), 375 + (i % 89), { fit: "cover" })
      .extract({ left: i % 97, top: i % 89, width: 500, height: 375 }).jpeg({ quality: 85 }).toFile(file);
  }
}

/** The peer: all pictures through ONNX Runtime, eight at a time, the next ones decoded meanwhile. */
async function peer() {
  const ort = require("onnxruntime-node");
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 2, executionProviders: ["cpu"] });
  const files = readdirSync(folder).sort().map((file) => join(folder, file));
  const batch = 8;
  const mean = [104, 117, 123];
  const prepare = async (some) => {
    const x = new Float32Array(batch * 3 * size * size);
    await Promise.all(some.map(async (file, n) => {
      const data = await sharp(file).resize(size, size, { fit: "cover", kernel: "linear" }).removeAlpha().raw().toBuffer();
      const plane = size * size;
      for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) x[(n * 3 + c) * plane + i] = data[3 * i + 2 - c] - mean[c];
    }));
    return new ort.Tensor("float32", x, [batch, 3, size, size]);
  };
  const groups = Array.from({ length: Math.ceil(files.length / batch) }, (_, i) => files.slice(i * batch, (i + 1) * batch));
  let answered = 0;
  let next = prepare(groups[0]);
  for (let i = 0; i < groups.length; i++) {
    const input = await next;
    if (i + 1 < groups.length) next = prepare(groups[i + 1]);
    const out = await session.run({ [session.inputNames[0]]: input });
    const scores = out[session.outputNames[0]].data;
    for (let n = 0; n < groups[i].length; n++) {
      const row = scores.subarray(n * 1000, (n + 1) * 1000);
      if (row.indexOf(Math.max(...row)) >= 0) answered++;
    }
  }
  if (answered !== files.length) throw new Error(`${answered} of ${files.length} pictures were classified`);
}

if (options.peer) {
  await peer();
  process.exit(0);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const timed = (program, args) => {
  const began = performance.now();
  const result = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (result.status !== 0) throw new Error(`${program} ends with ${result.status}`);
  return (performance.now() - began) / 1000;
};

await makePictures();
execFileSync("make", ["-s", "-C", root, "tool"]);
const sides = { fovea: [], "onnxruntime-node": [] };
for (let round = 0; round < Number(options.rounds); round++) {
  sides.fovea.push(timed(join(root, "dist/bin/fovea"), ["classify", model, folder, "--size", `${size},${size}`, "--preprocess", "caffe", "--threads", "2", "--json"]));
  sides["onnxruntime-node"].push(timed(process.execPath, [fileURLToPath(import.meta.url), model, sources, "--count", String(count), "--peer"]));
}
const perSecond = Object.fromEntries(Object.entries(sides).map(([name, seconds]) => [name, count / median(seconds)]));
if (options.json) {
  console.log(JSON.stringify({ case: "native/classify", peer: "onnxruntime-node", pictures: count, fovea: perSecond.fovea, other: perSecond["onnxruntime-node"], ratio: perSecond.fovea / perSecond["onnxruntime-node"] }));
} else {
  for (const [name, rate] of Object.entries(perSecond)) console.log(`${name.padEnd(18)} ${rate.toFixed(1)} pictures/s`);
  console.log(`ratio ${(perSecond.fovea / perSecond["onnxruntime-node"]).toFixed(2)} (goal 0.5)`);
}
