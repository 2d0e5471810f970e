// A program for Node.js, where there is no DOM.
import { readFile, writeFile } from "node:fs/promises";
import { Fovea, FoveaError } from "fovea";

const fovea = await Fovea.start({ backend: "cpu" });
try {
  const net = await fovea.load("net.safetensors");
  const [best] = await net.classify(await readFile("picture.png"));
  console.log(best.label, best.probability.toFixed(2));
  await writeFile("net.onnx", new Uint8Array(await (await net.toBlob("onnx")).arrayBuffer()));
  // @ts-expect-error no such method
  net.classfy();
} catch (error) {
  if (error instanceof FoveaError) console.error(error.code);
}
await fovea.close();
