// The data doctor: gathers pictures in a folder, examines them, and mends what is wrong. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { id, leave, looks, phone, start, until } from "./page.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
let folder;

/** A GPU made of software would be timed for seconds. */
const noGPU = () => Object.defineProperty(Navigator.prototype, "gpu", { value: undefined, configurable: true });
const inWorker = () => Object.defineProperty(WorkerNavigator.prototype, "gpu", { value: undefined, configurable: true });

const open = (options) => visit.open({ path: "doctor.html", before: noGPU, inWorker, ...options });

before(async () => {
  visit = await start();
  folder = await mkdtemp(join(tmpdir(), "fovea-doctor-"));
  const page = await open();
  for (const [name, bytes] of await pictures(page)) {
    await mkdir(join(folder, "shapes", name.split("/")[0]), { recursive: true });
    await writeFile(join(folder, "shapes", name), bytes);
  }
  await leave(page);
});

after(async () => {
  await visit?.close();
  await rm(folder, { recursive: true, force: true });
});

/** 20 rings and 20 crosses, of which two rings lie among the crosses (wrong-1, wrong-2), a ring and a cross once more, and a file that is none. */
async function pictures(page) {
  const drawn = await page.evaluate(() => {
    let seed = 5;
    const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    return ["ring", "cross"].flatMap((kind) => Array.from({ length: 20 }, (_, i) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
      const context = canvas.getContext("2d");
      context.fillStyle = `hsl(${360 * next()} 30% ${80 + 15 * next()}%)`;
      context.fillRect(0, 0, 40, 40);
      Object.assign(context, { strokeStyle: `hsl(${360 * next()} 70% 25%)`, lineWidth: 3 + 3 * next() });
      const [x, y, r] = [17 + 6 * next(), 17 + 6 * next(), 9 + 5 * next()];
      context.beginPath();
      if (kind === "ring") context.arc(x, y, r, 0, 7);
      else for (const angle of [0.1, 0.6, 1.1, 1.6].map((a) => a * Math.PI / 2 * 1.3)) { context.moveTo(x, y); context.lineTo(x + r * Math.cos(angle * 2), y + r * Math.sin(angle * 2)); }
      context.stroke();
      return [kind, i, canvas.toDataURL("image/png").split(",")[1]];
    }));
  });
  const files = drawn.map(([kind, i, data]) => [`${kind === "ring" && i < 2 ? `crosses/wrong-${i + 1}` : `${kind}${kind === "cross" ? "es" : "s"}/${i}`}.png`, Buffer.from(data, "base64")]);
  const file = (name) => files.find(([path]) => path === name)[1];
  return [...files, ["rings/copy.png", file("rings/7.png")], ["crosses/copy.png", file("crosses/3.png")], ["crosses/notes.png", Buffer.from("<html>not a picture</html>")]];
}

const count = (page, n) => page.getAttribute(id(`class-count-${n}`), "data-count").then(Number);
const examined = (page) => page.waitForSelector("fv-checkup[data-phase=done]", { timeout: 300_000 });
const suspect = (page) => page.textContent(id("suspect-name"));

/** Fills the collection of a new page with the folder. */
async function gather(page) {
  await page.waitForSelector(id("class-card-1"));
  await page.setInputFiles(id("collector-folder-input"), join(folder, "shapes"));
  await until(page, () => document.querySelectorAll('[data-testid^="class-card-"]').length === 4 && document.querySelector('[data-testid="collector-adding"]').hidden);
  for (const n of [1, 1]) await page.click(id(`class-remove-${n}`)); // the two empty ones that a collection begins with
  await until(page, () => document.querySelectorAll('[data-testid^="class-card-"]').length === 2);
}

