// The same net in TensorFlow.js: layers for the forward pass, optimizer.minimize for the step, the loss awaited.
import { batchOf, script, time } from "./common.js";

export async function measure({ backend, size, batch, steps, warmup, learningRate, momentum }) {
  await script("/vendor/@tensorflow/tfjs/dist/tf.min.js");
  if (backend === "webgpu") await script("/vendor/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js");
  const { tf } = window;
  if (!await tf.setBackend(backend)) throw new Error(`TensorFlow.js: backend ${backend} does not start`);
  await tf.ready();
  if (tf.getBackend() !== backend) throw new Error(`TensorFlow.js runs on ${tf.getBackend()}, not on ${backend}`);

  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [size, size, 1], kernelSize: 5, filters: 8, padding: "same", activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
      tf.layers.conv2d({ kernelSize: 5, filters: 16, padding: "same", activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 3, strides: 3 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10 }),
    ],
  });
  const optimizer = tf.train.momentum(learningRate, momentum);
  const { pixels, labels } = batchOf(batch, size);
  const x = tf.tensor4d(pixels, [batch, size, size, 1]);
  const y = tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat();

  let loss = 0;
  const ms = await time(async () => {
    const cost = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })), true);
    loss = (await cost.data())[0];
    cost.dispose();
  }, { steps, warmup });
  return { ms, loss, on: backend === "webgpu" ? await adapter(tf) : "JavaScript, one thread" };
}

async function adapter(tf) {
  const info = tf.backend().adapterInfo ?? {};
  return [info.vendor, info.architecture].filter(Boolean).join(" ") || "WebGPU";
}
