// Computes models with ONNX Runtime Web and writes what comes out, for the tests of nn/onnx: node outputs.mjs FOLDER. An input is
// a formula of its elements' numbers, so that only outputs need to be kept.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-web";

const here = dirname(fileURLToPath(import.meta.url));
const to = process.argv[2] ?? join(here, "..", "..", "dist", "models");
mkdirSync(to, { recursive: true });
ort.env.wasm.numThreads = 1;

const assets = join(here, "node_modules", "@gutenye", "ocr-models", "assets");
const sizes = { det: [[1, 3, 96, 128], [1, 3, 160, 64]], rec: [[1, 3, 48, 320], [2, 3, 48, 100]], cls: [[1, 3, 48, 192], [3, 3, 48, 192]] };
const cases = readdirSync(assets).filter((file) => file.endsWith(".onnx"))
  .flatMap((file) => sizes[/_(det|rec|cls)_/.exec(file)[1]].map((shape) => ({ file: join(assets, file), name: file, shape })));

/** Element i of every input. */
const element = (i) => Math.sin(i * 0.37) * Math.cos(i * 0.0113);

for (const [i, { file, name, shape }] of cases.entries()) {
  const session = await ort.InferenceSession.create(readFileSync(file));
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => element(k));
  const out = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", data, shape) });
  const outputs = Object.fromEntries(Object.entries(out).map(([key, t]) =>
    [key, { shape: t.dims, data: Buffer.from(t.data.buffer, t.data.byteOffset, t.data.byteLength).toString("base64") }]));
  writeFileSync(join(to, `${i}.json`), JSON.stringify({ name, file, input: session.inputNames[0], shape, outputs }));
  console.log(`${name} ${shape.join("x")}: ${Object.entries(outputs).map(([key, t]) => `${key} ${t.shape.join("x")}`).join(", ")}`);
  await session.release();
}
