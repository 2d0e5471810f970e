// Stands in for worker.js while the page is developed: the same messages, plausible curves, and nearest neighbours
// instead of a network. It computes nothing that Fovea computes.
"use strict";

const nets = new Map();
const trainings = new Map();
let nextId = 1;
let digits = null;
const gpu = { name: "webgpu", available: true, adapter: "SwiftShader (software adapter)", software: true, reason: "" };
const cpu = { name: "cpu", available: true, adapter: "pure Go, 1 thread", software: false, reason: "" };
const backends = { webgpu: gpu, cpu };

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const event = (e) => postMessage({ event: e });
const fail = (code, message, more = {}) => { throw { code, message, line: 0, column: 0, length: 1, ...more }; };

onmessage = async ({ data: { id, method, args } }) => {
  try {
    const result = await methods[method](args);
    postMessage({ id, result });
  } catch (error) {
    postMessage({ id, error: { code: "internal", line: 0, column: 0, length: 1, ...error, message: String(error.message ?? error) } });
  }
};

/** Reads the pattern text far enough for the page. */
function parse(text) {
  const tokens = [];
  text.split("\n").forEach((line, l) => {
    for (const match of line.matchAll(/->|\[|\]\s*\*\s*\d+|[^\[\]]+?(?=->|\[|\]|$)/g)) {
      const trimmed = match[0].trim();
      if (trimmed) tokens.push({ text: trimmed, line: l + 1, column: match.index + match[0].indexOf(trimmed) + 1, length: trimmed.length });
    }
  });
  const stack = [[]];
  for (const token of tokens) {
    if (token.text === "->") continue;
    if (token.text === "[") stack.push([]);
    else if (token.text.startsWith("]")) {
      const block = stack.pop();
      for (let i = 0; i < Number(token.text.match(/\d+/)[0]); i++) stack.at(-1).push(...block);
    } else stack.at(-1).push(token);
  }
  return stack[0];
}

function describe(text, batch = 64) {
  const tokens = parse(text);
  const bad = (token, message) => fail("net", message, token ? { line: token.line, column: token.column, length: token.length } : {});
  if (!tokens.length) bad(null, "the net is empty; begin with INPUT 28x28x1");
  let shape = null;
  let spatial = null;
  const layers = [];
  for (const token of tokens) {
    const [word, size = "", ...rest] = token.text.split(/\s+/);
    const numbers = size.split("x").map(Number);
    const option = (name, otherwise) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise);
    const index = layers.length + 1;
    let parameters = 0;
    let macs = 0;
    if (word === "INPUT") {
      shape = spatial = numbers;
      continue;
    }
    if (!shape) bad(token, `${word} before INPUT; begin with INPUT 28x28x1`);
    if (word === "CONV") {
      const [kh, kw, f] = numbers;
      if (!f) bad(token, `layer ${index} (${token.text}): want CONV HxWxF, such as CONV 3x3x16`);
      const pad = option("pad", 0);
      const [h, w, c] = shape;
      shape = [h + 2 * pad - kh + 1, w + 2 * pad - kw + 1, f];
      if (shape[0] < 1) bad(token, `layer ${index} (${token.text}): the kernel ${kh}x${kw} is larger than its input ${h}x${w}`);
      parameters = (kh * kw * c + 1) * f;
      macs = shape[0] * shape[1] * f * kh * kw * c;
    } else if (word === "POOL") {
      shape = [Math.floor(shape[0] / numbers[0]), Math.floor(shape[1] / numbers[0]), shape[2]];
      if (shape[0] < 1) bad(token, `layer ${index} (${token.text}): nothing is left of the feature map`);
    } else if (word === "FC") {
      if (!(numbers[0] > 0)) bad(token, `layer ${index} (${token.text}): want FC N, such as FC 10`);
      const inputs = shape.reduce((a, b) => a * b, 1);
      parameters = (inputs + 1) * numbers[0];
      macs = inputs * numbers[0];
      shape = [numbers[0]];
    } else if (!/^(RELU|TANH|SIGMOID)$/.test(word)) {
      bad(token, `layer ${index}: there is no layer "${word}"; did you mean RELU, CONV, POOL or FC?`);
    }
    layers.push({ index, name: token.text, shape, parameters, activationBytes: 4 * shape.reduce((a, b) => a * b, 1), macs, line: token.line, column: token.column, length: token.length });
  }
  const parameters = layers.reduce((sum, l) => sum + l.parameters, 0);
  const activations = layers.reduce((sum, l) => sum + l.activationBytes, 0);
  const warnings = layers.some((l) => l.name === "POOL 3" && l.shape[0] === 3)
    ? ["layer 6 (POOL 3): (11 - 3)/3 + 1 = 3.7 rounds to 3, the last row and column are never seen"] : [];
  return {
    text: tokens.map((t) => t.text).join(" -> "), input: spatial, classes: shape[0], layers, parameters, parameterBytes: 4 * parameters,
    forwardBytes: Math.round(activations * 0.6), trainingBytes: batch * activations * 2 + 16 * parameters, batch, warnings,
  };
}

