// What all pages have in common: the frame, languages and appearance, isolation, use offline, size. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { folder, id, leave, looks, settled, speak, start, until } from "./page.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
before(async () => { visit = await start(); });
after(() => visit?.close());

const pages = (await readdir(folder)).filter((name) => name.endsWith(".html")).sort();
const messages = async (language, page) => JSON.parse(await readFile(join(folder, `messages/${language}/${page}.json`), "utf8"));

test("every text is there in both languages, with the same values in it", async () => {
  /** The values' names, of whichever form. */
  const values = (message) => [...new Set([JSON.stringify(message).match(/\{\w+\}/g) ?? []].flat())].sort();
  for (const page of pages.map((name) => name.replace(".html", ""))) {
    const [en, fa] = [await messages("en", page), await messages("fa", page)];
    assert.deepEqual(Object.keys(fa).sort(), Object.keys(en).sort(), page);
    for (const key of Object.keys(en)) {
      assert.ok(JSON.stringify(fa[key]).length > 2, `${page}: ${key} is empty in Persian`);
      const forms = typeof en[key] === "object" ? Object.values(en[key]).flatMap(values) : [];
      for (const value of values(fa[key])) assert.ok(values(en[key]).includes(value) || forms.includes(value), `${page}: ${key} has ${value} in Persian alone`);
      if (typeof en[key] === "string") assert.deepEqual(values(fa[key]), values(en[key]), `${page}: ${key}`);
    }
  }
});

test("every page opens by itself, in both languages, without a complaint, a foreign request or a long task", async (t) => {
  const page = await visit.open();
  for (const name of pages) {
    for (const language of ["en", "fa"]) {
      await page.goto(`${visit.site.url}${name}`);
      await settled(page);
      await speak(page, language);
      assert.ok((await page.title()).length > 3, `${name}: title`);
      assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
      const lost = await page.evaluate(() => [...document.querySelectorAll("main *, footer *")].filter((e) => !e.children.length)
        .map((e) => e.textContent).filter((text) => /^[a-z-]+\.[a-z.-]+$/.test(text ?? "")));
      assert.deepEqual(lost.filter((text) => !/^\w+\.(html|json|onnx|safetensors|zip|csv)$/.test(text)), [], `${name}: keys without a message`);
    }
    const long = await page.evaluate(() => window.longTasks.filter(({ duration }) => duration > 50).map(({ duration }) => Math.round(duration)));
    t.diagnostic(`${name}: tasks of more than 50 ms while it opens: ${long.join(", ") || "none"}`);
  }
  await leave(page);
});

test("follows the browser's language, remembers language and theme; 360 px are enough", async () => {
  const page = await visit.open({ path: "bench.html", locale: "fa-IR", viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  assert.equal(await page.getAttribute("html", "lang"), "fa");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.click(id("theme"));
  assert.notEqual(await paper(), dark);
  await page.click(id("language"));
  await page.waitForSelector('html[lang="en"]');
  for (const name of pages) {
    await page.goto(`${visit.site.url}${name}`);
    await settled(page);
    assert.equal(await page.getAttribute("html", "lang"), "en", name);
    assert.notEqual(await paper(), dark, name);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), `${name} is wider than 360 px`);
  }
  await leave(page);
});

test("keeps itself, and works offline", async () => {
  const page = await visit.open({ path: "bench.html" });
  await page.waitForSelector(`${id("offline")}[data-state="kept"]`, { timeout: 120_000 });
  await page.context().setOffline(true);
  for (const name of pages) {
    await page.goto(`${visit.site.url}${name}`);
    await settled(page);
  }
  const answer = await page.evaluate(async () => {
    const { Fovea } = await import("./js/fovea.js");
    const fovea = await Fovea.start();
    const net = await fovea.load(new URL("models/mnist.safetensors", location.href).href);
    return (await net.classify(new ImageData(28, 28))).length;
  });
  assert.equal(answer, 3);
  await page.context().setOffline(false);
  page.complaints = page.complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text)); // what asks whether the file is newer
  await leave(page);
});

test("isolates itself where the host cannot say so by headers", async () => {
  const host = await start({ isolated: false });
  try {
    const page = await host.open({ path: "bench.html" });
    await until(page, () => crossOriginIsolated);
    await leave(page);
  } finally {
    await host.close();
  }
});

test("says where a page could not be kept for use offline", async () => {
  const page = await visit.open({ path: "bench.html" });
  await page.waitForSelector(`${id("offline")}[data-state="kept"]`, { timeout: 120_000 });
  await page.evaluate(() => { navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data: { failed: "no room", full: true } })); });
  await until(page, () => /full/.test(document.querySelector('[data-testid="offline"]').textContent));
  await leave(page);
});

test("is small, and there at once", async (t) => {
  const size = async (file) => (await readFile(join(folder, `${file}.br`))).length;
  const page = await visit.open();
  const paint = await page.evaluate(async () => {
    const entry = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    while (!entry()) await new Promise((resolve) => setTimeout(resolve, 50));
    return entry();
  });
  t.diagnostic(`first contentful paint of the first page: ${paint.toFixed()} ms`);
  for (const name of pages) {
    await page.goto(`${visit.site.url}${name}`);
    await settled(page);
    const files = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((url) => url.startsWith(location.origin)));
    const paths = files.map((url) => new URL(url).pathname.slice(1)).filter((path) => /\.(js|css)$/.test(path) && path !== "sw.js" && !path.startsWith("js/"));
    let bytes = await size(name);
    for (const path of new Set(paths)) bytes += await size(path);
    t.diagnostic(`${name}: ${(bytes / 1000).toFixed(1)} kB of page, scripts and styles, as Brotli`);
    assert.ok(bytes < 120_000, `${name} takes ${bytes} bytes`);
  }
  await leave(page);
});
