// argmax: 1 x 1 workgroups, bindings 0[2560] 1[256]
// argmax: y[n] = place of the first maximum of x[n].      One invocation per row.
// Bindings: x [N,C] read, y i32 [N] read_write. Reference: op/argmax.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
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
  var best = x[i * 10u];
  var place = 0;
  for (var c = 1; c < 10; c++) {
    let v = x[i * 10u + u32(c)];
    if (v > best) {
      best = v;
      place = c;
    }
  }
  y[i] = place;
}
