// concat: y[r·PITCH + START + k] = x[r·LENGTH + k]: one input of a concatenation.
// One invocation per element of x (per four where T is a vector). The other inputs have dispatches of their own, which
// write other elements of y: an adapter need not bind more than eight buffers at once.
// Bindings: x [ROWS,LENGTH] read, y read_write. Specialised by: T, LENGTH, START and PITCH in T units.
// Reference: op/concat.go.
@group(0) @binding(0) var<storage, read> x: array<${T}>;
@group(0) @binding(1) var<storage, read_write> y: array<${T}>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${ROWS * LENGTH}u) {
    return;
  }
  //#if ROWS == 1
  y[i + ${START}u] = x[i];
  //#else
  y[i / ${LENGTH}u * ${PITCH}u + i % ${LENGTH}u + ${START}u] = x[i];
  //#end
}
