// map: 3 x 1 workgroups, bindings 0[768] 1[32] 2[16]
// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
@group(0) @binding(0) var<storage, read_write> x0: array<f32>;
@group(0) @binding(1) var<storage, read> x1: array<f32>;
@group(0) @binding(2) var<storage, read> x2: array<f32>;

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
  let c = i % 8u;
  let t0 = x0[i];
  let t1 = x1[c];
  let t2 = t0 + t1;
  let t3 = f32(1.0) / (f32(1.0) + exp(-clamp(t2, f32(-80.0), f32(80.0))));
  let t4 = x2[i / 48u % 4u * 1u + 0u];
  let t5 = tanh(clamp(t4, f32(-15.0), f32(15.0)));
  let t6 = t3 * t5;
  x0[i] = t6;

}
