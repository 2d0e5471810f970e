// Makes docs/screenshot.png: the page in the middle of a training, with a digit drawn. `make site` comes first.
//
//   node test/browser/screenshot.mjs
import { join } from "node:path";
import { draw, figures, id, phase, ready, root, start, stepAbove, stepOf } from "./page.mjs";

const visit = await start();
try {
  const page = await visit.open({ path: "train.html", wait: ready, viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  await page.fill(id("epochs"), "1");
  await page.click(id("train"));
  await phase(page, "running");
  await stepAbove(page, 300);
  await draw(page, figures[3]);
  await page.waitForSelector(id("prediction-1"));
  await stepAbove(page, (await stepOf(page)) + 50);
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, document.querySelector("#training").getBoundingClientRect().top + scrollY));
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(root, "docs/screenshot.png") });
  await page.click(id("stop"));
} finally {
  await visit.close();
}
