// Fovea through its public API, from the site as it is served.
import { Fovea } from "/js/fovea.js";

export async function measure({ net, backend, batch, steps, warmup }) {
  const fovea = await Fovea.start();
  try {
    const info = (await fovea.backends()).find(({ name }) => name === backend);
    if (!info?.available) throw new Error(`Fovea: backend ${backend} does not start: ${info?.reason}`);
    const ms = await fovea.benchmark(net, { backend, batch, steps, warmup, optimizer: "momentum" });
    return { ms: Array.from(ms), on: info.adapter };
  } finally {
    await fovea.close();
  }
}
