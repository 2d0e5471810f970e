import { picture } from "./picture.js";

export async function first() {
  const { Fovea } = await import("/js/fovea.js");
  const fovea = await Fovea.start({ backend: "simd" });
  const net = await fovea.load("/made/net.safetensors", { cache: false });
  await net.classify(picture());
}
