// map: 1 x 1 workgroups, bindings 2[140] 0[36] 1[8]
// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
@group(0) @binding(0) var<storage, read_write> x0: array<f32>;
@group(0) @binding(1) var<storage, read> x1: array<u32>;
@group(0) @binding(2) var<storage, read> x2: array<u32>;

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
  let c = i % 7u;
  let t0 = f32(f32(i32(x1[(i) / 4u] << (24u - (i) % 4u * 8u)) >> 24u));
  let t1 = f32(f32((x2[(c) / 4u] >> ((c) % 4u * 8u)) & 255u));
  let t2 = t0 * t1;
  x0[i] = t2;

}
