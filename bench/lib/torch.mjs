// PyTorch as a side: a fresh process a round, as the others get a fresh page.
import { execFile, execFileSync } from "node:child_process";
import path from "node:path";
import { benchDir } from "./chromium.mjs";
import { median } from "./median.mjs";

const program = path.join(benchDir, "peers", "torch_step.py");

/** The first Python that has PyTorch, or undefined. Debian's python3-torch is for Debian's Python. */
function findPython() {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "/usr/bin/python3"];
  return candidates.find((python) => {
    try {
      execFileSync(python, ["-c", "import torch"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

let python;

/** Why there is nothing to measure, or "". */
export function torchMissing() {
  python ??= findPython();
  return python ? "" : "no Python with PyTorch; apt-get install python3-torch, or PYTHON=…";
}

/**
 * One round. OpenMP's threads wait by spinning, which is best on a quiet machine and bad on one that other work shares:
 * with several threads the round is done both ways, and the faster counts.
 */
export async function runTorch(options) {
  if (options.threads === 1) return run(options, "active");
  const rounds = [await run(options, "active"), await run(options, "passive")];
  return rounds.reduce((a, b) => (median(b.ms) < median(a.ms) ? b : a));
}

function run(options, OMP_WAIT_POLICY) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, OMP_WAIT_POLICY };
    const child = execFile(python, [program], { maxBuffer: 1 << 26, env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`PyTorch: ${stderr || error.message}`));
      else resolve(JSON.parse(stdout));
    });
    child.stdin.end(JSON.stringify(options));
  });
}
