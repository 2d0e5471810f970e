// pool: 2 x 1 workgroups, bindings 0[1176] 1[384]
// pool: y[n,p,q,c] = epilogue(max, mean or sum of x over the window), for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,D,H,W,C] read, y [N,OD,P,Q,C] read_write, the places i32 read_write where asked for, then the epilogue's.
// Specialised by: UNROLL (the taps of a small window one by one), INSIDE (no window leaves x), T, IT (i32, vec4i), BT, MAX,
// AVG, PLACES, geometry, C in T units, LO_… HI_… (what an average counts). Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
  let t0 = v;
  return t0;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

// By what an average along one axis divides: the taps at o·stride-before+k·dilation that lie in [lo, hi).
fn taps(o: i32, stride: i32, before: i32, kernel: i32, dilation: i32, lo: i32, hi: i32) -> i32 {
  var n = 0;
  for (var k = 0; k < kernel; k++) {
    let at = o * stride - before + k * dilation;
    n += select(0, 1, at >= lo && at < hi);
  }
  return n;
}

fn count(o: i32, p: i32, q: i32) -> f32 {
  return f32(taps(o, 1, 0, 1, 1, 0, 1) * taps(p, 2, 1, 3, 1, 0, 7)
    * taps(q, 2, 1, 3, 1, 0, 7));
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 96u) {
    return;
  }
  let c = i32(i % 3u);
  var t = i32(i / 3u);
  let q = t % 4;
  t = t / 4;
  let p = t % 4;
  t = t / 4;
  let o = t % 1;
  let n = t / 1;
  var best = f32(0.0);
  var place = i32(-1);
  let first = ((o * 1 - 0) * 7 + p * 2 - 1) * 7 + q * 2 - 1;
  {
    let at = first + 0;
    let d = o * 1 + 0;
    let h = p * 2 + -1;
    let w = q * 2 + -1;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 1;
    let d = o * 1 + 0;
    let h = p * 2 + -1;
    let w = q * 2 + 0;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 2;
    let d = o * 1 + 0;
    let h = p * 2 + -1;
    let w = q * 2 + 1;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 7;
    let d = o * 1 + 0;
    let h = p * 2 + 0;
    let w = q * 2 + -1;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 8;
    let d = o * 1 + 0;
    let h = p * 2 + 0;
    let w = q * 2 + 0;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 9;
    let d = o * 1 + 0;
    let h = p * 2 + 0;
    let w = q * 2 + 1;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 14;
    let d = o * 1 + 0;
    let h = p * 2 + 1;
    let w = q * 2 + -1;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 15;
    let d = o * 1 + 0;
    let h = p * 2 + 1;
    let w = q * 2 + 0;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  {
    let at = first + 16;
    let d = o * 1 + 0;
    let h = p * 2 + 1;
    let w = q * 2 + 1;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (w >= 0) & (w < 7);
    let v = x[u32((n * 49 + select(0, at, inside)) * 3 + c)];
    best += select(f32(0.0), v, inside);
  }
  best /= count(o, p, q);
  y[i] = epilogue(best, i, u32(c));
}
