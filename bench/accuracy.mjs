// Trains the page's default net on all of MNIST in Chromium, through the public API, and prints the test accuracy.
//
//   node bench/accuracy.mjs [--backend cpu|webgpu] [--passes 5] [--seed 1] [--batch 64]
//                           [--optimizer adam] [--learning-rate 0.004] [--json]
import { parseArgs } from "node:util";
import { start } from "./lib/chromium.mjs";

const { values: flags } = parseArgs({
  options: {
    "backend": { type: "string", multiple: true, default: ["cpu", "webgpu"] },
    "passes": { type: "string", default: "5" },
    "seed": { type: "string", default: "1" },
    "batch": { type: "string", default: "64" },
    "optimizer": { type: "string", default: "adam" },
    "learning-rate": { type: "string", default: "0.004" },
    "json": { type: "boolean", default: false },
  },
});
// The page's default: 11,274 parameters.
const net = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 2 -> FC 10";
const say = flags.json ? console.error : console.log;
const passes = Number(flags.passes);

let backend = "";
const chromium = await start({ log: (text) => say(`  ${backend}: ${text}`) });
try {
  say(`MNIST, ${net}, batch ${flags.batch}, ${flags.optimizer} ${flags["learning-rate"]}, seed ${flags.seed}; ` +
    `Chromium ${chromium.version}`);
  for (backend of flags.backend) {
    const result = await chromium.inPage("accuracy.js", {
      net, backend, passes, seed: Number(flags.seed), batch: Number(flags.batch),
      optimizer: flags.optimizer, learningRate: Number(flags["learning-rate"]), schedule: "cosine",
    });
    if (result.ranOn !== backend) throw new Error(`training began on ${backend} and ended on ${result.ranOn}`);
    const first = result.results.find(({ step }) => step * passes >= result.steps);
    say(`${backend} (${result.on}): test accuracy ${percent(first?.accuracy)} after pass 1, ` +
      `${percent(result.accuracy)} after pass ${passes}; ${seconds(result)} s in all`);
    if (flags.json) {
      console.log(JSON.stringify({
        case: `${backend}/accuracy/mnist28`, passes, seed: Number(flags.seed), on: result.on,
        accuracy_pass1: first?.accuracy ?? null, accuracy: result.accuracy, seconds: Number(seconds(result)),
      }));
    }
  }
} finally {
  await chromium.close();
}

function percent(share) { return share === undefined ? "?" : `${(share * 100).toFixed(2)} %`; }
function seconds({ results }) { return (results.at(-1)?.seconds ?? 0).toFixed(0); }
