// copy: 50 x 1 workgroups, bindings 1[12800] 2[12800]
// copy: y[o] = x[i] with i_a = o[from_a]·step_a + start_a, 0 where i is outside: transpose, slice, pad, flip, stretch.
// One invocation per element. Bindings: x read, y read_write.
// Written by the backend: INSIDE, AT (over the output's flat index o). Specialised by: T. Reference: op/copy.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 3200u) {
    return;
  }
  let o = i32(i);
  if (true) {
    y[i] = x[u32(0 + (o / 640 % 5 * -1 + 4) * 640 + (o / 128 % 5 * -1 + 4) * 128 + (o / 1 % 8 * 1 + 0) * 16 + (o / 8 % 16 * 1 + 0) * 1)];
  } else {
    y[i] = f32(0);
  }
}
// conv: 56 x 1 workgroups, bindings 0[802816] 2[12800] 1[401408]
// conv: y[n,p,q,f] = epilogue(Σ x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] · w[i,j,c,f]), over one to three spatial axes.
// One invocation computes TP neighbouring pixels of a row times TF vectors of filters in named registers; a row of
// input is loaded once for all taps along the width. No barriers: made for adapters that run on a processor too.
// Bindings: x [N,D,H,W,C] read, w [KD,KH,KW,C/groups,F] read, y [N,OD,P,Q,F] read_write, then the epilogue's.
// Specialised by: XT (f32, vec4f: along C), FT (f32, vec4f: along F), TP, TF, XV (components of XT), what lib/weights
// says, geometry, in XT and FT units for C, CG (channels of a group), F, FG. Reference: op/conv.go.
// The bounds are joined by & and not &&: SwiftShader compiles many short-circuits in a loop in exponential time (SPAN 21:
// 5.6 s, larger ones minutes and all memory; with &: 1.2 s and less).
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
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
  if (t >= 3584u) {
    return;
  }
  let f = t % 1u * 2u;
  t = t / 1u;
  let q = i32(t % 4u) * 4;
  t = t / 4u;
  let p = i32(t % 14u);
  t = t / 14u;
  let o = i32(t % 1u);
  let n = i32(t / 1u);
  let channel = i32(f / 2u) * 4;
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
      if (h < 0 || h >= 14) {
        continue;
      }
      let row = ((n * 1 + d) * 14 + h) * 14;
      for (var c = 0; c < 4; c++) {
        let start = (row + left) * 4 + channel + c;
        let x0 = select(vec4f(0.0), x[u32(start + (clamp(left + 0, 0, 13) - left) * 4)], (left >= 0) & (left < 14));
        let x1 = select(vec4f(0.0), x[u32(start + (clamp(left + 1, 0, 13) - left) * 4)], (left >= -1) & (left < 13));
        let x2 = x[u32(start + 8)];
        let x3 = x[u32(start + 12)];
        let x4 = select(vec4f(0.0), x[u32(start + (clamp(left + 4, 0, 13) - left) * 4)], (left >= -4) & (left < 10));
        let x5 = select(vec4f(0.0), x[u32(start + (clamp(left + 5, 0, 13) - left) * 4)], (left >= -5) & (left < 9));
        let x6 = select(vec4f(0.0), x[u32(start + (clamp(left + 6, 0, 13) - left) * 4)], (left >= -6) & (left < 8));
        let x7 = select(vec4f(0.0), x[u32(start + (clamp(left + 7, 0, 13) - left) * 4)], (left >= -7) & (left < 7));
        var k = u32(((kd * 5 + kh) * 5 * 4 + c) * 8) + f;
        let b0_0_0 = weight(k + 0u);
        a0_0 += x0[0] * b0_0_0;
        a1_0 += x1[0] * b0_0_0;
        a2_0 += x2[0] * b0_0_0;
        a3_0 += x3[0] * b0_0_0;
        let b0_0_1 = weight(k + 1u);
        a0_1 += x0[0] * b0_0_1;
        a1_1 += x1[0] * b0_0_1;
        a2_1 += x2[0] * b0_0_1;
        a3_1 += x3[0] * b0_0_1;
        let b0_1_0 = weight(k + 2u);
        a0_0 += x0[1] * b0_1_0;
        a1_0 += x1[1] * b0_1_0;
        a2_0 += x2[1] * b0_1_0;
        a3_0 += x3[1] * b0_1_0;
        let b0_1_1 = weight(k + 3u);
        a0_1 += x0[1] * b0_1_1;
        a1_1 += x1[1] * b0_1_1;
        a2_1 += x2[1] * b0_1_1;
        a3_1 += x3[1] * b0_1_1;
        let b0_2_0 = weight(k + 4u);
        a0_0 += x0[2] * b0_2_0;
        a1_0 += x1[2] * b0_2_0;
        a2_0 += x2[2] * b0_2_0;
        a3_0 += x3[2] * b0_2_0;
        let b0_2_1 = weight(k + 5u);
        a0_1 += x0[2] * b0_2_1;
        a1_1 += x1[2] * b0_2_1;
        a2_1 += x2[2] * b0_2_1;
        a3_1 += x3[2] * b0_2_1;
        let b0_3_0 = weight(k + 6u);
        a0_0 += x0[3] * b0_3_0;
        a1_0 += x1[3] * b0_3_0;
        a2_0 += x2[3] * b0_3_0;
        a3_0 += x3[3] * b0_3_0;
        let b0_3_1 = weight(k + 7u);
        a0_1 += x0[3] * b0_3_1;
        a1_1 += x1[3] * b0_3_1;
        a2_1 += x2[3] * b0_3_1;
        a3_1 += x3[3] * b0_3_1;
        let b1_0_0 = weight(k + 32u);
        a0_0 += x1[0] * b1_0_0;
        a1_0 += x2[0] * b1_0_0;
        a2_0 += x3[0] * b1_0_0;
        a3_0 += x4[0] * b1_0_0;
        let b1_0_1 = weight(k + 33u);
        a0_1 += x1[0] * b1_0_1;
        a1_1 += x2[0] * b1_0_1;
        a2_1 += x3[0] * b1_0_1;
        a3_1 += x4[0] * b1_0_1;
        let b1_1_0 = weight(k + 34u);
        a0_0 += x1[1] * b1_1_0;
        a1_0 += x2[1] * b1_1_0;
        a2_0 += x3[1] * b1_1_0;
        a3_0 += x4[1] * b1_1_0;
        let b1_1_1 = weight(k + 35u);
        a0_1 += x1[1] * b1_1_1;
        a1_1 += x2[1] * b1_1_1;
        a2_1 += x3[1] * b1_1_1;
        a3_1 += x4[1] * b1_1_1;
        let b1_2_0 = weight(k + 36u);
        a0_0 += x1[2] * b1_2_0;
        a1_0 += x2[2] * b1_2_0;
        a2_0 += x3[2] * b1_2_0;
        a3_0 += x4[2] * b1_2_0;
        let b1_2_1 = weight(k + 37u);
        a0_1 += x1[2] * b1_2_1;
        a1_1 += x2[2] * b1_2_1;
        a2_1 += x3[2] * b1_2_1;
        a3_1 += x4[2] * b1_2_1;
        let b1_3_0 = weight(k + 38u);
        a0_0 += x1[3] * b1_3_0;
        a1_0 += x2[3] * b1_3_0;
        a2_0 += x3[3] * b1_3_0;
        a3_0 += x4[3] * b1_3_0;
        let b1_3_1 = weight(k + 39u);
        a0_1 += x1[3] * b1_3_1;
        a1_1 += x2[3] * b1_3_1;
        a2_1 += x3[3] * b1_3_1;
        a3_1 += x4[3] * b1_3_1;
        let b2_0_0 = weight(k + 64u);
        a0_0 += x2[0] * b2_0_0;
        a1_0 += x3[0] * b2_0_0;
        a2_0 += x4[0] * b2_0_0;
        a3_0 += x5[0] * b2_0_0;
        let b2_0_1 = weight(k + 65u);
        a0_1 += x2[0] * b2_0_1;
        a1_1 += x3[0] * b2_0_1;
        a2_1 += x4[0] * b2_0_1;
        a3_1 += x5[0] * b2_0_1;
        let b2_1_0 = weight(k + 66u);
        a0_0 += x2[1] * b2_1_0;
        a1_0 += x3[1] * b2_1_0;
        a2_0 += x4[1] * b2_1_0;
        a3_0 += x5[1] * b2_1_0;
        let b2_1_1 = weight(k + 67u);
        a0_1 += x2[1] * b2_1_1;
        a1_1 += x3[1] * b2_1_1;
        a2_1 += x4[1] * b2_1_1;
        a3_1 += x5[1] * b2_1_1;
        let b2_2_0 = weight(k + 68u);
        a0_0 += x2[2] * b2_2_0;
        a1_0 += x3[2] * b2_2_0;
        a2_0 += x4[2] * b2_2_0;
        a3_0 += x5[2] * b2_2_0;
        let b2_2_1 = weight(k + 69u);
        a0_1 += x2[2] * b2_2_1;
        a1_1 += x3[2] * b2_2_1;
        a2_1 += x4[2] * b2_2_1;
        a3_1 += x5[2] * b2_2_1;
        let b2_3_0 = weight(k + 70u);
        a0_0 += x2[3] * b2_3_0;
        a1_0 += x3[3] * b2_3_0;
        a2_0 += x4[3] * b2_3_0;
        a3_0 += x5[3] * b2_3_0;
        let b2_3_1 = weight(k + 71u);
        a0_1 += x2[3] * b2_3_1;
        a1_1 += x3[3] * b2_3_1;
        a2_1 += x4[3] * b2_3_1;
        a3_1 += x5[3] * b2_3_1;
        let b3_0_0 = weight(k + 96u);
        a0_0 += x3[0] * b3_0_0;
        a1_0 += x4[0] * b3_0_0;
        a2_0 += x5[0] * b3_0_0;
        a3_0 += x6[0] * b3_0_0;
        let b3_0_1 = weight(k + 97u);
        a0_1 += x3[0] * b3_0_1;
        a1_1 += x4[0] * b3_0_1;
        a2_1 += x5[0] * b3_0_1;
        a3_1 += x6[0] * b3_0_1;
        let b3_1_0 = weight(k + 98u);
        a0_0 += x3[1] * b3_1_0;
        a1_0 += x4[1] * b3_1_0;
        a2_0 += x5[1] * b3_1_0;
        a3_0 += x6[1] * b3_1_0;
        let b3_1_1 = weight(k + 99u);
        a0_1 += x3[1] * b3_1_1;
        a1_1 += x4[1] * b3_1_1;
        a2_1 += x5[1] * b3_1_1;
        a3_1 += x6[1] * b3_1_1;
        let b3_2_0 = weight(k + 100u);
        a0_0 += x3[2] * b3_2_0;
        a1_0 += x4[2] * b3_2_0;
        a2_0 += x5[2] * b3_2_0;
        a3_0 += x6[2] * b3_2_0;
        let b3_2_1 = weight(k + 101u);
        a0_1 += x3[2] * b3_2_1;
        a1_1 += x4[2] * b3_2_1;
        a2_1 += x5[2] * b3_2_1;
        a3_1 += x6[2] * b3_2_1;
        let b3_3_0 = weight(k + 102u);
        a0_0 += x3[3] * b3_3_0;
        a1_0 += x4[3] * b3_3_0;
        a2_0 += x5[3] * b3_3_0;
        a3_0 += x6[3] * b3_3_0;
        let b3_3_1 = weight(k + 103u);
        a0_1 += x3[3] * b3_3_1;
        a1_1 += x4[3] * b3_3_1;
        a2_1 += x5[3] * b3_3_1;
        a3_1 += x6[3] * b3_3_1;
        let b4_0_0 = weight(k + 128u);
        a0_0 += x4[0] * b4_0_0;
        a1_0 += x5[0] * b4_0_0;
        a2_0 += x6[0] * b4_0_0;
        a3_0 += x7[0] * b4_0_0;
        let b4_0_1 = weight(k + 129u);
        a0_1 += x4[0] * b4_0_1;
        a1_1 += x5[0] * b4_0_1;
        a2_1 += x6[0] * b4_0_1;
        a3_1 += x7[0] * b4_0_1;
        let b4_1_0 = weight(k + 130u);
        a0_0 += x4[1] * b4_1_0;
        a1_0 += x5[1] * b4_1_0;
        a2_0 += x6[1] * b4_1_0;
        a3_0 += x7[1] * b4_1_0;
        let b4_1_1 = weight(k + 131u);
        a0_1 += x4[1] * b4_1_1;
        a1_1 += x5[1] * b4_1_1;
        a2_1 += x6[1] * b4_1_1;
        a3_1 += x7[1] * b4_1_1;
        let b4_2_0 = weight(k + 132u);
        a0_0 += x4[2] * b4_2_0;
        a1_0 += x5[2] * b4_2_0;
        a2_0 += x6[2] * b4_2_0;
        a3_0 += x7[2] * b4_2_0;
        let b4_2_1 = weight(k + 133u);
        a0_1 += x4[2] * b4_2_1;
        a1_1 += x5[2] * b4_2_1;
        a2_1 += x6[2] * b4_2_1;
        a3_1 += x7[2] * b4_2_1;
        let b4_3_0 = weight(k + 134u);
        a0_0 += x4[3] * b4_3_0;
        a1_0 += x5[3] * b4_3_0;
        a2_0 += x6[3] * b4_3_0;
        a3_0 += x7[3] * b4_3_0;
        let b4_3_1 = weight(k + 135u);
        a0_1 += x4[3] * b4_3_1;
        a1_1 += x5[3] * b4_3_1;
        a2_1 += x6[3] * b4_3_1;
        a3_1 += x7[3] * b4_3_1;
      }
    }
  }
  let at = u32(((n * 1 + o) * 14 + p) * 14 + q) * 2u + f;
  if (q + 0 < 14) {
    y[at + 0u] = epilogue(a0_0, at + 0u, f + 0u);
    y[at + 1u] = epilogue(a0_1, at + 1u, f + 1u);
  }
  if (q + 1 < 14) {
    y[at + 2u] = epilogue(a1_0, at + 2u, f + 0u);
    y[at + 3u] = epilogue(a1_1, at + 3u, f + 1u);
  }
  if (q + 2 < 14) {
    y[at + 4u] = epilogue(a2_0, at + 4u, f + 0u);
    y[at + 5u] = epilogue(a2_1, at + 5u, f + 1u);
  }
  if (q + 3 < 14) {
    y[at + 6u] = epilogue(a3_0, at + 6u, f + 0u);
    y[at + 7u] = epilogue(a3_1, at + 7u, f + 1u);
  }
}
