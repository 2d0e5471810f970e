// Drives the built site in Chromium, as a visitor would. See docs/site.md for the environment.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { access, mkdir, readFile } from "node:fs/promises";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./browser.mjs";
import { serve } from "./server.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = process.env.FOVEA_SITE || join(root, "dist/site");
const mock = process.env.FOVEA_MOCK === "1";
const shots = process.env.FOVEA_SCREENSHOTS || join(root, "dist/screenshots");
const trainingTime = 240_000;
const convnet = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10";

let site;
let browser;
/** A context whose net was trained to 97 %, and its page. */
let trained;

before(async () => {
  await access(join(folder, "index.html")).catch(() => { throw new Error(`${folder} has no site; run make site first`); });
  await mkdir(shots, { recursive: true });
  site = await serve(folder, { mock });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

const id = (name) => `[data-testid="${name}"]`;

/** Opens the page and collects what its console complains about. */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en", ...options });
  return visit(context);
}

async function visit(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy/.test(message.text())) page.complaints.push(message.text());
  });
  await page.goto(`${site.url}?test`);
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
  await page.waitForSelector(id("backend-cpu"));
  return page;
}

/** Waits until `look(page state)` in the page is true. */
const until = (page, look, value, timeout = trainingTime) => page.waitForFunction(look, value, { timeout, polling: 100 });
const phase = (page, ...names) => until(page, (wanted) => wanted.includes(document.querySelector("fv-trainer").dataset.phase), names);
const stepOf = (page) => page.$eval(id("progress"), (e) => Number(e.dataset.step));
const stepAbove = (page, step) => until(page, (s) => Number(document.querySelector('[data-testid="progress"]').dataset.step) > s, step);
const noticed = (page, code) => page.waitForSelector(`${id("log")} [data-code="${code}"]`, { timeout: trainingTime, state: "attached" });

/** Draws strokes, given in a square of side 1. */
async function draw(page, strokes) {
  const pad = page.locator(id("pad"));
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  for (const stroke of strokes) {
    const [[x, y], ...rest] = stroke;
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await page.mouse.down();
    for (const [px, py] of rest) await page.mouse.move(box.x + px * box.width, box.y + py * box.height, { steps: 8 });
    await page.mouse.up();
  }
}

const circle = (cx, cy, rx, ry) => Array.from({ length: 33 }, (_, i) => [cx + rx * Math.sin((i * Math.PI) / 16), cy - ry * Math.cos((i * Math.PI) / 16)]);
const figures = {
  0: [circle(0.5, 0.5, 0.19, 0.29)],
  1: [[[0.52, 0.2], [0.48, 0.8]]],
  3: [[[0.33, 0.26], [0.42, 0.2], [0.55, 0.2], [0.65, 0.28], [0.62, 0.4], [0.48, 0.47], [0.63, 0.53], [0.69, 0.65], [0.6, 0.77], [0.45, 0.8], [0.32, 0.74]]],
  7: [[[0.3, 0.24], [0.7, 0.24], [0.46, 0.8]]],
};

async function topOne(page, label) {
  await until(page, (wanted) => document.querySelector('[data-testid="prediction-1"]')?.dataset.label === wanted, label, 15_000)
    .catch(async () => assert.fail(`top-1: got ${await page.locator(id("prediction-1")).getAttribute("data-label").catch(() => "nothing")}, want ${label}`));
}

/** Drops bytes as a file on the slate. */
async function drop(page, bytes, name, type) {
  const transfer = await page.evaluateHandle(([data, fileName, fileType]) => {
    const bytesOf = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const all = new DataTransfer();
    all.items.add(new File([bytesOf], fileName, { type: fileType }));
    return all;
  }, [Buffer.from(bytes).toString("base64"), name, type]);
  await page.dispatchEvent(id("drop"), "drop", { dataTransfer: transfer });
}

/** A PNG of a digit, made from the strokes in the page's own canvas. */
const pngOf = (page, strokes) => page.evaluate((lines) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#f4f1e8";
  context.fillRect(0, 0, 320, 240);
  Object.assign(context, { strokeStyle: "#1a2a6c", lineWidth: 16, lineCap: "round", lineJoin: "round" });
  for (const line of lines) {
    context.beginPath();
    line.forEach(([x, y]) => context.lineTo(40 + x * 240, y * 240));
    context.stroke();
  }
  return canvas.toDataURL("image/png").split(",")[1];
}, strokes).then((text) => Buffer.from(text, "base64"));

