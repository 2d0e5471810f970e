// resample: y[n,p,q,c] = x[n] at the place (u,v) that an affine map gives (p,q): bilinear, or the nearest pixel.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,H,W,C] read, maps [N or 1,6] read, y [N,P,Q,C] read_write.
// Specialised by: T, LINEAR, CLAMP (the border), TAPS (pixels read along an axis: 1 or 2), sizes, C in T units, MAP_N
// (numbers from one sample's map to the next one's, 0 where all share it). Reference: op/resample.go.
@group(0) @binding(0) var<storage, read> x: array<${T}>;
@group(0) @binding(1) var<storage, read> maps: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<${T}>;
//#include flat
//#include resample

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * P * Q * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let q = t % ${Q};
  t = t / ${Q};
  let p = t % ${P};
  let n = t / ${P};
  let at = place(n, p, q);
  let low = vec2i(floor(at));
  var sum = ${T}(0.0);
  for (var h = low.x; h < low.x + ${TAPS}; h++) {
    for (var w = low.y; w < low.y + ${TAPS}; w++) {
      if ((h >= 0) & (h < ${H}) & (w >= 0) & (w < ${W})) {
        sum += share(at, h, w) * x[u32(((n * ${H} + h) * ${W} + w) * ${C} + c)];
      }
    }
  }
  y[i] = sum;
}
