// Drives the page of training in Chromium, as a visitor would. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { input, kinds, wordsOf } from "../../site/app/train/grammar.js";
import { desktop, draw, figures, id, leave, looks, noticed, phase, phone, ready, start, stepAbove, stepOf, until, write } from "./page.mjs";

const longLine = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10";
const deskOnly = [{ viewport: desktop, scheme: "light", language: "en" }];
const phoneOnly = [{ viewport: phone, scheme: "dark", language: "fa" }];
const slow = 600_000; // ms that a machine busy with something else may take

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
/** A page whose net learned the digits, and one whose net of points runs on and on; tests share them, for training takes long. */
let trained;
let running;

before(async () => {
  visit = await start();
});

after(() => visit?.close());

const open = (options) => visit.open({ path: "train.html", wait: ready, ...options });
const right = (page) => page.waitForSelector(`${id("net-state")}[data-state="right"]`, { timeout: slow });
const code = (page) => page.$eval(id("net-text"), (e) => e.value);

/** A page that is about to learn the points, which takes a second or, with many passes, as long as one likes. */
async function points(page, epochs) {
  await page.check(id("data-points"));
  await page.waitForSelector(id("preset-hidden"));
  await page.fill(id("epochs"), String(epochs));
  await until(page, () => /1x1x2/.test(document.querySelector('[data-testid="net-text"]').value));
  await right(page);
}

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

/** Counts the page's frames for a second. */
const frames = (page) => page.evaluate(() => new Promise((resolve) => {
  const gaps = [];
  let last = performance.now();
  const end = last + 1000;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(frame);
    else resolve(gaps);
  };
  requestAnimationFrame(frame);
}));

