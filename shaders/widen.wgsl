// widen: y[i] = x[i], numbers of 16 bits as numbers of 32, for what reads no others. One invocation per element.
// Bindings: y read_write, x read. Specialised by: N; what lib/weights says. Reference: op/copy.go.
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
//#include weights
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i < ${N}u) {
    y[i] = weight(i);
  }
}
