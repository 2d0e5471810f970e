// map: 13 x 1 workgroups, bindings 0[12800] 1[12800] 2[12800] 3[4]
// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
@group(0) @binding(0) var<storage, read_write> x0: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> x1: array<vec4f>;
@group(0) @binding(2) var<storage, read> x2: array<vec4f>;
@group(0) @binding(3) var<storage, read> x3: array<f32>;

// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= arrayLength(&x0)) {
    return;
  }
  let c = i % 4u;
  let t0 = x0[i];
  let t1 = vec4f(x3[0]);
  let t2 = vec4f(0.9);
  let t3 = x1[i];
  let t4 = t2 * t3;
  let t5 = x2[i];
  let t6 = t4 + t5;
  let t7 = t1 * t6;
  let t8 = t0 - t7;
  x0[i] = t8;
  x1[i] = t6;

}