test("says what it is; an error in the net is shown at its place, and so is what may stand there", async () => {
  const page = await open();
  assert.match(await page.textContent("main"), /nothing leaves this device/);
  await until(page, () => /Downloads [\d.]+ MB/.test(document.querySelector('[data-testid="train-note"]').textContent));
  assert.equal(await page.isDisabled(id("train")), false);
  const licences = await page.evaluate(async (link) => (await fetch(document.querySelector(link).href)).text(), id("licences"));
  for (const part of ["Go's runtime", "golang.org/x/image", "norunners/vert", "uPlot", "newsreader", "vazirmatn", "MNIST"]) assert.match(licences, new RegExp(part));
  await looks(page, "train-start");

  await page.fill(id("net-text"), "INPUT 28x28x1\n-> CONV 5x5x8 pad 2 -> RELO\n-> FC 10");
  await page.waitForSelector(id("net-error"));
  assert.match(await page.textContent(id("net-error")), /Line 2, character 24/);
  assert.equal(await page.textContent(`${id("net-marks")} .wrong`), "RELO");
  assert.equal(await page.isDisabled(id("train")), true);
  await page.click(id("net-error-show"));
  assert.equal(await page.$eval(id("net-text"), (e) => e.value.slice(e.selectionStart, e.selectionEnd)), "RELO");

  await page.keyboard.type("po"); // over what is selected
  await page.waitForSelector(id("suggestions"));
  assert.match(await page.textContent(`${id("suggestions")} [aria-selected="true"]`), /^POOL 2/);
  assert.equal(await page.isVisible(id("net-error")), false, "who is writing is left in peace");
  await looks(page, "train-suggestions", deskOnly);
  await page.focus(id("net-text"));
  await page.$eval(id("net-text"), (e) => { const at = e.value.indexOf("po") + 2; e.setSelectionRange(at, at); });
  await page.keyboard.press("Control+Space");
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Space");
  await page.keyboard.press("Control+Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await code(page), "INPUT 28x28x1\n-> CONV 5x5x8 pad 2 -> POOL 2 pad 1\n-> FC 10");
  await page.keyboard.press("Control+Space");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible(id("suggestions")), false);
  await right(page);

  const examples = [...kinds.flatMap(({ example, options }) => [example, ...options.filter((o) => !o.startsWith("share")).map((o) => `${example} ${o}`)]),
    ...Object.entries(wordsOf).flatMap(([option, words]) => words.map((word) => `CONV 3x3x8 ${option} ${word}`))];
  const errors = await page.evaluate((all) => Promise.all(all.map((layer) => window.foveaTest.fovea.describe(`INPUT 28x28x8 -> ${layer} -> FC 10`)
    .then(() => "", ({ message }) => message))), examples);
  // A shape may not fit, but every word is known, and no word of the language is missing.
  assert.deepEqual(errors.filter((message) => message && !/^(layer 1 \(|PIXELS ends)/.test(message)), []);
  const listed = await page.evaluate(() => window.foveaTest.fovea.describe("INPUT 8x8x1 -> XX -> FC 2").catch(({ message }) => message));
  assert.deepEqual(kinds.map(({ word }) => word).sort(), listed.split("one of ")[1].split(", ").sort());
  assert.equal(input.word, "INPUT");
  await leave(page);
});

test("tells programs how long each step of a net takes", async () => {
  const page = await open();
  for (const backend of ["simd", "cpu"]) {
    const { adapter, runMs, steps } = await page.evaluate((name) => window.foveaTest.fovea.profile(
      "INPUT 12x12x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3", { backend: name, batch: 4, runs: 3 }), backend);
    assert.ok(adapter && runMs > 0 && steps.every(({ ms, gflops }) => ms >= 0 && gflops >= 0), backend);
    assert.deepEqual(steps.find(({ op }) => op === "ConvPool")?.shape, [4, 6, 6, 4], backend);
  }
  await leave(page);
});

test("nets fit the data and the memory, and never wrap", async () => {
  const page = await open();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const preset of ["lenet", "blocks", "convnet"]) {
      await page.click(id(`preset-${preset}`));
      await page.waitForSelector(`${id(`preset-${preset}`)}[aria-pressed="true"]`);
      await right(page);
      const [needs, has] = await page.$eval(id("net-text"), (e) => [e.scrollWidth, e.clientWidth]);
      assert.ok(needs <= has, `${preset} at ${width} px: needs ${needs} px, has ${has}`);
    }
    const size = await page.$eval(id("net-text"), (e) => parseFloat(getComputedStyle(e).fontSize));
    assert.ok(width > 500 || size >= 16, `${size} px: phones zoom in below 16 px`);
  }
  await write(page, longLine);
  await page.$eval(id("net-text"), (e) => { e.scrollLeft = 120; });
  await until(page, () => document.querySelector('[data-testid="net-marks"]').scrollLeft === 120);

  await page.fill(id("net-text"), "INPUT 32x32x3 -> CONV 3x3x4 pad 1 # small\n-> GAP -> FC 7");
  await page.waitForSelector(id("net-misfit"));
  assert.match(await page.textContent(id("net-misfit-text")), /32×32×3.* 7 classes.*28×28×1.* 10 classes/);
  assert.equal(await page.isDisabled(id("train")), true);
  await looks(page, "train-misfit", phoneOnly);
  await page.click(id("adapt"));
  await right(page);
  assert.equal(await code(page), "INPUT 28x28x1 -> CONV 3x3x4 pad 1 # small\n-> GAP -> FC 10");

  await page.click(`${id("zoo")} summary`);
  await page.click(id("zoo-resnet20"));
  await until(page, () => /INPUT 28x28x1[^]*FC 10/.test(document.querySelector('[data-testid="net-text"]').value));
  await right(page);
  await page.fill(id("batch"), "4096");
  await page.waitForSelector(`${id("fits")}[data-fits="false"]`);
  await page.click(id("use-batch"));
  await page.waitForSelector(`${id("fits")}[data-fits="true"]`);
  const batch = Number(await page.inputValue(id("batch")));
  assert.ok(batch > 0 && batch < 4096, `a batch of ${batch}`);
  await page.fill(id("learningRate"), "-1");
  assert.equal(await page.isVisible(id("learningRate-error")), true);
  assert.equal(await page.isDisabled(id("train")), true);
  await page.keyboard.press("Control+z");
  assert.equal(await page.inputValue(id("learningRate")), "0.004");
  await page.selectOption(id("optimizer"), "sgd");
  await until(page, () => document.querySelector('[data-testid="learningRate"]').value === "0.05");
  await page.click(id("undo"));
  await page.waitForFunction(() => document.querySelector('[data-testid="optimizer"]').value === "adam");
  await page.focus(id("epochs"));
  await page.keyboard.press("Control+z"); // the batch before
  await until(page, () => document.querySelector('[data-testid="batch"]').value === "4096");
  await page.click(id("redo"));
  await until(page, (n) => document.querySelector('[data-testid="batch"]').value === n, String(batch));
  await leave(page);
});

