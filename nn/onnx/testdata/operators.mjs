// Lets ONNX Runtime compute the models of TestOperators and writes what comes out, as operators.json: {case: {shape, data}}.
//
//	go test ./nn/onnx -run TestWriteOperators -args -write /tmp/cases.json
//	cd test/models && npm ci && node ../../nn/onnx/testdata/operators.mjs /tmp/cases.json
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ort = createRequire(process.cwd() + "/")("onnxruntime-node");
const answers = [];
let failed = 0;
for (const { Name, Model, Shape, X } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  try {
    const session = await ort.InferenceSession.create(Buffer.from(Model, "base64"), { graphOptimizationLevel: "disabled", logSeverityLevel: 4 });
    const { y } = await session.run({ x: new ort.Tensor("float32", Float32Array.from(X), Shape) });
    answers.push(`${JSON.stringify(Name)}: {"shape": ${JSON.stringify(y.dims)}, "data": [${Array.from(y.data, (v) => Number(v.toPrecision(8)))}]}`);
  } catch (e) {
    failed++;
    console.error(`${Name}: ${e.message}`);
  }
}
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), "operators.json"), `{\n${answers.sort().join(",\n")}\n}\n`);
process.exitCode = failed ? 1 : 0;
