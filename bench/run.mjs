// Measures Fovea beside other libraries: same Chromium, same run, one side at a time, in turn.
//
//   node bench/run.mjs [--quick] [--json] [--markdown] [--case REGEXP] [--backend NAME] [--rounds N]
//                      [--peers-only | --fovea-only]
//   node bench/run.mjs --markdown --from FILE
//
// --json prints a JSON line for each case and peer to stdout, --markdown the rows of README.md's table (what else is said
// then goes to stderr); ratio is the peer's time by Fovea's. --backend runs Fovea's side on another backend. --from
// measures nothing and takes the JSON lines of a file.
import { readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./lib/cases.mjs";
import { siteDir, start } from "./lib/chromium.mjs";
import { measure } from "./lib/measure.mjs";
import * as report from "./lib/report.mjs";

const { values: flags } = parseArgs({
  options: {
    "quick": { type: "boolean", default: false },
    "json": { type: "boolean", default: false },
    "markdown": { type: "boolean", default: false },
    "case": { type: "string", default: "" },
    "backend": { type: "string" },
    "rounds": { type: "string" },
    "from": { type: "string" },
    "peers-only": { type: "boolean", default: false },
    "fovea-only": { type: "boolean", default: false },
  },
});
const say = flags.json || flags.markdown ? console.error : console.log;

if (flags.from) {
  const lines = readFileSync(flags.from, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  console.log([report.markdownHeading, ...lines.filter(({ fovea_ms, peer }) => fovea_ms ?? peer).map(report.markdown)].join("\n"));
  process.exit();
}

const wanted = cases
  .map((c) => ({ ...c, counts: flags.quick ? c.quick : c.full }))
  .filter((c) => c.counts && new RegExp(flags.case).test(c.name));
if (wanted.length === 0) {
  console.error(`bench: no case matches ${flags.case}; there are:\n${cases.map((c) => `  ${c.name}`).join("\n")}`);
  process.exit(2);
}
for (const c of wanted) {
  if (flags.backend) c.fovea = { ...c.fovea, options: { ...c.fovea.options, backend: flags.backend } };
  if (flags.rounds) c.counts = { ...c.counts, rounds: Number(flags.rounds) };
}
const only = (side) => !(flags["peers-only"] && side === "fovea") && !(flags["fovea-only"] && side !== "fovea");

const chromium = await start();
try {
  const cpu = os.cpus();
  say(`Chromium ${chromium.version} headless; ${cpu.length} x ${cpu[0].model}; ${new Date().toISOString().slice(0, 10)}`);
  say(report.heading);
  if (flags.markdown) console.log(report.markdownHeading);
  for (const c of wanted) {
    const sides = await measure(c, c.counts, chromium, { only });
    if (sides.some(({ failed }) => failed)) process.exitCode = 1;
    for (const line of report.lines(c, sides)) {
      say(report.text(line));
      if (flags.json) console.log(JSON.stringify(line));
      if (flags.markdown) console.log(report.markdown(line));
    }
  }
  size();
} finally {
  await chromium.close();
}

/** The size of the program as a browser fetches it. */
function size() {
  const file = path.join(siteDir, "js", "fovea.wasm.br");
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) {
    say("size/wasm-brotli: there is no dist/site; make site builds it");
    return;
  }
  say(`size/wasm-brotli: ${(bytes / 1e6).toFixed(2)} MB`);
  if (flags.json) console.log(JSON.stringify({ case: "size/wasm-brotli", fovea_bytes: bytes }));
}