test("finds and mends what is wrong, by keys, and a reload keeps it", async (t) => {
  const page = await open();
  await gather(page);
  const names = await Promise.all([1, 2].map((n) => page.inputValue(id(`class-name-${n}`))));
  const [rings, crosses] = [names.indexOf("rings") + 1, names.indexOf("crosses") + 1];
  assert.deepEqual([await count(page, rings), await count(page, crosses)], [19, 23]);
  assert.match(await page.textContent(id("collector-broken-list")), /notes\.png/);

  await page.click(id("examine"));
  await page.waitForSelector(`${id("stages")} [data-state="now"]`);
  await examined(page);
  assert.match(await page.textContent(id("examine-by")), /trained on CIFAR-10 sees.*turned or cropped/);
  await looks(page, "doctor-suspects");
  const strip = await page.locator(`${id("strip")} button`).count();
  assert.ok(strip >= 2 && strip <= 8, `${strip} labels in doubt`);
  const seen = new Set();
  await page.locator(id("suspect-claim")).click();
  for (let i = 0; i < strip; i++) {
    const name = await suspect(page);
    seen.add(name);
    await page.keyboard.press(/wrong/.test(name) ? String(rings) : "Enter");
    await until(page, (before) => document.querySelector('[data-testid="suspect-name"]').textContent !== before || document.querySelector('[data-testid="tab-suspects"]').dataset.count === "0", name);
  }
  assert.ok(seen.has("wrong-1.png") && seen.has("wrong-2.png"), [...seen].join(", "));
  assert.deepEqual([await count(page, rings), await count(page, crosses)], [21, 21]);
  await page.keyboard.press("u");
  await until(page, () => document.querySelector('[data-testid="tab-suspects"]').dataset.count === "1");
  await page.reload();
  await page.waitForSelector(id("twins"), { state: "attached" });
  await examined(page);
  await until(page, () => document.querySelector('[data-testid="tab-suspects"]').dataset.count === "1");

  await page.click(id("tab-twins"));
  const twins = await page.locator(id("twin")).allTextContents();
  assert.equal(twins.filter((text) => /Equal/.test(text)).length, 2, twins.join("\n"));
  await looks(page, "doctor-twins");
  const before = await count(page, 1) + await count(page, 2);
  await page.click(id("twins-all"));
  await until(page, (want) => [1, 2].reduce((sum, n) => sum + Number(document.querySelector(`[data-testid="class-count-${n}"]`).dataset.count), 0) === want, before - 2);
  await page.click(id("tab-poor"));
  assert.match(await page.textContent(id("panel-poor")), /notes\.png.*text, not a picture/s);
  for (const { startTime, duration } of await page.evaluate(() => window.longTasks)) t.diagnostic(`${Math.round(duration)} ms held the page at ${Math.round(startTime)} ms`);
  await leave(page);
});

test("on a phone, in Persian: a zip with a test folder, no network to be had, a reload in the middle, and by touch", async () => {
  const page = await open({ viewport: phone, locale: "fa-IR", hasTouch: true });
  assert.equal(await page.getAttribute("html", "dir"), "rtl");
  await page.context().route("**/models/cifar10.safetensors", (route) => route.fulfill({ status: 404, body: "" }));
  const drawn = await pictures(page);
  const files = drawn.map(([path, bytes], i) => [`${i % 5 ? "train" : "test"}/${path}`, new Uint8Array(bytes)]);
  const archive = zipSync(Object.fromEntries(files));
  await page.waitForSelector(id("class-card-2"));
  await page.setInputFiles(id("collector-zip-input"), { name: "shapes.zip", mimeType: "application/zip", buffer: Buffer.from(archive) });
  await until(page, () => document.querySelectorAll('[data-testid^="class-card-"]').length === 4 && document.querySelector('[data-testid="collector-adding"]').hidden);
  for (const n of [1, 1]) await page.tap(id(`class-remove-${n}`));
  await page.tap(id("collector-undo"));
  await until(page, () => document.querySelectorAll('[data-testid^="class-card-"]').length === 3);
  await page.tap(id("class-remove-1"));
  await page.tap(`${id("pictures-more")} summary`);
  await page.selectOption(id("pictures-size"), "16");
  await page.tap(id("examine"));
  await until(page, () => document.querySelector('[data-stage="judge"][data-state="now"] progress')?.value > 0.25);
  await page.reload();
  await page.waitForSelector(`${id("examine")}.primary:not(:disabled)`);
  assert.match(await page.textContent(id("examine")), /ادامه/);
  await page.tap(id("examine"));
  await examined(page);
  assert.match(await page.textContent(id("examine-by")), /بارگیری نشد/);
  assert.match(await page.textContent(id("collection-state")), /^۴۲ عکس.*۹ عکس از پوشه‌ای به نام test/);
  await page.tap(id("data-show"));
  await page.waitForSelector(`${id("samples-1")} .mean`, { timeout: 120_000 });
  assert.equal(await page.locator(`${id("samples-0")} .wall canvas`).count(), 13); // the mean and a dozen
  const inDoubt = Number(await page.getAttribute(id("tab-suspects"), "data-count"));
  assert.ok(inDoubt >= 2, `${inDoubt} labels in doubt`);
  await page.tap(`${id("suspect-classes")} .suggested`);
  await until(page, (n) => Number(document.querySelector('[data-testid="tab-suspects"]').dataset.count) === n - 1, inDoubt);
  page.complaints = page.complaints.filter((text) => !/404/.test(text));
  await leave(page);
});
