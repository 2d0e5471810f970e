// copy: y[o] = x[i] with i_a = o[from_a]·step_a + start_a, 0 where i is outside: transpose, slice, pad, flip, stretch.
// One invocation per element. Bindings: x read, y read_write.
// Written by the backend: INSIDE, AT (over the output's flat index o). Specialised by: T. Reference: op/copy.go.
@group(0) @binding(0) var<storage, read> x: array<${T}>;
@group(0) @binding(1) var<storage, read_write> y: array<${T}>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N}u) {
    return;
  }
  let o = i32(i);
  if (${INSIDE}) {
    y[i] = x[u32(${AT})];
  } else {
    y[i] = ${T}(0);
  }
}
