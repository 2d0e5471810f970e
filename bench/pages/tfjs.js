// TensorFlow.js: the same layers by its operations. Inference fuses as its converter does: batch norms become biases and
// activations part of what is before them. A training step is optimizer.minimize, the loss awaited.
import { argmax, batchOf, forward, repeated, sample, script, tensorsOf, time } from "./common.js";

export async function measure({ net, backend, threads, batch, train, answers, cold, learningRate, momentum, ...counts }) {
  await load(backend);
  const began = performance.now();
  const tf = await start(backend, threads);
  const { pixels, labels } = batchOf(batch, net);
  const input = () => tf.tensor4d(pixels, [batch, ...net.input]);
  const on = await place(tf, backend, threads);

  if (train) {
    const logits = model(tf, net, (tensor) => tf.variable(tensor));
    const optimizer = tf.train.momentum(learningRate, momentum);
    const x = input();
    const y = tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat();
    let loss = 0;
    const step = async () => {
      const cost = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, logits(x)), true);
      loss = (await cost.data())[0];
      cost.dispose();
    };
    if (cold) await step();
    const ms = cold ? [performance.now() - began] : await time(step, counts);
    return { ms, loss, on };
  }

  const logits = model(tf, { ...net, layers: fused(net.layers) }, (tensor) => tensor);
  const x = input();
  // The values are read behind tidy, which would look for tensors among them one by one.
  const once = async () => {
    const y = tf.tidy(() => logits(answers ? input() : x));
    const values = backend === "webgpu" ? await y.data() : y.dataSync();
    y.dispose();
    return answers ? argmax(values) : values;
  };
  return { ms: await sample(repeated(once), counts), on };
}

async function load(backend) {
  await script("/vendor/@tensorflow/tfjs/dist/tf.min.js");
  if (backend === "webgpu") await script("/vendor/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js");
  if (backend === "wasm") await script("/vendor/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js");
}

async function start(backend, threads) {
  const { tf } = window;
  if (backend === "wasm") {
    tf.wasm.setWasmPaths("/vendor/@tensorflow/tfjs-backend-wasm/dist/");
    if (threads > 1) tf.wasm.setThreadsCount(threads);
    else tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  }
  if (!await tf.setBackend(backend)) throw new Error(`TensorFlow.js: backend ${backend} does not start`);
  await tf.ready();
  if (tf.getBackend() !== backend) throw new Error(`TensorFlow.js runs on ${tf.getBackend()}, not on ${backend}`);
  return tf;
}

/** The net as a function of its input. */
function model(tf, net, make) {
  // Weights of convolutions go from [F, C, KH, KW] to [KH, KW, C, F], and to [KH, KW, C, 1] where each has its channel.
  const tensors = tensorsOf(net, ({ shape, values }, { depthwise }) => make(tf.tidy(() => {
    const tensor = tf.tensor(values, shape);
    return shape.length === 4 ? tensor.transpose(depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]) : tensor;
  })));
  return forward(net, tensors, (layer, x, [weight, bias, mean, variance], shape) => {
    const { size, stride: strides, pad, activation } = layer;
    switch (layer.op) {
      case "conv": {
        const options = { x, filter: weight, strides, pad, bias, activation, dimRoundingMode: "floor" };
        return layer.depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
      }
      case "maxpool": return tf.maxPool(x, size, strides, pad, "floor");
      case "relu": return tf.relu(x);
      case "relu6": return tf.relu6(x);
      case "bn": return tf.batchNorm(x, mean, variance, bias, weight);
      case "gap": return tf.mean(x, [1, 2]);
      case "fc": return tf.fused.matMul({ a: shape.length > 1 ? x.reshape([x.shape[0], -1]) : x, b: weight, bias, activation });
      case "join": return layer.how === "add" ? tf.add(...x) : tf.concat(x, 3);
      default: throw new Error(`TensorFlow.js: there is no layer ${layer.op}`);
    }
  });
}

/** Layers with batch norms and activations taken into the convolutions and products before them. */
function fused(layers) {
  const list = [];
  for (const layer of layers) {
    const last = list.at(-1);
    const takes = last && ["conv", "fc"].includes(last.op) && !last.activation;
    if (layer.op === "join") list.push({ ...layer, paths: layer.paths.map(fused) });
    else if (takes && layer.op === "bn" && !last.bias) list[list.length - 1] = { ...last, bias: true };
    else if (takes && layer.op.startsWith("relu")) list[list.length - 1] = { ...last, activation: layer.op };
    else list.push(layer);
  }
  return list;
}

async function place(tf, backend, threads) {
  if (backend === "wasm") return `WebAssembly, ${threads} thread${threads > 1 ? "s" : ""}`;
  if (backend !== "webgpu") return backend === "cpu" ? "JavaScript, one thread" : "WebGL";
  const info = tf.backend().adapterInfo ?? {};
  return [info.vendor, info.architecture].filter(Boolean).join(" ") || "WebGPU";
}
