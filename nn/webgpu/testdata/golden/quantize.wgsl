// quantize: 392 x 1 workgroups, bindings 0[401408] 1[100352]
// quantize: y[i] = clamp(round(x[i] / SCALE) + ZERO, LO, HI), as bytes.      One invocation per word of four.
// Bindings: x f32 [N] read, y [N] bytes read_write.
// Specialised by: N, SCALE (text), ZERO, LO, HI. Reference: op/quantize.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 25088u) {
    return;
  }
  var word = 0u;
  let v0 = round(x[min(4u * i + 0u, 100351u)] / f32(0.1)) + f32(7);
  word |= (u32(i32(clamp(v0, f32(0), f32(255)))) & 255u) << 0u;
  let v1 = round(x[min(4u * i + 1u, 100351u)] / f32(0.1)) + f32(7);
  word |= (u32(i32(clamp(v1, f32(0), f32(255)))) & 255u) << 8u;
  let v2 = round(x[min(4u * i + 2u, 100351u)] / f32(0.1)) + f32(7);
  word |= (u32(i32(clamp(v2, f32(0), f32(255)))) & 255u) << 16u;
  let v3 = round(x[min(4u * i + 3u, 100351u)] / f32(0.1)) + f32(7);
  word |= (u32(i32(clamp(v3, f32(0), f32(255)))) & 255u) << 24u;
  y[i] = word;
}
