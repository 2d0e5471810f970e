// Drives the built site in Chromium, as a visitor would. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { draw, figures, id, leave, looks, noticed, phase, ready, start, stepAbove, stepOf, until, write } from "./page.mjs";

const longLine = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
/** A page whose net was trained to 97 %, and one whose net runs on and on; tests share them, for training takes long. */
let trained;
let running;

before(async () => {
  visit = await start();
});

after(() => visit?.close());

const open = (options) => visit.open({ path: "train.html", wait: ready, ...options });

async function topOne(page, label) {
  await until(page, (wanted) => document.querySelector('[data-testid="prediction-1"]')?.dataset.label === wanted, label, 60_000)
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
  assert.equal(await page.inputValue(id("schedule")), "cosine");
  const licences = await page.evaluate(async (link) => (await fetch(document.querySelector(link).href)).text(), id("licences"));
  for (const part of ["Go's runtime", "golang.org/x/image", "norunners/vert", "uPlot", "newsreader", "vazirmatn", "MNIST"]) assert.match(licences, new RegExp(part));
  assert.deepEqual(await page.evaluate(async () => (await Promise.all([...document.fonts].map((f) => f.load()))).map((f) => f.status)), Array(4).fill("loaded"));
  await looks(page, "start");
  await leave(page);
});

test("tells programs how long each step of a net takes", async () => {
  const page = await open();
  for (const backend of ["simd", "cpu"]) {
    const { adapter, runMs, steps } = await page.evaluate((backend) => window.foveaTest.fovea.profile(
      "INPUT 12x12x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3", { backend, batch: 4, runs: 3 }), backend);
    assert.ok(adapter && runMs > 0 && steps.every(({ ms, gflops }) => ms >= 0 && gflops >= 0), backend);
    assert.deepEqual(steps.find(({ op }) => op === "ConvPool")?.shape, [4, 6, 6, 4], backend);
  }
  await leave(page);
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
  await looks(page, "error");
  await page.click(id("preset-linear"));
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
  assert.match(await page.textContent(id("total-parameters")), /7,850/);
  await page.fill(id("learningRate"), "-1");
  assert.equal(await page.isVisible(id("learningRate-error")), true);
  assert.equal(await page.isDisabled(id("train")), true);
  await leave(page);
});

test("nets are laid out for the width there is, and never wrap", async () => {
  const page = await open();
  for (const width of [360, 390, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const preset of ["lenet", "blocks", "convnet"]) {
      await page.click(id(`preset-${preset}`));
      await page.waitForSelector(`${id(`preset-${preset}`)}[aria-pressed="true"]`);
      await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
      const [needs, has] = await page.$eval(id("net-text"), (e) => [e.scrollWidth, e.clientWidth]);
      assert.ok(needs <= has, `${preset} at ${width} px: needs ${needs} px, has ${has}`);
    }
    const size = await page.$eval(id("net-text"), (e) => parseFloat(getComputedStyle(e).fontSize));
    assert.ok(width > 500 || size >= 16, `${size} px: phones zoom in below 16 px`);
  }
  await write(page, longLine); // one long line
  await page.$eval(id("net-text"), (e) => { e.scrollLeft = 120; });
  await until(page, () => document.querySelector('[data-testid="net-marks"]').scrollLeft === 120);
  await leave(page);
});

test("trains to 97 % validation accuracy", async (t) => {
  trained = await open();
  await trained.fill(id("epochs"), "1");
  await trained.fill(id("learningRate"), "0.002");
  await trained.click(id("train"));
  await until(trained, () => /Unpacking the digits: \d+/.test(document.querySelector('[data-testid="download"]').textContent));
  await phase(trained, "running");
  await stepAbove(trained, 20);
  await trained.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: "longtask" });
  });
  await stepAbove(trained, (await stepOf(trained)) + 100);
  const long = await trained.evaluate(() => window.longTasks);
  t.diagnostic(`the page's own thread, over 100 steps: ${long.length} tasks of more than 50 ms ${JSON.stringify(long)}`);
  await draw(trained, figures[3]);
  await trained.waitForSelector(id("prediction-1")); // it answers while it learns
  await looks(trained, "training");
  await until(trained, () => Number(document.querySelector('[data-testid="validation-accuracy"]').dataset.value) >= 0.97);
  await phase(trained, "done");
  assert.deepEqual(trained.complaints, []);
});

