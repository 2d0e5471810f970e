// The page that measures this device. See docs/site.md.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { id, leave, looks, start, until } from "./page.mjs";

test("measures the device, shows the figures and saves them as a file", async () => {
  const visit = await start();
  try {
    const page = await visit.open({ path: "bench.html" });
    await page.waitForSelector(`${id("measure")}:not(:empty)`);
    await page.click(id("measure"));
    await until(page, () => /GFLOP/.test(document.querySelector("td")?.textContent ?? ""));
    await page.click(id("measure")); // what is being measured is finished first
    await until(page, () => document.querySelector('[data-testid="measure-status"]')?.textContent.startsWith("Stopped"));
    await looks(page, "bench");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(id("measure-save"))]);
    const { figures, backends } = JSON.parse(await readFile(await download.path(), "utf8"));
    assert.ok(backends.some(({ name }) => name === "simd"));
    assert.ok(figures.length > 0);
    for (const { ms, gflops, skipped } of figures) assert.ok(skipped || (ms > 0 && gflops > 0));
    await leave(page);
  } finally {
    await visit.close();
  }
});
