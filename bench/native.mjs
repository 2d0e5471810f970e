// Fovea's pure Go outside the browser beside ConvNetJS under Node.js: a training step of 64 pictures. The sides take
// turns; a figure is the median of the rounds' medians. See README.md.
//
//   node bench/native.mjs [--rounds 5] [--threads 2] [--json]
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({ options: {
  rounds: { type: "string", default: "5" }, threads: { type: "string", default: "2" }, json: { type: "boolean", default: false },
} });
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const convnetjs = createRequire(import.meta.url)("convnetjs");
const batch = 64;

/** ConvNetJS's demo nets, in its words and in Fovea's. */
const nets = {
  mnist: {
    size: 24, channels: 1,
    layers: [["conv", 5, 8, 2], ["pool", 2, 2], ["conv", 5, 16, 2], ["pool", 3, 3]],
    text: "INPUT 24x24x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10",
  },
  cifar: {
    size: 32, channels: 3,
    layers: [["conv", 5, 16, 2], ["pool", 2, 2], ["conv", 5, 20, 2], ["pool", 2, 2], ["conv", 5, 20, 2], ["pool", 2, 2]],
    text: "INPUT 32x32x3 -> CONV 5x5x16 pad 2 -> RELU -> POOL 2 -> [CONV 5x5x20 pad 2 -> RELU -> POOL 2]*2 -> FC 10",
  },
};

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Milliseconds of ConvNetJS's steps: 64 train() calls of its own Trainer, one update. */
function peer({ size, channels, layers }, steps, warmup) {
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: "input", out_sx: size, out_sy: size, out_depth: channels },
    ...layers.map(([type, sx, n, pad]) => (type === "conv" ? { type, sx, filters: n, stride: 1, pad, activation: "relu" } : { type, sx, stride: n })),
    { type: "softmax", num_classes: 10 },
  ]);
  const trainer = new convnetjs.Trainer(net, { method: "sgd", learning_rate: 0.001, momentum: 0.9, batch_size: batch, l2_decay: 0 });
  const images = Array.from({ length: batch }, () => {
    const image = new convnetjs.Vol(size, size, channels, 0);
    for (let i = 0; i < image.w.length; i++) image.w[i] = Math.random() - 0.5;
    return image;
  });
  const times = [];
  for (let step = 0; step < steps + warmup; step++) {
    const start = performance.now();
    images.forEach((image, i) => trainer.train(image, i % 10));
    if (step >= warmup) times.push(performance.now() - start);
  }
  return median(times);
}

const folder = mkdtempSync(join(tmpdir(), "fovea-bench-"));
try {
  const program = join(folder, "native");
  execFileSync("go", ["build", "-o", program, "./bench/native"], { cwd: root, stdio: "inherit" });
  const own = ({ text }, steps) =>
    median(JSON.parse(execFileSync(program, ["-net", text, "-threads", options.threads, "-steps", String(steps)])).ms);
  for (const [name, net] of Object.entries(nets)) {
    const fovea = [], others = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      fovea.push(own(net, 15));
      others.push(peer(net, 3, 1));
    }
    const line = { case: `native/${options.threads}t/train-step/${name}`, fovea_ms: median(fovea), peer: "convnetjs-node", peer_ms: median(others) };
    line.ratio = line.peer_ms / line.fovea_ms;
    if (options.json) console.log(JSON.stringify(line));
    else console.log(`${line.case}  fovea ${line.fovea_ms.toFixed(1)} ms  ConvNetJS ${line.peer_ms.toFixed(0)} ms  ratio ${line.ratio.toFixed(1)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
