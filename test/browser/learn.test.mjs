// Drives the lessons in the built site, as a visitor would. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { desktop, id, leave, looks, phone, root, start, until } from "./page.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;

before(async () => {
  visit = await start();
});

after(() => visit?.close());

const english = { viewport: desktop, locale: "en" };
const persian = { viewport: phone, locale: "fa" };
const open = (name, options = english) => visit.open({ path: `learn-${name}.html`, ...options });
const cell = (grid, row, column) => `${id(grid)} [role="row"]:nth-child(${row + 1}) [role="gridcell"]:nth-child(${column + 1})`;
const text = (page, name) => page.textContent(id(name));
/** A number in Persian digits. */
const persianNumber = (words) => parseFloat(words.replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x6f0)).replace("٫", "."));
/** Waits until the engine has computed what is shown, and agrees. */
const agreed = (page, name = "check") => page.waitForSelector(`${id(name)}[data-state="same"]`, { timeout: 300_000 });

test("the list leads from lesson to lesson, there and back", async () => {
  const page = await visit.open({ path: "learn.html" });
  await looks(page, "learn");
  assert.equal(await page.locator(`${id("lessons")} a`).count(), 8);
  await page.click(id("lesson-training"));
  await page.waitForURL(/learn-training/);
  assert.match(await page.getAttribute(id("lesson-previous"), "href"), /learn-dense/);
  await page.click(id("lesson-next"));
  await page.waitForURL(/learn-zoo/);
  assert.match(await page.getAttribute(id("lesson-next"), "href"), /^train/);
  await page.click(id("all-lessons"));
  await page.waitForURL(/learn\.html/);
  await leave(page);
});

test("convolution: the window by pointer and keys, products and sum, the matrix, the channels", async () => {
  const page = await open("convolution");
  assert.equal(await text(page, "sum"), "y[1,2] = −7·1 + 7·1 − 9·2 + 9·2 = 0");
  await page.hover(cell("output", 0, 6));
  assert.match(await text(page, "sum"), /^y\[0,6\] .* = -23$/);
  await page.focus(cell("output", 0, 6));
  await page.keyboard.press("ArrowDown");
  assert.match(await text(page, "sum"), /^y\[1,6\]/);
  assert.match(await text(page, "im2col-words"), /^column 14 of 49/);
  await agreed(page);
  await page.click(`${id("filter")} label:has(${id("filter-identity")})`);
  await page.click(`${id("padding")} label:has(${id("padding-1")})`);
  const numbers = (grid) => page.$$eval(`${id(grid)} [role="gridcell"]`, (cells) => cells.map((c) => c.textContent));
  const padded = await numbers("input");
  const inner = padded.filter((_, i) => i % 11 % 10 && Math.floor(i / 11) % 10);
  assert.deepEqual(await numbers("output"), inner, "the identity gives the picture");
  await page.focus(cell("input", 5, 5));
  await page.keyboard.press("5");
  assert.equal(await page.textContent(cell("output", 4, 4)), "5");
  await page.fill(id("weight-4"), "۳");
  assert.equal(await page.textContent(cell("output", 4, 4)), "15");
  await agreed(page);
  await page.click(cell("map-1", 0, 1));
  assert.match(await text(page, "channels-sum"), /^red .* \+ bias 0 = -3$/);
  await agreed(page, "channels-check");
  await page.focus(id("play"));
  const place = await text(page, "sum");
  await page.keyboard.press("Enter");
  await until(page, (before) => document.querySelector('[data-testid="sum"]').textContent !== before, place);
  await page.keyboard.press("Enter");
  await looks(page, "learn-convolution");
  await leave(page);
});

test("convolution in Persian on a phone, before the engine is there", async () => {
  const page = await open("convolution", { ...persian, wait: null });
  await page.waitForSelector("html[lang=fa][data-ready]");
  await page.click(`${id("stride")} label:has(${id("stride-2")})`);
  assert.equal(await page.locator(`${id("output")} [role="gridcell"]`).count(), 16);
  await page.click(cell("output", 1, 1));
  assert.match(await text(page, "sum"), /^y\[۱,۱\] = /);
  await agreed(page);
  assert.match(await text(page, "check"), /فوویا/);
  await leave(page);
});

