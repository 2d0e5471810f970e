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
  let t16a = min(abs(t0), f32(4.0));
  let t16r = 1.0 / (1.0 + 0.3275911 * t16a);
  let t16 = sign(t0) * (1.0 - ((((1.061405429 * t16r - 1.453152027) * t16r + 1.421413741) * t16r - 0.284496736) * t16r + 0.254829592) * t16r * exp(-t16a * t16a));
  let t17 = t15 + t16;
  let t18 = floor(t0);
  let t19 = t17 + t18;
  let t20j = floor(t0 * 0.318309886 + (0.5 + 0.0));
  let t20r = t0 - (t20j - 0.0) * 3.140625 - (t20j - 0.0) * 0.000967653590;
  let t20s = t20r * t20r;
  let t20 = (1.0 - 2.0 * (t20j - 2.0 * floor(0.5 * t20j))) * t20r * (1.0 + t20s * (-0.16666667 + t20s * (0.008333331 + t20s * (-0.00019840874 + t20s * (0.0000027525562 - t20s * 0.000000023889859)))));
  let t21 = t19 + t20;
  let t22j = floor(t0 * 0.318309886 + (0.5 + 0.5));
  let t22r = t0 - (t22j - 0.5) * 3.140625 - (t22j - 0.5) * 0.000967653590;
  let t22s = t22r * t22r;
  let t22 = (1.0 - 2.0 * (t22j - 2.0 * floor(0.5 * t22j))) * t22r * (1.0 + t22s * (-0.16666667 + t22s * (0.008333331 + t22s * (-0.00019840874 + t22s * (0.0000027525562 - t22s * 0.000000023889859)))));
  let t23 = t21 + t22;
  let t24 = f32(x1[i / 5u % 3u * 1u + 0u]);
  let t25 = t0 - t24;
  let t26 = t23 + t25;
  let t27 = t0 * t24;
  let t28 = t26 + t27;
  let t29 = t0 / t24;
  let t30 = t28 + t29;
  let t31 = max(t0, t24);
  let t32 = t30 + t31;
  let t33 = min(t0, t24);
  let t34 = t32 + t33;
  let t35 = pow(t0, t24);
  let t36 = t34 + t35;
  let t37 = select(f32(0.0), f32(1.0), t0 > t24);
  let t38 = t36 + t37;
  let t39 = select(f32(0.0), f32(1.0), t0 == t24);
  let t40 = t38 + t39;
  let t41 = select(t24, t40, t0 != f32(0.0));
  x0[i] = t41;

}
