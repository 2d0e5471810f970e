// pool_grad_apart: 100 x 1 workgroups, bindings 0[65536] 1[65536] 2[802816]
// pool_grad_apart: pool_grad for windows that neither overlap nor leave gaps, without padding: the kernel is the stride.
// One invocation per window (four channels where T is vec4f) reads its dy once and writes all elements of dx under it; what
// lies beyond the last window gets 0.
// Bindings: dy [N,OD,P,Q,C] read, for a maximum the places i32 read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: T, IT, MAX, sizes, KD, KH, KW, C in T units. Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> places: array<vec4i>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

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
  var t = flat_index(id, groups);
  if (t >= 6400u) {
    return;
  }
  let c = t % 4u;
  t = t / 4u;
  let q = t % 5u;
  t = t / 5u;
  let p = t % 5u;
  t = t / 5u;
  let o = t % 1u;
  let n = t / 1u;
  let there = (o < 1u) & (p < 4u) & (q < 4u);
  let at = select(0u, (((n * 1u + o) * 4u + p) * 4u + q) * 4u + c, there);
  let g = select(vec4f(0.0), dy[at], there);
  let place = places[at];
  let first = ((o * 1u) * 14u + p * 3u) * 14u + q * 3u;
  if ((o * 1u + 0u < 1u) & (p * 3u + 0u < 14u) & (q * 3u + 0u < 14u)) {
    let e = first + 0u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 0u < 14u) & (q * 3u + 1u < 14u)) {
    let e = first + 1u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 0u < 14u) & (q * 3u + 2u < 14u)) {
    let e = first + 2u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 1u < 14u) & (q * 3u + 0u < 14u)) {
    let e = first + 14u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 1u < 14u) & (q * 3u + 1u < 14u)) {
    let e = first + 15u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 1u < 14u) & (q * 3u + 2u < 14u)) {
    let e = first + 16u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 2u < 14u) & (q * 3u + 0u < 14u)) {
    let e = first + 28u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 2u < 14u) & (q * 3u + 1u < 14u)) {
    let e = first + 29u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
  if ((o * 1u + 0u < 1u) & (p * 3u + 2u < 14u) & (q * 3u + 2u < 14u)) {
    let e = first + 30u;
    let i = (n * 196u + e) * 4u + c;
    dx[i] = epilogue(select(vec4f(0.0), g, place == vec4i(i32(e))), i, c);
  }
}
