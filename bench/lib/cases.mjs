// What is measured: a table of cases, each a work for Fovea and for the libraries beside it. Counts are for a full run and
// for --quick, which may name fewer peers; cases without `quick` are left out there.
import * as nets from "./nets.mjs";

/** The libraries: their page in bench/pages and options for it, or PyTorch, which is a process. */
export const peers = {
  "ort-wasm-1t": { page: "ort.js", options: { threads: 1 } },
  "ort-wasm-2t": { page: "ort.js", options: { threads: 2 } },
  "tfjs-wasm-1t": { page: "tfjs.js", options: { backend: "wasm", threads: 1 } },
  "tfjs-wasm-2t": { page: "tfjs.js", options: { backend: "wasm", threads: 2 } },
  "ort-webgpu": { page: "ort.js", options: { backend: "webgpu" } },
  "jax-webgpu": { page: "jax.js", options: { backend: "webgpu" } },
  "tfjs-webgpu": { page: "tfjs.js", options: { backend: "webgpu" } },
  "tfjs-webgpu-cold": { page: "tfjs.js", options: { backend: "webgpu", cold: true } },
  "tfjs-webgl": { page: "tfjs.js", options: { backend: "webgl" } },
  "tfjs-cpu": { page: "tfjs.js", options: { backend: "cpu" } },
  "jax-wasm-1t": { page: "jax.js", options: { threads: 1 } },
  "jax-wasm-2t": { page: "jax.js", options: { threads: 2 } },
  "convnetjs": { page: "convnetjs.js", options: {} },
  "torch-1t": { process: true, options: { threads: 1 } },
  "torch-2t": { process: true, options: { threads: 2 } },
};

const both = [1, 2]; // threads
const sampled = { rounds: 5, warmupMs: 1000, samples: 7, sampleMs: 50, maxMs: 3000 };
const sampledQuick = (...peers) => ({ peers, rounds: 1, warmupMs: 400, samples: 5, sampleMs: 30, maxMs: 300 });

/** How many times as fast as its peers Fovea wants to be: by kernel, with one thread; with two it is 2.3 beside ONNX Runtime. */
const kernelGoals = {
  "gemm512": { "ort-wasm-1t": 2.3, "tfjs-wasm-1t": 2, "jax-wasm-1t": 1.5 },
  "conv3x3-64-56": { "ort-wasm-1t": 4, "tfjs-wasm-1t": 4 },
  "conv3x3-128-28": { "ort-wasm-1t": 4, "tfjs-wasm-1t": 4 },
  "conv1x1-256-14": { "ort-wasm-1t": 3 },
  "conv11x11s4-96-227": { "ort-wasm-1t": 2.5 },
  "dwconv3x3-64-112": { "ort-wasm-1t": 8 },
};

/** The same goal beside each peer. */
const goal = (peers, ratio) => Object.fromEntries(peers.map((name) => [name, ratio]));

/** Nets of one layer. Values lie ready in memory. */
const kernels = both.flatMap((threads) => Object.entries(nets.kernels).map(([name, { net, batch, layers = 1 }]) => ({
  name: `simd/${threads}t/${name}`,
  fovea: { page: "ops.js", options: { backend: "simd", threads, ready: true } },
  peers: [`ort-wasm-${threads}t`, `tfjs-wasm-${threads}t`, ...(name === "gemm512" ? [`jax-wasm-${threads}t`] : [])],
  work: { net, batch }, per: layers, goals: threads === 1 ? kernelGoals[name] : { "ort-wasm-2t": 2.3 },
  full: sampled, quick: threads === 1 && ["gemm512", "conv3x3-64-56"].includes(name) && sampledQuick("ort-wasm-1t"),
})));

/** A forward pass, from values in the host's memory to logits there. */
const forward = ["lenet", "alexnet", "squeezenet", "resnet18", "mobilenetv2"].flatMap((net) => [1, 16].flatMap((batch) =>
  both.map((threads) => ({
    name: `simd/${threads}t/forward/${net}/b${batch}`,
    fovea: { page: "ops.js", options: { backend: "simd", threads, ready: false } },
    peers: [`ort-wasm-${threads}t`, ...(batch === 1 ? [`tfjs-wasm-${threads}t`] : [])],
    work: { net: nets[net], batch }, goals: goal([`ort-wasm-${threads}t`, `tfjs-wasm-${threads}t`], 2),
    full: sampled, quick: threads === 2 && batch === 1 && net === "mobilenetv2" && sampledQuick("ort-wasm-2t"),
  }))));

const trainStep = (name, fovea, net, peers, goals, full, quick) => ({
  name, peers, goals, full, quick,
  fovea: { page: "fovea.js", options: fovea },
  work: { net, batch: 64, train: true, learningRate: 0.01, momentum: 0.9 },
});

/** A training step of 64 pictures beside PyTorch, and beside the libraries of the web where they can train the net. */
const training = Object.entries({
  "mnist28": [nets.mnist(28), 2, { rounds: 5, warmup: 30, steps: 50 }, { rounds: 1, warmup: 10, steps: 20 }],
  "cifar": [nets.cifar, 1.5, { rounds: 5, warmup: 10, steps: 20 }],
  "resnet20": [nets.resnet20, 1, { rounds: 5, warmup: 3, steps: 5 }],
  "vgg": [nets.vgg, 1, { rounds: 5, warmup: 2, steps: 3 }],
  "allcnn": [nets.allcnn, 1, { rounds: 5, warmup: 2, steps: 3 }],
}).flatMap(([name, [net, ratio, full, quick]]) => both.map((threads) =>
  trainStep(`simd/${threads}t/train-step/${name}`, { backend: "simd", threads }, net, [`torch-${threads}t`],
    goal([`torch-${threads}t`], ratio), full, threads === 2 && quick)));

