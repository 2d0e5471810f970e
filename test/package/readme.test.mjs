// The examples of the READMEs are run: blocks of HTML as pages, blocks of JavaScript as modules in a page or in Node.js. The word
// behind the language says which: "html page", "js page", "js node". They find a net, a picture and the package beside them.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../browser/server.mjs";
import { close, visit } from "./chromium.mjs";
import { folder, installed, png, trainedNet } from "./project.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
let place = "";
before(async () => {
  place = await folder("readme");
  await cp(installed, join(place, "fovea"), { recursive: true });
  await writeFile(join(place, "net.safetensors"), await trainedNet());
  await writeFile(join(place, "picture.png"), png(32, (x) => (x < 16 ? 25 : 215)));
  site = await serve(place);
});
after(async () => {
  await close();
  await site?.close();
});

/** The page that a module runs in, which shows what it prints. @param {string} module */
const pageOf = (module) => `<!doctype html><title>module</title><output></output>
<script type="importmap">{ "imports": { "fovea": "./fovea/fovea.js", "fovea/": "./fovea/" } }</script>
<script type="module">
console.log = (...words) => { document.querySelector("output").textContent += words.join(" "); };
${module}
</script>`;

/** What an example shows. @param {string} kind @param {string} text @param {string} name */
async function shown(kind, text, name) {
  if (kind === "js node") {
    await writeFile(join(place, `${name}.mjs`), text);
    return (await promisify(execFile)(process.execPath, [`${name}.mjs`], { cwd: place })).stdout;
  }
  const page = kind === "js page" ? pageOf(text) : text;
  const look = () => globalThis.finished && document.querySelector("output").textContent;
  const { result, complaints } = await visit(`${site.url}${name}.html`, look,
    page.replace(/<\/script>\s*$/, ";globalThis.finished = true;</script>"));
  assert.deepEqual(complaints, []);
  return result;
}

for (const file of ["README.md", "js/README.md"]) {
  const text = await readFile(join(root, file), "utf8");
  const blocks = text.matchAll(/^ *```(html page|js page|js node)\n([^]*?)^ *```$/gm);
  const examples = Array.from(blocks, ([, kind, code]) => ({ kind, code }));
  test(`${file} has examples`, () => assert.ok(examples.length > 0));
  for (const [i, { kind, code }] of examples.entries()) {
    test(`${file}: example ${i + 1}, ${kind}`, async () => {
      const output = await shown(kind, code, `${file.replace(/\W/g, "-")}-${i + 1}`);
      assert.match(output, /circle|square|split/);
    });
  }
}

test("js/README.md says what to do about every error", async () => {
  const [, union = ""] = /FoveaErrorCode =([^;]*);/.exec(await readFile(join(root, "js/fovea.d.ts"), "utf8")) ?? [];
  const codes = Array.from(union.matchAll(/"([^"]+)"/g), ([, code]) => code);
  const rows = (await readFile(join(root, "js/README.md"), "utf8")).matchAll(/^\| `([a-z-]+)` \|/gm);
  assert.deepEqual(Array.from(rows, ([, code]) => code).sort(), codes.sort());
});
