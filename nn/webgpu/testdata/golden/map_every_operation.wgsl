// map: 1 x 1 workgroups, bindings 0[60] 1[12]
// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
@group(0) @binding(0) var<storage, read_write> x0: array<f32>;
@group(0) @binding(1) var<storage, read> x1: array<i32>;

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
  let c = i % 5u;
  let t0 = x0[i];
  let t1 = f32(0.5);
  let t2 = -t0;
  let t3 = t1 + t2;
  let t4 = abs(t0);
  let t5 = t3 + t4;
  let t6 = exp(t0);
  let t7 = t5 + t6;
  let t8 = log(t0);
  let t9 = t7 + t8;
  let t10 = sqrt(t0);
  let t11 = t9 + t10;
  let t12 = tanh(clamp(t0, f32(-15.0), f32(15.0)));
  let t13 = t11 + t12;
  let t14 = f32(1.0) / (f32(1.0) + exp(-clamp(t0, f32(-80.0), f32(80.0))));
  let t15 = t13 + t14;
  let t16 = f32(x1[i / 5u % 3u * 1u + 0u]);
  let t17 = t0 - t16;
  let t18 = t15 + t17;
  let t19 = t0 * t16;
  let t20 = t18 + t19;
  let t21 = t0 / t16;
  let t22 = t20 + t21;
  let t23 = max(t0, t16);
  let t24 = t22 + t23;
  let t25 = min(t0, t16);
  let t26 = t24 + t25;
  let t27 = pow(t0, t16);
  let t28 = t26 + t27;
  let t29 = select(f32(0.0), f32(1.0), t0 > t16);
  let t30 = t28 + t29;
  let t31 = select(f32(0.0), f32(1.0), t0 == t16);
  let t32 = t30 + t31;
  let t33 = select(t16, t32, t0 != f32(0.0));
  x0[i] = t33;

}
