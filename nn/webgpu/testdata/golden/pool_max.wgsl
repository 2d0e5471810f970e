// pool: 392 x 1 workgroups, bindings 0[1605632] 1[401408] 2[401408]
// pool: y[n,p,q,c] = epilogue(max, mean or sum of x over the window), for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,D,H,W,C] read, y [N,OD,P,Q,C] read_write, the places i32 read_write where asked for, then the epilogue's.
// Specialised by: UNROLL (the taps of a small window one by one), INSIDE (no window leaves x), T, IT (i32, vec4i), BT, MAX,
// AVG, PLACES, geometry, C in T units, LO_… HI_… (what an average counts). Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> places: array<vec4i>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 25088u) {
    return;
  }
  let c = i32(i % 2u);
  var t = i32(i / 2u);
  let q = t % 14;
  t = t / 14;
  let p = t % 14;
  t = t / 14;
  let o = t % 1;
  let n = t / 1;
  var best = vec4f(0.0);
  var place = vec4i(-1);
  let first = ((o * 1 - 0) * 28 + p * 2 - 0) * 28 + q * 2 - 0;
  {
    let at = first + 0;
    let v = x[u32((n * 784 + at) * 2 + c)];
    best = v;
    place = vec4i(at);
  }
  {
    let at = first + 1;
    let v = x[u32((n * 784 + at) * 2 + c)];
    let wins = v > best;
    best = select(best, v, wins);
    place = select(place, vec4i(at), wins);
  }
  {
    let at = first + 28;
    let v = x[u32((n * 784 + at) * 2 + c)];
    let wins = v > best;
    best = select(best, v, wins);
    place = select(place, vec4i(at), wins);
  }
  {
    let at = first + 29;
    let v = x[u32((n * 784 + at) * 2 + c)];
    let wins = v > best;
    best = select(best, v, wins);
    place = select(place, vec4i(at), wins);
  }
  places[i] = place;
  y[i] = epilogue(best, i, u32(c));
}
