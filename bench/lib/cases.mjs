// What is measured. Counts are for a full run and for --quick; cases without `quick` are left out there.

/** ConvNetJS's MNIST demo for images of size x size. */
export const mnistNet = (size) =>
  `INPUT ${size}x${size}x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10`;

/** The libraries beside Fovea: module in bench/pages, and options for it. */
const peers = {
  "convnetjs": { module: "convnetjs.js" },
  "tfjs-webgpu": { module: "tfjs.js", options: { backend: "webgpu" } },
  "tfjs-cpu": { module: "tfjs.js", options: { backend: "cpu" } },
};

const trainStep = (name, size, backend, peer, full, quick) => ({
  name, backend, peer, full, quick,
  options: { size, net: mnistNet(size), batch: 64, learningRate: 0.01, momentum: 0.9 },
  peerModule: peers[peer].module,
  peerOptions: peers[peer].options,
});

export const cases = [
  trainStep("cpu/train-step/mnist28", 28, "cpu", "convnetjs",
    { rounds: 5, warmup: 3, steps: 8 }, { rounds: 3, warmup: 1, steps: 3 }),
  trainStep("cpu/train-step/mnist24", 24, "cpu", "convnetjs",
    { rounds: 5, warmup: 3, steps: 8 }),
  trainStep("webgpu/train-step/mnist28", 28, "webgpu", "tfjs-webgpu",
    { rounds: 3, warmup: 2, steps: 4 }, { rounds: 2, warmup: 1, steps: 1 }),
  trainStep("webgpu/train-step/mnist24", 24, "webgpu", "tfjs-webgpu",
    { rounds: 3, warmup: 2, steps: 4 }),
  trainStep("cpu/train-step/mnist28/tfjs-cpu", 28, "cpu", "tfjs-cpu",
    { rounds: 2, warmup: 1, steps: 2 }),
];
