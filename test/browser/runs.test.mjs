// What one sees of a run, its card, the replay of it, several seeds and the time budget, in Chromium. Nets here are tiny and learn points.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { desktop, id, leave, looks, phase, phone, ready, speak, start, until } from "./page.mjs";

/** A convolution of a single pixel is one, too, so that every panel has something to show. */
const net = "INPUT 1x1x2 -> CONV 1x1x8 -> RELU -> FC 2";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;

before(async () => {
  visit = await start();
});

after(() => visit?.close());

/** Trains a tiny net on points; the page then has a run. */
async function trained(page) {
  await page.click(id("data-points"));
  await page.fill(id("net-text"), net);
  await page.waitForSelector(`${id("net-state")}[data-state="right"]`);
  await page.fill(id("epochs"), "4");
  await page.check(id("backend-simd"));
  await page.click(id("train"));
  await phase(page, "done", "failed");
  await page.waitForSelector(id("card-summary"), { state: "visible" });
  await until(page, (summary) => /[1-9]/.test(document.querySelector(summary).textContent), id("card-summary"));
}

/** The fragment of the card that the page offers, once it holds what came out on the test set. */
async function cardOf(page) {
  await until(page, (open) => document.querySelector(open).hash.startsWith("#run="), id("card-open"));
  return page.$eval(id("card-open"), (link) => link.hash);
}

const replayed = (page) => until(page, () => ["done", "stopped", "failed"].includes(document.querySelector("fv-replay").dataset.phase));

test("a run is looked into, kept, passed on, made again to the bit, and with other seeds", async () => {
  const page = await visit.open({ path: "train.html", wait: ready, viewport: desktop });
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
  await leave(page);
});

test("in Persian on a phone a given time is kept, and a broken card touches nothing", async () => {
  const page = await visit.open({ path: "train.html", wait: ready, viewport: phone, locale: "fa" });
  await page.click(id("data-points"));
  await page.check(id("backend-simd"));
  await page.fill(id("budget-seconds"), "۵");
  await page.click(id("budget-start"));
  assert.match(await page.textContent(id("budget-error")), /۱۰/);
  await page.fill(id("budget-seconds"), "۱۰");
  await page.click(id("budget-start"));
  await page.waitForSelector(id("budget-plan"), { state: "visible" });
  assert.match(await page.textContent(id("budget-net")), /^INPUT 1x1x2 -> FC/);
  await phase(page, "done", "failed");
  await until(page, (outcome) => /٪/.test(document.querySelector(outcome).textContent), id("budget-outcome"));
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
