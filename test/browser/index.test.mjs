// The first page: pictures are classified.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { csv } from "../../site/app/parts/csv.js";
import { desktop, draw, figures, id, leave, looks, phone, start, until } from "./page.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
before(async () => {
  visit = await start({ flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] });
});
after(() => visit.close());

/** Opens the page, in which SIMD computes: nothing has to be measured first. */
const open = (options = {}) => visit.open({ inWorker: () => Object.defineProperty(navigator, "gpu", { value: undefined }), ...options });
const text = (page, name) => page.textContent(id(name));
const patience = { timeout: 600_000 }; // the machine may be busy with something else
const answered = (page, label = "") => page.waitForSelector(`${id("best")}${label && `[data-label="${label}"]`}:visible`, patience);
const alerted = (page, place, code) => page.waitForSelector(`${id(`alert-${place}`)}[data-code="${code}"]`, patience);

/** In a page: PNG files of digits as a scanner gives them, drawn with type. */
const scans = async (page, names) => page.evaluateHandle(async (all) => {
  const transfer = new DataTransfer();
  for (const [i, name] of all.entries()) {
    const canvas = new OffscreenCanvas(64, 64);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 64, 64);
    context.fillStyle = "#000";
    context.font = "48px sans-serif";
    context.fillText(String(i % 10), 18, 50);
    const good = await canvas.convertToBlob();
    transfer.items.add(new File([name.includes("broken") ? good.slice(0, 40) : good], name, { type: "image/png" }));
  }
  return transfer;
}, names);
const drop = async (page, transfer) => page.dispatchEvent(id("stage"), "drop", { dataTransfer: transfer });

test("an example shows an answer, what was seen, and where", async () => {
  const page = await open();
  await looks(page, "index");
  await page.click(id("example-digit-7"));
  await answered(page);
  assert.equal(await page.getAttribute(id("best"), "data-label"), "7");
  assert.match(await text(page, "truth"), /^Right/);
  assert.match(await text(page, "time"), /ms on SIMD$/);
  assert.equal(await page.getAttribute(id("backend-running"), "data-backend"), "simd");
  assert.equal(await page.locator(`${id("predictions")} li`).count(), 5);
  assert.deepEqual(await page.$eval(id("seen"), ({ width, height }) => [width, height]), [28, 28]);
  await page.click(id("where"));
  await page.waitForSelector(`${id("where-map")}:visible`, patience);
  const strongest = () => page.$eval(id("where-map"), (canvas) => Math.max(...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 3)));
  const seven = await strongest();
  assert.ok(seven > 200, "7 is nowhere in the picture of a 7");
  await looks(page, "index-where");
  await page.selectOption(id("where-class"), "0");
  assert.ok(await strongest() < seven, "0 is in the picture of a 7");
  await page.fill(id("where-opacity"), "0.3");
  assert.equal(await page.$eval(id("where-map"), (canvas) => getComputedStyle(canvas).opacity), "0.3");
  await page.click(id("where"));
  await page.waitForSelector(id("where-map"), { state: "hidden" });
  await leave(page);
});

test("reads a drawing, in Persian on a phone", async () => {
  const page = await open({ locale: "fa", viewport: phone });
  await page.waitForSelector('html[lang="fa"]');
  await page.click(id("draw"));
  await draw(page, figures[7]);
  await answered(page, "7");
  assert.equal(await text(page, "best"), "۷");
  assert.match(await text(page, "time"), /میلی‌ثانیه با SIMD$/);
  await looks(page, "index-drawing");
  await page.click(id("clear"));
  await page.waitForSelector(id("best"), { state: "hidden" });
  await leave(page);
});

test("takes a picture from an address, by drop and by the clipboard, and says what is wrong with one", async () => {
  const page = await open();
  await page.selectOption(id("net"), "mnist");
  const tryAddress = async (address) => {
    await page.fill(id("address"), address);
    await page.press(id("address"), "Enter");
  };
  await tryAddress("https://example.org/cat.jpg");
  await alerted(page, "stage", "picture-forbidden");
  assert.match(await text(page, "alert-stage"), /save the picture, and drop it here/);
  await tryAddress("cat");
  await alerted(page, "stage", "picture-address");
  await tryAddress(new URL("none.png", page.url()).href);
  await alerted(page, "stage", "picture-missing");
  await tryAddress(new URL("licences.txt", page.url()).href);
  await alerted(page, "stage", "picture-page");
  assert.ok(page.complaints.length > 0 && page.complaints.every((line) => /example\.org|Failed to load resource/.test(line)), page.complaints.join("\n"));
  page.complaints.length = 0;
  await drop(page, await scans(page, ["broken.png"]));
  await alerted(page, "stage", "picture-file");
  await looks(page, "index-problem");
  await page.evaluate((transfer) => document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, cancelable: true })), await scans(page, ["a.png"]));
  await answered(page);
  await page.waitForSelector(id("alert-stage"), { state: "hidden" });
  await leave(page);
});

