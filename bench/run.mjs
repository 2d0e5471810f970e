// Measures Fovea beside other libraries: same Chromium, same run, one page at a time, alternating.
//
//   node bench/run.mjs [--quick] [--json] [--case REGEXP] [--peers-only]
//
// --json prints one JSON line a case to stdout (the table then goes to stderr); ratio is the peer's time by Fovea's.
import { statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./lib/cases.mjs";
import { siteDir, start } from "./lib/chromium.mjs";

const { values: flags } = parseArgs({
  options: {
    "quick": { type: "boolean", default: false },
    "json": { type: "boolean", default: false },
    "case": { type: "string", default: "" },
    "peers-only": { type: "boolean", default: false },
  },
});
const say = flags.json ? console.error : console.log;

const wanted = cases
  .map((c) => ({ ...c, counts: flags.quick ? c.quick : c.full }))
  .filter((c) => c.counts && new RegExp(flags.case).test(c.name));
if (wanted.length === 0) {
  console.error(`bench: no case matches ${flags.case}; there are:\n${cases.map((c) => `  ${c.name}`).join("\n")}`);
  process.exit(2);
}

const chromium = await start();
try {
  const cpu = os.cpus();
  say(`Chromium ${chromium.version} headless; ${cpu.length} x ${cpu[0].model}; ${new Date().toISOString().slice(0, 10)}`);
  say(row("case (median ms a step, batch 64)", "Fovea", "range", "peer", "", "range", "peer/Fovea"));
  for (const c of wanted) await report(c);
  reportSize();
} finally {
  await chromium.close();
}

/** Measures one case, both sides in turn, the side that starts changing each round. */
async function measure(c) {
  const { rounds, ...counts } = c.counts;
  const fovea = { rounds: [], run: () => chromium.inPage("fovea.js", { ...c.options, backend: c.backend, ...counts }) };
  const peer = { rounds: [], run: () => chromium.inPage(c.peerModule, { ...c.options, ...c.peerOptions, ...counts }) };
  for (let i = 0; i < rounds; i++) {
    const sides = i % 2 === 0 ? [peer, fovea] : [fovea, peer];
    for (const side of sides) {
      if (side === fovea && flags["peers-only"]) continue;
      const { ms, on, loss } = await side.run();
      if (loss !== undefined && !Number.isFinite(loss)) throw new Error(`${c.name}: the loss is ${loss}`);
      side.rounds.push(median(ms));
      side.on = on;
    }
  }
  return [fovea, peer].map(({ rounds, on }) => rounds.length
    ? { ms: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds), on }
    : null);
}

async function report(c) {
  const [fovea, peer] = await measure(c);
  const ratio = fovea && peer.ms / fovea.ms;
  say(row(c.name, ms(fovea?.ms), range(fovea), c.peer, ms(peer.ms), range(peer), ratio ? ratio.toPrecision(3) : "-"));
  if (flags.json) {
    console.log(JSON.stringify({
      case: c.name, fovea_ms: round(fovea?.ms), peer: c.peer, peer_ms: round(peer.ms), ratio: round(ratio),
      fovea_on: fovea?.on, peer_on: peer.on,
    }));
  }
}

/** The size of the program as a browser fetches it. */
function reportSize() {
  const file = path.join(siteDir, "js", "fovea.wasm.br");
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) {
    say("size/wasm-brotli: there is no dist/site; make site builds it");
    return;
  }
  say(`size/wasm-brotli: ${(bytes / 1e6).toFixed(2)} MB`);
  if (flags.json) console.log(JSON.stringify({ case: "size/wasm-brotli", fovea_bytes: bytes }));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value) { return value == null ? null : Number(value.toPrecision(4)); }
function ms(value) { return value === undefined ? "-" : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0); }
function range(side) { return side ? `${ms(side.min)}-${ms(side.max)}` : "-"; }
function row(name, fovea, foveaRange, peer, peerMs, peerRange, ratio) {
  return [name.padEnd(34), fovea.padStart(7), foveaRange.padStart(12), `  ${peer.padEnd(12)}`, peerMs.padStart(7),
    peerRange.padStart(12), ratio.padStart(11)].join("");
}
