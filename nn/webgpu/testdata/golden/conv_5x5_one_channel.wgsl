// conv: 196 x 1 workgroups, bindings 0[200704] 1[800] 2[1605632]
// conv: y[n,p,q,f] = epilogue(Σ x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] · w[i,j,c,f]), over one to three spatial axes.
// One invocation computes TP neighbouring pixels of a row times TF vectors of filters in named registers; a row of
// input is loaded once for all taps along the width. No barriers: made for adapters that run on a processor too.
// Bindings: x [N,D,H,W,C] read, w [KD,KH,KW,C/groups,F] read, y [N,OD,P,Q,F] read_write, then the epilogue's.
// Specialised by: XT (f32, vec4f: along C), FT (f32, vec4f: along F), TP, TF, XV (components of XT), what lib/weights
// says, geometry, in XT and FT units for C, CG (channels of a group), F, FG. Reference: op/conv.go.
// The bounds are joined by & and not &&: SwiftShader compiles many short-circuits in a loop in exponential time (SPAN 21:
// 5.6 s, larger ones minutes and all memory; with &: 1.2 s and less).
@group(0) @binding(0) var<storage, read> x: array<f32>;
// Weights, read as vec4f: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;

fn weight(i: u32) -> vec4f {
  return weights[i];
}

@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

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
  if (t >= 12544u) {
    return;
  }
  let f = t % 1u * 2u;
  t = t / 1u;
  let q = i32(t % 7u) * 4;
  t = t / 7u;
  let p = i32(t % 28u);
  t = t / 28u;
  let o = i32(t % 1u);
  let n = i32(t / 1u);
  let channel = i32(f / 2u) * 1;
  var a0_0 = vec4f(0.0);
  var a0_1 = vec4f(0.0);
  var a1_0 = vec4f(0.0);
  var a1_1 = vec4f(0.0);
  var a2_0 = vec4f(0.0);
  var a2_1 = vec4f(0.0);
  var a3_0 = vec4f(0.0);
  var a3_1 = vec4f(0.0);
  let left = q * 1 - 2;
  for (var kd = 0; kd < 1; kd++) {
    let d = o * 1 - 0 + kd * 1;
    if (d < 0 || d >= 1) {
      continue;
    }
    for (var kh = 0; kh < 5; kh++) {
      let h = p * 1 - 2 + kh * 1;
      if (h < 0 || h >= 28) {
        continue;
      }
      let row = ((n * 1 + d) * 28 + h) * 28;
      for (var c = 0; c < 1; c++) {
        let start = (row + left) * 1 + channel + c;
        let x0 = select(f32(0.0), x[u32(start + (clamp(left + 0, 0, 27) - left) * 1)], (left >= 0) & (left < 28));
        let x1 = select(f32(0.0), x[u32(start + (clamp(left + 1, 0, 27) - left) * 1)], (left >= -1) & (left < 27));
        let x2 = x[u32(start + 2)];
        let x3 = x[u32(start + 3)];
        let x4 = x[u32(start + 4)];
        let x5 = x[u32(start + 5)];
        let x6 = select(f32(0.0), x[u32(start + (clamp(left + 6, 0, 27) - left) * 1)], (left >= -6) & (left < 22));
        let x7 = select(f32(0.0), x[u32(start + (clamp(left + 7, 0, 27) - left) * 1)], (left >= -7) & (left < 21));
        var k = u32(((kd * 5 + kh) * 5 * 1 + c) * 2) + f;
        let b0_0_0 = weight(k + 0u);
        a0_0 += x0 * b0_0_0;
        a1_0 += x1 * b0_0_0;
        a2_0 += x2 * b0_0_0;
        a3_0 += x3 * b0_0_0;
        let b0_0_1 = weight(k + 1u);
        a0_1 += x0 * b0_0_1;
        a1_1 += x1 * b0_0_1;
        a2_1 += x2 * b0_0_1;
        a3_1 += x3 * b0_0_1;
        let b1_0_0 = weight(k + 2u);
        a0_0 += x1 * b1_0_0;
        a1_0 += x2 * b1_0_0;
        a2_0 += x3 * b1_0_0;
        a3_0 += x4 * b1_0_0;
        let b1_0_1 = weight(k + 3u);
        a0_1 += x1 * b1_0_1;
        a1_1 += x2 * b1_0_1;
        a2_1 += x3 * b1_0_1;
        a3_1 += x4 * b1_0_1;
        let b2_0_0 = weight(k + 4u);
        a0_0 += x2 * b2_0_0;
        a1_0 += x3 * b2_0_0;
        a2_0 += x4 * b2_0_0;
        a3_0 += x5 * b2_0_0;
        let b2_0_1 = weight(k + 5u);
        a0_1 += x2 * b2_0_1;
        a1_1 += x3 * b2_0_1;
        a2_1 += x4 * b2_0_1;
        a3_1 += x5 * b2_0_1;
        let b3_0_0 = weight(k + 6u);
        a0_0 += x3 * b3_0_0;
        a1_0 += x4 * b3_0_0;
        a2_0 += x5 * b3_0_0;
        a3_0 += x6 * b3_0_0;
        let b3_0_1 = weight(k + 7u);
        a0_1 += x3 * b3_0_1;
        a1_1 += x4 * b3_0_1;
        a2_1 += x5 * b3_0_1;
        a3_1 += x6 * b3_0_1;
        let b4_0_0 = weight(k + 8u);
        a0_0 += x4 * b4_0_0;
        a1_0 += x5 * b4_0_0;
        a2_0 += x6 * b4_0_0;
        a3_0 += x7 * b4_0_0;
        let b4_0_1 = weight(k + 9u);
        a0_1 += x4 * b4_0_1;
        a1_1 += x5 * b4_0_1;
        a2_1 += x6 * b4_0_1;
        a3_1 += x7 * b4_0_1;
      }
    }
  }
  let at = u32(((n * 1 + o) * 28 + p) * 28 + q) * 2u + f;
  if (q + 0 < 28) {
    y[at + 0u] = epilogue(a0_0, at + 0u, f + 0u);
    y[at + 1u] = epilogue(a0_1, at + 1u, f + 1u);
  }
  if (q + 1 < 28) {
    y[at + 2u] = epilogue(a1_0, at + 2u, f + 0u);
    y[at + 3u] = epilogue(a1_1, at + 3u, f + 1u);
  }
  if (q + 2 < 28) {
    y[at + 4u] = epilogue(a2_0, at + 4u, f + 0u);
    y[at + 5u] = epilogue(a2_1, at + 5u, f + 1u);
  }
  if (q + 3 < 28) {
    y[at + 6u] = epilogue(a3_0, at + 6u, f + 0u);
    y[at + 7u] = epilogue(a3_1, at + 7u, f + 1u);
  }
}
