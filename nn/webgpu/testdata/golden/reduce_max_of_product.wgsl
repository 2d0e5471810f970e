// reduce: 1 x 1 workgroups, bindings 0[160] 1[40] 2[16]
// reduce: part[s,o] = sum or maximum, over part s of the reduced elements, of expr(x_0[…], x_1[…], …).
// One invocation per result and part; with more parts than one, sum_parts puts them together in order.
// Bindings: inputs read, part read_write. Written by the backend: DECLS, INDEX (flat input index of result o, element r),
// VALUE (statements that set v). Specialised by: COUNT (results), LENGTH (elements a result), PARTS, OP.
// Reference: op/reduce.go.
@group(0) @binding(0) var<storage, read> x0: array<f32>;
@group(0) @binding(1) var<storage, read> x1: array<f32>;
@group(0) @binding(2) var<storage, read_write> x2: array<f32>;

// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let t = flat_index(id, groups);
  if (t >= 4u) {
    return;
  }
  let o = t % 4u;
  let first = t / 4u * 10u;
  var s = 0.0;
  for (var r = first; r < min(10u, first + 10u); r++) {
    let i = r / 1u % 10u * 1u + o / 1u % 4u * 10u + 0u;
  let c = i % 10u;
  let t0 = x0[i];
  let t1 = x1[c];
  let t2 = t0 * t1;
  let v = t2;

    if (r == first) {
      s = v;
    } else {
      s = max(s, v);
    }
  }
  x2[t] = s;
}
