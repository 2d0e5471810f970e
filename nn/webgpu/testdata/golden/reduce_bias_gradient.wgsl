// reduce: 32 x 1 workgroups, bindings 0[1605632] 2[8192]
// reduce: part[s,o] = sum or maximum, over part s of the reduced elements, of expr(x_0[…], x_1[…], …).
// One invocation per result and part; with more parts than one, sum_parts puts them together in order.
// Bindings: inputs read, part read_write. Written by the backend: DECLS, INDEX (flat input index of result o, element r),
// VALUE (statements that set v). Specialised by: COUNT (results), LENGTH (elements a result), PARTS, OP.
// Reference: op/reduce.go.
@group(0) @binding(0) var<storage, read> x0: array<f32>;
@group(0) @binding(1) var<storage, read_write> x1: array<f32>;

// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let t = flat_index(id, groups);
  if (t >= 2048u) {
    return;
  }
  let o = t % 8u;
  let first = t / 8u * 196u;
  var s = 0.0;
  for (var r = first; r < min(50176u, first + 196u); r++) {
    let i = o / 1u % 8u * 1u + r / 1u % 50176u * 8u + 0u;
  let c = i % 8u;
  let t0 = x0[i];
  let v = t0;

    if (r == first) {
      s = v;
    } else {
      s = s + v;
    }
  }
  x1[t] = s;
}
// sum_parts: 1 x 1 workgroups, bindings 2[8192] 1[32]
// sum_parts: y[i] = combination of part[0,i] … part[PARTS-1,i] in this order.      One invocation per element.
// Bindings: part [PARTS,N] read, y [N] read_write. Specialised by: T, OP (text: s + v or max(s, v)).
@group(0) @binding(0) var<storage, read> part: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 2u) {
    return;
  }
  var s = part[i];
  for (var k = 1u; k < 256u; k++) {
    let v = part[k * 2u + i];
    s = s + v;
  }
  y[i] = s;
}
