// A Fovea that computes nothing, for tests of the elements: it notes what it is asked, and answers when it is told to.
import { FoveaError } from "./js/fovea.js";

const backend = { name: "simd", available: true, adapter: "WebAssembly SIMD, 4 threads", software: false, reason: "" };
export const noted = [];
/** What calls wait for; `hold()` makes them wait, `go()` lets them on. */
let gate = Promise.resolve();
export let go = () => {};
export const hold = () => { gate = new Promise((resolve) => { go = resolve; }); };

const waits = (signal) => Promise.race([gate, new Promise((_, reject) => {
  const abort = () => reject(new FoveaError("the call was given up", { code: "aborted" }));
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
})]);

export class StubNet {
  constructor(classes, input = [32, 32, 3]) {
    this.classes = classes;
    this.summary = { input, classes: classes.length };
    this.backend = backend;
  }
  async classify(picture, { top = 3, prepare } = {}) {
    noted.push(["classify", picture?.constructor.name, prepare, top]);
    await gate;
    if (picture.type === "text/plain") throw new FoveaError("the picture is none: text/plain", { code: "file" });
    const shares = [0.9314, 0.0412, 0.0203, 0.005];
    return Object.assign(this.classes.slice(0, top).map((label, index) => ({ index, label, probability: shares[index] ?? 0 })),
      { shape: this.summary.input, ms: 12.34, backend });
  }
  watch(video, callback, options) {
    let stop = () => {};
    const finished = new Promise((resolve) => { stop = resolve; });
    const timer = setInterval(async () => callback(await this.classify(video, options)), 50);
    return { framesPerSecond: 20, finished, stop: () => { clearInterval(timer); noted.push(["unwatch"]); stop(); } };
  }
  train(data, options) {
    noted.push(["train", data.perClass, options.epochs, options.batch]);
    const steps = 40;
    let stopped = false;
    async function* events() {
      for (let step = 1; step <= steps && !stopped; step++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        await gate;
        const known = step / steps;
        const loss = 0.05 + 0.7 * (1 - known) + 0.05 * Math.sin(step);
        yield { type: "progress", step, steps, epoch: Math.ceil(known * 10), epochs: 10, loss, accuracy: 0.5 + 0.45 * known,
          secondsLeft: (steps - step) / 4, backend };
        if (step % 8 === 0) yield { type: "validation", step, loss: 0.05 + 0.75 * (1 - known), accuracy: 0.5 + 0.4 * known };
      }
    }
    return { events, finished: Promise.resolve({}), stop: async () => { noted.push(["stop"]); stopped = true; } };
  }
  async evaluate({ count }) { return { accuracy: 0.9, loss: 0.3, count, perClass: [], confusion: [] }; }
  async fineTune(data, { signal, onProgress, validation }) {
    noted.push(["fineTune", data.perClass]);
    onProgress({ stage: "features", done: 10, total: 10 });
    onProgress({ stage: "head", done: 1, total: 2 });
    await waits(signal);
    return { net: new StubNet(data.classes), validation: await this.evaluate(validation) };
  }
  async save(name) { noted.push(["save", name]); }
  async toBlob(format) { return new Blob([format]); }
  async close() { noted.push(["close", this.classes.join()]); }
}

const dataset = (classes, perClass, skipped = []) => ({
  classes, perClass, skipped, count: perClass.reduce((sum, n) => sum + n, 0),
  async split(fraction) {
    const held = perClass.map((n) => Math.round(n * fraction));
    return [dataset(classes, perClass.map((n, i) => n - held[i])), dataset(classes, held)];
  },
  async close() { noted.push(["close", "data"]); },
});

export const stub = {
  async load(source, { signal, onProgress, ...options }) {
    noted.push(["load", source instanceof URL ? source.pathname : source, options]);
    if (String(source).includes("missing")) {
      throw new FoveaError(`${source} could not be loaded: the server answered 404`, { code: "network" });
    }
    onProgress({ phase: "download", loadedBytes: 3.2e6, totalBytes: 8.1e6 });
    await waits(signal);
    onProgress({ phase: "open", loadedBytes: 8.1e6, totalBytes: 8.1e6 });
    return new StubNet(options.classes ?? ["tabby cat", "golden retriever", "red fox", "hedgehog"]);
  },
  async net(text, { classes }) {
    noted.push(["net", text]);
    return new StubNet(classes);
  },
  async dataset({ pictures, size }, { onProgress }) {
    const classes = Object.keys(pictures);
    noted.push(["dataset", classes, size]);
    onProgress(1, 2);
    const isBroken = ({ name }) => name?.includes("broken");
    return dataset(classes, classes.map((name) => pictures[name].filter((file) => !isBroken(file)).length),
      Object.values(pictures).flat().filter(isBroken));
  },
};
