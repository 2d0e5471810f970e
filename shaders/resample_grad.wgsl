// resample_grad: dx[n,h,w,c] = Σ dy[n,p,q,c] times how much of pixel (h,w) output pixel (p,q) reads.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f) goes over the rows p that the
// map's inverse says (over all if it has none, or one that rounding would blur) and in each over the q that can read its
// pixel: as many as the map magnifies, be it turned or not.
// Bindings: dy [N,P,Q,C] read, maps [N or 1,6] read, dx [N,H,W,C] read_write.
// Specialised as resample, without TAPS. Reference: op/resample.go.
@group(0) @binding(0) var<storage, read> dy: array<${T}>;
@group(0) @binding(1) var<storage, read> maps: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<${T}>;
//#include flat
//#include resample

// The places along an axis of a size that read pixel k of it, as middle and half width, with a margin for rounding. The
// edges get what lies beyond them if the border is clamped: lo and hi are the least and the largest place there is.
fn reach(k: i32, size: i32, lo: f32, hi: f32) -> vec2f {
  var from_place = f32(k) - 1.0625;
  var to_place = f32(k) + 1.0625;
  //#if CLAMP
  from_place = select(from_place, min(from_place, lo - 1.0), k == 0);
  to_place = select(to_place, max(to_place, hi + 1.0), k == size - 1);
  //#end
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
    return select(vec2i(1, 0), vec2i(0, ${Q - 1}), abs(far) <= within.y);
  }
  return span(far / step, within.y / abs(step), ${Q}.0);
}

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * H * W * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let w = t % ${W};
  t = t / ${W};
  let h = t % ${H};
  let n = t / ${H};
  let m = u32(n * ${MAP_N});
  let up = maps[m];
  let uq = maps[m + 1u];
  let vp = maps[m + 3u];
  let vq = maps[m + 4u];
  let end = vec4f(up, uq, vp, vq) * vec4f(${P - 1}.0, ${Q - 1}.0, ${P - 1}.0, ${Q - 1}.0);
  let lo = min(end, vec4f(0.0));
  let hi = max(end, vec4f(0.0));
  let u = reach(h, ${H}, maps[m + 2u] + lo.x + lo.y, maps[m + 2u] + hi.x + hi.y);
  let v = reach(w, ${W}, maps[m + 5u] + lo.z + lo.w, maps[m + 5u] + hi.z + hi.w);
  var ps = vec2i(0, ${P - 1});
  let det = up * vq - uq * vp;
  if (abs(det) > 1e-3 * (abs(up * vq) + abs(uq * vp))) {
    let middle = vq * (u.x - maps[m + 2u]) - uq * (v.x - maps[m + 5u]);
    ps = span(middle / det, (abs(vq) * u.y + abs(uq) * v.y) / abs(det), ${P}.0);
  }
  var sum = ${T}(0.0);
  for (var p = ps.x; p <= ps.y; p++) {
    let of_u = along(maps[m + 2u] + up * f32(p), uq, u);
    let of_v = along(maps[m + 5u] + vp * f32(p), vq, v);
    for (var q = max(of_u.x, of_v.x); q <= min(of_u.y, of_v.y); q++) {
      let part = share(place(n, p, q), h, w);
      if (part > 0.0) {
        sum += part * dy[u32(((n * ${P} + p) * ${Q} + q) * ${C} + c)];
      }
    }
  }
  dx[i] = sum;
}
