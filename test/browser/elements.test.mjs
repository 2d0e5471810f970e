// The custom elements, in Chromium under a strict Content-Security-Policy: with a stand-in for Fovea, then with Fovea itself.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { access, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./browser.mjs";
import { serve } from "./server.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const built = join(process.env.FOVEA_SITE || join(root, "dist/site"), "js");
const shots = process.env.FOVEA_SCREENSHOTS || join(root, "dist/screenshots");
const phone = { width: 390, height: 844 };
const desktop = { width: 1100, height: 900 };
/** Each size, colour scheme and language twice. */
const looks = [{ viewport: phone, scheme: "dark", lang: "fa" }, { viewport: desktop, scheme: "light", lang: "en" }];
if (process.env.LOOKS === "all") looks.push({ viewport: phone, scheme: "light", lang: "en" }, { viewport: desktop, scheme: "dark", lang: "fa" });

const markup = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Elements</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="page.css"></head>
<body><main><h1>Elements</h1></main></body></html>`;
const style = `:root { color-scheme: light dark; font-family: system-ui, sans-serif }
body { margin: 0; background: light-dark(#f3f5f1, #0d1211); color: light-dark(#13201b, #e8eeea) }
main { padding: 1rem; max-width: 60rem; margin: auto }`;

/** @type {string} */ let folder;
/** @type {Awaited<ReturnType<typeof serve>>} */ let site;
/** @type {Awaited<ReturnType<typeof launch>>} */ let browser;

before(async () => {
  await mkdir(shots, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), "fovea-elements-"));
  await access(join(built, "fovea.wasm")).catch(() => { throw new Error(`${built} has no fovea.wasm; run make site first`); });
  await cp(built, join(folder, "js"), { recursive: true });
  for (const name of ["elements.js", "elements"]) await cp(join(root, "js", name), join(folder, "js", name), { recursive: true });
  await cp(join(here, "elements-stub.mjs"), join(folder, "stub.js"));
  await writeFile(join(folder, "index.html"), markup);
  await writeFile(join(folder, "page.css"), style);
  await writeFile(join(folder, "words.txt"), "eins\nzwei\n\ndrei\n");
  site = await serve(folder);
  browser = await launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
});

after(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A page with an element of this name and attributes, that computes with the stand-in or with Fovea. */
async function open(name, attributes = {}, { real = false, held = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: desktop, reducedMotion: "reduce", acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(real ? 300_000 : 60_000); // long enough for a machine that is busy with something else
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy/.test(message.text())) page.complaints.push(message.text());
  });
  await page.goto(site.url);
  await page.evaluate(async ([tag, given, isReal, isHeld]) => {
    const elements = await import("/js/elements.js");
    if (!isReal) {
      window.stub = await import("/stub.js");
      elements.setFovea(window.stub.stub);
      if (isHeld) window.stub.hold();
    }
    const element = window.element = window.document.createElement(tag);
    window.heard = [];
    for (const type of ["load", "classify", "error", "trained"]) {
      element.addEventListener(type, ({ detail }) => {
        window.heard.push([type, type === "error" ? detail.code : type === "trained" ? [detail.accuracy, detail.count] : ""]);
      });
    }
    for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
    window.document.querySelector("main").append(element);
  }, [name, attributes, real, held]);
  return page;
}

async function leave(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

const part = (page, name) => page.locator(`[part~="${name}"]`).filter({ visible: true });
const button = (page, name) => page.getByRole("button", { name });
const noted = (page, kind) => page.evaluate((wanted) => window.stub.noted.filter(([name]) => name === wanted), kind);
const heard = (page) => page.evaluate(() => window.heard);
const stub = (page, act) => page.evaluate((name) => window.stub[name](), act);

/** Pictures of one colour each, as a visitor's files. */
const pictures = (page, colour, count) => page.evaluate(async ([fill, n]) => {
  const files = [];
  for (let i = 0; i < n; i++) {
    const canvas = Object.assign(window.document.createElement("canvas"), { width: 60, height: 40 });
    const context = canvas.getContext("2d");
    context.fillStyle = fill;
    context.fillRect(0, 0, 60, 40);
    context.fillStyle = "white";
    context.fillRect(3 * i, 10, 6, 20);
    files.push(canvas.toDataURL("image/png").split(",")[1]);
  }
  return files;
}, [colour, count]).then((all) => all.map((text, i) => ({ name: `${colour}${i}.png`, mimeType: "image/png", buffer: Buffer.from(text, "base64") })));

/** Hands files to the element by a paste or drop on what is at `selector` in its shadow tree, or on the page. */
const bring = (page, type, selector, files) => page.evaluate(([kind, where, list]) => {
  const transfer = new DataTransfer();
  for (const { name, mime, data } of list) {
    transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type: mime }));
  }
  const target = where ? window.element.shadowRoot.querySelector(where) : window.document.body;
  const init = { bubbles: true, composed: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
  target.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", init) : new DragEvent("drop", init));
}, [type, selector, files.map(({ name, mimeType, buffer }) => ({ name, mime: mimeType, data: buffer.toString("base64") }))]);

/** The element as it is, in each look: axe finds nothing, and nothing is wider than the window. */
async function look(page, state) {
  for (const { viewport, scheme, lang } of looks) {
    const name = `elements-${state}-${viewport === phone ? "phone" : "desktop"}-${scheme}-${lang}`;
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await speak(page, lang);
    await page.waitForFunction((code) => window.element.shadowRoot.querySelector('[part="view"]').lang === code, lang);
    await page.waitForTimeout(100);
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.target} ${n.failureSummary}`)}`), [], name);
    assert.ok(await page.evaluate(() => window.document.documentElement.scrollWidth <= innerWidth), `${name}: wider than the window`);
  }
  await page.setViewportSize(desktop);
  await speak(page, "en");
}

const speak = (page, lang) => page.evaluate((code) => {
  Object.assign(window.document.documentElement, { lang: code, dir: code === "fa" ? "rtl" : "ltr" });
}, lang);

test("classifies what is chosen, dropped and pasted, and says it", async () => {
  const page = await open("fovea-classifier", { src: "model.safetensors", top: "2", camera: "" });
  await page.waitForFunction(() => window.element.net);
  assert.deepEqual(await noted(page, "load"), [["load", "/model.safetensors", {}]]);
  const [file, second] = await pictures(page, "teal", 2);
  await page.locator('input[type="file"]').setInputFiles(file);
  await part(page, "result").first().waitFor();
  assert.deepEqual(await part(page, "label").allTextContents(), ["tabby cat", "golden retriever"]);
  assert.deepEqual(await part(page, "share").allTextContents(), ["93.1%", "4.1%"]);
  assert.equal(await page.locator('[part="spoken"]').textContent(), "tabby cat, 93%");
  assert.equal(await part(page, "note").textContent(), "12 ms · WebAssembly SIMD, 4 threads");
  assert.equal(await part(page, "picture").count(), 1);
  await bring(page, "drop", '[part="stage"]', [second]);
  await bring(page, "paste", "", [second]);
  await page.waitForFunction(() => window.heard.length === 4);
  assert.equal(await page.locator('[part="spoken"]').textContent(), "tabby cat, 93%");
  assert.deepEqual((await heard(page)).map(([type]) => type), ["load", "classify", "classify", "classify"]);
  assert.deepEqual(await noted(page, "classify"), Array(3).fill(["classify", "File", "fit", 2]));
  await look(page, "classified");
  await leave(page);
});

test("says what is wrong, what to do, and goes on", async () => {
  const page = await open("fovea-classifier", { src: "missing.onnx" });
  await page.locator('[part="problem"] strong').waitFor();
  assert.match(await page.locator('[part="problem"]').textContent(), /Check the connection and the address.*the server answered 404/);
  assert.deepEqual(await heard(page), [["error", "network"]]);
  await look(page, "wrong");
  await page.evaluate(() => window.element.setAttribute("src", "model.onnx"));
  await page.waitForFunction(() => window.element.net);
  assert.equal(await page.locator('[part="problem"]').textContent(), "");
  const code = await page.evaluate(() => {
    const file = new Blob(["no picture"], { type: "text/plain" });
    return window.element.classify(file).catch((error) => error.code);
  });
  assert.equal(code, "file");
  assert.match(await page.locator('[part="problem"]').textContent(), /Take another one/);
  assert.deepEqual((await heard(page)).at(-1), ["error", "file"]);
  await leave(page);
});

test("shows how far the loading is, and gives it up", async () => {
  const page = await open("fovea-classifier", { src: "model.onnx", labels: "words.txt", backend: "cpu", preprocess: "torchvision" }, { held: true });
  await page.getByText("Downloading the model: 3.2 MB of 8.1 MB").waitFor();
  const asked = { classes: ["eins", "zwei", "drei"], backend: "cpu", preprocess: "torchvision" };
  assert.deepEqual(await noted(page, "load"), [["load", "/model.onnx", asked]]);
  await look(page, "loading");
  await button(page, "Cancel").focus();
  await page.keyboard.press("Enter");
  await button(page, "Try again").waitFor();
  assert.equal(await page.evaluate(() => window.element.shadowRoot.activeElement.textContent), "Try again");
  assert.equal(await page.locator('[part="spoken"]').textContent(), "Loading was cancelled.");
  assert.deepEqual(await heard(page), []);
  await stub(page, "hold");
  await page.keyboard.press("Enter");
  await button(page, "Cancel").waitFor();
  await stub(page, "go");
  await page.waitForFunction(() => window.element.net);
  await leave(page);
});

test("loads lazily, and frees what it loaded when it leaves the page, not when it moves", async () => {
  const page = await open("fovea-classifier", { src: "saved:mine", labels: "one, two", lazy: "" });
  assert.deepEqual(await noted(page, "load"), []);
  await page.evaluate(() => window.element.classify(new ImageData(4, 4)));
  assert.deepEqual(await noted(page, "load"), [["load", { saved: "mine" }, { classes: ["one", "two"] }]]);
  await page.evaluate(() => window.document.body.prepend(window.element));
  assert.ok(await page.evaluate(() => window.element.net));
  await page.evaluate(() => window.element.remove());
  assert.deepEqual(await noted(page, "close"), [["close", "one,two"]]);
  assert.equal(await page.evaluate(() => window.element.net), null);
  await leave(page);
});

test("classifies what is drawn, by mouse or keys", async () => {
  const page = await open("fovea-classifier", { src: "digits.safetensors", draw: "" });
  await page.waitForFunction(() => window.element.net);
  const pad = part(page, "pad");
  const box = await pad.boundingBox();
  await page.mouse.move(box.x + 80, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 220, { steps: 8 });
  await page.mouse.up();
  await part(page, "result").first().waitFor();
  assert.deepEqual((await noted(page, "classify"))[0], ["classify", "ImageData", "digit", 3]);
  await look(page, "drawn");
  await button(page, "Clear").click();
  assert.equal(await part(page, "result").count(), 0);
  const before_ = (await noted(page, "classify")).length;
  await pad.focus();
  await page.keyboard.press("Space");
  assert.equal(await page.locator('[part="spoken"]').textContent(), "The pen is down.");
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowDown");
  await part(page, "result").first().waitFor();
  assert.ok((await noted(page, "classify")).length > before_);
  await leave(page);
});

test("watches a camera, and lets it go", async () => {
  const page = await open("fovea-classifier", { src: "model.safetensors", camera: "" });
  await button(page, "Camera").click();
  await page.getByText("20 pictures a second").waitFor();
  await page.evaluate(() => { window.track = window.element.shadowRoot.querySelector("video").srcObject.getTracks()[0]; });
  assert.equal(await page.evaluate(() => window.track.readyState), "live");
  await button(page, "Stop the camera").click();
  assert.equal(await page.evaluate(() => window.track.readyState), "ended");
  assert.equal((await noted(page, "unwatch")).length, 1);
  await button(page, "Camera").click();
  await page.getByText("20 pictures a second").waitFor();
  await page.evaluate(() => {
    window.track = window.element.shadowRoot.querySelector("video").srcObject.getTracks()[0];
    window.element.remove();
  });
  await page.waitForFunction(() => window.track.readyState === "ended");
  await leave(page);
});

test("a camera that is refused is explained", async () => {
  const page = await open("fovea-classifier", { src: "model.safetensors", camera: "" });
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("Permission denied", "NotAllowedError"); };
  });
  await button(page, "Camera").click();
  await page.getByText("Allow it in the browser's settings").waitFor();
  assert.deepEqual((await heard(page)).at(-1), ["error", "blocked"]);
  assert.ok(await page.getByText("Drop or paste a picture").isVisible());
  await leave(page);
});

test("speaks as the page tells it, and takes a page's own words", async () => {
  const page = await open("fovea-classifier", { src: "model.safetensors", lang: "fa-IR" });
  await button(page, "انتخاب تصویر").waitFor();
  assert.equal(await page.evaluate(() => window.element.shadowRoot.querySelector('[part="view"]').dir), "rtl");
  await page.evaluate(() => Object.assign(window.element, { lang: "de", messages: { choose: "Bild wählen" } }));
  await button(page, "Bild wählen").waitFor();
  await page.evaluate(() => window.element.classify(new ImageData(4, 4)));
  assert.match(await part(page, "share").first().textContent(), /93,1\s%/);
  await leave(page);
});

test("every text is there in both languages, with the same values in it", async () => {
  const page = await open("fovea-classifier");
  const [en, fa] = await page.evaluate(async () => [(await import("/js/elements/en.js")).default, (await import("/js/elements/fa.js")).default]);
  const holes = (text) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].sort();
  for (const [key, text] of [...Object.entries(en), ...Object.entries(en.errors)]) {
    assert.deepEqual(holes(fa[key] ?? fa.errors[key] ?? "{missing}"), holes(text), key);
  }
  await leave(page);
});

/** Takes the element out of the page and puts another one in. */
const replace = (page, name, attributes) => page.evaluate(([tag, given]) => {
  const element = window.element = window.document.createElement(tag);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  window.document.querySelector("main").replaceChildren(element);
}, [name, attributes]);

/** Gives each class of a trainer its pictures. */
async function fill(page, counts) {
  for (const [i, count] of counts.entries()) {
    await page.locator('[part="class"] input[type="file"]').nth(i).setInputFiles(await pictures(page, ["teal", "tomato", "gold"][i], count));
  }
}

test("trains on a visitor's pictures, says how well, and hands the net out", async () => {
  const page = await open("fovea-trainer", {});
  await page.getByText("Class 1 needs 5 more pictures.").waitFor();
  assert.equal(await button(page, "Train").isDisabled(), true);
  await look(page, "trainer-empty");
  await page.getByLabel("Name of class 1").fill("cat");
  await page.getByLabel("Name of class 2").fill("cat");
  await page.getByText("Two classes are called cat").waitFor();
  await page.getByLabel("Name of class 2").fill("dog");
  await fill(page, [11, 9]);
  await page.locator('[part="class"] input[type="file"]').last().setInputFiles({ name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no") });
  await page.getByRole("img", { name: "This browser cannot show the picture" }).waitFor();
  await page.getByText("A fifth of the pictures is held out").waitFor();
  await button(page, "Remove picture 3 of cat").click();
  assert.equal(await page.getByRole("img", { name: /^Picture \d+ of cat$/ }).count(), 10);
  await button(page, "Train").click();
  await page.getByText(/Training: pass \d+ of 10/).waitFor();
  await stub(page, "hold");
  await look(page, "training");
  await stub(page, "go");
  await page.getByText("Recognises 90% of the 4 pictures held out. 1 picture could not be read and was left out.").waitFor();
  const [[, text]] = await noted(page, "net");
  assert.equal(text, "INPUT 32x32x3 -> [CONV 5x5x16 pad 2 -> RELU -> POOL 2]*3 -> FC 2");
  assert.deepEqual((await noted(page, "dataset")).at(-1), ["dataset", ["cat", "dog"], [32, 32]]);
  assert.deepEqual((await noted(page, "train")).at(-1).slice(0, 2), ["train", [8, 7]]);
  assert.deepEqual(await heard(page), [["trained", [0.9, 4]]]);
  await page.locator("fovea-classifier input[type=file]").setInputFiles((await pictures(page, "teal", 1))[0]);
  await part(page, "result").first().waitFor();
  await look(page, "trained");
  for (const [format, extension] of [["safetensors", "safetensors"], ["ONNX", "onnx"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), button(page, `Download as ${format}`).click()]);
    assert.equal(download.suggestedFilename(), `net.${extension}`);
  }
  await page.evaluate(() => window.element.remove());
  await page.waitForFunction(() => window.stub.noted.some(([kind, what]) => kind === "close" && what === "cat,dog"));
  await leave(page);
});

test("stops with what was learned, keeps it by name, and adds and removes classes", async () => {
  const net = "INPUT 8x8x3 -> FC {classes}";
  const page = await open("fovea-trainer", { classes: "red, green", net, epochs: "3", save: "colours" });
  await button(page, "Add a class").click();
  assert.equal(await page.evaluate(() => window.element.shadowRoot.activeElement.ariaLabel), "Name of class 3");
  await button(page, "Remove Class 3").click();
  await fill(page, [5, 6]);
  await button(page, "Train").click();
  await page.getByText(/Training: pass/).waitFor();
  await button(page, "Stop").click();
  const said = "Training was stopped. Recognises 90% of the 2 pictures held out. The net is kept in this browser as “colours”.";
  await page.getByText(said).waitFor();
  assert.equal((await noted(page, "train"))[0][2], 3);
  assert.deepEqual(await noted(page, "save"), [["save", "colours"]]);
  await leave(page);
});

test("fine-tunes a model, and gives that up", async () => {
  const page = await open("fovea-trainer", { classes: "a, b", model: "backbone.onnx", preprocess: "torchvision" }, { held: true });
  await fill(page, [5, 5]);
  await button(page, "Train").click();
  await page.getByText("Downloading the model").waitFor();
  await button(page, "Stop").click();
  await button(page, "Train").waitFor();
  assert.equal(await part(page, "loading").count(), 0);
  await stub(page, "go");
  await button(page, "Train").click();
  await page.getByText("Recognises 90% of the 2 pictures held out.").waitFor();
  assert.deepEqual(await noted(page, "load"), Array(2).fill(["load", "/backbone.onnx", { preprocess: "torchvision" }]));
  await stub(page, "hold");
  await button(page, "Train").click();
  await page.getByText("Training the last layer…").waitFor();
  await button(page, "Stop").click();
  await button(page, "Train").waitFor();
  assert.equal((await noted(page, "load")).length, 2, "the backbone stays");
  assert.equal(await page.locator('[part="problem"]').first().textContent(), "");
  await leave(page);
});

test("takes pictures while a button is held, by pointer or key", async () => {
  const page = await open("fovea-trainer", { classes: "me, not me" });
  await button(page, "Camera for me").click();
  const hold = button(page, "Hold to take pictures of me");
  await page.waitForFunction(() => window.element.shadowRoot.querySelector("video").videoWidth > 0);
  const count = () => page.getByRole("img", { name: /^Picture \d+ of me$/ }).count();
  await hold.hover();
  await page.mouse.down();
  await page.waitForFunction(() => window.element.shadowRoot.querySelectorAll('[part="thumbnail"]').length >= 3);
  await page.mouse.up();
  await page.waitForTimeout(300);
  const taken = await count();
  await page.waitForTimeout(300);
  assert.equal(await count(), taken, "no more once it is let go");
  await look(page, "camera");
  await hold.focus();
  await page.keyboard.down("Space");
  await page.waitForFunction((n) => window.element.shadowRoot.querySelectorAll('[part="thumbnail"]').length > n + 1, taken);
  await page.keyboard.up("Space");
  await button(page, "Camera for not me").click();
  assert.equal(await button(page, "Hold to take pictures of me").count(), 0, "one camera at a time");
  await leave(page);
});

test("with Fovea itself: trains from scratch, keeps the net, classifies with it, and fine-tunes it", async () => {
  const attributes = { classes: "teal, tomato", save: "colours", backend: "simd", epochs: "12" };
  const page = await open("fovea-trainer", attributes, { real: true });
  await fill(page, [20, 20]);
  await button(page, "Train").click();
  await page.getByText(/The net is kept in this browser/).waitFor();
  const [[type, [accuracy, count]], ...others] = await heard(page);
  assert.deepEqual([type, count, others], ["trained", 8, []]);
  assert.ok(accuracy > 0.9, `recognises ${accuracy}`);
  assert.ok(await part(page, "plot").count() === 2);
  const [tomato] = await pictures(page, "tomato", 1);
  await page.locator("fovea-classifier input[type=file]").setInputFiles(tomato);
  await part(page, "result").first().waitFor();
  assert.equal(await part(page, "label").first().textContent(), "tomato");
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Download as safetensors").click()]);
  const file = await download.path();
  await page.route("**/colours.safetensors", (route) => route.fulfill({ path: file }));
  await look(page, "real");

  // The net that is kept, and the file of it: both are the same net again.
  for (const src of ["saved:colours", "colours.safetensors"]) {
    await replace(page, "fovea-classifier", { src, camera: "", backend: "cpu" });
    await page.locator('input[type="file"]').setInputFiles(tomato);
    await part(page, "result").first().waitFor();
    assert.equal(await part(page, "label").first().textContent(), "tomato", src);
    assert.match(await part(page, "note").textContent(), / · pure Go/);
  }
  await button(page, "Camera").click();
  await page.getByText(/pictures? a second/).waitFor();
  await button(page, "Stop the camera").click();

  await replace(page, "fovea-trainer", { classes: "bars, dots", model: "saved:colours", backend: "simd" });
  await fill(page, [10, 10]);
  await button(page, "Train").click();
  await page.getByText("Recognises 100% of the 4 pictures held out.").waitFor();
  assert.deepEqual(await page.evaluate(() => window.element.outcome.net.classes), ["bars", "dots"]);
  await leave(page);
});

test("with Fovea itself: a file that is no model is explained", async () => {
  const page = await open("fovea-classifier", { src: "words.txt" }, { real: true });
  await page.locator('[part="problem"] strong').waitFor();
  assert.deepEqual(await heard(page), [["error", "file"]]);
  assert.match(await page.locator('[part="problem"]').textContent(), /This file cannot be read. Take another one\./);
  await leave(page);
});
