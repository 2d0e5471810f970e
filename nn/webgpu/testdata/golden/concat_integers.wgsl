// concat: 1 x 1 workgroups, bindings 0[12] 2[268]
// concat: y[r·PITCH + START + k] = x[r·LENGTH + k]: one input of a concatenation.
// One invocation per element of x (per four where T is a vector). The other inputs have dispatches of their own, which
// write other elements of y: an adapter need not bind more than eight buffers at once.
// Bindings: x [ROWS,LENGTH] read, y read_write. Specialised by: T, LENGTH, START and PITCH in T units.
// Reference: op/concat.go.
@group(0) @binding(0) var<storage, read> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> y: array<i32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 3u) {
    return;
  }
  y[i + 0u] = x[i];
}
// concat: 1 x 1 workgroups, bindings 1[256] 2[268]
// concat: y[r·PITCH + START + k] = x[r·LENGTH + k]: one input of a concatenation.
// One invocation per element of x (per four where T is a vector). The other inputs have dispatches of their own, which
// write other elements of y: an adapter need not bind more than eight buffers at once.
// Bindings: x [ROWS,LENGTH] read, y read_write. Specialised by: T, LENGTH, START and PITCH in T units.
// Reference: op/concat.go.
@group(0) @binding(0) var<storage, read> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> y: array<i32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 64u) {
    return;
  }
  y[i + 3u] = x[i];
}
