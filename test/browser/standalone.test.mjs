// Models that the command compile makes: the page that comes with them, one file of it, and the loader in a Worker and in
// Node.js.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./browser.mjs";
import { figures, root } from "./page.mjs";
import { serve } from "./server.mjs";

const folder = join(root, "dist/standalone");
const shots = process.env.FOVEA_SCREENSHOTS || join(root, "dist/screenshots");
/** The net for digits that the site ships, and what is said of it. */
const file = join(root, "models/mnist.safetensors");
const card = JSON.parse(await readFile(join(root, "models/mnist.json"), "utf8"));
const worker = `
  import { load, moduleFile } from "./model.js";
  load().then(async (model) => postMessage({ moduleFile, best: await model.classify(new ImageData(28, 28), { top: 1 }) }));
`;

let browser;
let site;

before(async () => {
  await mkdir(folder, { recursive: true });
  await mkdir(shots, { recursive: true });
  const quiet = { cwd: root, stdio: ["ignore", "ignore", "inherit"] };
  const fovea = (...args) => execFileSync("go", ["run", "./cmd/fovea", ...args], quiet);
  fovea("compile", file, "-o", join(folder, "digits"), "--html", join(folder, "digits.html"));
  fovea("compile", file, "--int8", "-o", join(folder, "small"));
  await writeFile(join(folder, "digits/worker.js"), worker);
  site = await serve(join(folder, "digits"), { isolated: false });
  browser = await launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Opens a page in a context of its own, and collects what its console complains about and asks of other hosts. */
async function open(url = site.url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error.stack ?? error)));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.complaints.push(message.text()); });
  context.on("request", (request) => {
    const address = request.url();
    if (!/^(blob|data|file):/.test(address) && !address.startsWith(new URL(url).origin)) page.complaints.push(address);
  });
  await page.goto(url);
  await page.waitForSelector("[data-ready]");
  return page;
}

/** Draws strokes, given in a square of side 1. */
async function draw(page, strokes) {
  const box = await page.locator("#pad").boundingBox();
  for (const [[x, y], ...rest] of strokes) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await page.mouse.down();
    for (const [px, py] of rest) await page.mouse.move(box.x + px * box.width, box.y + py * box.height, { steps: 8 });
    await page.mouse.up();
  }
}

async function recognises(page) {
  for (const [digit, strokes] of Object.entries(figures)) {
    await page.click("#clear");
    await draw(page, strokes);
    const found = (want) => document.querySelector("#result li")?.firstChild.textContent === want;
    await page.waitForFunction(found, digit, { timeout: 60_000 });
  }
}

const failure = (page) => page.textContent("#failure");

