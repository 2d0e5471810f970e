// What all pages have in common: the frame, languages and appearance, isolation, use offline, size. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { desktop, folder, id, leave, settled, speak, start, until } from "./page.mjs";

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

test("every page opens by itself: in both languages, at 360 px, small, without a complaint or a foreign request", async (t) => {
  const page = await visit.open();
  const paint = await page.evaluate(async () => {
    const entry = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    while (!entry()) await new Promise((resolve) => setTimeout(resolve, 50));
    return entry();
  });
  t.diagnostic(`first contentful paint of the first page: ${paint.toFixed()} ms`);
  for (const name of pages) {
    await page.setViewportSize(desktop);
    await page.goto(`${visit.site.url}${name}`);
    await settled(page);
    const bytes = await weight(page, name);
    const long = await page.evaluate(() => window.longTasks.map(({ duration }) => Math.round(duration)));
    t.diagnostic(`${name}: ${(bytes / 1000).toFixed(1)} kB as Brotli; tasks of more than 50 ms while it opens: ${long.join(", ") || "none"}`);
    assert.ok(bytes < 120_000, `${name} takes ${bytes} bytes`);
    assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
    await page.setViewportSize({ width: 360, height: 740 });
    for (const language of ["fa", "en"]) {
      await speak(page, language);
      assert.ok((await page.title()).length > 3, `${name}: title`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), `${name} is wider than 360 px in ${language}`);
      const texts = await page.evaluate(() => [...document.querySelectorAll("main *, footer *")].filter((e) => !e.children.length).map((e) => e.textContent));
      const keys = texts.filter((text) => /^[a-z-]+\.[a-z.-]+$/.test(text) && !/\.(html|json|onnx|safetensors|zip|csv)$/.test(text));
      assert.deepEqual(keys, [], `${name}: keys without a message in ${language}`);
    }
  }
  await leave(page);
});

/** Bytes of a page with its scripts and style sheets, as Brotli; the program comes later. */
async function weight(page, name) {
  const size = async (file) => (await readFile(join(folder, `${file}.br`))).length;
  const files = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
    .filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname.slice(1)));
  const paths = files.filter((path) => /\.(js|css)$/.test(path) && path !== "sw.js" && !path.startsWith("js/"));
  const sizes = await Promise.all([name, ...new Set(paths)].map(size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

test("follows the browser's language, and remembers language and theme", async () => {
  const page = await visit.open({ path: "bench.html", locale: "fa-IR", colorScheme: "dark" });
  assert.equal(await page.getAttribute("html", "lang"), "fa");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.click(id("theme"));
  assert.notEqual(await paper(), dark);
  await page.click(id("language"));
  await page.waitForSelector('html[lang="en"]');
  await page.goto(`${visit.site.url}learn.html`);
  await settled(page);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.notEqual(await paper(), dark);
  await leave(page);
});

test("keeps itself, and works offline", async () => {
  const page = await visit.open({ path: "bench.html" });
  await page.waitForSelector(`${id("offline")}[data-state="kept"]`, { timeout: 120_000 });
  await page.context().setOffline(true);
  for (const name of ["", "train.html", "learn-convolution.html"]) {
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
