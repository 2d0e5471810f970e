// What one sees of a run, its card, the replay of it, several seeds and the time budget, in Chromium. Nets here are tiny and
// learn points.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { desktop, id, leave, looks, phase, phone, ready, speak, start, until, write } from "./page.mjs";

/** A convolution of a single pixel is one, too, so that every panel has something to show. */
const points = "INPUT 1x1x2 -> CONV 1x1x8 -> RELU -> FC 2";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;

before(async () => {
  visit = await start();
});

after(() => visit?.close());

/** Trains a tiny net on the data that is chosen; the page then has a run. */
async function trained(page, { net = points, epochs = 4, backend = "simd" } = {}) {
  await write(page, net);
  await page.fill(id("epochs"), String(epochs));
  await page.check(id(`backend-${backend}`));
  await page.click(id("train"));
  await phase(page, "done", "failed");
  await page.waitForSelector(id("card-summary"), { state: "visible" });
  await until(page, (summary) => /[1-9]/.test(document.querySelector(summary).textContent), id("card-summary"));
}

/** Pictures of one colour and its neighbours, as files. */
const squares = (page, hue, count) => page.evaluate(([h, n]) => Array.from({ length: n }, (_, i) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
  const context = canvas.getContext("2d");
  context.fillStyle = `hsl(${h + 3 * i} 60% 50%)`;
  context.fillRect(0, 0, 24, 24);
  return canvas.toDataURL("image/png").split(",")[1];
}), [hue, count]).then((all) => all.map((data, i) => (
  { name: `${hue}-${i}.png`, mimeType: "image/png", buffer: Buffer.from(data, "base64") })));

/** The fragment of the card that the page offers, once it holds what came out on the test set. */
async function cardOf(page) {
  await until(page, (open) => document.querySelector(open).hash.startsWith("#run="), id("card-open"));
  return page.$eval(id("card-open"), (link) => link.hash);
}

const replayed = (page) => until(page, () => ["done", "stopped", "failed"].includes(document.querySelector("fv-replay").dataset.phase));

test("a run is looked into, kept, passed on, made again to the bit, and with other seeds", async () => {
  const page = await visit.open({ path: "train.html", wait: ready, viewport: desktop });
  await page.click(id("data-points"));
  await trained(page);

  await page.focus(id("panel-tab-classes"));
  await page.waitForSelector(`${id("class-bars")} li:nth-child(2)`);
  const shares = await page.$$eval(`${id("class-bars")} li`, (rows) => rows.map((row) => Number(row.dataset.value)));
  assert.ok(shares.length === 2 && shares[0] <= shares[1], `worst first: ${shares}`);

  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getAttribute(id("panel-tab-confusion"), "aria-selected"), "true");
  await page.focus('[data-cell="0 0"]');
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.cell), "1 1");
  const inCell = Number(await page.textContent('[data-cell="1 1"]'));
  await page.keyboard.press("Enter");
  await page.waitForSelector(`${id("confused")} .pictures`);
  assert.equal(await page.locator(`${id("confused")} .pictures li`).count(), Math.min(24, inCell));

  await page.focus(id("panel-tab-confusion"));
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector(`${id("filters")} canvas`);
  assert.equal(await page.locator(`${id("filters")} canvas`).count(), 8);
  await page.waitForSelector(`${id("maps")} canvas`);
  const said = await page.textContent(id("maps-said"));
  await page.click(id("maps-next"));
  await until(page, ([where, before]) => document.querySelector(where).textContent !== before, [id("maps-said"), said]);

  await page.click(id("panel-tab-health"));
  await page.waitForSelector(`${id("health")} tbody tr:nth-child(2)`);
  await page.waitForSelector(`${id("verdicts")} li`);
  await page.click(id("panel-tab-rate"));
  await page.waitForSelector(`${id("rate-chart")} canvas`);
  assert.match(await page.textContent(id("rate-now")), /at step \d+/);

  const card = await cardOf(page);
  assert.ok(card.length < 8000, `${card.length} characters`);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click(id("card-file"))]);
  const record = JSON.parse(await readFile(await saved.path(), "utf8"));
  assert.equal(record.result.state, "done");
  assert.match(record.weights, /^[0-9a-f]{64}$/);

  await page.goto(new URL(`run.html?test${card}`, page.url()).href);
  await page.waitForSelector(id("run-result"));
  assert.match(await page.textContent(id("run-settings")), /Passes4/);
  await until(page, (list) => document.querySelectorAll(list).length === 4, `${id("run-net")} li`);
  await page.click(id("replay"));
  await replayed(page);
  assert.equal(await page.getAttribute(id("replay-outcome"), "data-code"), "same", await page.textContent("fv-replay"));

  await page.check(id("run-choose"));
  await page.click(id("more-seeds"));
  await page.waitForSelector(id("seeds-mean"));
  await page.waitForSelector(id("more-seeds"), { state: "visible" });
  assert.equal(await page.locator(id("run")).count(), 4);
  assert.match(await page.textContent(id("seeds-mean")), /over 4 seeds/);
  await looks(page, "runs");

  const first = page.locator(id("run")).first();
  await first.locator(id("run-rename")).click();
  await page.fill(id("run-name-field"), "The <b>first</b>");
  await page.keyboard.press("Enter");
  await until(page, (list) => [...document.querySelectorAll(list)].some((title) => title.textContent === "The <b>first</b>"), `${id("runs")} .title`);
  await page.locator(id("run")).last().locator(id("run-delete")).click();
  await until(page, (run) => document.querySelectorAll(run).length === 3, id("run"));
  await page.keyboard.press("Enter"); // the button that brings it back has the focus
  await until(page, (run) => document.querySelectorAll(run).length === 4, id("run"));

  // The same run as if a graphics processor had made it: there sums are made in another order.
  const buffer = Buffer.from(JSON.stringify({ ...record, backend: "webgpu" }));
  await page.setInputFiles(id("card-input"), { name: "run.json", mimeType: "application/json", buffer });
  await until(page, () => document.querySelector("fv-replay").dataset.phase === "idle");
  await page.click(id("replay"));
  await replayed(page);
  assert.equal(await page.getAttribute(id("replay-outcome"), "data-code"), "near", await page.textContent("fv-replay"));
  await leave(page);
});

