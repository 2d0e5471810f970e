// ONNX Runtime Web on WebAssembly: an ONNX file of the same layers, made here.
import * as ort from "/vendor/onnxruntime-web/dist/ort.wasm.bundle.min.mjs";
import { onnxModel } from "/bench/lib/onnx.mjs";
import { argmax, batchOf, random, repeated, sample, script, weights } from "./common.js";

export async function measure({ net, batch, threads, answers, ...counts }) {
  await script("/vendor/protobufjs/dist/protobuf.min.js");
  const { protobuf } = window;
  const text = await (await fetch("/bench/lib/onnx.proto")).text();
  const types = protobuf.parse(text, { keepCase: true }).root;

  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = "/vendor/onnxruntime-web/dist/";
  const session = await ort.InferenceSession.create(onnxModel(types, net, batch, weights(random(2))), {
    executionProviders: ["wasm"], graphOptimizationLevel: "all",
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
  const threadsOf = ort.env.wasm.numThreads;
  return { ms, on: `WebAssembly, ${threadsOf} thread${threadsOf > 1 ? "s" : ""}` };
}
