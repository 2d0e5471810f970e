// quantize: y[i] = clamp(round(x[i] / SCALE) + ZERO, LO, HI), as bytes.      One invocation per word of four.
// Bindings: x f32 [N] read, y [N] bytes read_write.
// Specialised by: N, SCALE (text), ZERO, LO, HI. Reference: op/quantize.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${(N + 3) / 4}u) {
    return;
  }
  var word = 0u;
  //#for e 0 4
  let v${e} = round(x[min(4u * i + ${e}u, ${N - 1}u)] / ${SCALE}) + f32(${ZERO});
  word |= (u32(i32(clamp(v${e}, f32(${LO}), f32(${HI})))) & 255u) << ${8 * e}u;
  //#end
  y[i] = word;
}