test("own pictures are learned from, and their run is found again and made to the bit", async () => {
  const page = await visit.open({ path: "train.html", wait: ready });
  await page.check(id("data-pictures"));
  for (const [i, hue] of [20, 200].entries()) {
    await page.setInputFiles(id(`class-input-${i + 1}`), await squares(page, hue, 12));
    await page.waitForSelector(`${id(`class-count-${i + 1}`)}[data-count="12"]`);
  }
  await trained(page, { net: "INPUT 32x32x3 -> CONV 4x4x4 stride 4 -> RELU -> FC 2", epochs: 2 });
  assert.match(await page.textContent(id("result-text")), /of 4 test samples/);
  const card = await cardOf(page);
  await page.goto(new URL(`run.html?test${card}`, page.url()).href);
  await page.waitForSelector(id("run-result"));
  assert.match(await page.textContent(id("run-settings")), /mirror 0.5.*border edge/);
  await page.click(id("replay"));
  await replayed(page);
  assert.equal(await page.getAttribute(id("replay-outcome"), "data-code"), "same", await page.textContent("fv-replay"));
  await leave(page);
});

const given = 60; // s, of which points need a few
/** By how much it may be exceeded, for training ends after a whole step. */
const slack = 1; // s
const secondsOf = (page) => page.$eval(id("budget-outcome"), (outcome) => Number(outcome.dataset.seconds));

test("a training that is too slow for the time is stopped in time, and its net stays", async () => {
  const page = await visit.open({ path: "train.html", wait: ready });
  await page.click(id("data-points"));
  await page.check(id("backend-simd"));
  await page.clock.install();
  const now = () => page.evaluate(() => Date.now());
  const began = await now();
  await page.fill(id("budget-seconds"), String(given));
  await page.click(id("budget-start"));
  const budget = id("time-budget");
  await page.waitForSelector(`${budget}[data-phase="training"]`);
  // The page's time has gone by before much is learned, and goes on in small steps, however busy this machine is.
  await page.clock.pauseAt(began + 1000 * given);
  while (await page.getAttribute(budget, "data-phase") === "training") await page.clock.runFor(3);
  assert.equal(await page.getAttribute(budget, "data-phase"), "cut", await page.textContent(budget));
  await page.clock.resume();
  const outcome = await page.textContent(id("budget-outcome"));
  assert.match(outcome, /time was up at step [\d,]+ of [\d,]+\. What came out: [\d.]+%/);
  assert.ok(await secondsOf(page) <= given + slack, outcome);
  assert.equal(await page.isVisible(id("continue")), true, "it can be trained further");
  await looks(page, "budget-cut", [{ viewport: desktop, scheme: "light", language: "en" }]);
  await leave(page);
});

test("in Persian on a phone a given time is kept, and a broken card touches nothing", async () => {
  const page = await visit.open({ path: "train.html", wait: ready, viewport: phone, locale: "fa" });
  await page.click(id("data-points"));
  await page.check(id("backend-simd"));
  await page.fill(id("budget-seconds"), "۵");
  await page.click(id("budget-start"));
  assert.match(await page.textContent(id("budget-error")), /۱۰/);
  await page.fill(id("budget-seconds"), "۶۰");
  await page.click(id("budget-start"));
  await page.waitForSelector(id("budget-plan"), { state: "visible" });
  assert.match(await page.textContent(id("budget-net")), /^INPUT 1x1x2 -> FC/);
  await phase(page, "done", "failed");
  await until(page, (outcome) => /٪/.test(document.querySelector(outcome).textContent), id("budget-outcome"));
  assert.ok(await secondsOf(page) <= given + slack, await page.textContent(id("budget-outcome")));
  assert.match(await page.textContent(id("budget-promise")), /گام/);
  const card = await cardOf(page);

  await page.goto(new URL(`run.html?test${card.slice(0, 200)}`, page.url()).href);
  await page.waitForSelector(`${id("alert-card")}[data-code="card"]`);
  assert.equal(await page.isVisible(id("run-view")), false);
  await page.setInputFiles(id("card-input"), { name: "x.json", mimeType: "application/json", buffer: Buffer.from('{"format":"fovea-run","version":99}') });
  await page.waitForSelector(`${id("alert-card")}[data-code="card-version"]`);
  await page.evaluate((hash) => { location.hash = hash; }, card);
  await page.waitForSelector(id("run-view"), { state: "visible" });
  assert.equal(await page.locator(id("alert-card")).count(), 0);
  assert.match(await page.textContent(id("run-result")), /٪/);
  await speak(page, "en");
  assert.match(await page.textContent(id("run-settings")), /one-cycle/);
  await leave(page);
});
