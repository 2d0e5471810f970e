// pool_grad: 784 x 1 workgroups, bindings 0[200704] 1[200704] 2[802816]
// pool_grad: dx[n,h,w,c] = epilogue(Σ dy of the windows that (h,w) won), or Σ dy/count or dy over those that hold it.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f), no atomics.
// Bindings: dy [N,OD,P,Q,C] read, for a maximum the places i32 read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised as pool. Reference: op/pool.go.
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
  let i = flat_index(id, groups);
  if (i >= 50176u) {
    return;
  }
  let c = i32(i % 4u);
  var t = i32(i / 4u);
  let w = t % 14;
  t = t / 14;
  let h = t % 14;
  t = t / 14;
  let d = t % 1;
  let n = t / 1;
  var sum = vec4f(0.0);
  // Only every stride-th tap can belong to a window here; with a dilation that is left to the check below.
  for (var kd = 0; kd < 1; kd += 1) {
    let od = d + 0 - kd * 1;
    for (var kh = (h + 1) % 2; kh < 3; kh += 2) {
      let oh = h + 1 - kh * 1;
      for (var kw = (w + 1) % 2; kw < 3; kw += 2) {
        let ow = w + 1 - kw * 1;
        if (od < 0 || od % 1 != 0 || oh < 0 || oh % 2 != 0 || ow < 0 || ow % 2 != 0) {
          continue;
        }
        let o = od / 1;
        let p = oh / 2;
        let q = ow / 2;
        if (o >= 1 || p >= 7 || q >= 7) {
          continue;
        }
        let at = u32((((n * 1 + o) * 7 + p) * 7 + q) * 4 + c);
        sum += select(vec4f(0.0), dy[at], places[at] == vec4i((d * 14 + h) * 14 + w));
      }
    }
  }
  dx[i] = epilogue(sum, i, u32(c));
}