test("the page recognises what is drawn, under a strict policy", async () => {
  const page = await open();
  assert.equal(await page.title(), "mnist");
  const [, weight] = /28 × 28 × 1, tells 10 classes apart, weighs (\d+) kB/.exec(await page.textContent("#about"));
  const numbers = card.parameters * 4 / 1000; // the running statistics of the norms and the module's own numbers come on top
  assert.ok(weight >= numbers && weight < 1.05 * numbers, `it says ${weight} kB, its weights are ${numbers} kB`);
  await recognises(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("one file does the same from a double click, without a network", async () => {
  const page = await open(String(pathToFileURL(join(folder, "digits.html"))), { offline: true });
  await recognises(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the page is accessible in both colours and on a phone", async () => {
  for (const [name, options] of Object.entries({
    light: { colorScheme: "light" }, dark: { colorScheme: "dark" },
    phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
  })) {
    const page = await open(site.url, options);
    await draw(page, figures[3]);
    await page.waitForSelector("#result li");
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join("; ")}`), [], name);
    const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.ok(fits, `${name}: the page is wider than the window`);
    await page.screenshot({ path: join(shots, `standalone-${name}.png`), fullPage: true });
    await page.context().close();
  }
});

test("the page takes pictures and the camera, and says what is no picture", async () => {
  const page = await open();
  await page.setInputFiles("#file", join(root, "docs/screenshot.png"));
  await page.waitForSelector("#photo:not([hidden])");
  await page.waitForFunction(() => document.querySelectorAll("#result li").length === 5);
  await page.setInputFiles("#file", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await page.waitForFunction(() => document.querySelector("#failure").textContent !== "");
  assert.equal(await failure(page), "notes.txt is no picture that this browser reads.");
  await page.click("#camera");
  await page.waitForSelector("#video:not([hidden])");
  await page.waitForFunction(() => !document.querySelector("#failure").textContent);
  await page.click("#camera");
  assert.equal(await page.getAttribute("#camera", "aria-pressed"), "false");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a policy that forbids WebAssembly is named", async () => {
  const strict = await serve(join(folder, "digits"), { wasm: false });
  const page = await open(strict.url);
  assert.match(await failure(page), /the module does not compile; it takes SIMD and a policy with 'wasm-unsafe-eval'/);
  await page.context().close();
  await strict.close();
});

test("the loader runs in a Worker, and its first answer takes little time", async () => {
  const page = await open();
  const { moduleFile, best } = await page.evaluate(() => new Promise((resolve, reject) => {
    const worker = new Worker("worker.js", { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
  }));
  assert.equal(moduleFile, "model.relaxed.wasm");
  assert.equal(best.length, 1);
  const times = await page.evaluate(async () => {
    const begin = performance.now();
    const { load } = await import("./model.js?cold");
    const model = await load();
    const x = Float32Array.from({ length: 784 }, (_, i) => (i * 37) % 256);
    model.run(x);
    const first = performance.now() - begin;
    let each = Infinity; // of the quickest hundred
    for (let batch = 0; batch < 50; batch++) {
      const start = performance.now();
      for (let i = 0; i < 100; i++) model.run(x);
      each = Math.min(each, (performance.now() - start) / 100);
    }
    return { first, each };
  });
  const each = (1000 * times.each).toFixed(1);
  console.log(`Chromium: ${times.first.toFixed(1)} ms from import to the first answer, then ${each} µs each`);
  await page.context().close();
});

test("pictures may be whatever a page has, and bad ones are errors that say what to do", async () => {
  const page = await open();
  const found = await page.evaluate(async () => {
    const { load } = await import("./model.js");
    const model = await load("./");
    const canvas = Object.assign(document.createElement("canvas"), { width: 100, height: 60 });
    const context = canvas.getContext("2d");
    context.fillRect(45, 10, 10, 40);
    const img = new Image();
    img.src = canvas.toDataURL();
    await img.decode();
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve); });
    const pixels = context.getImageData(0, 0, 100, 60);
    const best = [];
    const raw = { data: [...pixels.data], width: 100, height: 60 };
    for (const source of [canvas, img, blob, await createImageBitmap(canvas), pixels, raw]) {
      best.push(JSON.stringify(await model.classify(source, { top: 3 })));
    }
    const said = [];
    for (const call of [
      () => model.classify("text"), () => model.classify(), () => model.classify(new Blob(["no picture"])),
      () => model.classify({ data: new Uint8Array(5), width: 28, height: 28 }),
      () => model.run([1, 2]), () => model.run(new Float32Array(784).fill(Infinity)),
      () => load("nowhere/"), () => load({ module: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), weights: new Uint8Array(1) }),
    ]) {
      try {
        said.push(await call());
      } catch (error) {
        said.push(error.message);
      }
    }
    return { best, said };
  });
  assert.equal(new Set(found.best).size, 1, found.best.join("\n"));
  const wants = [
    ...Array(4).fill(/^the picture cannot be read: /),
    /^numbers of the input: 2, want 28x28x1$/, /^the input is not finite at 0$/,
    /nowhere\/.* cannot be read: the server answers 404$/, /^the module is not one of fovea compile$/,
  ];
  wants.forEach((want, i) => assert.match(String(found.said[i]), want));
  await page.context().close();
});

test("Node.js loads the files from disk", async () => {
  const begin = performance.now();
  const { load } = await import(pathToFileURL(join(folder, "digits/model.js")));
  const model = await load();
  const x = Float32Array.from({ length: 784 }, (_, i) => (i * 37) % 256);
  const y = model.run(x);
  console.log(`Node.js: ${(performance.now() - begin).toFixed(1)} ms from import to the first answer`);
  assert.ok(Math.abs(y.reduce((a, b) => a + b) - 1) < 1e-5);
  const { shape, output, classes, text, bytes } = model.info;
  assert.deepEqual([shape, output, classes.length, text], [[28, 28, 1], [10], 10, card.net]);
  const weights = await readFile(join(folder, "digits/weights.bin"));
  assert.equal(bytes, weights.length);

  const module = new WebAssembly.Module(await readFile(join(folder, "digits/model.wasm")));
  const plain = await load({ module, weights });
  plain.run(x).forEach((v, i) => assert.ok(Math.abs(v - y[i]) < 1e-5));
  assert.deepEqual(plain.run(x), plain.run(x));
  await assert.rejects(load({ module, weights: weights.subarray(4) }), new RegExp(`^Error: the weights have ${bytes - 4} bytes, want ${bytes}`));
  await assert.rejects(load(pathToFileURL(join(folder, "nowhere/"))), /nowhere\/.* cannot be read: ENOENT/);
  structuredClone(x, { transfer: [x.buffer] });
  assert.throws(() => plain.run(x), /^Error: numbers of the input: none \(was it transferred\?\), want 28x28x1/);

  const small = await load(pathToFileURL(join(folder, "small/")));
  assert.ok(small.info.bytes < 0.27 * bytes, "a quarter, and scales");
  const [best] = await small.classify({ data: new Uint8Array(4 * 784), width: 28, height: 28 });
  assert.ok(best.probability > 0.1);
  const little = { data: new Uint8Array(400), width: 10, height: 10 };
  await assert.rejects(small.classify(little), /no canvas to scale with: give 28x28 pixels/);
});