test("classifies many; broken ones stop nothing, names are but names", async () => {
  const page = await open();
  const names = ["=1+1.png", "<img src=x onerror=alert(1)>.png", 'a "quoted", one.png', ...Array.from({ length: 40 }, (_, i) => `${i}.png`),
    "broken-1.png", "broken-2.png"];
  const transfer = await scans(page, names);
  await transfer.evaluate((given) => given.items.add(new File(["text"], "notes.txt", { type: "text/plain" })));
  await drop(page, transfer);
  await until(page, () => document.querySelector('[data-testid="many-count"]').textContent === "45 of 45 pictures");
  assert.match(await text(page, "many-note"), /Handwritten digits\. 1 file is no picture/);
  assert.equal(await text(page, "many-broken-count"), "2 files could not be read");
  assert.match(await page.textContent(`${id("many-broken")} li`), /^broken-1\.png ./);
  assert.equal(await page.textContent(`${id("many-1")} .class`), "0");
  assert.match(await page.getAttribute(id("many-2"), "aria-label"), /^<img src=x onerror=alert\(1\)>\.png: 1, \d+%$/);
  await until(page, () => document.querySelector('[data-testid="many-4"]').dataset.painted);
  await looks(page, "index-many");

  const [download] = await Promise.all([page.waitForEvent("download"), page.click(id("many-save"))]);
  const rows = (await readFile(await download.path(), "utf8")).split("\r\n");
  assert.equal(rows.length, 47); // a heading, and an end of the last line
  assert.match(rows[1], /^'=1\+1\.png,0,0\.\d+,/);
  assert.match(rows[3], /^"a ""quoted"", one\.png",2,/);
  assert.match(rows[44], /^broken-1\.png,,,,,,,,,,,./);

  await page.selectOption(id("many-order"), "least sure");
  await page.selectOption(id("many-filter"), "7");
  await until(page, () => { // the sevens are fewer, and there
    const { length } = document.querySelectorAll('[data-testid="many-grid"] .cell');
    return length >= 3 && length < 20;
  });
  await page.focus(id("many-grid"));
  await page.keyboard.press("ArrowRight");
  const second = await page.getAttribute(id("many-2"), "aria-label");
  assert.equal(await page.getAttribute(id("many-grid"), "aria-activedescendant"), await page.getAttribute(id("many-2"), "id"));
  await page.keyboard.press("Enter");
  await answered(page, "7");
  assert.ok(second.startsWith(await page.getAttribute(id("picture"), "aria-label")));
  await page.click(id("many-clear"));
  await page.waitForSelector("fv-many", { state: "hidden" });
  await leave(page);
});

test("looks through the camera, and opens a model of the visitor's own", async () => {
  const page = await open();
  await page.selectOption(id("net"), "mnist");
  await page.click(id("camera"));
  await answered(page);
  await page.waitForSelector(`${id("frames-per-second")}:visible`, patience);
  assert.match(await text(page, "frames-per-second"), /^([\d.]+ pictures|Less than one picture) a second$/);
  await page.click(id("pause"));
  assert.equal(await text(page, "frames-per-second"), "Paused");
  await page.click(id("pause"));
  await until(page, () => /second/.test(document.querySelector('[data-testid="frames-per-second"]').textContent));

  // What was made with other names is asked of the next picture of the camera.
  const model = await page.evaluate(async () => {
    const net = await window.foveaTest.fovea.net("INPUT 8x8x3 -> FC 2");
    return [...new Uint8Array(await (await net.toBlob("onnx")).arrayBuffer())];
  });
  await page.click(id("open-net"));
  await page.click(id("open-go"));
  await alerted(page, "open", "form-empty");
  await page.setInputFiles(id("open-input"), { name: "sides.onnx", mimeType: "", buffer: Buffer.from("no model") });
  await page.click(id("open-go"));
  await alerted(page, "open", "model-file");
  await looks(page, "index-open", [{ viewport: desktop, scheme: "light", language: "en" }]); // others cannot be chosen before it is closed
  await page.setInputFiles(id("open-input"), { name: "sides.onnx", mimeType: "", buffer: Buffer.from(model) });
  await page.fill(id("open-classes"), "left\nright");
  await page.click(id("open-go"));
  await page.waitForSelector(id("open-dialog"), { state: "hidden", ...patience });
  await page.waitForSelector(`${id("best")}:is([data-label="left"], [data-label="right"])`, patience);
  await page.click(id("keep-net"));
  await page.waitForSelector(`${id("net")} option[value="saved sides.onnx"]`, { state: "attached", ...patience });
  await page.click(id("clear"));
  await page.reload();
  await page.waitForSelector(`${id("net")} option[value="saved sides.onnx"]`, { state: "attached", ...patience });
  assert.equal(await page.inputValue(id("net")), "saved sides.onnx");
  await leave(page);
});

test("a table's cells are text, not formulas", () => {
  assert.equal(csv([["a", 0.5], ["=1", "+1"], ["-1", "@a"], ["\ta", 'b"c'], ["d,e", "f\ng"]]),
    "\uFEFFa,0.5\r\n'=1,'+1\r\n'-1,'@a\r\n'\ta,\"b\"\"c\"\r\n\"d,e\",\"f\ng\"\r\n");
});
