// What the page's tests and its screenshot share: opening the page, waiting for it, and drawing on it.
import { access } from "node:fs/promises";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { serve } from "./server.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = process.env.FOVEA_SITE || join(root, "dist/site");
/** Long enough for a machine that is busy with something else; no test measures time with it. */
const patience = 600_000;

export const id = (name) => `[data-testid="${name}"]`;

/** The built site on a server, and a browser to visit it. @param {{ isolated?: boolean, wasm?: boolean, flags?: string[] }} [host] */
export async function start({ flags, ...host } = {}) {
  await access(join(folder, "index.html")).catch(() => { throw new Error(`${folder} has no site; run make site first`); });
  const site = await serve(folder, host);
  const browser = await launch(flags);

  /**
   * Opens the page in a context of its own, and collects what its console complains about and asks of other hosts.
   * `before` runs in the page before anything else, and `inWorker`, one or several, in the Worker; a page that is not
   * `good` will not start.
   */
  async function open({ before = () => {}, inWorker, good = true, ...options } = {}) {
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
    await page.goto(`${site.url}?test`);
    if (good) await ready(page);
    return page;
  }

  return { site, open, close: async () => { await browser.close(); await site.close(); } };
}

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
