// resample: 784 x 1 workgroups, bindings 0[200704] 1[1536] 2[200704]
// resample: y[n,p,q,c] = x[n] at the place (u,v) that an affine map gives (p,q): bilinear, or the nearest pixel.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,H,W,C] read, maps [N or 1,6] read, y [N,P,Q,C] read_write.
// Specialised by: T, LINEAR, CLAMP (the border), TAPS (pixels read along an axis: 1 or 2), sizes, C in T units, MAP_N
// (numbers from one sample's map to the next one's, 0 where all share it). Reference: op/resample.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> maps: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

// The place (u,v) of the picture that output pixel (p,q) of sample n reads: a whole one if it reads the nearest pixel,
// and one that i32 holds in any case.
fn place(n: i32, p: i32, q: i32) -> vec2f {
  let m = u32(n * 6);
  var at = vec2f(maps[m] * f32(p) + maps[m + 1u] * f32(q) + maps[m + 2u],
    maps[m + 3u] * f32(p) + maps[m + 4u] * f32(q) + maps[m + 5u]);
  at = floor(at + 1.0 / 1024.0);
  return clamp(at, vec2f(-2.0), vec2f(29.0, 29.0));
}

// How much of pixel (h,w) is read at a place.
fn share(at: vec2f, h: i32, w: i32) -> f32 {
  let d = max(1.0 - abs(at - vec2f(f32(h), f32(w))), vec2f(0.0));
  return d.x * d.y;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 50176u) {
    return;
  }
  let c = i32(i % 1u);
  var t = i32(i / 1u);
  let q = t % 28;
  t = t / 28;
  let p = t % 28;
  let n = t / 28;
  let at = place(n, p, q);
  let low = vec2i(floor(at));
  var sum = f32(0.0);
  for (var h = low.x; h < low.x + 1; h++) {
    for (var w = low.y; w < low.y + 1; w++) {
      if ((h >= 0) & (h < 28) & (w >= 0) & (w < 28)) {
        sum += share(at, h, w) * x[u32(((n * 28 + h) * 28 + w) * 1 + c)];
      }
    }
  }
  y[i] = sum;
}
