// conv_tiled: 100 x 1 workgroups, bindings 0[802816] 1[147456] 3[802816] 2[256]
// conv_tiled: y[n,o,p,q,f] = epilogue(Σ x[n, o·SD-PF+i·DD, p·SH-PT+j·DH, q·SW-PL+k·DW, c] · w[i,j,k,c,f]), as the product of a
// matrix with a row for each output pixel, which is never written out, and the filters; for adapters with workgroup
// memory of their own (conv is for those that have none). Groups are matrices of a batch.
// Bindings: x [N,D,H,W,C] read, w [KD,KH,KW,C/groups,F] read, y [N,OD,P,Q,F] read_write, then the epilogue's.
// Specialised by: XT (f32, or vec4f: four channels at a time), WT (the same along F), FT (of y); geometry, C and CG (channels
// of a group) in XT units, FG (filters of a group) and F in numbers; what lib/weights and lib/tiled say. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
// Weights, read as vec4f: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;

fn weight(i: u32) -> vec4f {
  return weights[i];
}

@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> e0: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  let t1 = e0[c];
  let t2 = t0 + t1;
  let t3 = vec4f(0.0);
  let t4 = max(t2, t3);
  return t4;
}

// The sample with its group's first channel, and the place of the kernel's first tap.
fn place_a(z: u32, i: u32) -> vec4i {
  let n = i / 196u;
  return vec4i(i32(n * 3136u + z * 16u), i32(i / 196u % 1u) * 1 - 0,
    i32(i / 14u % 14u) * 1 - 1, i32(i % 14u) * 1 - 1);
}

fn input(place: vec4i, k: u32) -> vec4f {
  let tap = i32(k / 16u);
  let d = place.y + tap / 9 * 1;
  let h = place.z + tap / 3 % 3 * 1;
  let v = place.w + tap % 3 * 1;
  let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 14) & (v >= 0) & (v < 14) & (k < 144u);
  return select(vec4f(0.0), x[select(0u, u32(place.x + ((d * 14 + h) * 14 + v) * 16) + k % 16u, inside)], inside);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  return input(place, k / 4u);
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  return weight(k * 16u + z * 16u + j);
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let f = z * 16u + j;
  y[i * 16u + f] = epilogue(v, i * 16u + f, f);
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
var<workgroup> tile_b: array<array<vec4<f32>, 17>, 4>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 100u) {
    return;
  }
  let z = t / 100u % 1u;
  let part = t / 100u;
  t = t % 100u;
  let height = min(8u, 25u - t / 32u * 8u);
  let row = (t / 32u * 8u + t % 32u % height) * 128u;
  let col = t % 32u / height * 4u;
  let lx = local % 4u;
  let ly = local / 4u;
  let first = part * 576u;
  let last = min(first + 576u, 576u);
  let ea0 = local + 0u;
  let ia0 = ea0 / 4u;
  let ka0 = ea0 % 4u;
  let pa0 = place_a(z, min(row + ia0, 3135u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 64u;
  let ia1 = ea1 / 4u;
  let ka1 = ea1 % 4u;
  let pa1 = place_a(z, min(row + ia1, 3135u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let ea2 = local + 128u;
  let ia2 = ea2 / 4u;
  let ka2 = ea2 % 4u;
  let pa2 = place_a(z, min(row + ia2, 3135u));
  var ra2 = load_a(pa2, first + ka2 * 4u);
  let ea3 = local + 192u;
  let ia3 = ea3 / 4u;
  let ka3 = ea3 % 4u;
  let pa3 = place_a(z, min(row + ia3, 3135u));
  var ra3 = load_a(pa3, first + ka3 * 4u);
  let ea4 = local + 256u;
  let ia4 = ea4 / 4u;
  let ka4 = ea4 % 4u;
  let pa4 = place_a(z, min(row + ia4, 3135u));
  var ra4 = load_a(pa4, first + ka4 * 4u);
  let ea5 = local + 320u;
  let ia5 = ea5 / 4u;
  let ka5 = ea5 % 4u;
  let pa5 = place_a(z, min(row + ia5, 3135u));
  var ra5 = load_a(pa5, first + ka5 * 4u);
  let ea6 = local + 384u;
  let ia6 = ea6 / 4u;
  let ka6 = ea6 % 4u;
  let pa6 = place_a(z, min(row + ia6, 3135u));
  var ra6 = load_a(pa6, first + ka6 * 4u);
  let ea7 = local + 448u;
  let ia7 = ea7 / 4u;
  let ka7 = ea7 % 4u;
  let pa7 = place_a(z, min(row + ia7, 3135u));
  var ra7 = load_a(pa7, first + ka7 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 / 4u;
  let jb0 = eb0 % 4u;
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
    tile_a[ia2 % 16u][ia2 / 16u * 4u + ka2] = vec4<f32>(ra2);
    tile_a[ia3 % 16u][ia3 / 16u * 4u + ka3] = vec4<f32>(ra3);
    tile_a[ia4 % 16u][ia4 / 16u * 4u + ka4] = vec4<f32>(ra4);
    tile_a[ia5 % 16u][ia5 / 16u * 4u + ka5] = vec4<f32>(ra5);
    tile_a[ia6 % 16u][ia6 / 16u * 4u + ka6] = vec4<f32>(ra6);
    tile_a[ia7 % 16u][ia7 / 16u * 4u + ka7] = vec4<f32>(ra7);
    tile_b[jb0 % 4u][kb0 * 1u + jb0 / 4u] = vec4<f32>(rb0);
    workgroupBarrier();
    if (k + 16u < last) {
      ra0 = load_a(pa0, k + 16u + ka0 * 4u);
      ra1 = load_a(pa1, k + 16u + ka1 * 4u);
      ra2 = load_a(pa2, k + 16u + ka2 * 4u);
      ra3 = load_a(pa3, k + 16u + ka3 * 4u);
      ra4 = load_a(pa4, k + 16u + ka4 * 4u);
      ra5 = load_a(pa5, k + 16u + ka5 * 4u);
      ra6 = load_a(pa6, k + 16u + ka6 * 4u);
      ra7 = load_a(pa7, k + 16u + ka7 * 4u);
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
  if (row + ly + 0u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 16u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s1_0);
  }
  if (row + ly + 32u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 32u, col + lx + 0u, s2_0);
  }
  if (row + ly + 48u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 48u, col + lx + 0u, s3_0);
  }
  if (row + ly + 64u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 64u, col + lx + 0u, s4_0);
  }
  if (row + ly + 80u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 80u, col + lx + 0u, s5_0);
  }
  if (row + ly + 96u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 96u, col + lx + 0u, s6_0);
  }
  if (row + ly + 112u < 3136u && col + lx + 0u < 16u) {
    store(z, part, row + ly + 112u, col + lx + 0u, s7_0);
  }
}
