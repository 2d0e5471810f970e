// A static server as a host of the site would be: isolation headers and a strict content security policy.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join, normalize, extname } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
};

export const policy = [
  "default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' blob: data:",
  "worker-src 'self'", "connect-src 'self' https: blob:", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
].join("; ");

/**
 * @param {string} folder
 * @param {{ isolated?: boolean, wasm?: boolean }} [options] whether the host sets the isolation headers, and allows WebAssembly
 */
export async function serve(folder, { isolated = true, wasm = true } = {}) {
  const server = createServer(async (request, response) => {
    let path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    if (path.endsWith("/")) path += "index.html";
    const headers = {
      "Content-Type": types[extname(path)] ?? "application/octet-stream",
      "Content-Security-Policy": wasm ? policy : policy.replace(" 'wasm-unsafe-eval'", ""),
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-cache",
    };
    if (!isolated) for (const name of ["Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"]) delete headers[name];
    try {
      const body = await readFile(join(folder, path));
      headers["Content-Length"] = Buffer.byteLength(body);
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((r) => { server.close(r); server.closeAllConnections(); }) };
}
