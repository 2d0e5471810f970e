// resample_grad: 784 x 1 workgroups, bindings 0[3211264] 1[24] 2[802816]
// resample_grad: dx[n,h,w,c] = Σ dy[n,p,q,c] times how much of pixel (h,w) output pixel (p,q) reads.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f) goes over the rows p that the
// map's inverse says (over all if it has none, or one that rounding would blur) and in each over the q that can read its
// pixel: as many as the map magnifies, be it turned or not.
// Bindings: dy [N,P,Q,C] read, maps [N or 1,6] read, dx [N,H,W,C] read_write.
// Specialised as resample, without TAPS. Reference: op/resample.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> maps: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

// The place (u,v) of the picture that output pixel (p,q) of sample n reads: a whole one if it reads the nearest pixel,
// and one that i32 holds in any case.
fn place(n: i32, p: i32, q: i32) -> vec2f {
  let m = u32(n * 0);
  var at = vec2f(maps[m] * f32(p) + maps[m + 1u] * f32(q) + maps[m + 2u],
    maps[m + 3u] * f32(p) + maps[m + 4u] * f32(q) + maps[m + 5u]);
  return clamp(at, vec2f(0.0), vec2f(13.0, 13.0));
}

// How much of pixel (h,w) is read at a place.
fn share(at: vec2f, h: i32, w: i32) -> f32 {
  let d = max(1.0 - abs(at - vec2f(f32(h), f32(w))), vec2f(0.0));
  return d.x * d.y;
}


// The places along an axis of a size that read pixel k of it, as middle and half width, with a margin for rounding. The
// edges get what lies beyond them if the border is clamped: lo and hi are the least and the largest place there is.
fn reach(k: i32, size: i32, lo: f32, hi: f32) -> vec2f {
  var from_place = f32(k) - 1.0625;
  var to_place = f32(k) + 1.0625;
  from_place = select(from_place, min(from_place, lo - 1.0), k == 0);
  to_place = select(to_place, max(to_place, hi + 1.0), k == size - 1);
  return vec2f(0.5 * (from_place + to_place), 0.5 * (to_place - from_place));
}

// The whole numbers below size within a width of a middle, first and last, and one more on each side.
fn span(middle: f32, width: f32, size: f32) -> vec2i {
  return vec2i(i32(clamp(middle - width - 1.0, 0.0, size)), i32(clamp(middle + width + 1.0, -1.0, size - 1.0)));
}

// The q for which start + q·step comes within reach.
fn along(start: f32, step: f32, within: vec2f) -> vec2i {
  let far = within.x - start;
  if (abs(step) < 1e-6) { // it stands still
    return select(vec2i(1, 0), vec2i(0, 27), abs(far) <= within.y);
  }
  return span(far / step, within.y / abs(step), 28.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 50176u) {
    return;
  }
  let c = i32(i % 4u);
  var t = i32(i / 4u);
  let w = t % 14;
  t = t / 14;
  let h = t % 14;
  let n = t / 14;
  let m = u32(n * 0);
  let up = maps[m];
  let uq = maps[m + 1u];
  let vp = maps[m + 3u];
  let vq = maps[m + 4u];
  let end = vec4f(up, uq, vp, vq) * vec4f(27.0, 27.0, 27.0, 27.0);
  let lo = min(end, vec4f(0.0));
  let hi = max(end, vec4f(0.0));
  let u = reach(h, 14, maps[m + 2u] + lo.x + lo.y, maps[m + 2u] + hi.x + hi.y);
  let v = reach(w, 14, maps[m + 5u] + lo.z + lo.w, maps[m + 5u] + hi.z + hi.w);
  var ps = vec2i(0, 27);
  let det = up * vq - uq * vp;
  if (abs(det) > 1e-3 * (abs(up * vq) + abs(uq * vp))) {
    let middle = vq * (u.x - maps[m + 2u]) - uq * (v.x - maps[m + 5u]);
    ps = span(middle / det, (abs(vq) * u.y + abs(uq) * v.y) / abs(det), 28.0);
  }
  var sum = vec4f(0.0);
  for (var p = ps.x; p <= ps.y; p++) {
    let of_u = along(maps[m + 2u] + up * f32(p), uq, u);
    let of_v = along(maps[m + 5u] + vp * f32(p), vq, v);
    for (var q = max(of_u.x, of_v.x); q <= min(of_u.y, of_v.y); q++) {
      let part = share(place(n, p, q), h, w);
      if (part > 0.0) {
        sum += part * dy[u32(((n * 28 + p) * 28 + q) * 4 + c)];
      }
    }
  }
  dx[i] = sum;
}
