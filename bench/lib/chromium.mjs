// One Chromium and one static server for a whole measurement.
import { execFileSync } from "node:child_process";
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const benchDir = fileURLToPath(new URL("..", import.meta.url));
export const root = path.join(benchDir, "..");
export const siteDir = path.join(root, "dist", "site");

/** Where each URL prefix lies; the first that fits wins, and of its folders the first that has the file. */
const mounts = [
  ["/bench/lib/", [path.join(benchDir, "lib")]],
  ["/bench/", [path.join(benchDir, "pages")]],
  ["/vendor/", [path.join(benchDir, "node_modules")]],
  ["/ops/", [path.join(root, "dist", "bench"), path.join(benchDir, "pages"), path.join(siteDir, "js")]],
  ["/", [siteDir]],
];

const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json",
  ".wasm": "application/wasm", ".css": "text/css",
};

/** Serves the site, the bench's pages and the other libraries, cross-origin isolated; resolves to the server. */
function serve() {
  const server = createServer((request, response) => {
    const url = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const [prefix, folders] = mounts.find(([prefix]) => url.startsWith(prefix));
    const files = folders.map((folder) => path.join(folder, path.normalize("/" + url.slice(prefix.length))));
    const file = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Cache-Control", "no-store");
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": types[path.extname(file)] ?? "application/octet-stream",
      "Content-Length": statSync(file).size,
    });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return execFileSync(path.join(root, "scripts", "chromium.sh"), { encoding: "utf8" }).trim();
}

/**
 * Starts server and browser. `inPage(module, options)` imports the module of bench/pages in a fresh page of a fresh
 * profile and returns what its `measure(options)` returns; what the page logs goes to `log`.
 */
export async function start({ log = () => {} } = {}) {
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--enable-unsafe-webgpu", "--no-sandbox"],
  }).catch((error) => {
    server.close();
    throw error;
  });
  const origin = `http://127.0.0.1:${server.address().port}`;

  async function inPage(module, options) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      page.on("console", (message) => log(message.text()));
      await page.goto(`${origin}/bench/page.html`);
      return await page.evaluate(
        async ([module, options]) => (await import(`/bench/${module}`)).measure(options),
        [module, options],
      );
    } finally {
      await context.close();
    }
  }

  return {
    version: browser.version(),
    inPage,
    async close() {
      await browser.close();
      server.close();
    },
  };
}
