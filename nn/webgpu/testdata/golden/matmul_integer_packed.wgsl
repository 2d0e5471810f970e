// words: 10 x 1 workgroups, bindings 1[2560] 3[2560]
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
  if (i >= 640u) {
    return;
  }
  let q = i / 10u % 64u;
  let first = (i / 640u * 256u + 4u * q) * 10u + i % 10u;
  var word = 0u;
  for (var e = 0u; e < min(4u, 256u - 4u * q); e++) {
    let at = first + e * 10u;
    word |= ((x[at / 4u] >> (at % 4u * 8u)) & 255u) << (8u * e);
  }
  y[i] = word;
}
// conv_integer: 2 x 1 workgroups, bindings 0[16384] 3[2560] 2[2560]
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

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
  let t0 = v;
  return t0;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}

// Four signed bytes of a word as what dot4 multiplies and sums: the word itself where the device has instructions for it.
fn quad(a: u32) -> u32 {
  return a;
}

fn dot4(a: u32, b: u32) -> i32 {
  return dot4I8Packed(a, b);
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= 80u) {
    return;
  }
  let f = t % 5u * 2u;
  t = t / 5u;
  let q = i32(t % 16u) * 4;
  t = t / 16u;
  let p = i32(t % 1u);
  t = t / 1u;
  let o = i32(t % 1u);
  let n = i32(t / 1u);
  let channel = i32(f / 10u) * 64;
  var weights0 = 0;
  var s0_0 = 0;
  var s1_0 = 0;
  var s2_0 = 0;
  var s3_0 = 0;
  var weights1 = 0;
  var s0_1 = 0;
  var s1_1 = 0;
  var s2_1 = 0;
  var s3_1 = 0;
  for (var kd = 0; kd < 1; kd++) {
    let d = o * 1 - 0 + kd * 1;
    if (d < 0 || d >= 1) {
      continue;
    }
    for (var kh = 0; kh < 1; kh++) {
      let h = p * 1 - 0 + kh * 1;
      if (h < 0 || h >= 1) {
        continue;
      }
      let row = ((n * 1 + d) * 1 + h) * 64;
      for (var kw = 0; kw < 1; kw++) {
        let left = q * 1 - 0 + kw * 1;
        let inside0 = (left + 0 >= 0) & (left + 0 < 64);
        let at0 = (row + clamp(left + 0, 0, 63)) * 64 + channel;
        let inside1 = (left + 1 >= 0) & (left + 1 < 64);
        let at1 = (row + clamp(left + 1, 0, 63)) * 64 + channel;
        let inside2 = (left + 2 >= 0) & (left + 2 < 64);
        let at2 = (row + clamp(left + 2, 0, 63)) * 64 + channel;
        let inside3 = (left + 3 >= 0) & (left + 3 < 64);
        let at3 = (row + clamp(left + 3, 0, 63)) * 64 + channel;
        let k = u32(((kd * 1 + kh) * 1 + kw) * 640) + f;
        for (var c = 0; c < 64; c++) {
          let x0 = quad(select(2206434179u, x[at0 + c] ^ 2155905152u, inside0));
          let x1 = quad(select(2206434179u, x[at1 + c] ^ 2155905152u, inside1));
          let x2 = quad(select(2206434179u, x[at2 + c] ^ 2155905152u, inside2));
          let x3 = quad(select(2206434179u, x[at3 + c] ^ 2155905152u, inside3));
          let w0 = quad(w[k + u32(c * 10) + 0u]);
          weights0 += dot4(w0, quad(0x01010101u));
          s0_0 += dot4(x0, w0);
          s1_0 += dot4(x1, w0);
          s2_0 += dot4(x2, w0);
          s3_0 += dot4(x3, w0);
          let w1 = quad(w[k + u32(c * 10) + 1u]);
          weights1 += dot4(w1, quad(0x01010101u));
          s0_1 += dot4(x0, w1);
          s1_1 += dot4(x1, w1);
          s2_1 += dot4(x2, w1);
          s3_1 += dot4(x3, w1);
        }
      }
    }
  }
  let place = u32(((n * 1 + o) * 1 + p) * 64 + q) * 10u + f;
  if (q + 0 < 64) {
    y[place + 0u] = epilogue(f32(s0_0 - -125 * weights0), place + 0u, f + 0u);
    y[place + 1u] = epilogue(f32(s0_1 - -125 * weights1), place + 1u, f + 1u);
  }
  if (q + 1 < 64) {
    y[place + 10u] = epilogue(f32(s1_0 - -125 * weights0), place + 10u, f + 0u);
    y[place + 11u] = epilogue(f32(s1_1 - -125 * weights1), place + 11u, f + 1u);
  }
  if (q + 2 < 64) {
    y[place + 20u] = epilogue(f32(s2_0 - -125 * weights0), place + 20u, f + 0u);
    y[place + 21u] = epilogue(f32(s2_1 - -125 * weights1), place + 21u, f + 1u);
  }
  if (q + 3 < 64) {
    y[place + 30u] = epilogue(f32(s3_0 - -125 * weights0), place + 30u, f + 0u);
    y[place + 31u] = epilogue(f32(s3_1 - -125 * weights1), place + 31u, f + 1u);
  }
}
