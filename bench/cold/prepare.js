// Makes the net in the form that each library takes, with the same weights.
import { Fovea } from "/js/fovea.js";

const text = "INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10";

export async function prepare() {
  const fovea = await Fovea.start({ backend: "simd" });
  const net = await fovea.net(text);
  const { files } = await net.toStandalone();
  const all = { "/made/net.safetensors": await net.toBlob("safetensors", { precision: "float32" }), "/made/net.onnx": await net.toBlob("onnx") };
  for (const [name, blob] of Object.entries(files)) all[`/made/standalone/${name}`] = blob;
  return Object.fromEntries(await Promise.all(Object.entries(all).map(async ([name, blob]) => [name, await base64(blob)])));
}

const base64 = (blob) => new Promise((resolve) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.readAsDataURL(blob);
});
