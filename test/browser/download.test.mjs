// Downloads from a server that fails as told, in Chromium. See js/download.d.ts.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch } from "./browser.mjs";
import { Sha256 } from "../../js/sha256.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const mb = 1 << 20;
const sha = (bytes) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
const body = randomBytes(3 * mb + 17);
const other = randomBytes(2 * mb);
const date = new Date(Date.UTC(2024, 1, 3)).toUTCString();

/** For the page: a download as a test looks at it. */
const module = `
  import * as api from "/js/download.js";
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  Object.assign(globalThis, api, {
    async get(url, options = {}) {
      const progress = [];
      try {
        const file = await api.download(url, { onProgress: (p) => progress.push({ ...p, at: performance.now() }), ...options });
        const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
        return { size: file.size, name: file.name, type: file.type, sha: "sha256-" + text(digest), progress };
      } catch (error) {
        return { name: error.name, code: error.code, message: error.message, progress };
      }
    },
  });
  if (globalThis.document) {
    document.documentElement.setAttribute("data-ready", "");
  } else {
    onmessage = async ({ data }) => postMessage(await get(...data));
    postMessage("ready");
  }
`;

/** @type {Map<string, ((request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void)[]>} */
const scripts = new Map();
/** @type {{ path: string, method: string, range?: string, ifRange?: string, ifNoneMatch?: string }[]} */
let asked = [];
let server;
let origin;
let browser;

