// map: 1 x 1 workgroups, bindings 2[160] 0[40] 1[8]
// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
@group(0) @binding(0) var<storage, read_write> x0: array<vec4f>;
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
  let c = i % 2u;
  let t0 = vec4f(vec4i(vec4u(x1[i]) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
  let t1 = vec4f((vec4u(x2[c]) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
  let t2 = t0 * t1;
  x0[i] = t2;

}
