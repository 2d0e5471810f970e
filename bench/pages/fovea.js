// Fovea through its public API, from the site as it is served: training steps, the first
// of which may be timed with all that comes before it, or one picture's way to its answer.
import { pattern } from "/bench/lib/layers.mjs";
import { batchOf, repeated, sample } from "./common.js";
import { Fovea } from "/js/fovea.js";

export async function measure({ net, backend, answers, cold, ...options }) {
  const fovea = await Fovea.start();
  try {
    if (cold) {
      const began = performance.now();
      await train(fovea, net, { backend, ...options, steps: 1, warmup: 0 });
      return { ms: [performance.now() - began] };
    }
    const info = (await fovea.backends()).find(({ name }) => name === backend);
    if (!info?.available) throw new Error(`Fovea: backend ${backend} does not start: ${info?.reason}`);
    const ms = await (answers ? classify : train)(fovea, net, { backend, ...options });
    return { ms: Array.from(ms), on: options.threads === 1 ? info.adapter.replace(/\d+ threads/, "1 thread") : info.adapter };
  } finally {
    await fovea.close();
  }
}

function train(fovea, net, { backend, threads, batch, steps, warmup }) {
  return fovea.benchmark(pattern(net), { backend, threads, batch, steps, warmup, optimizer: "momentum" });
}

async function classify(fovea, net, { backend, ...counts }) {
  const [height, width] = net.input;
  const { pixels } = batchOf(1, { input: [height, width, 4] });
  const picture = new ImageData(Uint8ClampedArray.from(pixels, (value) => 256 * value), width, height);
  const opened = await fovea.net(pattern(net), { backend });
  return sample(repeated(() => opened.classify(picture, { top: 1 })), counts);
}