test("learns the digits to 97 %, smoothly, and is examined on others", async (t) => {
  trained = await open();
  await trained.fill(id("epochs"), "1");
  await trained.click(id("augment-sample"));
  await until(trained, () => /Unpacking the data: \d+/.test(document.querySelector('[data-testid="augment-note"]').textContent));
  await trained.waitForSelector(`${id("augment-preview")} canvas`, { timeout: slow });
  const strip = () => trained.$$eval(`${id("augment-preview")} canvas`, (all) => all.map((canvas) => canvas.toDataURL()));
  assert.equal(new Set(await strip()).size, 1, "nothing is changed yet");
  assert.equal(await trained.isDisabled(id("augment-border")), true, "and nothing comes in from outside");
  await trained.$eval(id("augment-rotate"), (e) => { e.value = "20"; e.dispatchEvent(new Event("input", { bubbles: true })); });
  const settled = async (before) => {
    const all = `${id("augment-preview")} canvas`;
    await until(trained, ([where, old]) => (
      [...document.querySelectorAll(where)].map((canvas) => canvas.toDataURL()).join() !== old), [all, before.join()]);
    return strip();
  };
  const turned = await settled(await strip());
  assert.equal(new Set(turned).size, 9);
  await trained.selectOption(id("augment-border"), "zero");
  const grey = await settled(turned);
  assert.match(await trained.textContent(id("last-change")), /at the edge: the nearest pixel → the mean of the data/);
  await trained.check(id("augment-flip"));
  const flipped = await settled(grey);
  await looks(trained, "train-augment", phoneOnly);
  for (const before of [flipped, grey]) {
    await trained.click(id("undo"));
    await settled(before);
  }
  assert.deepEqual([await strip(), await trained.inputValue(id("augment-border"))], [turned, "edge"], "it was taken back");
  await trained.click(id("augment-none"));

  await trained.click(id("train"));
  await phase(trained, "running");
  await stepAbove(trained, 20);
  await trained.evaluate(() => { window.longTasks = []; });
  const gaps = await frames(trained);
  await stepAbove(trained, (await stepOf(trained)) + 100);
  const long = await trained.evaluate(() => window.longTasks.map(({ duration }) => Math.round(duration)));
  const smooth = gaps.filter((gap) => gap <= 20).length / gaps.length;
  t.diagnostic(`while it learns: ${gaps.length} frames a second, ${Math.round(100 * smooth)} % of them within 20 ms; ${long.length} tasks of more than 50 ms ${JSON.stringify(long)}`);
  await draw(trained, figures[3]);
  await trained.waitForSelector(id("prediction-1")); // it answers while it learns
  await until(trained, () => Number(document.querySelector('[data-testid="validation-accuracy"]').dataset.value) >= 0.97);
  await phase(trained, "done");
  await trained.waitForSelector(`${id("test-accuracy")}:not([data-value=""])`, { timeout: slow });
  assert.ok(Number(await trained.getAttribute(id("test-accuracy"), "data-value")) >= 0.96);
  assert.match(await trained.textContent("#result"), /of 10,000 test samples are right.*between 9[\d.]+% and 9[\d.]+%/);

  for (const label of ["1", "0", "7"]) {
    await trained.click(id("clear"));
    await draw(trained, figures[label]);
    await topOne(trained, label);
  }
  await looks(trained, "train-trained");
  await drop(trained, await pngOf(trained, figures[0]), "zero.png", "image/png");
  await topOne(trained, "0");
  await drop(trained, Buffer.from("this is no picture"), "broken.png", "image/png");
  await trained.waitForSelector(`${id("alert-try")}[data-code="file"]`);
  await trained.click(`${id("alert-try")} ${id("alert-close")}`);
  await trained.click(id("test-digit"));
  await trained.waitForSelector(id("prediction-1"));
  assert.deepEqual(trained.complaints, []);
});