test("reads drawn digits", async () => {
  for (const label of ["1", "0", "7"]) {
    await trained.click(id("clear"));
    await draw(trained, figures[label]);
    await topOne(trained, label);
  }
  await looks(trained, "trained");
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
  const text = await trained.inputValue(id("net-text"));
  await trained.click(id("preset-linear"));
  await trained.waitForSelector(`${id("preset-linear")}[aria-pressed="true"]`);
  await trained.waitForSelector(id("train"));
  await trained.click(id("train"));
  await trained.waitForSelector(id("question"));
  await looks(trained, "question", someLooks.slice(0, 2));
  await trained.click(id("question-keep"));
  await trained.waitForSelector(id("continue"));
  assert.notEqual(text, "");
  assert.equal(await trained.inputValue(id("net-text")), text, "the trained net's text is back");
  await trained.fill(id("batch"), "32");
  await until(trained, () => /keeps the batch of 64/.test(document.querySelector('[data-testid="train-note"]').textContent));
});

test("saves to a file and loads from it, and asks before a trained net goes", async () => {
  const step = await stepOf(trained);
  const [download] = await Promise.all([trained.waitForEvent("download"), trained.click(id("save-file"))]);
  assert.equal(download.suggestedFilename(), `fovea-digits-step-${step}.safetensors`);
  const buffer = await readFile(await download.path());
  const file = { name: "net.safetensors", mimeType: "application/octet-stream", buffer };
  const broken = { ...file, buffer: buffer.subarray(0, 40) };

  const page = await open();
  await page.setInputFiles(id("load-input"), file);
  await noticed(page, "opened");
  assert.equal(await stepOf(page), step);
  assert.ok((await page.inputValue(id("net-text"))).includes("\n"), "a long line is laid out");
  await page.setInputFiles(id("load-input"), broken);
  await page.waitForSelector(id("alert-saves"));
  await leave(page);

  await trained.setInputFiles(id("load-input"), file);
  await trained.waitForSelector(id("question"));
  assert.match(await trained.textContent(id("question")), /in the file/);
  await trained.click(id("question-keep"));
  await trained.waitForSelector(id("question"), { state: "hidden" });
  await trained.setInputFiles(id("load-input"), file);
  await trained.click(id("question-replace"));
  await noticed(trained, "opened");
  await leave(trained);
});

test("trains by keyboard alone; switches the backend, pauses and resumes", async () => {
  running = await open();
  await running.click(id("preset-linear")); // small, for WebGPU is slow here
  await running.fill(id("epochs"), "1000");
  await running.waitForSelector(`${id("net-state")}[data-state="right"]`);
  await running.reload(); // the settings stay, the focus begins at the top
  await ready(running);
  const focused = () => running.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? document.activeElement?.className);
  await running.keyboard.press("Tab");
  assert.equal(await focused(), "skip");
  for (let i = 0; i < 40 && (await focused()) !== "train"; i++) {
    await running.keyboard.press("Tab");
    const outline = await running.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element.matches("textarea") ? element.parentElement : element);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    });
    assert.ok(outline, `the focus is to be seen at ${await focused()}`);
  }
  assert.equal(await focused(), "train");
  await running.keyboard.press("Enter");
  await stepAbove(running, 20);
  assert.equal(await running.getAttribute(id("backend-running"), "data-backend"), "simd", "SIMD is chosen where the GPU is software");
  await until(running, () => document.activeElement?.getAttribute("data-testid") === "pause");
  await running.keyboard.press("Enter");
  await phase(running, "paused");
  await running.waitForTimeout(500);
  const step = await stepOf(running);
  await running.waitForTimeout(700);
  assert.equal(await stepOf(running), step, "the step stands still while paused");
  await until(running, () => document.activeElement?.getAttribute("data-testid") === "resume");
  await running.keyboard.press("Enter");
  await stepAbove(running, step);
  await running.check(id("backend-webgpu"));
  await noticed(running, "switched");
  await until(running, () => document.querySelector('[data-testid="backend-running"]').dataset.backend === "webgpu");
  await stepAbove(running, (await stepOf(running)) + 5);
});

test("goes on when the graphics device is lost", async () => {
  await running.evaluate(() => window.foveaTest.fovea.destroyDevice());
  await noticed(running, "device-lost");
  await stepAbove(running, (await stepOf(running)) + 10);
  await draw(running, figures[1]);
  await running.waitForSelector(id("prediction-1"));
  await looks(running, "lost");
  await running.click(id("stop"));
  await phase(running, "stopped");
  await leave(running);
});

