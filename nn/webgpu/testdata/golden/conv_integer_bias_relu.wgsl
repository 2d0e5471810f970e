// words: 13 x 1 workgroups, bindings 1[3200] 5[3200]
// words: y[o,q,j] = the bytes x[o,4q,j] to x[o,4q+3,j], zeros behind the last, in a word.      One invocation per word.
// It makes of neighbours in a sum what dot4 reads. Bindings: x bytes [OUTER,LEN,INNER] read, y [OUTER,⌈LEN/4⌉,INNER]
// read_write. Specialised by: OUTER, LEN, INNER. Reference: op/integer.go.
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
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
  let q = i / 16u % 2u;
  let first = (i / 32u * 8u + 4u * q) * 16u + i % 16u;
  var word = 0u;
  for (var e = 0u; e < min(4u, 8u - 4u * q); e++) {
    let at = first + e * 16u;
    word |= ((x[at / 4u] >> (at % 4u * 8u)) & 255u) << (8u * e);
  }
  y[i] = word;
}
// conv_integer: 392 x 1 workgroups, bindings 0[100352] 5[3200] 4[802816] 2[64] 3[64]
// conv_integer: y[n,p,q,f] = epilogue(Σ (x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] - zero) · w[i,j,c,f]) of 8-bit numbers, over
// one to three spatial axes; a matrix product is one of a row of pixels.
// One invocation computes TP neighbouring pixels of a row times TF filters. Bytes are taken as signed: FLIP turns the first
// bit of unsigned ones, and ZERO is the zero point then. Where a tap lies beside the row it sees ZERO, in every byte ZERO4,
// so that what the zero point adds is ZERO·Σw of the rows that were seen, whatever the pixel.
// Bindings: x [N,D,H,W,C] words of four channels read, w [KD,KH,KW,CG,F] words read, y [N,OD,P,Q,F] f32 read_write, then
// the epilogue's.
// Specialised by: TP, TF, PACKED (see lib/dot4), geometry, C and CG in words. Reference: op/integer.go.
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> e0: array<f32>;
@group(0) @binding(4) var<storage, read> e1: array<f32>;

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
  let t0 = v;
  let t1 = e0[c];
  let t2 = t0 * t1;
  let t3 = e1[c];
  let t4 = t2 + t3;
  let t5 = f32(0.0);
  let t6 = max(t4, t5);
  return t6;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

// Four signed bytes of a word as what dot4 multiplies and sums: the word itself where the device has instructions for it.
fn quad(a: u32) -> vec4i {
  return vec4i(vec4u(a) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
}

fn dot4(a: vec4i, b: vec4i) -> i32 {
  return dot(a, b);
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= 25088u) {
    return;
  }
  let f = t % 4u * 4u;
  t = t / 4u;
  let q = i32(t % 7u) * 2;
  t = t / 7u;
  let p = i32(t % 14u);
  t = t / 14u;
  let o = i32(t % 1u);
  let n = i32(t / 1u);
  let channel = i32(f / 16u) * 2;
  var weights0 = 0;
  var s0_0 = 0;
  var s1_0 = 0;
  var weights1 = 0;
  var s0_1 = 0;
  var s1_1 = 0;
  var weights2 = 0;
  var s0_2 = 0;
  var s1_2 = 0;
  var weights3 = 0;
  var s0_3 = 0;
  var s1_3 = 0;
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
      for (var kw = 0; kw < 5; kw++) {
        let left = q * 1 - 2 + kw * 1;
        let inside0 = (left + 0 >= 0) & (left + 0 < 14);
        let at0 = (row + clamp(left + 0, 0, 13)) * 2 + channel;
        let inside1 = (left + 1 >= 0) & (left + 1 < 14);
        let at1 = (row + clamp(left + 1, 0, 13)) * 2 + channel;
        let k = u32(((kd * 5 + kh) * 5 + kw) * 32) + f;
        for (var c = 0; c < 2; c++) {
          let x0 = quad(select(2206434179u, x[at0 + c] ^ 2155905152u, inside0));
          let x1 = quad(select(2206434179u, x[at1 + c] ^ 2155905152u, inside1));
          let w0 = quad(w[k + u32(c * 16) + 0u]);
          weights0 += dot4(w0, quad(0x01010101u));
          s0_0 += dot4(x0, w0);
          s1_0 += dot4(x1, w0);
          let w1 = quad(w[k + u32(c * 16) + 1u]);
          weights1 += dot4(w1, quad(0x01010101u));
          s0_1 += dot4(x0, w1);
          s1_1 += dot4(x1, w1);
          let w2 = quad(w[k + u32(c * 16) + 2u]);
          weights2 += dot4(w2, quad(0x01010101u));
          s0_2 += dot4(x0, w2);
          s1_2 += dot4(x1, w2);
          let w3 = quad(w[k + u32(c * 16) + 3u]);
          weights3 += dot4(w3, quad(0x01010101u));
          s0_3 += dot4(x0, w3);
          s1_3 += dot4(x1, w3);
        }
      }
    }
  }
  let place = u32(((n * 1 + o) * 14 + p) * 14 + q) * 16u + f;
  if (q + 0 < 14) {
    y[place + 0u] = epilogue(f32(s0_0 - -125 * weights0), place + 0u, f + 0u);
    y[place + 1u] = epilogue(f32(s0_1 - -125 * weights1), place + 1u, f + 1u);
    y[place + 2u] = epilogue(f32(s0_2 - -125 * weights2), place + 2u, f + 2u);
    y[place + 3u] = epilogue(f32(s0_3 - -125 * weights3), place + 3u, f + 3u);
  }
  if (q + 1 < 14) {
    y[place + 16u] = epilogue(f32(s1_0 - -125 * weights0), place + 16u, f + 0u);
    y[place + 17u] = epilogue(f32(s1_1 - -125 * weights1), place + 17u, f + 1u);
    y[place + 18u] = epilogue(f32(s1_2 - -125 * weights2), place + 18u, f + 2u);
    y[place + 19u] = epilogue(f32(s1_3 - -125 * weights3), place + 19u, f + 3u);
  }
}
