// widen: 1 x 1 workgroups, bindings 2[140] 1[72]
// widen: y[i] = x[i], numbers of 16 bits as numbers of 32, for what reads no others. One invocation per element.
// Bindings: y read_write, x read. Specialised by: N; what lib/weights says. Reference: op/copy.go.
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
// Weights, read as f32: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<u32>;

fn weight(i: u32) -> f32 {
  return unpack2x16float(weights[i / 2u])[i % 2u];
}

// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i < 35u) {
    y[i] = weight(i);
  }
}
// map: 1 x 1 workgroups, bindings 0[140] 2[140]
// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
@group(0) @binding(0) var<storage, read_write> x0: array<f32>;
@group(0) @binding(1) var<storage, read> x1: array<f32>;

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
  let t0 = x0[i];
  let t1 = x1[i];
  let t2 = t0 + t1;
  x0[i] = t2;

}
