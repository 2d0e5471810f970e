// words: y[o,q,j] = the bytes x[o,4q,j] to x[o,4q+3,j], zeros behind the last, in a word.      One invocation per word.
// It makes of neighbours in a sum what dot4 reads. Bindings: x bytes [OUTER,LEN,INNER] read, y [OUTER,⌈LEN/4⌉,INNER]
// read_write. Specialised by: OUTER, LEN, INNER. Reference: op/integer.go.
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${OUTER * ((LEN + 3) / 4) * INNER}u) {
    return;
  }
  let q = i / ${INNER}u % ${(LEN + 3) / 4}u;
  let first = (i / ${(LEN + 3) / 4 * INNER}u * ${LEN}u + 4u * q) * ${INNER}u + i % ${INNER}u;
  var word = 0u;
  for (var e = 0u; e < min(4u, ${LEN}u - 4u * q); e++) {
    let at = first + e * ${INNER}u;
    word |= ((x[at / 4u] >> (at % 4u * 8u)) & 255u) << (8u * e);
  }
  y[i] = word;
}