before(async () => {
  server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    if (path === "/") return response.setHeader("Content-Type", "text/html").end(`<!doctype html><script type="module" src="/page.js"></script>`);
    if (path === "/page.js") return response.setHeader("Content-Type", "text/javascript").end(module);
    if (path.startsWith("/js/")) return response.setHeader("Content-Type", "text/javascript").end(await readFile(join(root, path)));
    const { method, headers } = request;
    if (!scripts.has(path)) return response.writeHead(404).end();
    asked.push(JSON.parse(JSON.stringify({ method, range: headers.range, ifRange: headers["if-range"], ifNoneMatch: headers["if-none-match"] })));
    const steps = scripts.get(path);
    (steps.length > 1 ? steps.shift() : steps[0])(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
});

/**
 * An answer as a good server gives it; the options make it a bad one.
 * @param {{ bytes?: Buffer, etag?: string, modified?: string, ranges?: boolean, cut?: number, length?: boolean, gzip?: boolean,
 *   status?: number, contentRange?: string, trusting?: boolean, pace?: number, more?: Record<string, string> }} [options]
 *   `cut`: the connection breaks after so many bytes, of which the browser may drop some; `trusting`: If-Range is ignored;
 *   `pace`: milliseconds for each 64 KiB
 */
function answer(options = {}) {
  const { bytes = body, etag = '"one"', modified, ranges = true, cut, length = true, gzip, status, contentRange, trusting, pace, more } = options;
  return (request, response) => {
    const headers = { "Content-Type": "application/x-model", ...more };
    if (etag) headers.ETag = etag;
    if (modified) headers["Last-Modified"] = modified;
    if (etag && request.headers["if-none-match"] === etag) return response.writeHead(304, headers).end();
    const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const same = trusting || !request.headers["if-range"] || [etag, modified].includes(request.headers["if-range"]);
    let from = 0;
    if (status) return response.writeHead(status, { ...headers, ...contentRange && { "Content-Range": contentRange } }).end();
    if (ranges && start && same) {
      from = Number(start);
      if (from >= bytes.length) return response.writeHead(416, { ...headers, "Content-Range": `bytes */${bytes.length}` }).end();
      headers["Content-Range"] = contentRange ?? `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    }
    let rest = bytes.subarray(from);
    if (gzip && !start) {
      headers["Content-Encoding"] = "gzip";
      rest = gzipSync(rest);
    }
    if (length) headers["Content-Length"] = String(rest.length);
    response.writeHead(headers["Content-Range"] ? 206 : 200, headers);
    if (cut !== undefined) response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 200));
    else if (pace) drip(response, rest, pace);
    else response.end(rest);
  };
}

function drip(response, bytes, pace) {
  if (response.destroyed) return;
  response.write(bytes.subarray(0, 65536));
  if (bytes.length <= 65536) response.end();
  else setTimeout(() => drip(response, bytes.subarray(65536), pace), pace);
}

/** Says how the server answers for a path, request by request; the last answer is for all that follow. */
function serve(path, ...steps) {
  scripts.set(path, steps);
  asked = [];
}

/** Where the part begins that request number i asked for; NaN where it asked for all. */
const startOf = (i) => Number(/^bytes=(\d+)-$/.exec(asked[i].range ?? "")?.[1]);

/**
 * A page with storage of its own, in which waiting for a second takes 20 ms and is noted in `waits`; how long a connection may be
 * silent, which is 30 seconds, is two if `impatient`.
 */
async function open({ before: prepare = () => {}, context } = {}) {
  const own = context ?? await browser.newContext();
  const page = await own.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(() => {
    const { setTimeout: wait } = globalThis;
    globalThis.waits = [];
    globalThis.setTimeout = (use, time, ...args) => {
      const silence = time >= 30_000;
      if (time >= 1000 && !silence) globalThis.waits.push(time);
      return wait(use, time >= 1000 && (!silence || globalThis.impatient) ? time / (silence ? 15 : 50) : time, ...args);
    };
  });
  await page.addInitScript(prepare);
  await visit(page);
  return page;
}

async function visit(page) {
  await page.goto(`${origin}/`);
  await page.waitForSelector("[data-ready]");
}

const get = (page, url, options) => page.evaluate(([at, with_]) => get(at, with_), [url, options]);
/** The same in a Worker of the page. */
const getInWorker = (page, ...args) => page.evaluate((message) => new Promise((resolve, reject) => {
  const worker = new Worker("/page.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data === "ready") return worker.postMessage(message);
    resolve(data);
    worker.terminate();
  };
  worker.onerror = reject;
}), args);
const cached = (page) => page.evaluate(() => cached());
const close = (page) => page.context().close();

function whole(result, bytes = body) {
  assert.equal(result.message, undefined);
  assert.equal(result.size, bytes.length);
  assert.equal(result.sha, sha(bytes));
  assert.equal(result.progress.at(-1).loaded, bytes.length);
  assert.equal(result.progress.at(-1).total, bytes.length);
}

test("SHA-256 is that of Node, for all lengths and however it is cut", () => {
  for (let n = 0; n < 200; n++) {
    const bytes = randomBytes(n);
    for (const at of [0, n >> 1, Math.max(0, n - 1)]) {
      const digest = Buffer.from(new Sha256().update(bytes.subarray(0, at)).update(bytes.subarray(at)).digest()).toString("base64");
      assert.equal(`sha256-${digest}`, sha(bytes), `${n} bytes, cut at ${at}`);
    }
  }
  assert.equal(Buffer.from(new Sha256().update(body).digest()).toString("base64"), sha(body).slice(7));
});

test("streams a file with progress, and has it the next time", async () => {
  const page = await open();
  serve("/model.bin", answer({ pace: 10 }));
  const first = await get(page, "/model.bin#part");
  whole(first);
  assert.equal(first.name, "model.bin");
  assert.equal(first.type, "application/x-model");
  assert.ok(first.progress.length >= 4, `${first.progress.length} reports`);
  const gaps = first.progress.slice(1, -1).map(({ at }, i) => at - first.progress[i].at);
  assert.ok(Math.min(...gaps) >= 90, `reports after ${gaps} ms`);
  assert.ok(first.progress.every(({ total, cached: stored }) => total === body.length && !stored));
  assert.ok(first.progress.at(-1).bytesPerSecond > 1e5);
  whole(await get(page, "/model.bin"));
  assert.deepEqual(asked, [{ method: "GET" }, { method: "GET", ifNoneMatch: '"one"' }]);
  await visit(page);
  const again = await get(page, "/model.bin", { integrity: sha(body) });
  whole(again);
  assert.deepEqual(again.progress.map(({ cached: stored }) => stored), [true]);
  assert.equal(asked.length, 2); // its digest suffices
  serve("/model.bin", answer({ bytes: other, etag: '"two"' }));
  whole(await get(page, "/model.bin"), other);
  await close(page);
});

test("goes on after a broken connection", async () => {
  const page = await open();
  serve("/model.bin", answer({ cut: mb }), answer({ cut: mb }), answer());
  whole(await get(page, "/model.bin", { integrity: sha(body) }));
  const [first, second] = [startOf(1), startOf(2)];
  assert.ok(first > 0 && first <= mb && second > first && second <= first + mb, `from ${first} and ${second}`);
  assert.deepEqual(asked.map(({ ifRange }) => ifRange), [undefined, '"one"', '"one"']);
  assert.deepEqual(await page.evaluate(() => waits), [1000, 1000]);
  await close(page);
});

test("gives up after four attempts that brought nothing, and the next call loses nothing", async () => {
  const page = await open();
  const dead = (request, response) => response.destroy();
  serve("/model.bin", answer({ etag: null, modified: date, cut: mb }), dead);
  const { name, code, message } = await get(page, "/model.bin");
  assert.deepEqual([name, code], ["FoveaError", "network"]);
  assert.match(message, /model.bin could not be downloaded in 4 attempts: .*; \d+ of 3145745 bytes are kept.*Check the connection/);
  assert.deepEqual(await page.evaluate(() => waits), [1000, 2000, 4000]);
  const [{ size, total, complete }] = await cached(page);
  assert.ok(size > 0 && size <= mb);
  assert.deepEqual([total, complete], [body.length, false]);
  await visit(page);
  serve("/model.bin", answer({ etag: null, modified: date }));
  whole(await get(page, "/model.bin"));
  assert.deepEqual(asked, [{ method: "GET", range: `bytes=${size}-`, ifRange: date }]);
  await close(page);
});

test("goes on after a connection fell silent", async () => {
  const page = await open({ before: () => { globalThis.impatient = true; } });
  const silent = (request, response) => response.writeHead(200, { ETag: '"one"', "Content-Length": body.length }).write(body.subarray(0, mb));
  serve("/model.bin", silent, answer());
  whole(await get(page, "/model.bin"));
  assert.equal(startOf(1), mb);
  await close(page);
});

test("goes on after the page was closed, but for the piece that was being written", async () => {
  const large = randomBytes(24 * mb);
  const page = await open();
  const next = await open({ context: page.context() });
  serve("/model.bin", answer({ bytes: large, pace: 8 }), answer({ bytes: large }));
  await page.evaluate(() => new Promise((resolve) => {
    download("/model.bin", { onProgress: ({ loaded }) => { if (loaded > 18 << 20) resolve(); } });
  }));
  await page.close();
  whole(await get(next, "/model.bin", { integrity: sha(large) }), large);
  assert.equal(asked.length, 2);
  const from = startOf(1);
  assert.ok(from >= 16 * mb && from < 17 * mb, `from byte ${from}`);
  await close(next);
});

test("begins again where the rest is not of the same file", async () => {
  const page = await open();
  const changed = { bytes: randomBytes(body.length), etag: '"two"' };
  for (const [what, first, ...steps] of [
    ["a server that tells by a 200", {}, changed],
    ["one that ignores If-Range", {}, { ...changed, trusting: true }, changed],
    ["one that has dates only and ignores If-Range", { etag: null, modified: date }, { ...changed, modified: "then", trusting: true }, changed],
    ["another total", {}, { bytes: other, trusting: true }, changed],
    ["a wrong start", {}, { contentRange: `bytes 0-${body.length - 1}/${body.length}` }, changed],
    ["no Content-Range that could be read", {}, { contentRange: "none" }, changed],
    ["no ranges", {}, { ...changed, ranges: false }],
    ["a shorter file", {}, { status: 416, contentRange: "bytes */5" }, changed],
  ]) {
    serve("/model.bin", answer({ cut: mb, ...first }), ...steps.map(answer));
    whole(await get(page, "/model.bin", { integrity: sha(changed.bytes) }), changed.bytes);
    assert.equal(asked.length, 1 + steps.length, what);
    assert.ok(startOf(1) > 0, what);
    if (steps.length > 1) assert.equal(asked[2].range, undefined, what);
    await page.evaluate(() => forget("/model.bin"));
  }
  await close(page);
});

test("begins again where nothing tells that the rest is of the same file", async () => {
  const page = await open();
  serve("/model.bin", answer({ etag: 'W/"one"', cut: mb }), answer());
  whole(await get(page, "/model.bin"));
  assert.deepEqual(asked, [{ method: "GET" }, { method: "GET" }]);
  await close(page);
});

test("takes a 416 as the end of a file that is complete", async () => {
  const page = await open({ before: () => { globalThis.impatient = true; } });
  serve("/model.bin", (request, response) => response.writeHead(200, { ETag: '"one"' }).write(body), answer());
  whole(await get(page, "/model.bin"));
  assert.deepEqual(asked.at(1), { method: "GET", range: `bytes=${body.length}-`, ifRange: '"one"' });
  await close(page);
});

test("does without a length, and with one of something compressed", async () => {
  const page = await open();
  const zeros = Buffer.alloc(2 * mb, "some text that is often repeated, ");
  serve("/chunked.bin", answer({ length: false, cut: mb }), answer({ length: false, pace: 5 }));
  const chunked = await get(page, "/chunked.bin");
  whole(chunked);
  assert.equal(chunked.progress[0].total, undefined);
  serve("/model.json", answer({ bytes: zeros, gzip: true }));
  const gzip = await get(page, "/model.json", { integrity: sha(zeros) });
  whole(gzip, zeros);
  assert.equal(gzip.progress[0].total, undefined);
  serve("/broken.json", answer({ bytes: zeros, gzip: true, cut: 3000 }), answer({ bytes: zeros, gzip: true }));
  whole(await get(page, "/broken.json", { integrity: sha(zeros) }), zeros);
  assert.deepEqual(asked, [{ method: "GET" }, { method: "GET" }]);
  serve("/empty.bin", answer({ bytes: Buffer.alloc(0) }));
  whole(await get(page, "/empty.bin"), Buffer.alloc(0));
  await close(page);
});

test("cancels with the signal's reason and keeps what came", async () => {
  const page = await open();
  serve("/model.bin", answer({ pace: 20 }), answer());
  const { same, before: early } = await page.evaluate(async () => {
    const controller = new AbortController();
    const reason = new Error("no more");
    const onProgress = ({ loaded }) => { if (loaded > 1e6) controller.abort(reason); };
    const failed = await download("/model.bin", { signal: controller.signal, onProgress }).catch((error) => error);
    const never = await download("/model.bin", { signal: controller.signal }).catch((error) => error);
    return { same: failed === reason, before: never === reason };
  });
  assert.ok(same && early);
  whole(await get(page, "/model.bin"));
  assert.equal(asked.length, 2);
  assert.ok(startOf(1) > 1e6, asked[1].range);
  serve("/paused.bin", answer({ status: 503 }));
  const name = await page.evaluate(() => { // between two attempts
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 40);
    return download("/paused.bin", { signal: controller.signal }).catch((error) => error.name);
  });
  assert.equal(name, "AbortError");
  await close(page);
});

test("deletes a file that is not the one expected", async () => {
  const page = await open();
  serve("/model.bin", answer());
  const { name, code, message } = await get(page, "/model.bin", { integrity: sha(other) });
  assert.deepEqual([name, code], ["FoveaError", "integrity"]);
  assert.ok(message.includes(sha(body)) && message.includes(sha(other)), message);
  assert.deepEqual(await cached(page), []);
  whole(await get(page, "/model.bin"));
  whole(await get(page, "/model.bin", { integrity: sha(body) }));
  assert.equal(asked.length, 2); // what was stored without a digest has it all the same
  assert.equal((await cached(page))[0].integrity, sha(body));
  serve("/model.bin", answer({ bytes: other }));
  whole(await get(page, "/model.bin", { integrity: sha(other) }), other);
  assert.deepEqual(asked, [{ method: "GET" }]);
  for (const integrity of ["", "sha384-x", "sha256-x"]) assert.equal((await get(page, "/model.bin", { integrity })).code, "argument");
  assert.equal((await get(page, "http://")).code, "argument");
  await close(page);
});

test("drops the files used least recently, keeps to the maximum, and says when there is no space", async () => {
  const page = await open();
  const names = async () => (await cached(page)).map(({ url }) => new URL(url).pathname);
  for (const path of ["/a.bin", "/b.bin", "/c.bin", "/d.bin"]) scripts.set(path, [answer({ bytes: other })]);
  scripts.set("/unknown.bin", [answer({ bytes: other, length: false })]);
  for (const path of ["/a.bin", "/b.bin", "/a.bin", "/c.bin"]) whole(await get(page, path, { cache: { maximum: 5 * mb } }), other);
  assert.deepEqual(await names(), ["/c.bin", "/a.bin"]);
  whole(await get(page, "/d.bin", { cache: { maximum: mb } }), other); // larger than all may be: it stays alone
  assert.deepEqual(await names(), ["/d.bin"]);
  whole(await get(page, "/a.bin"), other);
  const session = await page.context().newCDPSession(page);
  const quota = async (size) => session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: size });
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  await quota(usage + mb);
  whole(await get(page, "/b.bin"), other);
  assert.deepEqual(await names(), ["/b.bin", "/a.bin"]);
  await quota(mb);
  const announced = await get(page, "/c.bin");
  assert.deepEqual([announced.name, announced.code], ["FoveaError", "storage"]);
  assert.match(announced.message, /no space for its 2097152 bytes.*cache: false/);
  assert.equal((await get(page, "/unknown.bin")).code, "storage");
  assert.equal((await getInWorker(page, "/unknown.bin")).code, "storage");
  whole(await get(page, "/c.bin", { cache: false }), other);
  await close(page);
});

test("shares one download among calls, and goes on until all have left", async () => {
  const page = await open();
  serve("/model.bin", answer({ pace: 10 }));
  const results = await page.evaluate(() => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    return Promise.all([get("/model.bin"), get("/model.bin", { signal: controller.signal, onProgress }), get("/model.bin")]);
  });
  whole(results[0]);
  assert.equal(results[1].name, "AbortError");
  whole(results[2]);
  assert.equal(asked.length, 1);
  await close(page);
});

test("shares one download among tabs", async () => {
  const page = await open();
  const tab = await open({ context: page.context() });
  serve("/model.bin", answer({ pace: 10 }));
  const integrity = sha(body);
  for (const result of await Promise.all([get(page, "/model.bin", { integrity }), get(tab, "/model.bin", { integrity })])) whole(result);
  assert.equal(asked.length, 1);
  await close(page);
});

test("keeps apart calls that expect different files, and does without a listener that fails", async () => {
  const page = await open();
  page.on("pageerror", ({ message }) => errors.push(message));
  const errors = [];
  serve("/model.bin", answer({ pace: 2 }));
  const [one, two] = await page.evaluate((all) => Promise.all(all.map((integrity) => get("/model.bin", { integrity }))), [sha(body), sha(other)]);
  whole(one);
  assert.equal(two.code, "integrity");
  const size = await page.evaluate(async () => (await download("/model.bin", { onProgress() { throw new Error("mine"); } })).size);
  assert.equal(size, body.length);
  assert.ok(errors.length > 0 && errors.every((message) => message === "mine"), errors.join());
  await close(page);
});

test("reads what another fetch gives, and begins again where a part is compressed", async () => { // which Chromium itself refuses
  const page = await open();
  const { size, ranges } = await page.evaluate(async () => {
    let sent = false; // it breaks when more is asked for: an error takes what was not read yet with it
    const broken = new ReadableStream({
      pull(controller) {
        if (sent) return controller.error(new Error("cut"));
        sent = true;
        controller.enqueue(new Uint8Array(1000));
      },
    }, { highWaterMark: 0 });
    const answers = [
      new Response(broken, { headers: { ETag: '"one"' } }),
      new Response("part", { status: 206, headers: { ETag: '"one"', "Content-Range": "bytes 1000-1003/*", "Content-Encoding": "gzip" } }),
      new Response("whole", { headers: { ETag: '"one"', "Content-Length": "5" } }),
    ];
    const ranges = [];
    const own = async (url, { headers }) => {
      ranges.push(headers.get("Range"));
      return answers.shift();
    };
    return { size: (await download("/model.bin", { fetch: own })).size, ranges };
  });
  assert.equal(size, 5);
  assert.deepEqual(ranges, [null, "bytes=1000-", null]);
  await close(page);
});

test("works where nothing can be stored", async () => {
  const page = await open({ before: () => {
    StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("no", "SecurityError"));
  } });
  serve("/model.bin", answer({ cut: mb }), answer());
  whole(await get(page, "/model.bin", { integrity: sha(body) }));
  assert.ok(startOf(1) > 0);
  assert.deepEqual(await cached(page), []);
  await page.evaluate(() => forget("/model.bin"));
  serve("/model.bin", answer({ cut: 1000 }), answer({ status: 503 }));
  assert.doesNotMatch((await get(page, "/model.bin")).message, /kept/);
  await close(page);
});

test("works in a Worker, where files are written at once", async () => {
  const page = await open();
  serve("/model.bin", answer({ cut: mb }), answer(), answer());
  whole(await getInWorker(page, "/model.bin"));
  whole(await getInWorker(page, "/model.bin"));
  assert.deepEqual(asked.map(({ range, ifNoneMatch }) => range ?? ifNoneMatch), [undefined, `bytes=${startOf(1)}-`, '"one"']);
  await close(page);
});

test("asks another origin only what needs no preflight", async () => {
  const page = await open();
  const there = `${origin.replace("127.0.0.1", "localhost")}/model.bin`;
  const some = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Content-Range" };
  serve("/model.bin", answer({ cut: mb, more: some }), answer({ more: some }));
  whole(await get(page, there));
  whole(await get(page, there)); // a 200 with the same ETag is as good as a 304
  assert.deepEqual(asked, [{ method: "GET" }, { method: "GET", range: `bytes=${startOf(1)}-` }, { method: "GET" }]);
  await page.evaluate((url) => forget(url), there);
  const few = { "Access-Control-Allow-Origin": "*" };
  serve("/model.bin", answer({ cut: mb, modified: date, more: few }), answer({ modified: date, more: few }));
  whole(await get(page, there, { integrity: sha(body) }));
  assert.equal(asked.length, 3); // the part's place cannot be read: begun again
  serve("/hidden.bin", answer({ bytes: other, more: {} }));
  const { code, message } = await get(page, there.replace("model", "hidden"));
  assert.equal(code, "network");
  assert.match(message, /CORS/);
  await close(page);
});

test("tells what the server answers, and does without it where the file is stored", async () => {
  const page = await open();
  serve("/gone.bin", answer({ status: 404 }));
  const gone = await get(page, "/gone.bin");
  assert.deepEqual([gone.code, asked.length], ["network", 1]);
  assert.match(gone.message, /gone.bin could not be downloaded: the server answered 404\. Check the address/);
  serve("/busy.bin", answer({ status: 503 }), answer({ status: 429 }), answer());
  whole(await get(page, "/busy.bin"));
  serve("/busy.bin", answer({ status: 503 }));
  whole(await get(page, "/busy.bin"));
  assert.equal(asked.length, 1);
  await page.context().setOffline(true);
  whole(await get(page, "/busy.bin"));
  await page.context().setOffline(false);
  await page.evaluate(() => forget("/busy.bin"));
  assert.match((await get(page, "/busy.bin")).message, /in 4 attempts: the server answered 503\. Try again later/);
  const sent = await page.evaluate(async () => {
    const seen = [];
    const own = (url, init) => { seen.push(url); return fetch("/gone.bin", init); };
    await download("/busy.bin", { fetch: own }).catch(() => {});
    return seen;
  });
  assert.deepEqual(sent, [`${origin}/busy.bin`]);
  await close(page);
});

test("64 MiB take no more memory than a piece", async () => {
  const large = randomBytes(64 * mb);
  serve("/large.bin", answer({ bytes: large }));
  for (const cache of [true, false]) {
    const page = await open();
    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
      return usedSize + backingStorageSize;
    };
    await session.send("HeapProfiler.collectGarbage");
    const start = await heap();
    let most = 0;
    let done = false;
    const watch = (async () => {
      while (!done) {
        most = Math.max(most, await heap());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const began = Date.now();
    const size = await page.evaluate(async ([integrity, stored]) => {
      globalThis.file = await download("/large.bin", { integrity, cache: stored });
      return globalThis.file.size;
    }, [sha(large), cache]);
    const seconds = (Date.now() - began) / 1000;
    done = true;
    await watch;
    assert.equal(size, large.length);
    const end = Buffer.from(await page.evaluate(async () => Array.from(new Uint8Array(await file.slice(-1000).arrayBuffer()))));
    assert.ok(end.equals(large.subarray(-1000)));
    await session.send("HeapProfiler.collectGarbage");
    const rest = await heap();
    console.log(`cache ${cache}: ${seconds.toFixed(1)} s, at most ${((most - start) / mb).toFixed(1)} MiB more`);
    assert.ok(most - start < 20 * mb, `${(most - start) / mb} MiB more`); // a piece of 8 MiB, and garbage
    assert.ok(rest - start < 2 * mb, `${(rest - start) / mb} MiB stay`);
    await close(page);
  }
});
