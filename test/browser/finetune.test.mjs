// The page that teaches own classes, as a newcomer uses it. See docs/site.md.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { desktop, id, leave, looks, phone, start, until } from "./page.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
before(async () => { visit = await start({ flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] }); });
after(() => visit?.close());

/** PNG files drawn in the page: discs, or crosses, of all sizes and shades. */
const drawings = (page, kind, count) => page.evaluate(async ([what, many]) => {
  const all = [];
  let seed = what === "disc" ? 1 : 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < many; i++) {
    const canvas = new OffscreenCanvas(48, 48);
    const context = canvas.getContext("2d");
    context.fillStyle = `hsl(${360 * random()} 30% ${60 + 30 * random()}%)`;
    context.fillRect(0, 0, 48, 48);
    context.translate(20 + 8 * random(), 20 + 8 * random());
    context.rotate(0.4 * random());
    const size = 10 + 6 * random();
    context.fillStyle = context.strokeStyle = `hsl(${360 * random()} 60% 25%)`;
    context.lineWidth = 5;
    context.beginPath();
    if (what === "disc") context.arc(0, 0, size, 0, 7);
    else for (const [x, y] of [[1, 1], [1, -1]]) { context.moveTo(-x * size, -y * size); context.lineTo(x * size, y * size); }
    if (what === "disc") context.fill(); else context.stroke();
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    all.push({ name: `${what} ${i}.png`, bytes: btoa(String.fromCharCode(...bytes)) });
  }
  return all;
}, [kind, count]).then((files) => files.map(({ name, bytes }) => ({ name, mimeType: "image/png", buffer: Buffer.from(bytes, "base64") })));

const visits = [
  { language: "en", viewport: desktop, names: ["Discs", "Crosses"] },
  { language: "fa", viewport: phone, names: ["دایره", "ضربدر"] },
];

for (const { language, viewport, names } of visits) {
  test(`teaches two classes of one's own, says honestly how well, and tries and keeps the net: ${language}`, async (t) => {
    const page = await visit.open({ path: "finetune.html", locale: language, viewport });
    const began = Date.now();
    let clicks = 0;
    const click = (name) => { clicks++; return page.click(id(name)); };
    await page.waitForSelector(id("class-card-2"));
    assert.ok(await page.isDisabled(id("teach")));
    assert.notEqual(await page.textContent(id("missing")), "", "says what is missing");
    if (language === "en") await looks(page, "finetune-empty");

    const files = [await drawings(page, "disc", 12), await drawings(page, "cross", 12)];
    for (const [i, name] of names.entries()) {
      await page.fill(id(`class-name-${i + 1}`), name);
      clicks++; // the chooser's own
      await page.setInputFiles(id(`class-input-${i + 1}`), files[i]);
      await page.waitForSelector(`${id(`class-count-${i + 1}`)}[data-count="12"]`);
    }
    await until(page, () => !document.querySelector('[data-testid="teach"]').disabled);
    await click("teach");
    await page.waitForSelector(`fv-teach[data-phase="done"]`, { timeout: 300_000 });
    assert.equal(await page.locator(`${id("alert-teach")}`).count(), 0);
    const accuracy = Number(await page.getAttribute(id("accuracy"), "data-value"));
    assert.ok(accuracy > 0.7, `accuracy ${accuracy}`);
    assert.match(await page.textContent(id("found-text")), language === "en" ? /of 24 pictures/ : /۲۴ تصویر/);

    const [unseen] = await drawings(page, "cross", 1);
    await page.setInputFiles(id("trial-input"), unseen);
    await page.waitForSelector(`${id("trial-1")}[data-label="${names[1]}"]`);
    await click("keep");
    await page.waitForSelector(id("use"));
    t.diagnostic(`from an empty profile to a kept classifier: ${((Date.now() - began) / 1000).toFixed(1)} s, ${clicks} clicks`);
    assert.ok(clicks < 10);
    assert.match(await page.getAttribute(id("use"), "href"), /^\.\/\?model=/);
    await looks(page, `finetune-${language}`);

    if (language === "en") {
      await click("trial-camera");
      await until(page, () => document.querySelector('[data-testid="trial-rate"]').textContent !== "");
      await click("trial-camera");
      await page.click(id("class-remove-2"));
      await until(page, () => !document.querySelector('[data-testid="stale"]').hidden);
      await page.click(id("collector-undo"));
      await page.reload();
      await page.waitForSelector(`${id("class-count-2")}[data-count="12"]`);
      assert.equal(await page.inputValue(id("class-name-1")), names[0], "what was gathered is there after a reload");
    }
    await leave(page);
  });
}

test("pictures come from the camera while a button is held, and from the clipboard", async () => {
  const page = await visit.open({ path: "finetune.html" });
  const count = (n) => page.getAttribute(id(`class-count-${n}`), "data-count").then(Number);
  const more = (n, than) => until(page, ([i, least]) => (
    Number(document.querySelector(`[data-testid="class-count-${i}"]`).dataset.count) > least), [n, than]);
  await page.click(id("class-camera-1"));
  await until(page, () => document.querySelector(".class-card video")?.videoWidth > 0);
  const hold = page.locator(id("class-hold-1"));
  await hold.hover();
  await page.mouse.down();
  await more(1, 2);
  await page.mouse.up();
  await hold.focus();
  const byPointer = await count(1);
  await page.keyboard.down("Enter");
  await more(1, byPointer);
  await page.keyboard.up("Enter");
  await page.click(id("class-camera-2"));
  await hold.waitFor({ state: "hidden" }); // one camera at a time
  await page.click(id("class-camera-2"));

  await page.focus(id("class-name-2"));
  const [file] = await drawings(page, "disc", 1);
  await page.evaluate(async (bytes) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([Uint8Array.from(bytes)], "image.png", { type: "image/png" }));
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, [...file.buffer]);
  await more(2, 0);
  await leave(page);
});

test("stops, and says what is wrong, without losing a picture", async () => {
  const page = await visit.open({ path: "finetune.html" });
  await page.waitForSelector(id("class-card-2"));
  await page.context().route("**/models/cifar10.safetensors", (route) => route.fulfill({ status: 404, body: "" }));
  for (const i of [1, 2]) await page.setInputFiles(id(`class-input-${i}`), await drawings(page, i === 1 ? "disc" : "cross", 5));
  await until(page, () => !document.querySelector('[data-testid="teach"]').disabled);
  await page.click(id("teach"));
  await page.waitForSelector(id("alert-teach"));
  assert.equal(await page.getAttribute(id("class-count-1"), "data-count"), "5");
  assert.ok(!(await page.isDisabled(id("teach"))), "it can be tried again");
  page.complaints = page.complaints.filter((text) => !/404/.test(text));
  await leave(page);
});
