// What the bundlers' tests bundle: a page that opens a net by its address on two backends, and defines the elements.
import { Fovea, FoveaError } from "fovea";
import "fovea/elements.js";

const grey = new ImageData(new Uint8ClampedArray(8 * 8 * 4).fill(215), 8, 8);
const answers = [];
for (const backend of ["simd", "webgpu"]) {
  const fovea = await Fovea.start({ backend });
  const net = await fovea.load("net.safetensors");
  const result = await net.classify(grey, { top: 3 });
  answers.push({ backend: net.backend, labels: result.map(({ label }) => label), probabilities: result.map(({ probability }) => probability) });
  await fovea.close();
}
const error = await Fovea.start({ wasm: "net.safetensors" }).catch((e) => e instanceof FoveaError && e.code);
const elements = ["fovea-classifier", "fovea-trainer"].map((name) => Boolean(customElements.get(name)));
globalThis.finished = { answers, error, elements };
