// What the pages' tests and the screenshot share: opening a page, looking at it, and drawing on it.
import assert from "node:assert/strict";
import { access, mkdir } from "node:fs/promises";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./browser.mjs";
import { serve } from "./server.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const shots = process.env.FOVEA_SCREENSHOTS || join(root, "dist/screenshots");
export const folder = process.env.FOVEA_SITE || join(root, "dist/site");
/** Long enough for a machine that is busy with something else; no test measures time with it. */
const patience = 600_000;

export const id = (name) => `[data-testid="${name}"]`;

/** The built site on a server, and a browser to visit it. @param {{ isolated?: boolean, wasm?: boolean, flags?: string[] }} [host] */
export async function start({ flags, ...host } = {}) {
  await mkdir(shots, { recursive: true });
  await access(join(folder, "index.html")).catch(() => { throw new Error(`${folder} has no site; run make site first`); });
  const site = await serve(folder, host);
  const browser = await launch(flags);

  /**
   * Opens a page in a context of its own, and collects what its console complains about, what it asks of other hosts, and the tasks
   * that hold its thread for more than 50 ms. `path` is the page, "" the first one; `before` runs in the page before anything
   * else, and `inWorker`, one or several, in the Worker; `wait` is what is waited for, null for nothing.
   */
  async function open({ path = "", before = () => {}, inWorker, wait = settled, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en", ...options });
    await context.addInitScript(before);
    if (inWorker) {
      await context.route("**/js/worker.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${[inWorker].flat().map((f) => `(${f})();`).join("\n")}\n${await response.text()}` });
      });
    }
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.complaints = [];
    page.on("pageerror", (error) => page.complaints.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error" || /Content Security Policy/.test(message.text())) page.complaints.push(message.text());
    });
    context.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(site.url)) page.complaints.push(`request to ${request.url()}`);
    });
    await page.addInitScript(watchTasks);
    const address = new URL(path, site.url);
    address.searchParams.set("test", "");
    await page.goto(address.href);
    if (wait) await wait(page);
    return page;
  }

  return { site, open, close: async () => { await browser.close(); await site.close(); } };
}

/** In a page: keeps the tasks of more than 50 ms, as `window.longTasks`. */
function watchTasks() {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
}

/** A page that has its language. */
export const settled = (page) => page.waitForSelector("html[data-ready]", { timeout: patience });

/** Ends a visit, in which nothing went wrong unnoticed. */
export async function leave(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };
const everyLook = [phone, desktop].flatMap((viewport) => ["light", "dark"].flatMap((scheme) => ["en", "fa"].map((language) => ({ viewport, scheme, language }))));
/** Each size, theme and language twice. */
export const someLooks = everyLook.filter(({ viewport, scheme, language }) => (viewport === phone) !== ((scheme === "dark") !== (language === "fa")));
/** The same for states that differ little: each size, theme and language once; LOOKS=all has all of them. */
const looksOf = process.env.LOOKS === "all" ? everyLook : [
  { viewport: desktop, scheme: "light", language: "en" }, { viewport: phone, scheme: "dark", language: "fa" }];

/** Shows the page as it is in each look: no accessibility violations, nothing overflows; one screenshot each, NAME-phone-dark-fa.png.
 * Afterwards it is as it was. */
export async function looks(page, name, list = looksOf) {
  const size = page.viewportSize();
  const spoken = await page.getAttribute("html", "lang");
  for (const { viewport, scheme, language } of list) {
    const look = `${name}-${viewport === phone ? "phone" : "desktop"}-${scheme}-${language}`;
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await speak(page, language);
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(400); // curves are drawn anew, colours have changed over
    await page.screenshot({ path: join(shots, `${look}.png`), fullPage: true });
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join("; ")}`), [], look);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${look}: the page is wider than the window`);
  }
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: "light" });
  await speak(page, spoken);
}

/** Switches the page's language. */
export async function speak(page, language) {
  if ((await page.getAttribute("html", "lang")) !== language) await page.click(id("language"));
  await page.waitForSelector(`html[lang="${language}"][dir="${language === "fa" ? "rtl" : "ltr"}"]`);
}

/** The page of training, when it has checked its net and knows what computes. */
export async function ready(page) {
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`, { timeout: patience });
  await page.waitForSelector(id("backend-cpu"), { timeout: patience });
}

/** Waits until `look(value)`, run in the page, is true. */
export const until = (page, look, value, timeout = patience) => page.waitForFunction(look, value, { timeout, polling: 100 });
export const phase = (page, ...names) => until(page, (wanted) => wanted.includes(document.querySelector("fv-trainer").dataset.phase), names);
export const stepOf = (page) => page.$eval(id("progress"), (e) => Number(e.dataset.step));
export const stepAbove = (page, step) => until(page, (s) => Number(document.querySelector('[data-testid="progress"]').dataset.step) > s, step);
export const noticed = (page, code) => page.waitForSelector(`${id("log")} [data-code="${code}"]`, { timeout: patience, state: "attached" });

/** Writes a net into the editor and waits until it is checked. */
export async function write(page, text) {
  await page.fill(id("net-text"), text);
  await page.waitForTimeout(50); // the page hears of it
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
}

/** Draws strokes, given in a square of side 1. */
export async function draw(page, strokes) {
  const pad = page.locator(id("pad"));
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  for (const [[x, y], ...rest] of strokes) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await page.mouse.down();
    for (const [px, py] of rest) await page.mouse.move(box.x + px * box.width, box.y + py * box.height, { steps: 8 });
    await page.mouse.up();
  }
}

const circle = (cx, cy, rx, ry) => Array.from({ length: 33 }, (_, i) => [cx + rx * Math.sin((i * Math.PI) / 16), cy - ry * Math.cos((i * Math.PI) / 16)]);
export const figures = {
  0: [circle(0.5, 0.5, 0.19, 0.29)],
  1: [[[0.52, 0.2], [0.48, 0.8]]],
  3: [[[0.33, 0.26], [0.42, 0.2], [0.55, 0.2], [0.65, 0.28], [0.62, 0.4], [0.48, 0.47], [0.63, 0.53], [0.69, 0.65], [0.6, 0.77], [0.45, 0.8], [0.32, 0.74]]],
  7: [[[0.3, 0.24], [0.7, 0.24], [0.46, 0.8]]],
};