test("loads without complaints and says what it is", async () => {
  const page = await open();
  assert.match(await page.textContent(id("headline")), /60,000 handwritten digits/);
  assert.match(await page.textContent("main"), /Nothing leaves this device/);
  await page.waitForFunction(() => /Downloads [\d.]+ MB/.test(document.querySelector('[data-testid="train-note"]').textContent));
  assert.equal(await page.isDisabled(id("train")), false);
  assert.deepEqual(page.complaints, []);
  const foreign = await page.evaluate(() => performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith(location.origin)));
  assert.deepEqual(foreign, []);
  await page.context().close();
});

test("an error in the net is shown at its place", async () => {
  const page = await open();
  await page.fill(id("net-text"), "INPUT 28x28x1\n-> CONV 5x5x8 pad 2 -> RELO\n-> FC 10");
  await page.waitForSelector(id("net-error"));
  assert.match(await page.textContent(id("net-error")), /Line 2, character 24/);
  assert.equal(await page.textContent(`${id("net-marks")} .wrong`), "RELO");
  assert.equal(await page.isDisabled(id("train")), true);
  await page.click(id("net-error-show"));
  assert.equal(await page.$eval(id("net-text"), (e) => e.value.slice(e.selectionStart, e.selectionEnd)), "RELO");
  await page.screenshot({ path: join(shots, "error-desktop-light-en.png"), fullPage: true });
  await page.click(id("preset-linear"));
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
  assert.match(await page.textContent(id("total-parameters")), /7,850/);
  await page.fill(id("learningRate"), "-1");
  assert.equal(await page.isVisible(id("learningRate-error")), true);
  assert.equal(await page.isDisabled(id("train")), true);
  await page.context().close();
});

test("trains to 97 % validation accuracy", async () => {
  trained = await open();
  await trained.fill(id("net-text"), convnet);
  await trained.waitForSelector(`${id("net-state")}[data-state="right"]`);
  await trained.fill(id("epochs"), "2");
  await trained.click(id("train"));
  await phase(trained, "running");
  await stepAbove(trained, 50);
  await draw(trained, figures[3]);
  await trained.waitForSelector(id("prediction-1")); // it answers while it learns
  await trained.evaluate(() => scrollTo(0, 0));
  await trained.screenshot({ path: join(shots, "training-desktop-light-en.png"), fullPage: true });
  await until(trained, () => Number(document.querySelector('[data-testid="validation-accuracy"]').dataset.value) >= 0.97);
  await phase(trained, "done");
  assert.deepEqual(trained.complaints, []);
});

test("reads drawn digits", async () => {
  await trained.bringToFront();
  for (const label of ["1", "0", "7"]) {
    await trained.click(id("clear"));
    await draw(trained, figures[label]);
    await topOne(trained, label);
  }
});

test("reads a dropped picture, and refuses a broken one with a message", async () => {
  await drop(trained, await pngOf(trained, figures[0]), "zero.png", "image/png");
  await topOne(trained, "0");
  assert.equal(await trained.isVisible(id("seen")), true);
  await drop(trained, Buffer.from("this is no picture"), "broken.png", "image/png");
  await trained.waitForSelector(`${id("alert-try")}[data-code="file"]`);
  await trained.click(`${id("alert-try")} ${id("alert-close")}`);
  await trained.click(id("test-digit"));
  await trained.waitForSelector(id("prediction-1"));
});

test("a changed net asks before it replaces the trained one", async () => {
  await trained.click(id("preset-linear"));
  await trained.waitForSelector(id("train"));
  await trained.click(id("train"));
  await trained.waitForSelector(id("question"));
  await trained.click(id("question-keep"));
  await trained.waitForSelector(id("continue"));
  assert.equal(await trained.inputValue(id("net-text")), convnet);
});

test("saves to a file and loads from it", async () => {
  const [download] = await Promise.all([trained.waitForEvent("download"), trained.click(id("save-file"))]);
  assert.match(download.suggestedFilename(), /^fovea-.*\.safetensors$/);
  const bytes = await readFile(await download.path());
  const page = await open();
  await page.setInputFiles(id("load-input"), { name: "net.safetensors", mimeType: "application/octet-stream", buffer: bytes });
  await noticed(page, "opened");
  assert.equal(await stepOf(page), await stepOf(trained));
  await page.setInputFiles(id("load-input"), { name: "x.safetensors", mimeType: "application/octet-stream", buffer: bytes.subarray(0, 40) });
  await page.waitForSelector(id("alert-saves"));
  await page.context().close();
  await trained.context().close();
});

