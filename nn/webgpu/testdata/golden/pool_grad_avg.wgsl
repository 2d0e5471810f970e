// pool_grad: 5 x 1 workgroups, bindings 0[384] 1[1176]
// pool_grad: dx[n,h,w,c] = epilogue(Σ dy of the windows that (h,w) won), or Σ dy/count or dy over those that hold it.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f), no atomics.
// Bindings: dy [N,OD,P,Q,C] read, for a maximum the places i32 read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised as pool. Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;

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
  return f32(taps(o, 1, 0, 1, 1, 0, 1) * taps(p, 2, 1, 3, 1, -1, 8)
    * taps(q, 2, 1, 3, 1, -1, 8));
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 294u) {
    return;
  }
  let c = i32(i % 3u);
  var t = i32(i / 3u);
  let w = t % 7;
  t = t / 7;
  let h = t % 7;
  t = t / 7;
  let d = t % 1;
  let n = t / 1;
  var sum = f32(0.0);
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
        if (o >= 1 || p >= 4 || q >= 4) {
          continue;
        }
        let at = u32((((n * 1 + o) * 4 + p) * 4 + q) * 3 + c);
        sum += dy[at] / count(o, p, q);
      }
    }
  }
  dx[i] = epilogue(sum, i, u32(c));
}
