// Runs a program built with GOOS=js GOARCH=wasm in Node, with WebGPU by Dawn (npm package "webgpu", or the file named by
// $DAWN): node scripts/dawn.mjs PROGRAM.wasm [ARGUMENT...]. Dawn takes the adapter that Vulkan, Metal or Direct3D offers;
// VK_DRIVER_FILES chooses among Vulkan's. DAWN_OPTIONS are options of that package, as "backend=null enable-dawn-features=allow_unsafe_apis".
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));
const [program, ...argv] = process.argv.slice(2);
if (!program) {
  console.error("usage: node scripts/dawn.mjs PROGRAM.wasm [ARGUMENT...]");
  process.exit(2);
}

const from = process.env.DAWN ?? "webgpu";
const dawn = from.endsWith(".node") ? require(from) : await import(from);
const options = (process.env.DAWN_OPTIONS ?? "").split(" ").filter(Boolean);
Object.assign(globalThis, dawn.globals);
Object.defineProperty(globalThis, "navigator", { value: { gpu: dawn.create(options) }, configurable: true });

Object.assign(globalThis, { fs: await import("node:fs"), path: await import("node:path"), require });
globalThis.performance ??= (await import("node:perf_hooks")).performance;
const exec = process.env.WASM_EXEC ?? `${execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim()}/lib/wasm/wasm_exec.js`;
for (const file of [exec, `${root}webgpu/replay.js`, `${root}nn/simd/simd.js`]) {
  vm.runInThisContext(readFileSync(file, "utf8"), { filename: file });
}

const go = new Go();
go.argv = [program, ...argv];
go.env = { TMPDIR: "/tmp", ...process.env };
go.exit = (code) => process.exit(code);
const { instance } = await WebAssembly.instantiate(readFileSync(program), go.importObject);
await go.run(instance);
