// Pictures of every kind that the API takes, on each backend: in Chromium.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { start } from "./api.mjs";

/** @type {Awaited<ReturnType<typeof start>>} */
let visit;
before(async () => { visit = await start({ flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] }); });
after(() => visit?.close());

/** A page whose `fovea` is the program. */
async function open() {
  const page = await visit.open();
  await page.evaluate(async () => { globalThis.fovea = await Fovea.start(); });
  return page;
}

/** What a net of three classes makes of a drawn canvas in its many forms: the probabilities, and whether pixels came back. */
const classified = (page, backend) => page.evaluate(async (name) => {
  const net = await fovea.net("INPUT 24x32x3 -> CONV 3x3x4 -> RELU -> POOL 2 -> FC 3", { backend: name, seed: 3 });
  const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 90 });
  const context = canvas.getContext("2d");
  const shade = context.createLinearGradient(0, 0, 200, 90);
  shade.addColorStop(0, "#203080");
  shade.addColorStop(1, "#f0c040");
  context.fillStyle = shade;
  context.fillRect(0, 0, 200, 90);
  context.fillStyle = "#c02020";
  context.fillRect(60, 20, 50, 40);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const off = new OffscreenCanvas(200, 90);
  off.getContext("2d").drawImage(canvas, 0, 0);
  const bitmap = await createImageBitmap(canvas);
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  const results = {};
  const forms = { blob, pixels: context.getImageData(0, 0, 200, 90), canvas, off, bitmap, frame, image };
  for (const [form, picture] of Object.entries(forms)) {
    const answer = await net.classify(picture, { top: 3 });
    results[form] = { seen: Boolean(answer.seen), probabilities: [...answer].toSorted((a, b) => a.label.localeCompare(b.label)).map((p) => p.probability) };
  }
  frame.close();
  results.again = bitmap.width; // the caller's is untouched
  await net.close();
  return results;
}, backend);

for (const [backend, onGPU] of [["simd", false], ["webgpu", true]]) {
  test(`takes whatever can be drawn on ${backend}, and finds the same in it`, async () => {
    const page = await open();
    const { again, ...results } = await classified(page, backend);
    assert.equal(again, 200);
    for (const [form, { seen, probabilities }] of Object.entries(results)) {
      assert.equal(seen, !onGPU || form === "blob" || form === "pixels", `${form}: pixels came back`);
      assert.equal(probabilities.length, 3);
      // A frame of a video is stored in other colours than a picture, and rounds them.
      const most = form === "frame" ? 0.03 : 0.005;
      probabilities.forEach((p, i) => assert.ok(Math.abs(p - results.blob.probabilities[i]) < most, `${form}: ${probabilities}, as a file ${results.blob.probabilities}`));
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("classifies a camera, and tells of a video that shows nothing yet", async () => {
  const page = await open();
  const { count, code, message } = await page.evaluate(async () => {
    const net = await fovea.net("INPUT 24x32x3 -> FC 3", { backend: "webgpu" });
    const video = Object.assign(document.createElement("video"), { muted: true });
    const { code, message } = await net.classify(video).catch((error) => error);
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    await video.play();
    const { length: count } = await net.classify(video);
    video.srcObject.getTracks().forEach((track) => track.stop());
    await net.close();
    return { count, code, message };
  });
  assert.equal(count, 3);
  assert.equal(code, "file");
  assert.match(message, /no picture to take/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
