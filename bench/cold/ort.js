import { values } from "./picture.js";

export async function first() {
  const ort = await import("/vendor/onnxruntime-web/dist/ort.wasm.bundle.min.mjs");
  ort.env.wasm.wasmPaths = "/vendor/onnxruntime-web/dist/";
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create("/made/net.onnx", { executionProviders: ["wasm"] });
  const [input] = session.inputNames;
  await session.run({ [input]: new ort.Tensor("float32", values(), [1, 1, 28, 28]) });
}
