// argmax: y[n] = place of the first maximum of x[n].      One invocation per row.
// Bindings: x [N,C] read, y i32 [N] read_write. Reference: op/argmax.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<i32>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N}u) {
    return;
  }
  var best = x[i * ${C}u];
  var place = 0;
  for (var c = 1; c < ${C}; c++) {
    let v = x[i * ${C}u + u32(c)];
    if (v > best) {
      best = v;
      place = c;
    }
  }
  y[i] = place;
}
