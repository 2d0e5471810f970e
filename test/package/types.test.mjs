// The types: uses compile and mistakes are found, in the resolutions that users choose, by the compilers of two generations.
import { before, test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder } from "./project.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dom = { lib: ["es2022", "dom", "dom.iterable"], types: [] };
const pages = ["uses.ts", "mistakes.ts", "elements.ts"];
let place = "";
before(async () => {
  place = await folder("types");
  await cp(join(here, "types"), place, { recursive: true });
});

/**
 * What the compiler says.
 * @param {string} name @param {string} compiler @param {string[]} files @param {object} options
 * @returns {Promise<string>}
 */
async function compiled(name, compiler, files, options) {
  const config = join(place, `tsconfig.${name}.json`);
  const typeRoots = [join(here, "node_modules/@types")];
  const all = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: "es2022", typeRoots, ...options };
  await writeFile(config, JSON.stringify({ compilerOptions: all, files }));
  return new Promise((resolve) => {
    execFile(join(here, compiler), ["-p", config], (error, out, err) => resolve(error ? out + err || error.message : out));
  });
}

const five = "node_modules/.bin/tsc";
const seven = "../../node_modules/.bin/tsc";
for (const [name, compiler, files, options] of /** @type {[string, string, string[], object][]} */ ([
  ["bundler", five, pages, { module: "esnext", moduleResolution: "bundler", ...dom }],
  ["node16", five, pages, { module: "node16", moduleResolution: "node16", ...dom }],
  ["bundler-7", seven, pages, { module: "esnext", moduleResolution: "bundler", ...dom }],
  ["no-dom", five, ["node.ts"], { module: "nodenext", lib: ["es2023"], types: ["node"], skipLibCheck: true }],
])) {
  test(`TypeScript agrees: ${name}`, async () => assert.equal(await compiled(name, compiler, files, options), ""));
}

test("TypeScript agrees: the modules for Node.js themselves", async () => {
  const said = new Promise((resolve) => execFile(join(here, seven), ["-p", join(here, "tsconfig.json")], (error, out) => resolve(out)));
  assert.equal(await said, "");
});
