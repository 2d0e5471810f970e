// softmax_ce_grad: 1 x 1 workgroups, bindings 0[2560] 1[256] 2[256] 3[2560]
// softmax_ce_grad: dx[n,c] = (softmax(x[n])[c] - [c = label]) · dloss[n], 0 where the label is outside.
// One invocation per sample. Bindings: x [N,C] read, labels i32 [N] read, dloss [N] read, dx [N,C] read_write.
// Reference: op/softmaxce.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> dloss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

fn row_max(i: u32) -> f32 {
  var m = x[i * 10u];
  for (var c = 1u; c < 10u; c++) {
    m = max(m, x[i * 10u + c]);
  }
  return m;
}

fn row_sum(i: u32, m: f32) -> f32 {
  var s = 0.0;
  for (var c = 0u; c < 10u; c++) {
    s += exp(x[i * 10u + c] - m);
  }
  return s;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 64u) {
    return;
  }
  let label = labels[i];
  let counted = label >= 0 && label < 10;
  let m = row_max(i);
  let scale = select(0.0, dloss[i], counted) / row_sum(i, m);
  for (var c = 0u; c < 10u; c++) {
    var d = exp(x[i * 10u + c] - m) * scale;
    if (counted && i32(c) == label) {
      d -= dloss[i];
    }
    dx[i * 10u + c] = d;
  }
}
