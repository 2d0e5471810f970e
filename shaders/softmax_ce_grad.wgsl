// softmax_ce_grad: dx[n,c] = (softmax(x[n])[c] - [c = label]) · dloss[n], 0 where the label is outside.
// One invocation per sample. Bindings: x [N,C] read, labels i32 [N] read, dloss [N] read, dx [N,C] read_write.
// Reference: op/softmaxce.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> dloss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
//#include flat
//#include softmax

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N}u) {
    return;
  }
  let label = labels[i];
  let counted = label >= 0 && label < ${C};
  let m = row_max(i);
  let scale = select(0.0, dloss[i], counted) / row_sum(i, m);
  for (var c = 0u; c < ${C}u; c++) {
    var d = exp(x[i * ${C}u + c] - m) * scale;
    if (counted && i32(c) == label) {
      d -= dloss[i];
    }
    dx[i * ${C}u + c] = d;
  }
}
