// softmax_ce: loss[n] = log Σ exp(x[n,c]-m) + m - x[n,label], 0 where the label is outside.      One invocation per sample.
// Bindings: x [N,C] read, labels i32 [N] read, loss [N] read_write. Reference: op/softmaxce.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
//#include flat
//#include softmax

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N}u) {
    return;
  }
  let label = labels[i];
  if (label < 0 || label >= ${C}) {
    loss[i] = 0.0;
    return;
  }
  let m = row_max(i);
  loss[i] = log(row_sum(i, m)) + m - x[i * ${C}u + u32(label)];
}
