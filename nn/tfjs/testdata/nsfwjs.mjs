// Unpacks the models of the npm package nsfwjs into a folder, as model.json and shards, and writes beside them what
// TensorFlow.js makes of a picture of formula pixels: expected.json, {model: probabilities}.
//
//	cd FOLDER && npm install nsfwjs@4.3.0 @tensorflow/tfjs@4.22.0 && node …/nn/tfjs/testdata/nsfwjs.mjs …/dist/models/nsfwjs
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(process.cwd() + "/");
const tf = require("@tensorflow/tfjs");
await tf.setBackend("cpu");
const [to] = process.argv.slice(2);
const expected = {};

for (const name of ["mobilenet_v2", "mobilenet_v2_mid", "inception_v3"]) {
  const from = join(process.cwd(), "node_modules/nsfwjs/dist/models", name);
  const model = require(join(from, "model.min.js"));
  mkdirSync(join(to, name), { recursive: true });
  writeFileSync(join(to, name, "model.json"), JSON.stringify(model));
  const shards = {};
  for (const file of readdirSync(from).filter((f) => f.startsWith("group"))) {
    const shard = file.replace(".min.js", "");
    shards[shard] = Buffer.from(require(join(from, file)), "base64");
    writeFileSync(join(to, name, shard), shards[shard]);
  }
  const [group] = model.weightsManifest;
  const data = Buffer.concat(group.paths.map((p) => shards[p]));
  const source = tf.io.fromMemory({
    ...model, weightSpecs: group.weights, weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length),
  });
  const net = model.format === "graph-model" ? await tf.loadGraphModel(source) : await tf.loadLayersModel(source);
  const [, height, width] = net.inputs[0].shape;
  const pixels = new Float32Array(height * width * 3);
  for (let i = 0; i < pixels.length; i++) {
    const c = i % 3, w = Math.floor(i / 3) % width, h = Math.floor(i / 3 / width);
    pixels[i] = ((7 * h + 3 * w + 50 * c + ((h * w) % 29)) % 256) / 255;
  }
  expected[name] = Array.from(net.predict(tf.tensor(pixels, [1, height, width, 3])).dataSync());
}
writeFileSync(join(to, "expected.json"), JSON.stringify(expected) + "\n");
