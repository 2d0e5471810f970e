// region_pool: 1600 x 1 workgroups, bindings 0[802816] 1[81920] 2[81920] 3[409600] 4[409600]
// region_pool: y[n,p,q,c] = max, mean or sum of x over the given region, for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,H,W,C] read, rows [N or 1,C or 1,P,2] read, cols [N or 1,C or 1,Q,2] read, y [N,P,Q,C] read_write, for a
// maximum the places i32 read_write.
// Specialised by: T, IT (i32, vec4i), MAX, AVG, sizes, C in T units, ROW_N, ROW_C, COL_N, COL_C (strides of the bounds, 0
// where all share them). Reference: op/regionpool.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> cols: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> places: array<i32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

// Two bounds, cut to an axis of a size: at least one pixel lies between them.
fn cut(lo: f32, hi: f32, size: f32) -> vec2i {
  let first = i32(clamp(lo, 0.0, size - 1.0));
  return vec2i(first, max(i32(clamp(hi, 0.0, size)), first + 1));
}

fn row_bounds(n: i32, c: i32, p: i32) -> vec2i {
  let k = u32(n * 320 + c * 20 + p * 2);
  return cut(rows[k], rows[k + 1u], 14.0);
}

fn col_bounds(n: i32, c: i32, q: i32) -> vec2i {
  let k = u32(n * 320 + c * 20 + q * 2);
  return cut(cols[k], cols[k + 1u], 14.0);
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 102400u) {
    return;
  }
  let c = i32(i % 16u);
  var t = i32(i / 16u);
  let q = t % 10;
  t = t / 10;
  let p = t % 10;
  let n = t / 10;
  let r = row_bounds(n, c, p);
  let s = col_bounds(n, c, q);
  var place = i32(r.x * 14 + s.x);
  var best = x[u32(((n * 14 + r.x) * 14 + s.x) * 16 + c)];
  for (var h = r.x; h < r.y; h++) {
    for (var w = s.x; w < s.y; w++) {
      let v = x[u32(((n * 14 + h) * 14 + w) * 16 + c)];
      let wins = v > best;
      best = select(best, v, wins);
      place = select(place, i32(h * 14 + w), wins);
    }
  }
  y[i] = best;
  places[i] = place;
}