test("gives the net away in every format, under a name, and asks before it goes", async () => {
  const kept = await code(trained);
  const step = await stepOf(trained);
  const files = {};
  for (const format of ["safetensors", "onnx", "folder", "html"]) {
    const [download] = await Promise.all([trained.waitForEvent("download"), trained.click(id(`export-${format}`))]);
    files[download.suggestedFilename()] = await readFile(await download.path());
    await until(trained, (name) => document.querySelector('[data-testid="result-done"]').textContent.includes(name), download.suggestedFilename());
  }
  const name = `fovea-mnist-step-${step}`;
  assert.deepEqual(Object.keys(files), [`${name}.safetensors`, `${name}.onnx`, `${name}.zip`, `${name}.html`]);
  assert.equal(files[`${name}.zip`].subarray(0, 4).toString("latin1"), "PK\x03\x04");
  assert.ok(files[`${name}.zip`].includes(`${name}/model.wasm`) && /<html/.test(files[`${name}.html`].toString()));

  await trained.click(id("preset-linear"));
  await trained.waitForSelector(`${id("preset-linear")}[aria-pressed="true"]`);
  await trained.click(id("train"));
  await trained.waitForSelector(id("question"));
  await looks(trained, "train-question", phoneOnly);
  await trained.click(id("question-keep"));
  await trained.waitForSelector(id("continue"));
  assert.equal(await code(trained), kept, "the trained net's text is back");
  await trained.fill(id("batch"), "32");
  await until(trained, () => /keeps the batch of 64/.test(document.querySelector('[data-testid="train-note"]').textContent));

  const buffer = files[`${name}.safetensors`];
  const file = { name: "net.safetensors", mimeType: "application/octet-stream", buffer };
  await trained.setInputFiles(id("load-input"), { ...file, buffer: buffer.subarray(0, 40) });
  await trained.waitForSelector(id("alert-saves"));
  await trained.setInputFiles(id("load-input"), file);
  await trained.waitForSelector(id("question"));
  assert.match(await trained.textContent(id("question")), /in the file/);
  await trained.click(id("question-replace"));
  await noticed(trained, "opened");
  assert.equal(await stepOf(trained), step);

  await trained.fill(id("net-name"), "My <b>digits</b>");
  await trained.click(id("save-name"));
  await until(trained, () => /My <b>digits<\/b>/.test(document.querySelector('[data-testid="result-done"]').textContent));
  assert.deepEqual(await trained.evaluate(async () => (await window.foveaTest.fovea.saved()).map((net) => net.name)), ["My <b>digits</b>"]);
  await trained.click(id("classify-with"));
  await trained.waitForURL((url) => url.searchParams.get("model") === "My <b>digits</b>");
  await trained.context().close();
});

