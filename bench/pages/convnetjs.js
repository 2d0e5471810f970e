// ConvNetJS's MNIST net and its own Trainer: one step is one mini-batch of train() calls, one update.
import { batchOf, script, time } from "./common.js";

export async function measure({ size, batch, steps, warmup, learningRate, momentum }) {
  await script("/vendor/convnetjs/build/convnet-min.js");
  const { convnetjs } = window;
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: "input", out_sx: size, out_sy: size, out_depth: 1 },
    { type: "conv", sx: 5, filters: 8, stride: 1, pad: 2, activation: "relu" },
    { type: "pool", sx: 2, stride: 2 },
    { type: "conv", sx: 5, filters: 16, stride: 1, pad: 2, activation: "relu" },
    { type: "pool", sx: 3, stride: 3 },
    { type: "softmax", num_classes: 10 },
  ]);
  const trainer = new convnetjs.Trainer(net, {
    method: "sgd", learning_rate: learningRate, momentum, batch_size: batch, l2_decay: 0,
  });

  const { pixels, labels } = batchOf(batch, size);
  const images = Array.from({ length: batch }, (_, i) => {
    const image = new convnetjs.Vol(size, size, 1, 0);
    image.w.set(pixels.subarray(i * size * size, (i + 1) * size * size));
    return image;
  });

  let loss = 0;
  const ms = await time(() => {
    loss = 0;
    for (let i = 0; i < batch; i++) loss += trainer.train(images[i], labels[i]).cost_loss / batch;
  }, { steps, warmup });
  return { ms, loss, on: "JavaScript, one thread" };
}