/** The web's libraries take seconds a step: few steps are enough. */
const webPeers = ["convnetjs", "tfjs-webgl", "tfjs-cpu", "jax-wasm-2t"];
const webTraining = Object.entries({ "mnist28": nets.mnist(28), "cifar": nets.cifar }).map(([name, net]) => ({
  ...trainStep(`simd/2t/train-step/${name}/web`, { backend: "simd", threads: 2 }, net,
    webPeers, goal(webPeers, 100), { rounds: 5, warmup: 2, steps: 3 }),
  own: { warmup: 20, steps: 20 }, // counts of Fovea's side
}));

/** One picture's way from a call in JavaScript to its answer. */
const answers = [{
  name: "simd/answer/mnist28",
  fovea: { page: "fovea.js", options: { backend: "simd" } },
  peers: ["tfjs-wasm-1t", "ort-wasm-1t"],
  work: { net: nets.mnist(28), batch: 1, answers: true },
  full: sampled,
}];

/** Making the module of a large net from its plan: emitting and compiling. */
const modules = [{
  name: "simd/module/resnet50",
  fovea: { page: "ops.js", options: { backend: "simd", threads: 2, module: true } },
  peers: [],
  work: { net: nets.resnet50, batch: 1 },
  full: { rounds: 5 },
}];

/** WebGPU, on whatever adapter there is. Its software form is slow: fewer samples are enough. */
const gpuSampled = { rounds: 5, warmupMs: 500, samples: 5, sampleMs: 50, maxMs: 3000 };
const gpuPeers = ["tfjs-webgpu", "ort-webgpu", "jax-webgpu"];

const gpuKernels = Object.entries({ "gemm512": 2.5, "conv3x3-64-56": 4.5 }).map(([name, jax]) => ({
  name: `webgpu/${name}`,
  fovea: { page: "ops.js", options: { backend: "webgpu", threads: 1, ready: true } },
  peers: gpuPeers, goals: { "tfjs-webgpu": 14, "ort-webgpu": 14, "jax-webgpu": jax },
  work: { net: nets.kernels[name].net, batch: nets.kernels[name].batch }, per: nets.kernels[name].layers ?? 1,
  full: gpuSampled, quick: name === "gemm512" && { ...sampledQuick("tfjs-webgpu"), samples: 3 },
}));

const gpuForward = Object.entries({ "mnist28": nets.mnist(28), "cifar": nets.cifar, "squeezenet": nets.squeezenet, "resnet18": nets.resnet18 })
  .map(([name, net]) => ({
    name: `webgpu/forward/${name}`,
    fovea: { page: "ops.js", options: { backend: "webgpu", threads: 1, ready: false } },
    peers: ["tfjs-webgpu", "ort-webgpu"], goals: goal(gpuPeers, 10),
    work: { net, batch: 1 },
    full: gpuSampled,
  }));

const gpuTraining = Object.entries({
  "mnist28": [nets.mnist(28), { "tfjs-webgpu": 30, "jax-webgpu": 4.5 }, { rounds: 1, warmup: 1, steps: 1, peers: ["tfjs-webgpu"] }],
  "mnist24": [nets.mnist(24), { "tfjs-webgpu": 30 }],
  "cifar": [nets.cifar, { "tfjs-webgpu": 15, "jax-webgpu": 4 }],
  "resnet20": [nets.resnet20, { "tfjs-webgpu": 15 }],
}).map(([name, [net, goals, quick]]) =>
  trainStep(`webgpu/train-step/${name}`, { backend: "webgpu" }, net, Object.keys(goals), goals, { rounds: 3, warmup: 2, steps: 4 }, quick));

/** From nothing to the first step: adapter, pipelines, tuning, and the step; each round in a fresh page. */
const gpuCold = [{
  name: "webgpu/cold/mnist28",
  fovea: { page: "fovea.js", options: { backend: "webgpu", cold: true } },
  peers: ["tfjs-webgpu-cold"], goals: { "tfjs-webgpu-cold": 1 },
  work: { net: nets.mnist(28), batch: 64, train: true, learningRate: 0.01, momentum: 0.9 },
  full: { rounds: 5 },
}];

/** The other backends. */
const others = [
  trainStep("cpu/train-step/mnist28", { backend: "cpu" }, nets.mnist(28), ["convnetjs"], { "convnetjs": 2 },
    { rounds: 5, warmup: 3, steps: 8 }, { rounds: 1, warmup: 1, steps: 3 }),
  trainStep("cpu/train-step/mnist24", { backend: "cpu" }, nets.mnist(24), ["convnetjs"], { "convnetjs": 2 }, { rounds: 5, warmup: 3, steps: 8 }),
  trainStep("cpu/train-step/mnist28/tfjs-cpu", { backend: "cpu" }, nets.mnist(28), ["tfjs-cpu"], {}, { rounds: 2, warmup: 1, steps: 2 }),
];

export const cases = [...kernels, ...forward, ...training, ...webTraining, ...answers, ...modules, ...gpuKernels, ...gpuForward, ...gpuTraining, ...gpuCold, ...others];