test("pooling: kinds, gradient, and a shift within a window", async () => {
  const page = await open("pooling", persian);
  await page.click(`${id("picture")} label:has(${id("picture-spot")})`);
  await page.click(cell("output", 2, 2));
  assert.match(await text(page, "result"), /max\(۹, ۰, ۰, ۰\) = ۹/);
  await page.click(id("shift"));
  assert.match(await text(page, "shift-note"), /۲ پیکسل از ۶۴، ۰ خروجی از ۱۶/);
  await page.click(id("shift"));
  assert.match(await text(page, "shift-note"), /۲ خروجی از ۱۶/);
  await page.click(`${id("kind")} label:has(${id("kind-average")})`);
  await page.check(id("gradient"));
  assert.equal(await page.textContent(cell("input", 0, 0)), "۰٫۲۵");
  await agreed(page);
  await looks(page, "learn-pooling");
  await leave(page);
});

test("padding: sizes, unseen pixels, and what the engine says", async () => {
  const page = await open("padding", persian);
  await page.click(id("example-misses"));
  assert.match(await text(page, "size-formula"), /= ۳$/);
  assert.match(await text(page, "verdict"), /^۴ پیکسل .* ۲ تا میان پنجره‌ها و ۲ تا پس از آخرین/);
  assert.equal(await page.getAttribute(id("example-misses"), "aria-pressed"), "true");
  await page.waitForSelector(`${id("warnings")} .english`, { timeout: 300_000 });
  assert.match(await text(page, "warnings"), /^هشدار فوویا:.*never seen/);
  await page.click(id("make-same"));
  assert.match(await text(page, "size-formula"), /= ۱۳$/);
  await page.focus(id("kernel"));
  await page.keyboard.press("ArrowUp"); // 4: no padding keeps the size
  assert.equal(await page.isDisabled(id("make-same")), true);
  await page.click(id("example-misses"));
  await looks(page, "learn-padding");
  await leave(page);
});

test("field: the field of each layer, of a net that is edited", async () => {
  const page = await open("field", persian);
  assert.match(await text(page, "sees"), /۷×۷ پیکسل/);
  await page.click(id("field-layer-0"));
  assert.match(await text(page, "sees"), /۳×۳ پیکسل/);
  await until(page, () => /فوویاست/.test(document.querySelector('[data-testid="by"]').textContent));
  // "same" only the engine knows; it pads one pixel, at the end.
  await page.fill(id("net-text"), "INPUT 40x40x3 -> CONV 3x3x4 pad same stride 2 -> RELU -> CONV 5x5x4 -> FC 2");
  await until(page, () => document.querySelectorAll('[data-testid="fields"] tbody tr').length === 2);
  await page.click(id("field-layer-1"));
  assert.match(await text(page, "sees"), /۱۱×۱۱ پیکسل/);
  for (const name of ["place-row", "place-column"]) await page.press(id(name), "Home");
  const seen = page.locator(`${id("field-picture")} .chosen`);
  assert.deepEqual(await Promise.all(["x", "y", "width"].map((name) => seen.getAttribute(name))), ["0", "0", "11"]);
  await page.fill(id("net-text"), "INPUT 40x40x3 -> KONV");
  await page.waitForSelector(id("alert-field"));
  await page.click(id("net-lenet"));
  assert.match(await text(page, "sees"), /۱۶×۱۶ پیکسل/);
  await page.waitForSelector(id("alert-field"), { state: "detached" });
  await looks(page, "learn-field");
  await leave(page);
});

test("memory: the table without the engine, the plan with it", async () => {
  const page = await open("memory", persian);
  assert.match(await text(page, "total-parameters"), /۱۳۸ میلیون/);
  assert.equal(await page.locator(`${id("costs")} tbody tr`).count(), 22);
  await page.click(`${id("net")} label:has(${id("net-lenet5")})`);
  await page.waitForSelector('fv-memory[data-state="planned"]', { timeout: 300_000 });
  assert.match(await text(page, "costs"), /۴۸٬۱۲۰/); // 5x5x16x120 + 120
  const small = await text(page, "total-training");
  await page.click(`${id("batch")} label:has(${id("batch-128")})`);
  await until(page, (before) => document.querySelector("fv-memory").dataset.state === "planned"
    && document.querySelector('[data-testid="total-training"]').textContent !== before, small);
  await looks(page, "learn-memory");
  await leave(page);
});