test("learns points by keyboard alone; switches the backend, pauses and resumes", async () => {
  running = await open();
  await points(running, 10000);
  await running.reload(); // what was prepared stays, the focus begins at the top
  await ready(running);
  const focused = () => running.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? document.activeElement?.className);
  await running.keyboard.press("Tab");
  assert.equal(await focused(), "skip");
  for (let i = 0; i < 70 && (await focused()) !== "train"; i++) {
    await running.keyboard.press("Tab");
    const outline = await running.evaluate(() => {
      const element = document.activeElement;
      const shows = (e) => getComputedStyle(e).outlineStyle !== "none" || getComputedStyle(e).boxShadow !== "none";
      return shows(element) || shows(element.parentElement);
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
  await running.click(id("stop"));
  await phase(running, "stopped");
  await leave(running);
});

test("a tab that is killed while it trains goes on when the page is opened again", async () => {
  const killed = await open();
  await points(killed, 10000);
  await killed.selectOption(id("optimizer"), "nesterov");
  await killed.click(id("train"));
  await stepAbove(killed, 10);
  const step = await stepOf(killed);
  for (let saves = 0; saves < 2; saves++) { // the second began after that step
    const last = await killed.$eval(id("saved"), (e) => Number(e.dataset.time));
    await until(killed, (time) => Number(document.querySelector('[data-testid="saved"]').dataset.time) > time, last);
  }
  const gone = killed.waitForEvent("crash");
  const session = await killed.context().newCDPSession(killed);
  session.send("Page.crash").catch(() => {}); // nobody is left to answer
  await gone;

  const page = Object.assign(await killed.context().newPage(), { complaints: killed.complaints });
  page.on("pageerror", (error) => page.complaints.push(String(error.stack ?? error)));
  await page.goto(killed.url());
  await page.waitForSelector(id("continue"), { timeout: slow });
  const kept = await stepOf(page);
  assert.ok(kept >= step, `kept step ${kept}, was at ${step} before the last save`);
  assert.equal(await page.isVisible(`${id("chart-loss")} canvas`), true);
  assert.match(await page.textContent(id("loss-training")), /\d/);
  assert.match(await page.textContent(id("train-note")), /Stopped at step/);
  assert.equal(await page.isChecked(id("data-points")), true);
  assert.deepEqual([await page.inputValue(id("epochs")), await page.inputValue(id("optimizer"))], ["10000", "nesterov"]);
  await page.click(id("continue"));
  await stepAbove(page, kept);
  assert.equal(await page.getAttribute(id("progress"), "data-steps"), String(10000 * 15)); // 480 of 600 points, 32 at a time
  await page.click(id("stop"));
  await phase(page, "stopped");
  await leave(page);
});

/** A file of CIFAR-10's binary version: records of a label and 32×32 pixels, first all red ones, then green, then blue. The
 * classes here differ in their red, and the rest is noise. */
function batch(name, count) {
  const buffer = Buffer.alloc(count * 3073);
  for (let i = 0; i < buffer.length; i++) {
    const [record, at] = [Math.floor(i / 3073), i % 3073];
    const noise = (i * 7919) % 23;
    buffer[i] = at === 0 ? record % 10 : at <= 1024 ? 20 * (record % 10) + noise : 100 + noise;
  }
  return { name, mimeType: "application/octet-stream", buffer };
}

test("learns from the files of CIFAR-10", async () => {
  const page = await open();
  await page.check(id("data-cifar10"));
  await page.setInputFiles(id("cifar10-input"), [
    batch("data_batch_1.bin", 60), batch("data_batch_2.bin", 40), batch("test_batch.bin", 20),
    { name: "batches.meta.txt", mimeType: "text/plain", buffer: Buffer.from("airplane\n") }]);
  await write(page, "INPUT 32x32x3 -> CONV 4x4x4 stride 4 -> RELU -> FC 10");
  await page.fill(id("epochs"), "2");
  await page.check(id("backend-simd"));
  await page.click(id("train"));
  await phase(page, "done", "failed");
  await page.waitForSelector(`${id("test-accuracy")}:not([data-value=""])`, { timeout: slow });
  assert.match(await page.textContent(id("result-text")), /of 20 test samples/);
  // A tenth was held back: 2 passes of 90 samples, 64 at a time.
  assert.equal(await page.getAttribute(id("progress"), "data-steps"), "4");
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
  await points(page, 10000);
  await page.click(id("train"));
  await page.waitForSelector(`${id("alert-saves")}[data-code="storage"]`, { timeout: slow });
  assert.match(await page.textContent(id("alert-saves")), /Save the network to a file/);
  assert.match(await page.textContent(id("saved")), /keeps nothing/);
  await stepAbove(page, await stepOf(page));
  await page.click(id("stop"));
  await phase(page, "stopped");
  await page.selectOption(id("optimizer"), "sgd");
  await page.fill(id("learningRate"), "1e38");
  await page.click(id("continue"));
  await page.waitForSelector(`${id("alert-train")}[data-code="diverged"]`, { timeout: slow });
  assert.match(await page.textContent(id("alert-train")), /Lower the learning rate/);
  await phase(page, "failed");
  await looks(page, "train-failed", deskOnly);
  await leave(page);
});

test("learns points on a phone, in Persian, and shows the plane", async () => {
  const page = await open({ viewport: { width: 360, height: 740 }, locale: "fa" });
  await page.waitForSelector('html[lang="fa"][dir="rtl"]');
  await points(page, 40);
  assert.equal(await page.inputValue(id("epochs")), "40");
  await until(page, () => /[۰-۹]/.test(document.querySelector('[data-testid="total-parameters"]').textContent));
  await page.click(id("train"));
  await phase(page, "running", "done");
  await until(page, () => /رنگ هر جا/.test(document.querySelector('[data-testid="boundary-note"]').textContent));
  await phase(page, "done");
  await page.waitForSelector(`${id("test-accuracy")}:not([data-value=""])`, { timeout: slow });
  assert.ok(Number(await page.getAttribute(id("test-accuracy"), "data-value")) > 0.9);
  const colours = await page.$eval(id("boundary"), (canvas) => {
    const context = canvas.getContext("2d");
    return [[0.5, 0.02], [0.5, 0.98]].map(([x, y]) => [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].join());
  });
  assert.notEqual(colours[0], colours[1], "the plane has the colours of two classes");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await looks(page, "train-points");
  await leave(page);
});
