// jax-js on WebAssembly or WebGPU: the same layers, [N, C, H, W], under jit. It starts one worker a processor that the page sees.
// Each use of an array but the last takes a reference (`.ref`): functions own what they are given.
import { batchOf, forward, repeated, sample, tensorsOf, time } from "./common.js";

export async function measure({ net, backend = "wasm", threads = 1, batch, train, learningRate, momentum, ...counts }) {
  Object.defineProperty(navigator, "hardwareConcurrency", { value: threads });
  const jax = await import("/vendor/@jax-js/jax/dist/index.js");
  const { blockUntilReady, jit, nn, numpy: np, tree, valueAndGrad } = jax;
  await jax.init(backend);
  jax.defaultDevice(backend);

  const { pixels, labels } = batchOf(batch, net);
  const [height, width, channels] = net.input;
  const x = np.array(pixels).reshape([batch, channels, height, width]);
  let weights = tensorsOf(net, ({ shape, values }) => np.array(values).reshape(shape));
  const logits = (weights, x) => forward(net, weights, (...args) => applied(jax, ...args))(x);
  const about = { on: backend === "wasm" ? `WebAssembly, ${threads} worker${threads > 1 ? "s" : ""}` : backend };

  if (!train) {
    const run = jit(logits);
    const once = async () => (await blockUntilReady(run(tree.ref(weights), x.ref))).dispose();
    return { ms: await sample(repeated(once), counts), ...about };
  }

  const y = nn.oneHot(np.array(labels, { dtype: np.int32 }), 10);
  const loss = (weights, x, y) => nn.logSoftmax(logits(weights, x)).mul(y).sum().mul(-1 / batch);
  const update = jit((weights, velocity, x, y) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(weights), x, y);
    const next = tree.map((v, g) => v.mul(momentum).add(g), velocity, gradients);
    return [value, tree.map((w, v) => w.sub(v.mul(learningRate)), weights, tree.ref(next)), next];
  });
  let velocity = tree.map((w) => np.zeros(w.shape), weights);
  let last = 0;
  const ms = await time(async () => {
    let value;
    [value, weights, velocity] = update(weights, velocity, x.ref, y.ref);
    last = (await value.data())[0];
    await blockUntilReady([weights, velocity]);
  }, counts);
  return { ms, loss: last, ...about };
}

function applied({ lax, nn, numpy: np }, layer, x, [weight, bias], shape) {
  const { size, stride, pad } = layer;
  switch (layer.op) {
    case "conv": {
      const y = lax.convGeneralDilated(x, weight, [stride, stride], [[pad, pad], [pad, pad]],
        layer.depthwise ? { featureGroupCount: shape[2] } : {});
      return bias ? y.add(bias.reshape([-1, 1, 1])) : y;
    }
    case "maxpool": return lax.reduceWindow(x, np.max, [size, size], [stride, stride]);
    case "relu": return nn.relu(x);
    case "fc": {
      const y = np.matmul(x.reshape([x.shape[0], -1]), weight);
      return bias ? y.add(bias) : y;
    }
    default: throw new Error(`jax-js: there is no layer ${layer.op}`);
  }
}
