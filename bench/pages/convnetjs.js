// ConvNetJS and its own Trainer: one step is one mini-batch of train() calls, one update.
import { batchOf, script, time } from "./common.js";

export async function measure({ net: { input, layers }, batch, learningRate, momentum, ...counts }) {
  await script("/vendor/convnetjs/build/convnet-min.js");
  const { convnetjs } = window;
  const [height, width, depth] = input;
  const net = new convnetjs.Net();
  net.makeLayers([{ type: "input", out_sx: width, out_sy: height, out_depth: depth }, ...layers.map(words).filter(Boolean)]);
  const trainer = new convnetjs.Trainer(net, {
    method: "sgd", learning_rate: learningRate, momentum, batch_size: batch, l2_decay: 0,
  });

  const { pixels, labels } = batchOf(batch, { input });
  const each = height * width * depth;
  const images = Array.from({ length: batch }, (_, i) => {
    const image = new convnetjs.Vol(width, height, depth, 0);
    image.w.set(pixels.subarray(i * each, (i + 1) * each));
    return image;
  });

  let loss = 0;
  const ms = await time(() => {
    loss = 0;
    for (let i = 0; i < batch; i++) loss += trainer.train(images[i], labels[i]).cost_loss / batch;
  }, counts);
  return { ms, loss, on: "JavaScript, one thread" };
}

/** A layer in ConvNetJS's words; its convolutions bring their ReLUs, and the last layer its softmax. */
function words({ op, size, filters, stride, pad, units }) {
  switch (op) {
    case "conv": return { type: "conv", sx: size, filters, stride, pad, activation: "relu" };
    case "maxpool": return { type: "pool", sx: size, stride };
    case "relu": return null;
    case "fc": return { type: "softmax", num_classes: units };
    default: throw new Error(`ConvNetJS: there is no layer ${op}`);
  }
}
