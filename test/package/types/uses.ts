// Uses of the API that must compile.
import { Fovea, FoveaError } from "fovea";
import type { BackendInfo, Classification, Dataset, FoveaErrorCode, Net, Picture, Preprocess, Summary } from "fovea";
import type { TensorResult } from "fovea";
import { cached, download, forget } from "fovea/download.js";

export async function all(canvas: HTMLCanvasElement, video: HTMLVideoElement, file: File, pictures: Record<string, FileList>) {
  const stop = new AbortController();
  const progress = (done: number, total: number) => { console.log(done / total); };
  const worker = new URL("worker.js", location.href);
  const fovea: Fovea = await Fovea.start({ backend: "simd", worker, onProgress: progress, signal: stop.signal });
  const backends: BackendInfo[] = await fovea.backends({ measure: true });
  const summary: Summary = await fovea.describe("INPUT 8x8x1 -> FC 2", { batch: 4 });
  const net: Net = await fovea.net(summary.text, { classes: ["a", "b"], seed: 3, backend: backends[0].name });

  const result: Classification = await net.classify(canvas, { top: 2, prepare: "digit" });
  const [{ label, probability }] = result;
  const seen: Uint8Array | undefined = result.seen;
  const inputs: Picture[] = [file, new ArrayBuffer(3), new Uint8Array(3), new ImageData(2, 2), canvas, video, new Image()];
  await Promise.all([...inputs, new OffscreenCanvas(1, 1)].map((input) => net.classify(input)));

  const numbers: TensorResult = await net.predict({ data: new Float32Array(64), shape: [1, 1, 8, 8], layout: "NCHW" });
  const vector: Float32Array = await net.features(canvas, { layer: "FC 2" });
  net.watch(video, ([best]) => best.label, { framesPerSecond: 10 }).stop();

  const lists = Object.fromEntries(Object.entries(pictures).map(([name, files]) => [name, Array.from(files)]));
  const data: Dataset = await fovea.dataset({ pictures: lists, size: [32, 32], channels: 3 }, { onProgress: progress });
  await fovea.dataset({ images: new Uint8Array(64), labels: [0] });
  await fovea.dataset({ idx: { images: "images.gz", labels: file } });
  await fovea.dataset({ cifar10: ["data_batch_1.bin"] });
  const samples = async function* () { yield { image: canvas, label: "a" }; };
  await fovea.dataset({ samples: samples(), shape: [8, 8, 1], classes: ["a", "b"] });

  const [learn, check] = await data.split(0.2, { seed: 1 });
  const training = net.train(learn, { epochs: 2, optimizer: "adam", schedule: "cosine", validation: check });
  for await (const { step, loss, accuracy } of training) if (loss + accuracy + step < 0) await training.pause();
  for await (const event of training.events()) if (event.type === "notice") event.message.toUpperCase();
  const { steps, bestEpoch }: { steps: number; bestEpoch: number } = await training.finished;
  const trained = net.train(learn, { steps: 100, optimizer: "lion", schedule: "one-cycle", warmup: 0.5, augment: { mirror: 0.5, border: "edge" }, smoothing: 0.1,
    average: 0.999, validation: check, keepBest: true, patience: 3 });
  for await (const event of trained.events()) {
    if (event.type === "validation" && event.best) event.confusion.map((row) => row[0] + event.perClass.length);
    if (event.type === "progress") event.learningRate.toFixed(4);
  }
  const weights = await net.weights(["fc1.weight"]);
  const [first] = await net.health(check, { samples: 32 });
  const text: string = first.layer + first.dead + weights["fc1.weight"].data.length + bestEpoch + await net.digest();
  const tuned = await net.fineTune(learn, { validation: check, onProgress: ({ done, total }) => progress(done, total) });

  const preprocess: Preprocess = { resize: [256], crop: [224, 224], size: [224, 224], order: "rgb", scale: 255, mean: [0.5, 0.5, 0.4] };
  await fovea.load("model.onnx", { preprocess, onProgress: ({ phase, totalBytes }) => phase === "download" && totalBytes });
  await fovea.load({ saved: "mine" });
  await fovea.load(await fetch("model.json"));
  await fovea.load(file, { preprocess: "torchvision", zoo: "resnet18", files: { "weights.bin": file } });

  await net.save("mine");
  const blob: Blob = await net.toBlob("onnx", { precision: "float16" });
  const { html, files } = await net.toStandalone({ title: "A net" });
  const stored: Blob = await download("model.onnx", { integrity: "sha256-…", cache: { maximum: 1e9 } });
  await forget((await cached())[0].url);
  await fovea.close();
  return [label, probability, seen, numbers.data, vector, steps, tuned.net, blob, html, files["model.wasm"], stored];
}

export function explain(error: unknown): FoveaErrorCode | undefined {
  if (error instanceof FoveaError && error.code === "net") console.log(error.line, error.column, error.length);
  return error instanceof FoveaError ? error.code : undefined;
}

export async function scoped() {
  await using fovea = await Fovea.start();
  await using net = await fovea.net("INPUT 8x8x1 -> FC 2");
  return net.summary.parameters;
}
