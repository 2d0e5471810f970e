// region_pool_grad: 784 x 1 workgroups, bindings 0[409600] 1[80] 2[80] 3[409600] 4[802816]
// region_pool_grad: dx[n,h,w,c] = Σ dy of the regions that (h,w) won, or Σ dy or dy/count over the regions that hold it.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f) looks at every row of
// regions, and along those that hold h at every region. Bounds need not be in order.
// Bindings: dy [N,P,Q,C] read, rows read, cols read, for a maximum the places i32 read, dx [N,H,W,C] read_write.
// Specialised as region_pool. Reference: op/regionpool.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> cols: array<f32>;
@group(0) @binding(3) var<storage, read> places: array<vec4i>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
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
  if (i >= 50176u) {
    return;
  }
  let c = i32(i % 4u);
  var t = i32(i / 4u);
  let w = t % 14;
  t = t / 14;
  let h = t % 14;
  let n = t / 14;
  var sum = vec4f(0.0);
  for (var p = 0; p < 10; p++) {
    let r = row_bounds(n, c, p);
    if ((h < r.x) | (h >= r.y)) {
      continue;
    }
    for (var q = 0; q < 10; q++) {
      let s = col_bounds(n, c, q);
      if ((w < s.x) | (w >= s.y)) {
        continue;
      }
      let at = u32(((n * 10 + p) * 10 + q) * 4 + c);
      sum += select(vec4f(0.0), dy[at], places[at] == vec4i(h * 14 + w));
    }
  }
  dx[i] = sum;
}
