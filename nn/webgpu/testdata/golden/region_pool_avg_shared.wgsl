// region_pool: 3 x 1 workgroups, bindings 0[25088] 1[40] 2[32] 3[2560]
// region_pool: y[n,p,q,c] = max, mean or sum of x over the given region, for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,H,W,C] read, rows [N or 1,C or 1,P,2] read, cols [N or 1,C or 1,Q,2] read, y [N,P,Q,C] read_write, for a
// maximum the places i32 read_write.
// Specialised by: T, IT (i32, vec4i), MAX, AVG, sizes, C in T units, ROW_N, ROW_C, COL_N, COL_C (strides of the bounds, 0
// where all share them). Reference: op/regionpool.go.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> cols: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
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
  let k = u32(n * 0 + c * 0 + p * 2);
  return cut(rows[k], rows[k + 1u], 14.0);
}

fn col_bounds(n: i32, c: i32, q: i32) -> vec2i {
  let k = u32(n * 0 + c * 0 + q * 2);
  return cut(cols[k], cols[k + 1u], 14.0);
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 160u) {
    return;
  }
  let c = i32(i % 4u);
  var t = i32(i / 4u);
  let q = t % 4;
  t = t / 4;
  let p = t % 5;
  let n = t / 5;
  let r = row_bounds(n, c, p);
  let s = col_bounds(n, c, q);
  var sum = vec4f(0.0);
  for (var h = r.x; h < r.y; h++) {
    for (var w = s.x; w < s.y; w++) {
      let v = x[u32(((n * 14 + h) * 14 + w) * 4 + c)];
      sum += v;
    }
  }
  sum /= f32((r.y - r.x) * (s.y - s.x));
  y[i] = sum;
}