const curve = (step) => {
  const noise = Math.random() - 0.5;
  return { loss: 0.05 + 2.25 * Math.exp(-step / 140) + 0.12 * Math.exp(-step / 900) + noise * 0.08, accuracy: Math.min(1, 0.985 - 0.885 * Math.exp(-step / 110) + noise * 0.04) };
};

async function run(id, net, { epochs = 3, batch = 64, learningRate = 0.001, resume, validation, seed = 1, optimizer = "adam", momentum = 0.9, weightDecay = 0 }) {
  const t = trainings.get(id);
  const perEpoch = Math.ceil(60000 / batch);
  const steps = perEpoch * epochs;
  if (!resume) Object.assign(net, { step: 0, history: [] });
  Object.assign(net, { epochs, steps, batch, learningRate, seed, optimizer, momentum, weightDecay });
  event({ training: id, type: "state", state: "running" });
  const validate = (epoch) => event({ training: id, type: "validation", step: net.step, epoch, loss: curve(net.step).loss * 0.9, accuracy: 0.988 - 0.09 * Math.exp(-net.step / 500), seconds: 0.4 });
  while (net.step < steps && !t.stop) {
    await sleep(40);
    if (t.paused) continue;
    const before = Math.floor(net.step / perEpoch);
    const msPerStep = net.backend === gpu ? 21.4 : 63.2;
    net.step = Math.min(steps, net.step + 14, (before + 1) * perEpoch);
    if (learningRate > 10) {
      return event({ training: id, type: "finished", ok: false, error: { code: "diverged", message: `step ${net.step}: the loss is NaN at learning rate ${learningRate}` } });
    }
    const epoch = Math.min(epochs, Math.floor(net.step / perEpoch) + 1);
    const point = { step: net.step, ...curve(net.step) };
    net.history.push(point);
    event({ training: id, type: "progress", ...point, steps, epoch, epochs, msPerStep, imagesPerSecond: (batch * 1000) / msPerStep, secondsLeft: ((steps - net.step) * msPerStep) / 1000, backend: net.backend });
    if (validation && net.step % perEpoch === 0) validate(net.step / perEpoch);
  }
  event({ training: id, type: "state", state: t.stop ? "stopped" : "done" });
  event({ training: id, type: "finished", ok: true, steps: net.step, ...curve(net.step) });
  trainings.delete(id);
}

const info = (net) => ({
  text: net.text, classes: [..."0123456789"], step: net.step, steps: net.steps, epoch: Math.floor(net.step / 938) + 1, epochs: net.epochs,
  optimizer: net.optimizer, learningRate: net.learningRate, momentum: net.momentum, weightDecay: net.weightDecay, batch: net.batch, seed: net.seed,
  history: net.history.filter((_, i) => i % Math.ceil(net.history.length / 500) === 0),
});

const decode = (bytes) => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return fail("file", "this is no safetensors file: the header's length is 8 EiB");
  }
};

