// pool: 392 x 1 workgroups, bindings 0[1605632] 1[401408] 2[401408]
// pool: y[n,p,q,c] = epilogue(max, mean or sum of x over the window), for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,D,H,W,C] read, y [N,OD,P,Q,C] read_write, the places i32 read_write where asked for, then the epilogue's.
// Specialised by: T, IT (i32, vec4i), MAX, AVG, PLACES, geometry, C in T units, LO_… HI_… (what an average counts). Reference: op/pool.go.
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
  for (var kd = 0; kd < 1; kd++) {
    let d = o * 1 - 0 + kd * 1;
    for (var kh = 0; kh < 2; kh++) {
      let h = p * 2 - 0 + kh * 1;
      for (var kw = 0; kw < 2; kw++) {
        let w = q * 2 - 0 + kw * 1;
        if (d < 0 || d >= 1 || h < 0 || h >= 28 || w < 0 || w >= 28) {
          continue;
        }
        let at = (d * 28 + h) * 28 + w;
        let v = x[u32((n * 784 + at) * 2 + c)];
        let wins = (place < vec4i(0)) | (v > best);
        best = select(best, v, wins);
        place = select(place, vec4i(at), wins);
      }
    }
  }
  places[i] = place;
  y[i] = epilogue(best, i, u32(c));
}
