// Lists of layers: what they are, how they read as Fovea's pattern text, and their shapes and weights, from which the
// other sides build their nets. Layers are plain objects, so that they travel to pages and to Python as JSON:
//
//   { op: "conv", size, filters, stride, pad, bias }    size x size x filters; with depthwise: true, a filter a channel
//   { op: "maxpool", size, stride, pad }
//   { op: "relu" }  { op: "relu6" }  { op: "bn" }  { op: "gap" }
//   { op: "fc", units, bias }
//   { op: "join", how: "add" | "concat", paths: [layers, …] }    an empty path passes its input on

/** The net as Fovea's pattern text. A net that ends in a map gets PIXELS, which leaves it as it is. */
export function pattern({ input, layers }) {
  const ends = ["fc", "gap"].includes(layers.at(-1).op) ? "" : " -> PIXELS";
  return `INPUT ${input.join("x")} -> ${chain(layers)}${ends}`;
}

const chain = (layers) => layers.map(words).join(" -> ");

function words(layer) {
  const options = (layer.stride !== (layer.op === "maxpool" ? layer.size : 1) ? ` stride ${layer.stride}` : "") +
    (layer.pad ? ` pad ${layer.pad}` : "") + (layer.bias === false ? " nobias" : "");
  switch (layer.op) {
    case "conv": return (layer.depthwise ? `DWCONV ${layer.size}` : `CONV ${layer.size}x${layer.size}x${layer.filters}`) + options;
    case "maxpool": return `POOL ${layer.size}${options}`;
    case "fc": return `FC ${layer.units}${layer.bias ? "" : " nobias"}`;
    case "join": return `{ ${layer.paths.map(chain).join(" | ")} } ${layer.how}`;
    default: return layer.op.toUpperCase();
  }
}

/**
 * Walks the layers from the input on, for sides that need shapes: visit(layer, value, shape) returns the layer's value,
 * shape being [height, width, channels] or [units] of its input. Returns the last value and its shape.
 */
export function walk({ input, layers }, first, visit) {
  const along = (layers, value, shape) => {
    for (const layer of layers) {
      const before = shape;
      if (layer.op === "join") {
        const ends = layer.paths.map((path) => along(path, value, shape));
        value = visit(layer, ends.map((end) => end.value), before);
        shape = layer.how === "add" ? ends[0].shape : [...ends[0].shape.slice(0, 2), ends.reduce((n, end) => n + end.shape.at(-1), 0)];
      } else {
        value = visit(layer, value, before);
        shape = shapeAfter(layer, shape);
      }
    }
    return { value, shape };
  };
  return along(layers, first, input);
}

function shapeAfter({ op, size, stride, pad, filters, units }, shape) {
  if (op === "fc") return [units];
  if (op === "gap") return shape.slice(2);
  if (op !== "conv" && op !== "maxpool") return shape;
  const out = (n) => Math.floor((n + 2 * pad - size) / stride) + 1;
  return [out(shape[0]), out(shape[1]), filters ?? shape[2]];
}

/** How many numbers the net learns: each side tells its own, and they are compared. */
export function parameters(net) {
  let n = 0;
  walk(net, null, (layer, _, shape) => {
    n += weightsOf(layer, shape).filter(({ learnt }) => learnt).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  });
  return n;
}

/** The tensors of a layer whose input has the given shape: name, shape and the number of values that a sum runs over. */
export function weightsOf({ op, depthwise, size, filters, units, bias }, shape) {
  const channels = shape.at(-1);
  const learnt = true;
  switch (op) {
    case "conv": {
      const out = depthwise ? channels : filters, each = depthwise ? 1 : channels;
      return [{ name: "weight", shape: [out, each, size, size], fanIn: each * size * size, learnt },
        ...(bias ? [{ name: "bias", shape: [out], learnt }] : [])];
    }
    case "fc": {
      const inputs = shape.reduce((a, b) => a * b, 1);
      return [{ name: "weight", shape: [inputs, units], fanIn: inputs, learnt }, ...(bias ? [{ name: "bias", shape: [units], learnt }] : [])];
    }
    case "bn":
      return [{ name: "scale", shape: [channels], fill: 1, learnt }, { name: "shift", shape: [channels], fill: 0, learnt },
        { name: "mean", shape: [channels], fill: 0 }, { name: "variance", shape: [channels], fill: 1 }];
    default:
      return [];
  }
}
