// A list of layers as an ONNX file with random weights, for a batch of a fixed size. Maps are [N, C, H, W].
import { walk } from "./layers.mjs";

const FLOAT = 1, INT = 2, INTS = 7; // of TensorProto's and AttributeProto's types

/** The file's bytes. `types` are onnx.proto as protobuf.js has parsed it; `weights(layer, shape)` draws the tensors. */
export function onnxModel(types, net, batch, weights) {
  const graph = { name: "net", node: [], initializer: [] };
  let names = 0;

  const add = (op_type, input, attributes = {}) => {
    const output = `v${++names}`;
    const attribute = Object.entries(attributes).map(([name, value]) =>
      Array.isArray(value) ? { name, type: INTS, ints: value } : { name, type: INT, i: value });
    graph.node.push({ op_type, input, output: [output], attribute });
    return output;
  };
  const tensor = (shape, values) => {
    const name = `t${++names}`;
    graph.initializer.push({ name, dims: shape, data_type: FLOAT, raw_data: new Uint8Array(values.buffer) });
    return name;
  };
  const window = ({ size, stride, pad }) => ({ kernel_shape: [size, size], strides: [stride, stride], pads: [pad, pad, pad, pad] });

  const end = walk(net, "x", (layer, x, shape) => {
    const given = weights(layer, shape).map(({ shape, values }) => tensor(shape, values));
    switch (layer.op) {
      case "conv": return add("Conv", [x, ...given], { ...window(layer), group: layer.depthwise ? shape[2] : 1 });
      case "maxpool": return add("MaxPool", [x], window(layer));
      case "relu": return add("Relu", [x]);
      case "relu6": return add("Clip", [x, tensor([], Float32Array.of(0)), tensor([], Float32Array.of(6))]);
      case "bn": return add("BatchNormalization", [x, ...given]);
      case "gap": return add("Flatten", [add("GlobalAveragePool", [x])]);
      case "fc": return add("Gemm", [shape.length > 1 ? add("Flatten", [x]) : x, ...given]);
      case "join": return layer.how === "add" ? add("Add", x) : add("Concat", x, { axis: 1 });
      default: throw new Error(`onnx: there is no layer ${layer.op}`);
    }
  });

  const info = (name, shape) => ({ name, type: { tensor_type: { elem_type: FLOAT, shape: { dim: shape.map((dim_value) => ({ dim_value })) } } } });
  const [height, width, channels] = net.input;
  graph.input = [info("x", [batch, channels, height, width])];
  graph.output = [info(end.value, [batch, ...end.shape.slice(2), ...end.shape.slice(0, 2)])];
  if (end.shape.length === 1) graph.output = [info(end.value, [batch, ...end.shape])];
  return types.lookupType("onnx.ModelProto").encode({ ir_version: 8, opset_import: [{ version: 17 }], graph }).finish();
}
