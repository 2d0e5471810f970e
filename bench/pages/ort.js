// ONNX Runtime Web, on WebAssembly or WebGPU: an ONNX file of the same layers, made here.
import { onnxModel } from "/bench/lib/onnx.mjs";
import { argmax, batchOf, random, repeated, sample, script, weights } from "./common.js";

export async function measure({ net, batch, backend = "wasm", threads = 1, answers, ...counts }) {
  const ort = await import(`/vendor/onnxruntime-web/dist/ort.${backend}.bundle.min.mjs`);
  await script("/vendor/protobufjs/dist/protobuf.min.js");
  const { protobuf } = window;
  const text = await (await fetch("/bench/lib/onnx.proto")).text();
  const types = protobuf.parse(text, { keepCase: true }).root;

  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = "/vendor/onnxruntime-web/dist/";
  const session = await ort.InferenceSession.create(onnxModel(types, net, batch, weights(random(2))), {
    executionProviders: [backend], graphOptimizationLevel: "all",
  });
  const [height, width, channels] = net.input;
  const { pixels } = batchOf(batch, net);
  const input = () => new ort.Tensor("float32", pixels, [batch, channels, height, width]);
  const ready = input();
  const [output] = session.outputNames;
  const once = answers
    ? async () => argmax((await session.run({ x: input() }))[output].data)
    : () => session.run({ x: ready });
  const ms = await sample(repeated(once), counts);
  if (backend === "webgpu") return { ms, on: (await ort.env.webgpu.device).adapterInfo.description };
  const threadsOf = ort.env.wasm.numThreads;
  return { ms, on: `WebAssembly, ${threadsOf} thread${threadsOf > 1 ? "s" : ""}` };
}
