// Weights, read as ${WT}: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<${STORED}>;

fn weight(i: u32) -> ${WT} {
  //#if HALF
  //#if WIDE == 4
  let pairs = weights[i];
  return vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
  //#else
  return unpack2x16float(weights[i / 2u])[i % 2u];
  //#end
  //#else
  return weights[i];
  //#end
}