test("continues after a reload", async () => {
  const page = await open();
  await page.click(id("preset-linear"));
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
  await page.fill(id("epochs"), "1000");
  await page.click(id("train"));
  await stepAbove(page, 10);
  const step = await stepOf(page);
  for (let saves = 0; saves < 2; saves++) { // the second began after that step
    const last = await page.$eval(id("saved"), (e) => Number(e.dataset.time));
    await until(page, (time) => Number(document.querySelector('[data-testid="saved"]').dataset.time) > time, last);
  }
  await page.reload();
  await page.waitForSelector(id("continue"));
  const kept = await stepOf(page);
  assert.ok(kept >= step, `kept step ${kept}, was at ${step} before the last save`);
  assert.equal(await page.isVisible(`${id("chart-loss")} canvas`), true);
  assert.match(await page.textContent(id("train-note")), /Stopped at step/);
  await page.click(id("continue"));
  await stepAbove(page, kept);
  assert.equal(await page.getAttribute(id("progress"), "data-steps"), String(1000 * 938));
  await page.click(id("stop"));
  await phase(page, "stopped");
  await leave(page);
});

test("says so when the loss is no number, and when nothing can be kept", async () => {
  const page = await open({
    before: () => {
      const full = () => new DOMException("The quota has been exceeded.", "QuotaExceededError");
      navigator.storage.getDirectory = () => Promise.reject(full());
      indexedDB.open = () => { throw full(); };
    },
  });
  await page.click(id("preset-linear"));
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
  await page.fill(id("epochs"), "1000");
  await page.click(id("train"));
  await page.waitForSelector(`${id("alert-saves")}[data-code="storage"]`, { timeout: 600_000 });
  assert.match(await page.textContent(id("alert-saves")), /Save the network to a file/);
  assert.match(await page.textContent(id("saved")), /keeps nothing/);
  await stepAbove(page, await stepOf(page));
  await page.click(id("stop"));
  await phase(page, "stopped");
  await page.selectOption(id("optimizer"), "sgd");
  await page.fill(id("learningRate"), "1e38");
  await page.click(id("continue"));
  await page.waitForSelector(`${id("alert-train")}[data-code="diverged"]`, { timeout: 600_000 });
  assert.match(await page.textContent(id("alert-train")), /Lower the learning rate/);
  await phase(page, "failed");
  await looks(page, "failed", someLooks.slice(0, 2));
  await leave(page);
});

test("isolates itself where the host cannot say so by headers", async () => {
  const other = await start({ isolated: false });
  try {
    const page = await other.open();
    await until(page, () => globalThis.crossOriginIsolated);
    await ready(page);
    assert.match(await page.textContent("#backend-simd-detail"), /^WebAssembly SIMD, \d+ threads?$/);
    await leave(page);
  } finally {
    await other.close();
  }
});

test("follows the browser's language, remembers language and theme; 360 px are enough", async () => {
  const page = await open({ viewport: { width: 360, height: 740 }, locale: "fa" });
  await page.waitForSelector('html[lang="fa"]');
  await page.click(id("language"));
  await page.waitForSelector('html[lang="en"]');
  await page.click(id("language"));
  await page.waitForSelector('html[lang="fa"]');
  await page.click(id("theme"));
  await page.reload();
  await page.waitForSelector('html[lang="fa"][data-theme="dark"]');
  await page.waitForSelector(id("layer-1"));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.match(await page.textContent(id("total-parameters")), /[۰-۹]/);
  await leave(page);
});

test("measures the device, shows the figures and saves them as a file", async () => {
  const page = await open();
  await page.click(id("measure-link"));
  await page.waitForSelector(`${id("measure")}:not(:empty)`);
  await page.click(id("measure"));
  await until(page, () => /GFLOP/.test(document.querySelector("td")?.textContent ?? ""));
  await page.click(id("measure"));
  await until(page, () => document.querySelector('[data-testid="measure-status"]')?.textContent.startsWith("Stopped"));
  await looks(page, "measured");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(id("measure-save"))]);
  const report = JSON.parse(await readFile(await download.path(), "utf8"));
  const [first] = report.figures;
  assert.equal(first.work, "product/512");
  assert.ok(first.ms > 0 && Math.abs(first.gflops - first.flops / first.ms / 1e6) < 1e-9, JSON.stringify(first));
  assert.ok(report.backends.some(({ name, adapter }) => name === first.backend && adapter === first.adapter));
  await leave(page);
});
