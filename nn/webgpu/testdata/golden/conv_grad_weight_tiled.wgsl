// conv_grad_weight_tiled: 110 x 1 workgroups, bindings 0[802816] 1[802816] 3[3244032]
// conv_grad_weight_tiled: part[s,i,j,k,c,f] = Σ x[n, o·SD-PF+i·DD, p·SH-PT+j·DH, q·SW-PL+k·DW, c] · dy[n,o,p,q,f] over part s of the
// output pixels, as the product of a matrix with a row for each tap and channel, which is never written out, and dy; for
// adapters with workgroup memory of their own. sum_parts adds the parts up in order: the result is the same each time.
// Bindings: x [N,D,H,W,C] read, dy [N,OD,P,Q,F] read, part [PARTS,KD,KH,KW,C/groups,F] read_write.
// Specialised by: YT (f32, or vec4f: along F), FT (of part); geometry, C, CG (channels of a group), FG and F in numbers;
// what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> part_of: array<vec4f>;

// The channel, and how far the tap lies from the corner of an output pixel.
fn place_a(z: u32, i: u32) -> vec4i {
  let tap = i32(i / 64u);
  return vec4i(i32(z * 64u + i % 64u), tap / 9 * 1 - 0, tap / 3 % 3 * 1 - 1, tap % 3 * 1 - 1);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  var r: vec4f;
  {
    let at = k + 0u;
    let d = i32(at / 196u % 1u) * 1 + place.y;
    let h = i32(at / 14u % 14u) * 1 + place.z;
    let v = i32(at % 14u) * 1 + place.w;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 14) & (v >= 0) & (v < 14) & (at < 3136u);
    let pixel = ((i32(at / 196u) * 1 + d) * 14 + h) * 14 + v;
    r[0] = select(0.0, x[select(0u, u32(pixel * 64 + place.x), inside)], inside);
  }
  {
    let at = k + 1u;
    let d = i32(at / 196u % 1u) * 1 + place.y;
    let h = i32(at / 14u % 14u) * 1 + place.z;
    let v = i32(at % 14u) * 1 + place.w;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 14) & (v >= 0) & (v < 14) & (at < 3136u);
    let pixel = ((i32(at / 196u) * 1 + d) * 14 + h) * 14 + v;
    r[1] = select(0.0, x[select(0u, u32(pixel * 64 + place.x), inside)], inside);
  }
  {
    let at = k + 2u;
    let d = i32(at / 196u % 1u) * 1 + place.y;
    let h = i32(at / 14u % 14u) * 1 + place.z;
    let v = i32(at % 14u) * 1 + place.w;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 14) & (v >= 0) & (v < 14) & (at < 3136u);
    let pixel = ((i32(at / 196u) * 1 + d) * 14 + h) * 14 + v;
    r[2] = select(0.0, x[select(0u, u32(pixel * 64 + place.x), inside)], inside);
  }
  {
    let at = k + 3u;
    let d = i32(at / 196u % 1u) * 1 + place.y;
    let h = i32(at / 14u % 14u) * 1 + place.z;
    let v = i32(at % 14u) * 1 + place.w;
    let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 14) & (v >= 0) & (v < 14) & (at < 3136u);
    let pixel = ((i32(at / 196u) * 1 + d) * 14 + h) * 14 + v;
    r[3] = select(0.0, x[select(0u, u32(pixel * 64 + place.x), inside)], inside);
  }
  return r;
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  if (k >= 3136u) {
    return vec4f(0.0);
  }
  return dy[k * 16u + z * 16u + j];
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  part_of[(part * 576u + i) * 16u + z * 16u + j] = v;
}
// The product of two matrices, tile by tile: a workgroup of WX times WY invocations computes TM·WY rows times TN·WX vectors
// of columns. It keeps BK columns of the left side and BK rows of the right one in workgroup memory, each invocation TM
// rows times TN vectors in named registers; what comes next is read from the device while the tile is multiplied.
// Invocation (lx,ly) owns the rows ly + r·WY and the vectors of columns lx + c·WX of the tile. What it needs lies in one
// stretch of workgroup memory, of odd length against conflicts of banks, at places known when the shader is compiled:
// so nothing is computed, and nothing bound to the array's length, where it is read.
//
// The including file defines place_a(z, i) -> vec4i for row i of matrix z, load_a(place, k) -> vec4f of the four columns from
// k on, load_b(z, k, j) -> vec4f of vector j of row k, and store(z, part, i, j, v). Rows beyond the last and vectors beyond
// the last are read at the last, and not stored.
// Specialised by: BATCH, M, NV (vectors of columns), K, PARTS of PER rows of the sum (PER a multiple of BK), TM, TN, WX, WY,
// BK, A_ALONG and B_ALONG (neighbouring invocations read neighbouring k), BAND (rows of tiles that are walked together), TERM
// (what is multiplied: f32, or f16 where the adapter has it), FOURS (four products are added as TERM before their sum is
// added to the f32 one).
var<workgroup> tile_a: array<array<vec4<f32>, 33>, 16>;
var<workgroup> tile_b: array<array<vec4<f32>, 17>, 16>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 110u) {
    return;
  }
  let z = t / 5u % 1u;
  let part = t / 5u;
  t = t % 5u;
  let height = min(5u, 5u - t / 5u * 5u);
  let row = (t / 5u * 5u + t % 5u % height) * 128u;
  let col = t % 5u / height * 16u;
  let lx = local % 16u;
  let ly = local / 16u;
  let first = part * 144u;
  let last = min(first + 144u, 3136u);
  let ea0 = local + 0u;
  let ia0 = ea0 % 128u;
  let ka0 = ea0 / 128u;
  let pa0 = place_a(z, min(row + ia0, 575u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 256u;
  let ia1 = ea1 % 128u;
  let ka1 = ea1 / 128u;
  let pa1 = place_a(z, min(row + ia1, 575u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 / 16u;
  let jb0 = eb0 % 16u;
  let qb0 = min(col + jb0, 15u);
  var rb0 = load_b(z, first + kb0, qb0);
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  var s4_0 = vec4f(0.0);
  var s5_0 = vec4f(0.0);
  var s6_0 = vec4f(0.0);
  var s7_0 = vec4f(0.0);
  for (var k = first; k < last; k += 16u) {
    tile_a[ia0 % 16u][ia0 / 16u * 4u + ka0] = vec4<f32>(ra0);
    tile_a[ia1 % 16u][ia1 / 16u * 4u + ka1] = vec4<f32>(ra1);
    tile_b[jb0 % 16u][kb0 * 1u + jb0 / 16u] = vec4<f32>(rb0);
    workgroupBarrier();
    if (k + 16u < last) {
      ra0 = load_a(pa0, k + 16u + ka0 * 4u);
      ra1 = load_a(pa1, k + 16u + ka1 * 4u);
      rb0 = load_b(z, k + 16u + kb0, qb0);
    }
    {
      let b0_0 = tile_b[lx][0];
      let b1_0 = tile_b[lx][1];
      let b2_0 = tile_b[lx][2];
      let b3_0 = tile_b[lx][3];
      let a0 = tile_a[ly][0];
      s0_0 += a0[0] * b0_0;
      s0_0 += a0[1] * b1_0;
      s0_0 += a0[2] * b2_0;
      s0_0 += a0[3] * b3_0;
      let a1 = tile_a[ly][4];
      s1_0 += a1[0] * b0_0;
      s1_0 += a1[1] * b1_0;
      s1_0 += a1[2] * b2_0;
      s1_0 += a1[3] * b3_0;
      let a2 = tile_a[ly][8];
      s2_0 += a2[0] * b0_0;
      s2_0 += a2[1] * b1_0;
      s2_0 += a2[2] * b2_0;
      s2_0 += a2[3] * b3_0;
      let a3 = tile_a[ly][12];
      s3_0 += a3[0] * b0_0;
      s3_0 += a3[1] * b1_0;
      s3_0 += a3[2] * b2_0;
      s3_0 += a3[3] * b3_0;
      let a4 = tile_a[ly][16];
      s4_0 += a4[0] * b0_0;
      s4_0 += a4[1] * b1_0;
      s4_0 += a4[2] * b2_0;
      s4_0 += a4[3] * b3_0;
      let a5 = tile_a[ly][20];
      s5_0 += a5[0] * b0_0;
      s5_0 += a5[1] * b1_0;
      s5_0 += a5[2] * b2_0;
      s5_0 += a5[3] * b3_0;
      let a6 = tile_a[ly][24];
      s6_0 += a6[0] * b0_0;
      s6_0 += a6[1] * b1_0;
      s6_0 += a6[2] * b2_0;
      s6_0 += a6[3] * b3_0;
      let a7 = tile_a[ly][28];
      s7_0 += a7[0] * b0_0;
      s7_0 += a7[1] * b1_0;
      s7_0 += a7[2] * b2_0;
      s7_0 += a7[3] * b3_0;
    }
    {
      let b0_0 = tile_b[lx][4];
      let b1_0 = tile_b[lx][5];
      let b2_0 = tile_b[lx][6];
      let b3_0 = tile_b[lx][7];
      let a0 = tile_a[ly][1];
      s0_0 += a0[0] * b0_0;
      s0_0 += a0[1] * b1_0;
      s0_0 += a0[2] * b2_0;
      s0_0 += a0[3] * b3_0;
      let a1 = tile_a[ly][5];
      s1_0 += a1[0] * b0_0;
      s1_0 += a1[1] * b1_0;
      s1_0 += a1[2] * b2_0;
      s1_0 += a1[3] * b3_0;
      let a2 = tile_a[ly][9];
      s2_0 += a2[0] * b0_0;
      s2_0 += a2[1] * b1_0;
      s2_0 += a2[2] * b2_0;
      s2_0 += a2[3] * b3_0;
      let a3 = tile_a[ly][13];
      s3_0 += a3[0] * b0_0;
      s3_0 += a3[1] * b1_0;
      s3_0 += a3[2] * b2_0;
      s3_0 += a3[3] * b3_0;
      let a4 = tile_a[ly][17];
      s4_0 += a4[0] * b0_0;
      s4_0 += a4[1] * b1_0;
      s4_0 += a4[2] * b2_0;
      s4_0 += a4[3] * b3_0;
      let a5 = tile_a[ly][21];
      s5_0 += a5[0] * b0_0;
      s5_0 += a5[1] * b1_0;
      s5_0 += a5[2] * b2_0;
      s5_0 += a5[3] * b3_0;
      let a6 = tile_a[ly][25];
      s6_0 += a6[0] * b0_0;
      s6_0 += a6[1] * b1_0;
      s6_0 += a6[2] * b2_0;
      s6_0 += a6[3] * b3_0;
      let a7 = tile_a[ly][29];
      s7_0 += a7[0] * b0_0;
      s7_0 += a7[1] * b1_0;
      s7_0 += a7[2] * b2_0;
      s7_0 += a7[3] * b3_0;
    }
    {
      let b0_0 = tile_b[lx][8];
      let b1_0 = tile_b[lx][9];
      let b2_0 = tile_b[lx][10];
      let b3_0 = tile_b[lx][11];
      let a0 = tile_a[ly][2];
      s0_0 += a0[0] * b0_0;
      s0_0 += a0[1] * b1_0;
      s0_0 += a0[2] * b2_0;
      s0_0 += a0[3] * b3_0;
      let a1 = tile_a[ly][6];
      s1_0 += a1[0] * b0_0;
      s1_0 += a1[1] * b1_0;
      s1_0 += a1[2] * b2_0;
      s1_0 += a1[3] * b3_0;
      let a2 = tile_a[ly][10];
      s2_0 += a2[0] * b0_0;
      s2_0 += a2[1] * b1_0;
      s2_0 += a2[2] * b2_0;
      s2_0 += a2[3] * b3_0;
      let a3 = tile_a[ly][14];
      s3_0 += a3[0] * b0_0;
      s3_0 += a3[1] * b1_0;
      s3_0 += a3[2] * b2_0;
      s3_0 += a3[3] * b3_0;
      let a4 = tile_a[ly][18];
      s4_0 += a4[0] * b0_0;
      s4_0 += a4[1] * b1_0;
      s4_0 += a4[2] * b2_0;
      s4_0 += a4[3] * b3_0;
      let a5 = tile_a[ly][22];
      s5_0 += a5[0] * b0_0;
      s5_0 += a5[1] * b1_0;
      s5_0 += a5[2] * b2_0;
      s5_0 += a5[3] * b3_0;
      let a6 = tile_a[ly][26];
      s6_0 += a6[0] * b0_0;
      s6_0 += a6[1] * b1_0;
      s6_0 += a6[2] * b2_0;
      s6_0 += a6[3] * b3_0;
      let a7 = tile_a[ly][30];
      s7_0 += a7[0] * b0_0;
      s7_0 += a7[1] * b1_0;
      s7_0 += a7[2] * b2_0;
      s7_0 += a7[3] * b3_0;
    }
    {
      let b0_0 = tile_b[lx][12];
      let b1_0 = tile_b[lx][13];
      let b2_0 = tile_b[lx][14];
      let b3_0 = tile_b[lx][15];
      let a0 = tile_a[ly][3];
      s0_0 += a0[0] * b0_0;
      s0_0 += a0[1] * b1_0;
      s0_0 += a0[2] * b2_0;
      s0_0 += a0[3] * b3_0;
      let a1 = tile_a[ly][7];
      s1_0 += a1[0] * b0_0;
      s1_0 += a1[1] * b1_0;
      s1_0 += a1[2] * b2_0;
      s1_0 += a1[3] * b3_0;
      let a2 = tile_a[ly][11];
      s2_0 += a2[0] * b0_0;
      s2_0 += a2[1] * b1_0;
      s2_0 += a2[2] * b2_0;
      s2_0 += a2[3] * b3_0;
      let a3 = tile_a[ly][15];
      s3_0 += a3[0] * b0_0;
      s3_0 += a3[1] * b1_0;
      s3_0 += a3[2] * b2_0;
      s3_0 += a3[3] * b3_0;
      let a4 = tile_a[ly][19];
      s4_0 += a4[0] * b0_0;
      s4_0 += a4[1] * b1_0;
      s4_0 += a4[2] * b2_0;
      s4_0 += a4[3] * b3_0;
      let a5 = tile_a[ly][23];
      s5_0 += a5[0] * b0_0;
      s5_0 += a5[1] * b1_0;
      s5_0 += a5[2] * b2_0;
      s5_0 += a5[3] * b3_0;
      let a6 = tile_a[ly][27];
      s6_0 += a6[0] * b0_0;
      s6_0 += a6[1] * b1_0;
      s6_0 += a6[2] * b2_0;
      s6_0 += a6[3] * b3_0;
      let a7 = tile_a[ly][31];
      s7_0 += a7[0] * b0_0;
      s7_0 += a7[1] * b1_0;
      s7_0 += a7[2] * b2_0;
      s7_0 += a7[3] * b3_0;
    }
    workgroupBarrier();
  }
  if (row + ly + 0u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 16u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s1_0);
  }
  if (row + ly + 32u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 32u, col + lx + 0u, s2_0);
  }
  if (row + ly + 48u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 48u, col + lx + 0u, s3_0);
  }
  if (row + ly + 64u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 64u, col + lx + 0u, s4_0);
  }
  if (row + ly + 80u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 80u, col + lx + 0u, s5_0);
  }
  if (row + ly + 96u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 96u, col + lx + 0u, s6_0);
  }
  if (row + ly + 112u < 576u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 112u, col + lx + 0u, s7_0);
  }
}
// sum_parts: 144 x 1 workgroups, bindings 3[3244032] 2[147456]
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
  if (i >= 9216u) {
    return;
  }
  var s = part[i];
  for (var k = 1u; k < 22u; k++) {
    let v = part[k * 9216u + i];
    s = s + v;
  }
  y[i] = s;
}
