// The project that the tests share: an empty one in which the packed package was installed, as a user's would be.
import { createRequire } from "node:module";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { crc32, deflateSync } from "node:zlib";

if (!process.env.FOVEA_PROJECT) throw new Error("FOVEA_PROJECT names no folder; run make test-package");
export const project = process.env.FOVEA_PROJECT;
/** Where the package was installed. */
export const installed = join(project, "node_modules/fovea");
/** The package as Node.js resolves it there. */
export const { Fovea, FoveaError } = await import(pathToFileURL(createRequire(join(project, "x.js")).resolve("fovea")).href);

/** A new folder of the project. @param {string} name */
export async function folder(name) {
  const path = join(project, name);
  await mkdir(path, { recursive: true });
  return path;
}

/** A small net that tells dark pictures from bright ones and from those that are both, as the file that Fovea saves. */
export async function trainedNet() {
  const fovea = await Fovea.start({ backend: "simd" });
  const data = await fovea.dataset(samples());
  const net = await fovea.net("INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3", { classes: data.classes });
  await net.train(data, { epochs: 30, batch: 16, learningRate: 0.01 }).finished;
  const file = Buffer.from(await (await net.toBlob()).arrayBuffer());
  await fovea.close();
  return file;
}

/** 90 pictures of 8 × 8 grey pixels in three classes. */
export function samples() {
  const images = new Uint8Array(90 * 64).map((_, i) => {
    const kind = Math.floor(i / 64) % 3;
    return kind === 2 ? (i % 8 < 4 ? 20 : 220) : 30 + 180 * kind + (i * 7) % 20;
  });
  return { images, labels: Array.from({ length: 90 }, (_, i) => i % 3), classes: ["dark", "bright", "split"] };
}

/** A grey picture as PNG. @param {number} side @param {(x: number) => number} grey */
export function png(side, grey) {
  const chunk = (/** @type {string} */ type, /** @type {Uint8Array} */ data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8; // bits a sample; all other fields are 0: grey, deflate, no interlacing
  const row = Buffer.from([0, ...Array.from({ length: side }, (_, x) => grey(x))]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}
