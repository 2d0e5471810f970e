// conv: 1 x 1 workgroups, bindings 0[1944] 1[216] 2[600]
// conv: y[n,p,q,f] = epilogue(Σ x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] · w[i,j,c,f]), over one to three spatial axes.
// One invocation computes TP neighbouring pixels of a row times TF vectors of filters in named registers; a row of
// input is loaded once for all taps along the width. No barriers: made for adapters that run on a processor too.
// Bindings: x [N,D,H,W,C] read, w [KD,KH,KW,C/groups,F] read, y [N,OD,P,Q,F] read_write, then the epilogue's.
// Specialised by: XT (f32, vec4f: along C), FT (f32, vec4f: along F), TP, TF, XV (components of XT), what lib/weights
// says, geometry, in XT and FT units for C, CG (channels of a group), F, FG. Reference: op/conv.go.
// The bounds are joined by & and not &&: SwiftShader compiles many short-circuits in a loop in exponential time (SPAN 21:
// 5.6 s, larger ones minutes and all memory; with &: 1.2 s and less).
@group(0) @binding(0) var<storage, read> x: array<f32>;
// Weights, read as f32: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<f32>;

fn weight(i: u32) -> f32 {
  return weights[i];
}

@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
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
  if (t >= 60u) {
    return;
  }
  let f = t % 6u * 1u;
  t = t / 6u;
  let q = i32(t % 2u) * 3;
  t = t / 2u;
  let p = i32(t % 5u);
  t = t / 5u;
  let o = i32(t % 1u);
  let n = i32(t / 1u);
  let channel = i32(f / 1u) * 1;
  var a0_0 = f32(0.0);
  var a1_0 = f32(0.0);
  var a2_0 = f32(0.0);
  let left = q * 2 - 1;
  for (var kd = 0; kd < 1; kd++) {
    let d = o * 1 - 0 + kd * 1;
    if (d < 0 || d >= 1) {
      continue;
    }
    for (var kh = 0; kh < 3; kh++) {
      let h = p * 2 - 1 + kh * 1;
      if (h < 0 || h >= 9) {
        continue;
      }
      let row = ((n * 1 + d) * 9 + h) * 9;
      for (var c = 0; c < 1; c++) {
        let start = (row + left) * 6 + channel + c;
        let x0 = select(f32(0.0), x[u32(start + (clamp(left + 0, 0, 8) - left) * 6)], (left >= 0) & (left < 9));
        let x1 = x[u32(start + 6)];
        let x2 = x[u32(start + 12)];
        let x3 = x[u32(start + 18)];
        let x4 = select(f32(0.0), x[u32(start + (clamp(left + 4, 0, 8) - left) * 6)], (left >= -4) & (left < 5));
        let x5 = select(f32(0.0), x[u32(start + (clamp(left + 5, 0, 8) - left) * 6)], (left >= -5) & (left < 4));
        let x6 = select(f32(0.0), x[u32(start + (clamp(left + 6, 0, 8) - left) * 6)], (left >= -6) & (left < 3));
        var k = u32(((kd * 3 + kh) * 3 * 1 + c) * 6) + f;
        let b0_0_0 = weight(k + 0u);
        a0_0 += x0 * b0_0_0;
        a1_0 += x2 * b0_0_0;
        a2_0 += x4 * b0_0_0;
        let b1_0_0 = weight(k + 6u);
        a0_0 += x1 * b1_0_0;
        a1_0 += x3 * b1_0_0;
        a2_0 += x5 * b1_0_0;
        let b2_0_0 = weight(k + 12u);
        a0_0 += x2 * b2_0_0;
        a1_0 += x4 * b2_0_0;
        a2_0 += x6 * b2_0_0;
      }
    }
  }
  let at = u32(((n * 1 + o) * 5 + p) * 5 + q) * 6u + f;
  if (q + 0 < 5) {
    y[at + 0u] = epilogue(a0_0, at + 0u, f + 0u);
  }
  if (q + 1 < 5) {
    y[at + 6u] = epilogue(a1_0, at + 6u, f + 0u);
  }
  if (q + 2 < 5) {
    y[at + 12u] = epilogue(a2_0, at + 12u, f + 0u);
  }
}
