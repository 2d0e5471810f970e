// What tests of the JavaScript API share: an empty page that has it, as a developer's page would.
import { join } from "node:path";
import { access } from "node:fs/promises";
import { launch } from "./browser.mjs";
import { folder } from "./page.mjs";
import { serve } from "./server.mjs";

/** Answers a request for a script with what the server has, behind scripts of a test. @param {import("playwright-core").Route} route */
export async function withScripts(route, scripts) {
  const response = await route.fetch();
  await route.fulfill({ response, body: `${scripts.map((f) => `(${f})();`).join("\n")}\n${await response.text()}` });
}


/** @param {{ isolated?: boolean, flags?: string[] }} [host] */
export async function start({ flags, ...host } = {}) {
  await access(join(folder, "js/fovea.wasm")).catch(() => { throw new Error(`${folder} has no program; run make site first`); });
  const site = await serve(folder, host);
  const browser = await launch(flags);

  /**
   * A page where `Fovea` and `FoveaError` are globals, and so is `code(promise)`, which gives the code of the error that it ends
   * with, or "none". @param {{ hooks?: () => void, inWorker?: (() => void) | (() => void)[] }} [options] hooks run before anything
   * else in the page, and `inWorker`, one or several, in the Worker
   */
  async function open({ hooks, inWorker } = {}) {
    const context = await browser.newContext();
    const page = await context.newPage();
    if (hooks) await page.addInitScript(hooks);
    if (inWorker) await page.context().route("**/js/worker.js", (route) => withScripts(route, [inWorker].flat()));
    await page.route(`${site.url}empty.html`, async (route) => {
      const { headers } = await route.fetch({ url: site.url }).then((r) => ({ headers: r.headers() }));
      for (const name of ["content-length", "content-encoding"]) delete headers[name];
      await route.fulfill({ status: 200, headers, body: "<!doctype html><title>empty</title>" });
    });
    page.complaints = [];
    page.on("pageerror", (error) => page.complaints.push(String(error.stack ?? error)));
    await page.goto(`${site.url}empty.html`);
    await page.evaluate(async () => {
      const { Fovea, FoveaError } = await import("/js/fovea.js");
      Object.assign(globalThis, { Fovea, FoveaError, code: (promise) => Promise.resolve(promise).then(() => "none", (error) => (
        error instanceof FoveaError ? error.code : `${error.name}: ${error.message}`)) });
    });
    return page;
  }

  return { site, open, close: async () => { await browser.close(); await site.close(); } };
}
