// copy: 1 x 1 workgroups, bindings 0[12] 1[32]
// copy: y[o] = x[i] with i_a = o[from_a]·step_a + start_a, 0 where i is outside: transpose, slice, pad, flip, stretch.
// One invocation per element. Bindings: x read, y read_write.
// Written by the backend: INSIDE, AT (over the output's flat index o). Specialised by: T. Reference: op/copy.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 8u) {
    return;
  }
  let o = i32(i);
  if (true && (o / 1 % 8 * 1 + -1) >= 0 && (o / 1 % 8 * 1 + -1) < 9 && (o / 1 % 8 * 1 + -1) % 3 == 0) {
    y[i] = x[u32(0 + (o / 1 % 8 * 1 + -1) / 3 * 1)];
  } else {
    y[i] = f32(0);
  }
}
