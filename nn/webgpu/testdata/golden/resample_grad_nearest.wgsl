// resample_grad: 784 x 1 workgroups, bindings 0[200704] 1[1536] 2[200704]
// resample_grad: dx[n,h,w,c] = Σ dy[n,p,q,c] times how much of pixel (h,w) output pixel (p,q) reads.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f) goes over the box of output
// pixels that can read its pixel. With the map's inverse that box is as large as the map magnifies; a map that has none
// (or one that rounding would blur) lets it go over all.
// Bindings: dy [N,P,Q,C] read, maps [N or 1,6] read, dx [N,H,W,C] read_write.
// Specialised as resample, without TAPS. Reference: op/resample.go.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> maps: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
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


// The places along an axis of a size that read pixel k of it, as middle and half width, generously. The edges get what
// lies beyond them if the border is clamped: lo and hi are the least and the largest place there is.
fn reach(k: i32, size: i32, lo: f32, hi: f32) -> vec2f {
  var from_place = f32(k) - 1.0625;
  var to_place = f32(k) + 1.0625;
  return vec2f(0.5 * (from_place + to_place), 0.5 * (to_place - from_place));
}

// The output pixels within a half width of a middle, first and last, one more on each side.
fn span(middle: f32, width: f32, size: f32) -> vec2i {
  return vec2i(i32(clamp(middle - width - 1.0, 0.0, size)), i32(clamp(middle + width + 1.0, -1.0, size - 1.0)));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 50176u) {
    return;
  }
  let c = i32(i % 1u);
  var t = i32(i / 1u);
  let w = t % 28;
  t = t / 28;
  let h = t % 28;
  let n = t / 28;
  let m = u32(n * 6);
  let up = maps[m];
  let uq = maps[m + 1u];
  let vp = maps[m + 3u];
  let vq = maps[m + 4u];
  let end = vec4f(up, uq, vp, vq) * vec4f(27.0, 27.0, 27.0, 27.0);
  let lo = min(end, vec4f(0.0));
  let hi = max(end, vec4f(0.0));
  let u = reach(h, 28, maps[m + 2u] + lo.x + lo.y, maps[m + 2u] + hi.x + hi.y);
  let v = reach(w, 28, maps[m + 5u] + lo.z + lo.w, maps[m + 5u] + hi.z + hi.w);
  var ps = vec2i(0, 27);
  var qs = vec2i(0, 27);
  let det = up * vq - uq * vp;
  if (abs(det) > 1e-3 * (abs(up * vq) + abs(uq * vp))) {
    let du = u.x - maps[m + 2u];
    let dv = v.x - maps[m + 5u];
    ps = span((vq * du - uq * dv) / det, (abs(vq) * u.y + abs(uq) * v.y) / abs(det), 28.0);
    qs = span((up * dv - vp * du) / det, (abs(vp) * u.y + abs(up) * v.y) / abs(det), 28.0);
  }
  var sum = f32(0.0);
  for (var p = ps.x; p <= ps.y; p++) {
    for (var q = qs.x; q <= qs.y; q++) {
      let part = share(place(n, p, q), h, w);
      if (part > 0.0) {
        sum += part * dy[u32(((n * 28 + p) * 28 + q) * 1 + c)];
      }
    }
  }
  dx[i] = sum;
}
