// A page in Chromium that has nothing to complain about.
import { launch } from "../browser/browser.mjs";

const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** @type {Awaited<ReturnType<typeof launch>> | undefined} */
let browser;
export const close = () => browser?.close();

/**
 * Opens a page, waits until `look()` is true in it, which is run in the page, and gives what it says. An error that nobody caught
 * rejects; errors and warnings of the console are complaints.
 * @param {string} url @param {() => any} look @param {string} [html] the page, where the server does not have it
 */
export async function visit(url, look, html) {
  browser ??= await launch();
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    /** @type {string[]} */
    const complaints = [];
    const failed = new Promise((_, reject) => page.on("pageerror", (error) => reject(error)));
    failed.catch(() => {}); // it may come after the page has finished
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
    const body = html?.replace("<title>", '<link rel="icon" href="data:,"><title>');
    if (body) await page.route(url, (route) => route.fulfill({ body, headers: { ...isolated, "Content-Type": "text/html" } }));
    await page.goto(url);
    const looked = page.waitForFunction(look, undefined, { timeout: 120_000 }).then((handle) => handle.jsonValue());
    const result = await Promise.race([looked, failed]);
    return { result, complaints };
  } finally {
    await context.close();
  }
}
