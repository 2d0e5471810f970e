// words: 8 x 1 workgroups, bindings 0[972] 3[1944]
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
  if (i >= 486u) {
    return;
  }
  let q = i / 1u % 1u;
  let first = (i / 1u * 2u + 4u * q) * 1u + i % 1u;
  var word = 0u;
  for (var e = 0u; e < min(4u, 2u - 4u * q); e++) {
    let at = first + e * 1u;
    word |= ((x[at / 4u] >> (at % 4u * 8u)) & 255u) << (8u * e);
  }
  y[i] = word;
}
// words: 2 x 1 workgroups, bindings 1[164] 4[324]
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
  if (i >= 81u) {
    return;
  }
  let q = i / 9u % 1u;
  let first = (i / 9u * 2u + 4u * q) * 9u + i % 9u;
  var word = 0u;
  for (var e = 0u; e < min(4u, 2u - 4u * q); e++) {
    let at = first + e * 9u;
    word |= ((x[at / 4u] >> (at % 4u * 8u)) & 255u) << (8u * e);
  }
  y[i] = word;
}
// conv_integer: 1 x 1 workgroups, bindings 3[1944] 4[324] 2[1800]
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
fn quad(a: u32) -> vec4i {
  return vec4i(vec4u(a) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
}

fn dot4(a: vec4i, b: vec4i) -> i32 {
  return dot(a, b);
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= 60u) {
    return;
  }
  let f = t % 3u * 3u;
  t = t / 3u;
  let q = i32(t % 2u) * 4;
  t = t / 2u;
  let p = i32(t % 5u);
  t = t / 5u;
  let o = i32(t % 1u);
  let n = i32(t / 1u);
  let channel = i32(f / 3u) * 1;
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
  var weights2 = 0;
  var s0_2 = 0;
  var s1_2 = 0;
  var s2_2 = 0;
  var s3_2 = 0;
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
      for (var kw = 0; kw < 3; kw++) {
        let left = q * 2 - 1 + kw * 1;
        let inside0 = (left + 0 >= 0) & (left + 0 < 9);
        let at0 = (row + clamp(left + 0, 0, 8)) * 3 + channel;
        let inside1 = (left + 2 >= 0) & (left + 2 < 9);
        let at1 = (row + clamp(left + 2, 0, 8)) * 3 + channel;
        let inside2 = (left + 4 >= 0) & (left + 4 < 9);
        let at2 = (row + clamp(left + 4, 0, 8)) * 3 + channel;
        let inside3 = (left + 6 >= 0) & (left + 6 < 9);
        let at3 = (row + clamp(left + 6, 0, 8)) * 3 + channel;
        let k = u32(((kd * 3 + kh) * 3 + kw) * 9) + f;
        for (var c = 0; c < 1; c++) {
          let x0 = quad(select(4261281277u, x[at0 + c] ^ 0u, inside0));
          let x1 = quad(select(4261281277u, x[at1 + c] ^ 0u, inside1));
          let x2 = quad(select(4261281277u, x[at2 + c] ^ 0u, inside2));
          let x3 = quad(select(4261281277u, x[at3 + c] ^ 0u, inside3));
          let w0 = quad(w[k + u32(c * 9) + 0u]);
          weights0 += dot4(w0, quad(0x01010101u));
          s0_0 += dot4(x0, w0);
          s1_0 += dot4(x1, w0);
          s2_0 += dot4(x2, w0);
          s3_0 += dot4(x3, w0);
          let w1 = quad(w[k + u32(c * 9) + 1u]);
          weights1 += dot4(w1, quad(0x01010101u));
          s0_1 += dot4(x0, w1);
          s1_1 += dot4(x1, w1);
          s2_1 += dot4(x2, w1);
          s3_1 += dot4(x3, w1);
          let w2 = quad(w[k + u32(c * 9) + 2u]);
          weights2 += dot4(w2, quad(0x01010101u));
          s0_2 += dot4(x0, w2);
          s1_2 += dot4(x1, w2);
          s2_2 += dot4(x2, w2);
          s3_2 += dot4(x3, w2);
        }
      }
    }
  }
  let place = u32(((n * 1 + o) * 5 + p) * 5 + q) * 9u + f;
  if (q + 0 < 5) {
    y[place + 0u] = epilogue(f32(s0_0 - -3 * weights0), place + 0u, f + 0u);
    y[place + 1u] = epilogue(f32(s0_1 - -3 * weights1), place + 1u, f + 1u);
    y[place + 2u] = epilogue(f32(s0_2 - -3 * weights2), place + 2u, f + 2u);
  }
  if (q + 1 < 5) {
    y[place + 9u] = epilogue(f32(s1_0 - -3 * weights0), place + 9u, f + 0u);
    y[place + 10u] = epilogue(f32(s1_1 - -3 * weights1), place + 10u, f + 1u);
    y[place + 11u] = epilogue(f32(s1_2 - -3 * weights2), place + 11u, f + 2u);
  }
  if (q + 2 < 5) {
    y[place + 18u] = epilogue(f32(s2_0 - -3 * weights0), place + 18u, f + 0u);
    y[place + 19u] = epilogue(f32(s2_1 - -3 * weights1), place + 19u, f + 1u);
    y[place + 20u] = epilogue(f32(s2_2 - -3 * weights2), place + 20u, f + 2u);
  }
  if (q + 3 < 5) {
    y[place + 27u] = epilogue(f32(s3_0 - -3 * weights0), place + 27u, f + 0u);
    y[place + 28u] = epilogue(f32(s3_1 - -3 * weights1), place + 28u, f + 1u);
    y[place + 29u] = epilogue(f32(s3_2 - -3 * weights2), place + 29u, f + 2u);
  }
}