test("dense: the layer slides, and the digits' net reads a slate", async (t) => {
  const page = await open("dense", persian);
  await page.focus(id("map-size"));
  await page.keyboard.press("Home");
  assert.match(await text(page, "dense-verdict"), /یک پاسخ/);
  await page.keyboard.press("End");
  assert.match(await text(page, "dense-verdict"), /۱۴×۱۴/);
  const model = join(process.env.FOVEA_SITE || join(root, "dist/site"), "models/mnist.safetensors");
  if (await access(model).then(() => true, () => false)) {
    await page.waitForSelector(`${id("found")}[data-read]`, { timeout: 300_000 });
    const read = await page.getAttribute(id("found"), "data-read");
    const right = [..."7031"].filter((digit) => read.includes(digit));
    assert.ok(right.length >= 3, `reads ${read}, which has fewer than three of 7, 0, 3, 1`);
    await looks(page, "learn-dense");
    await page.click(id("slate-clear"));
    await until(page, () => document.querySelector('[data-testid="found"]').dataset.read === "");
  } else t.diagnostic("the site has no models/mnist.safetensors: what it reads is not tested");
  await leave(page);
});

test("training: two runs, their curves, and an end to them", async () => {
  const page = await open("training", persian);
  await page.click(`${id("experiment")} label:has(${id("experiment-batchnorm")})`);
  assert.match(await text(page, "net-with"), /BN/);
  await page.click(id("run"));
  await page.waitForSelector('fv-training[data-phase="done"]', { timeout: 600_000 });
  const last = async (name) => persianNumber(await page.textContent(`${id(name)} b`));
  const [without, remedy] = [await last("without-validation"), await last("with-validation")];
  assert.ok(remedy > 70 && remedy > without + 10, `without ${without} %, with ${remedy} %`);
  assert.ok(await page.isVisible(`${id("curves")} canvas`), "the curves are drawn");
  await looks(page, "learn-training");
  await page.click(id("run"));
  await page.waitForSelector('fv-training[data-phase="running"]', { timeout: 600_000 });
  await page.click(id("stop"));
  await page.waitForSelector('fv-training[data-phase="stopped"]');
  assert.equal(await page.isEnabled(id("run")), true);
  await leave(page);
});

test("zoo: a net is chosen, read and drawn", async () => {
  const page = await open("zoo", persian);
  await page.click(id("zoo-lenet5"));
  assert.match(await text(page, "zoo-idea"), /چک‌های بانکی/);
  await page.waitForSelector('fv-zoo[data-state="drawn"]', { timeout: 600_000 });
  const blocks = page.locator(`${id("zoo-drawing")} rect`);
  assert.equal(await blocks.count(), 7); // three convolutions, two poolings, two fully connected
  assert.match(await text(page, "zoo-depth"), /^۵$/);
  const names = await page.$$eval(`${id("scatter")} .net text`, (all) => all.map((e) => {
    const { x, y, right, bottom } = e.getBoundingClientRect();
    return { name: e.textContent, x, y, right, bottom };
  }));
  const meet = (a, b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;
  assert.deepEqual(names.filter((a, i) => names.slice(i + 1).some((b) => meet(a, b))), [], "names that lie on others");
  assert.match(await page.locator(id("zoo-text")).textContent(), /CONV 5x5x6/);
  await looks(page, "learn-zoo");
  await leave(page);
});

test("without the program a lesson still works, and says so", async () => {
  const page = await open("convolution", { ...english, inWorker: () => { throw new Error("no program here"); } });
  await page.waitForSelector(`${id("check")} ${id("alert-check")}`, { timeout: 300_000 });
  await page.click(`${id("filter")} label:has(${id("filter-identity")})`);
  assert.match(await text(page, "sum"), /= 9$/);
  await page.context().close(); // its console complains, of course
});