test("switches the backend in the middle of training, pauses and resumes", async () => {
  const page = await open();
  await page.click(id("train"));
  await stepAbove(page, 20);
  const first = await page.$eval(id("backend-running"), (e) => e.dataset.backend);
  const other = first === "cpu" ? "webgpu" : "cpu";
  if (await page.isEnabled(id(`backend-${other}`))) {
    await page.check(id(`backend-${other}`));
    await noticed(page, "switched");
    assert.equal(await page.$eval(id("backend-running"), (e) => e.dataset.backend), other);
  }
  await stepAbove(page, (await stepOf(page)) + 5);
  await page.click(id("pause"));
  await phase(page, "paused");
  await page.waitForTimeout(500);
  const step = await stepOf(page);
  await page.waitForTimeout(700);
  assert.equal(await stepOf(page), step, "the step stands still while paused");
  await page.click(id("resume"));
  await stepAbove(page, step);
  await page.click(id("stop"));
  await phase(page, "stopped");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("continues after a reload", async () => {
  const page = await open();
  await page.click(id("train"));
  await stepAbove(page, 30);
  await until(page, () => Number(document.querySelector('[data-testid="saved"]').dataset.time) > 0);
  const step = await stepOf(page);
  await page.reload();
  await page.waitForSelector(id("continue"));
  const kept = await stepOf(page);
  assert.ok(kept > 0 && kept <= step + 500, `kept step ${kept}, was at ${step}`);
  assert.equal(await page.isVisible(`${id("chart-loss")} canvas`), true);
  assert.match(await page.textContent(id("train-note")), /Stopped at step/);
  await page.click(id("continue"));
  await stepAbove(page, kept);
  await page.click(id("stop"));
  await phase(page, "stopped");
  await page.context().close();
});

test("goes on when the graphics device is lost", async (t) => {
  const page = await open();
  if (!(await page.isEnabled(id("backend-webgpu")))) return t.skip("no WebGPU here");
  await page.check(id("backend-webgpu"));
  await page.click(id("train"));
  await stepAbove(page, 20);
  await page.evaluate(() => window.foveaTest.fovea.destroyDevice());
  await noticed(page, "device-lost");
  await stepAbove(page, (await stepOf(page)) + 10);
  await page.click(id("stop"));
  await phase(page, "stopped");
  await page.context().close();
});

test("says so when the loss is no number", async () => {
  const page = await open();
  await page.selectOption(id("optimizer"), "sgd");
  await page.fill(id("learningRate"), "1e20");
  await page.click(id("train"));
  await page.waitForSelector(`${id("alert-train")}[data-code="diverged"]`, { timeout: trainingTime });
  assert.match(await page.textContent(id("alert-train")), /Lower the learning rate/);
  await phase(page, "failed");
  await page.context().close();
});

for (const [name, viewport] of [["phone", { width: 390, height: 844 }], ["desktop", { width: 1280, height: 900 }]]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en", "fa"]) {
      test(`${name}, ${colorScheme}, ${locale}: no accessibility violations, nothing overflows`, async () => {
        const page = await open({ viewport, colorScheme, locale, reducedMotion: "reduce" });
        await page.screenshot({ path: join(shots, `start-${name}-${colorScheme}-${locale}.png`), fullPage: true });
        await page.fill(id("epochs"), "1");
        await page.click(id("preset-linear"));
        await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
        await page.click(id("train"));
        await stepAbove(page, 100);
        await draw(page, figures[3]);
        await page.waitForSelector(id("prediction-1"));
        await phase(page, "done");
        await page.waitForTimeout(300);
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: join(shots, `trained-${name}-${colorScheme}-${locale}.png`), fullPage: true });
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join("; ")}`), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is as wide as the window");
        assert.equal(await page.evaluate(() => document.documentElement.dir), locale === "fa" ? "rtl" : "ltr");
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      });
    }
  }
}

test("remembers language and theme; 360 px are enough", async () => {
  const page = await open({ viewport: { width: 360, height: 740 } });
  await page.click(id("language"));
  await page.waitForSelector('html[lang="fa"]');
  await page.click(id("theme"));
  await page.reload();
  await page.waitForSelector('html[lang="fa"][data-theme="dark"]');
  await page.waitForSelector(id("layer-1"));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.match(await page.textContent(id("total-parameters")), /[۰-۹]/);
  await page.context().close();
});
