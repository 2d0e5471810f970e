// conv_grad_weight: 40 x 1 workgroups, bindings 0[401408] 1[802816] 3[819200]
// conv_grad_weight: part[s,i,j,c,f] = Σ x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] · dy[n,p,q,f] over part s of the batch.
// One invocation keeps all taps along the width, for one vector of channels and TF of filters, in named registers and
// walks over the rows, TQ pixels at a time. sum_parts adds the parts up in order: the result is the same each time.
// Bindings: x [N,D,H,W,C] read, dy [N,OD,P,Q,F] read, part [PARTS,KD,KH,KW,C/groups,F] read_write.
// Specialised by: XT, FT, XV, TQ, TF, PARTS, PER (images of a part), geometry as in conv. Reference: op/conv.go.
// & and not && joins the bounds for the reason that conv gives.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> part: array<vec4f>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= 2560u) {
    return;
  }
  let f = t % 4u * 1u;
  t = t / 4u;
  let c = i32(t % 2u);
  t = t / 2u;
  let kh = i32(t % 5u);
  t = t / 5u;
  let kd = i32(t % 1u);
  let s = i32(t / 1u);
  let channel = i32(f / 4u) * 2 + c;
  var a0_0_0 = vec4f(0.0);
  var a0_1_0 = vec4f(0.0);
  var a0_2_0 = vec4f(0.0);
  var a0_3_0 = vec4f(0.0);
  var a1_0_0 = vec4f(0.0);
  var a1_1_0 = vec4f(0.0);
  var a1_2_0 = vec4f(0.0);
  var a1_3_0 = vec4f(0.0);
  var a2_0_0 = vec4f(0.0);
  var a2_1_0 = vec4f(0.0);
  var a2_2_0 = vec4f(0.0);
  var a2_3_0 = vec4f(0.0);
  var a3_0_0 = vec4f(0.0);
  var a3_1_0 = vec4f(0.0);
  var a3_2_0 = vec4f(0.0);
  var a3_3_0 = vec4f(0.0);
  var a4_0_0 = vec4f(0.0);
  var a4_1_0 = vec4f(0.0);
  var a4_2_0 = vec4f(0.0);
  var a4_3_0 = vec4f(0.0);
  for (var n = s * 1; n < min(64, (s + 1) * 1); n++) {
    for (var o = 0; o < 1; o++) {
      let d = o * 1 - 0 + kd * 1;
      if (d < 0 || d >= 1) {
        continue;
      }
      for (var p = 0; p < 14; p++) {
        let h = p * 1 - 2 + kh * 1;
        if (h < 0 || h >= 14) {
          continue;
        }
        let row = ((n * 1 + d) * 14 + h) * 14;
        let out = ((n * 1 + o) * 14 + p) * 14;
        for (var q = 0; q < 14; q += 7) {
          let left = q * 1 - 2;
          let w0 = left + 0;
          let x0 = select(vec4f(0.0), x[u32((row + clamp(w0, 0, 13)) * 2 + channel)], (w0 >= 0) & (w0 < 14));
          let w1 = left + 1;
          let x1 = select(vec4f(0.0), x[u32((row + clamp(w1, 0, 13)) * 2 + channel)], (w1 >= 0) & (w1 < 14));
          let w2 = left + 2;
          let x2 = select(vec4f(0.0), x[u32((row + clamp(w2, 0, 13)) * 2 + channel)], (w2 >= 0) & (w2 < 14));
          let w3 = left + 3;
          let x3 = select(vec4f(0.0), x[u32((row + clamp(w3, 0, 13)) * 2 + channel)], (w3 >= 0) & (w3 < 14));
          let w4 = left + 4;
          let x4 = select(vec4f(0.0), x[u32((row + clamp(w4, 0, 13)) * 2 + channel)], (w4 >= 0) & (w4 < 14));
          let w5 = left + 5;
          let x5 = select(vec4f(0.0), x[u32((row + clamp(w5, 0, 13)) * 2 + channel)], (w5 >= 0) & (w5 < 14));
          let w6 = left + 6;
          let x6 = select(vec4f(0.0), x[u32((row + clamp(w6, 0, 13)) * 2 + channel)], (w6 >= 0) & (w6 < 14));
          let w7 = left + 7;
          let x7 = select(vec4f(0.0), x[u32((row + clamp(w7, 0, 13)) * 2 + channel)], (w7 >= 0) & (w7 < 14));
          let w8 = left + 8;
          let x8 = select(vec4f(0.0), x[u32((row + clamp(w8, 0, 13)) * 2 + channel)], (w8 >= 0) & (w8 < 14));
          let w9 = left + 9;
          let x9 = select(vec4f(0.0), x[u32((row + clamp(w9, 0, 13)) * 2 + channel)], (w9 >= 0) & (w9 < 14));
          let w10 = left + 10;
          let x10 = select(vec4f(0.0), x[u32((row + clamp(w10, 0, 13)) * 2 + channel)], (w10 >= 0) & (w10 < 14));
          let g0_0 = dy[u32(out + q + 0) * 4u + f + 0u];
          a0_0_0 += x0[0] * g0_0;
          a0_1_0 += x0[1] * g0_0;
          a0_2_0 += x0[2] * g0_0;
          a0_3_0 += x0[3] * g0_0;
          a1_0_0 += x1[0] * g0_0;
          a1_1_0 += x1[1] * g0_0;
          a1_2_0 += x1[2] * g0_0;
          a1_3_0 += x1[3] * g0_0;
          a2_0_0 += x2[0] * g0_0;
          a2_1_0 += x2[1] * g0_0;
          a2_2_0 += x2[2] * g0_0;
          a2_3_0 += x2[3] * g0_0;
          a3_0_0 += x3[0] * g0_0;
          a3_1_0 += x3[1] * g0_0;
          a3_2_0 += x3[2] * g0_0;
          a3_3_0 += x3[3] * g0_0;
          a4_0_0 += x4[0] * g0_0;
          a4_1_0 += x4[1] * g0_0;
          a4_2_0 += x4[2] * g0_0;
          a4_3_0 += x4[3] * g0_0;
          let g1_0 = dy[u32(out + q + 1) * 4u + f + 0u];
          a0_0_0 += x1[0] * g1_0;
          a0_1_0 += x1[1] * g1_0;
          a0_2_0 += x1[2] * g1_0;
          a0_3_0 += x1[3] * g1_0;
          a1_0_0 += x2[0] * g1_0;
          a1_1_0 += x2[1] * g1_0;
          a1_2_0 += x2[2] * g1_0;
          a1_3_0 += x2[3] * g1_0;
          a2_0_0 += x3[0] * g1_0;
          a2_1_0 += x3[1] * g1_0;
          a2_2_0 += x3[2] * g1_0;
          a2_3_0 += x3[3] * g1_0;
          a3_0_0 += x4[0] * g1_0;
          a3_1_0 += x4[1] * g1_0;
          a3_2_0 += x4[2] * g1_0;
          a3_3_0 += x4[3] * g1_0;
          a4_0_0 += x5[0] * g1_0;
          a4_1_0 += x5[1] * g1_0;
          a4_2_0 += x5[2] * g1_0;
          a4_3_0 += x5[3] * g1_0;
          let g2_0 = dy[u32(out + q + 2) * 4u + f + 0u];
          a0_0_0 += x2[0] * g2_0;
          a0_1_0 += x2[1] * g2_0;
          a0_2_0 += x2[2] * g2_0;
          a0_3_0 += x2[3] * g2_0;
          a1_0_0 += x3[0] * g2_0;
          a1_1_0 += x3[1] * g2_0;
          a1_2_0 += x3[2] * g2_0;
          a1_3_0 += x3[3] * g2_0;
          a2_0_0 += x4[0] * g2_0;
          a2_1_0 += x4[1] * g2_0;
          a2_2_0 += x4[2] * g2_0;
          a2_3_0 += x4[3] * g2_0;
          a3_0_0 += x5[0] * g2_0;
          a3_1_0 += x5[1] * g2_0;
          a3_2_0 += x5[2] * g2_0;
          a3_3_0 += x5[3] * g2_0;
          a4_0_0 += x6[0] * g2_0;
          a4_1_0 += x6[1] * g2_0;
          a4_2_0 += x6[2] * g2_0;
          a4_3_0 += x6[3] * g2_0;
          let g3_0 = dy[u32(out + q + 3) * 4u + f + 0u];
          a0_0_0 += x3[0] * g3_0;
          a0_1_0 += x3[1] * g3_0;
          a0_2_0 += x3[2] * g3_0;
          a0_3_0 += x3[3] * g3_0;
          a1_0_0 += x4[0] * g3_0;
          a1_1_0 += x4[1] * g3_0;
          a1_2_0 += x4[2] * g3_0;
          a1_3_0 += x4[3] * g3_0;
          a2_0_0 += x5[0] * g3_0;
          a2_1_0 += x5[1] * g3_0;
          a2_2_0 += x5[2] * g3_0;
          a2_3_0 += x5[3] * g3_0;
          a3_0_0 += x6[0] * g3_0;
          a3_1_0 += x6[1] * g3_0;
          a3_2_0 += x6[2] * g3_0;
          a3_3_0 += x6[3] * g3_0;
          a4_0_0 += x7[0] * g3_0;
          a4_1_0 += x7[1] * g3_0;
          a4_2_0 += x7[2] * g3_0;
          a4_3_0 += x7[3] * g3_0;
          let g4_0 = dy[u32(out + q + 4) * 4u + f + 0u];
          a0_0_0 += x4[0] * g4_0;
          a0_1_0 += x4[1] * g4_0;
          a0_2_0 += x4[2] * g4_0;
          a0_3_0 += x4[3] * g4_0;
          a1_0_0 += x5[0] * g4_0;
          a1_1_0 += x5[1] * g4_0;
          a1_2_0 += x5[2] * g4_0;
          a1_3_0 += x5[3] * g4_0;
          a2_0_0 += x6[0] * g4_0;
          a2_1_0 += x6[1] * g4_0;
          a2_2_0 += x6[2] * g4_0;
          a2_3_0 += x6[3] * g4_0;
          a3_0_0 += x7[0] * g4_0;
          a3_1_0 += x7[1] * g4_0;
          a3_2_0 += x7[2] * g4_0;
          a3_3_0 += x7[3] * g4_0;
          a4_0_0 += x8[0] * g4_0;
          a4_1_0 += x8[1] * g4_0;
          a4_2_0 += x8[2] * g4_0;
          a4_3_0 += x8[3] * g4_0;
          let g5_0 = dy[u32(out + q + 5) * 4u + f + 0u];
          a0_0_0 += x5[0] * g5_0;
          a0_1_0 += x5[1] * g5_0;
          a0_2_0 += x5[2] * g5_0;
          a0_3_0 += x5[3] * g5_0;
          a1_0_0 += x6[0] * g5_0;
          a1_1_0 += x6[1] * g5_0;
          a1_2_0 += x6[2] * g5_0;
          a1_3_0 += x6[3] * g5_0;
          a2_0_0 += x7[0] * g5_0;
          a2_1_0 += x7[1] * g5_0;
          a2_2_0 += x7[2] * g5_0;
          a2_3_0 += x7[3] * g5_0;
          a3_0_0 += x8[0] * g5_0;
          a3_1_0 += x8[1] * g5_0;
          a3_2_0 += x8[2] * g5_0;
          a3_3_0 += x8[3] * g5_0;
          a4_0_0 += x9[0] * g5_0;
          a4_1_0 += x9[1] * g5_0;
          a4_2_0 += x9[2] * g5_0;
          a4_3_0 += x9[3] * g5_0;
          let g6_0 = dy[u32(out + q + 6) * 4u + f + 0u];
          a0_0_0 += x6[0] * g6_0;
          a0_1_0 += x6[1] * g6_0;
          a0_2_0 += x6[2] * g6_0;
          a0_3_0 += x6[3] * g6_0;
          a1_0_0 += x7[0] * g6_0;
          a1_1_0 += x7[1] * g6_0;
          a1_2_0 += x7[2] * g6_0;
          a1_3_0 += x7[3] * g6_0;
          a2_0_0 += x8[0] * g6_0;
          a2_1_0 += x8[1] * g6_0;
          a2_2_0 += x8[2] * g6_0;
          a2_3_0 += x8[3] * g6_0;
          a3_0_0 += x9[0] * g6_0;
          a3_1_0 += x9[1] * g6_0;
          a3_2_0 += x9[2] * g6_0;
          a3_3_0 += x9[3] * g6_0;
          a4_0_0 += x10[0] * g6_0;
          a4_1_0 += x10[1] * g6_0;
          a4_2_0 += x10[2] * g6_0;
          a4_3_0 += x10[3] * g6_0;
        }
      }
    }
  }
  let at = u32((((s * 1 + kd) * 5 + kh) * 5 * 2 + c) * 4) * 4u + f;
  part[at + 0u] = a0_0_0;
  part[at + 4u] = a0_1_0;
  part[at + 8u] = a0_2_0;
  part[at + 12u] = a0_3_0;
  part[at + 32u] = a1_0_0;
  part[at + 36u] = a1_1_0;
  part[at + 40u] = a1_2_0;
  part[at + 44u] = a1_3_0;
  part[at + 64u] = a2_0_0;
  part[at + 68u] = a2_1_0;
  part[at + 72u] = a2_2_0;
  part[at + 76u] = a2_3_0;
  part[at + 96u] = a3_0_0;
  part[at + 100u] = a3_1_0;
  part[at + 104u] = a3_2_0;
  part[at + 108u] = a3_3_0;
  part[at + 128u] = a4_0_0;
  part[at + 132u] = a4_1_0;
  part[at + 136u] = a4_2_0;
  part[at + 140u] = a4_3_0;
}
// sum_parts: 13 x 1 workgroups, bindings 3[819200] 2[12800]
// sum_parts: y[i] = combination of part[0,i] … part[PARTS-1,i] in this order.      One invocation per element.
// Bindings: part [PARTS,N] read, y [N] read_write. Specialised by: T, OP (text: s + v or max(s, v)).
@group(0) @binding(0) var<storage, read> part: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 800u) {
    return;
  }
  var s = part[i];
  for (var k = 1u; k < 64u; k++) {
    let v = part[k * 800u + i];
    s = s + v;
  }
  y[i] = s;
}