/** Light on dark, the figure fitted into 20x20 and centred by its mass, as MNIST was made. */
function prepareDigit(pixels, width, height) {
  const gray = Float32Array.from({ length: width * height }, (_, i) => (pixels[4 * i] + pixels[4 * i + 1] + pixels[4 * i + 2]) / 765);
  const rim = gray[0] + gray[width - 1] + gray[gray.length - 1];
  const ink = gray.map((v) => (rim > 1.5 ? 1 - v : v));
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (ink[y * width + x] > 0.3) {
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  const seen = new Uint8Array(784);
  if (x1 < x0) return seen;
  const scale = 20 / Math.max(x1 - x0 + 1, y1 - y0 + 1);
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  ink.forEach((v, i) => image.data.set([255 * v, 255 * v, 255 * v, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
  let [mx, my, mass] = [0, 0, 0];
  ink.forEach((v, i) => { mx += v * (i % width); my += v * Math.floor(i / width); mass += v; });
  const small = new OffscreenCanvas(28, 28).getContext("2d");
  small.imageSmoothingQuality = "high";
  small.fillRect(0, 0, 28, 28);
  small.drawImage(canvas, 14 - (mx / mass) * scale, 14 - (my / mass) * scale, width * scale, height * scale);
  const { data } = small.getImageData(0, 0, 28, 28);
  return seen.map((_, i) => data[4 * i]);
}

async function neighbours(seen, share) {
  digits ??= fetch("mock-digits.bin").then((r) => r.arrayBuffer()).then((b) => new Uint8Array(b));
  const all = await digits;
  const count = all.length / 785;
  const best = new Float64Array(10).fill(Infinity);
  for (let n = 0; n < count; n++) {
    let distance = 0;
    for (let i = 0; i < 784; i += 2) distance += (seen[i] - all[n * 784 + i]) ** 2;
    const label = all[count * 784 + n];
    best[label] = Math.min(best[label], distance);
  }
  const least = Math.min(...best);
  const weights = [...best].map((d) => Math.exp(-((d - least) / 4e5) * (0.3 + 4 * share)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w, index) => ({ index, label: String(index), probability: w / sum })).sort((a, b) => b.probability - a.probability);
}

const methods = {
  async start() {
    for (let i = 1; i <= 5; i++) {
      await sleep(30);
      event({ type: "load", loaded: i * 600000, total: 3000000 });
    }
  },
  backends: () => [gpu, cpu],
  describe: ({ text, batch }) => describe(text, batch),
  net({ text, backend = "auto" }) {
    const summary = describe(text);
    const net = nextId++;
    const used = backends[backend] ?? gpu;
    nets.set(net, { text, backend: used, step: 0, steps: 0, epochs: 0, history: [], optimizer: "adam", learningRate: 0.001, momentum: 0.9, weightDecay: 0, batch: 64, seed: 1 });
    return { net, summary, backend: used };
  },
  dataset: () => ({ dataset: nextId++, count: 100, shape: [28, 28, 1], classes: [..."0123456789"], perClass: Array(10).fill(10) }),
  packedDataset() {
    const make = (count) => ({ dataset: nextId++, count, shape: [28, 28, 1], classes: [..."0123456789"], perClass: Array(10).fill(count / 10) });
    return { train: make(60000), test: make(10000) };
  },
  async sample({ index }) {
    digits ??= fetch("mock-digits.bin").then((r) => r.arrayBuffer()).then((b) => new Uint8Array(b));
    const all = await digits;
    const count = all.length / 785;
    const n = index % count;
    return { pixels: all.slice(n * 784, n * 784 + 784), shape: [28, 28, 1], label: all[count * 784 + n] };
  },
  train(args) {
    const training = nextId++;
    trainings.set(training, { paused: false, stop: false });
    void run(training, nets.get(args.net), args);
    return { training };
  },
  pause({ training }) {
    trainings.get(training).paused = true;
    event({ training, type: "state", state: "paused" });
  },
  resume({ training }) {
    trainings.get(training).paused = false;
    event({ training, type: "state", state: "running" });
  },
  stop({ training }) { trainings.get(training).stop = true; },
  evaluate: () => ({ loss: 0.05, accuracy: 0.985, count: 10000 }),
  async classify({ net, bytes, pixels, width, height, prepare, top = 3 }) {
    if (bytes) {
      const image = await createImageBitmap(new Blob([bytes])).catch(() => fail("file", "the picture is unreadable: it is none of JPEG, PNG, WebP, GIF, BMP"));
      ({ width, height } = image);
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.drawImage(image, 0, 0);
      pixels = context.getImageData(0, 0, width, height).data;
    }
    const seen = prepare === "digit" ? prepareDigit(pixels, width, height) : Uint8Array.from({ length: 784 }, (_, i) => pixels[4 * i]);
    const { step, backend } = nets.get(net);
    const share = Math.min(1, step / 600);
    return { predictions: (await neighbours(seen, share)).slice(0, top), seen, shape: [28, 28, 1], ms: 3.4, backend };
  },
  async setBackend({ net, name }) {
    await sleep(120);
    nets.get(net).backend = backends[name];
    return backends[name];
  },
  save: ({ net }) => new TextEncoder().encode(JSON.stringify(info(nets.get(net)))),
  restore({ net, bytes }) {
    const saved = decode(bytes);
    Object.assign(nets.get(net), saved);
    return saved;
  },
  inspect: ({ bytes }) => decode(bytes),
  benchmark: ({ steps }) => Array(steps).fill(20),
  destroyDevice() {
    for (const training of trainings.keys()) event({ training, type: "notice", code: "device-lost", message: "the device was destroyed; training goes on from step 120 on a new one" });
  },
  closeNet() {},
  closeDataset() {},
};
