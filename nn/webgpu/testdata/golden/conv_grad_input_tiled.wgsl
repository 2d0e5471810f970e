// conv_grad_input_tiled: 25 x 1 workgroups, bindings 0[200704] 1[73728] 2[401408]
// conv_grad_input_tiled: dx[n,d,h,w,c] = epilogue(Σ dy[n,o,p,q,f] · w[i,j,k,c,f]) over o·SD-PF+i·DD = d, p·SH-PT+j·DH = h and
// q·SW-PL+k·DW = w, for the pixels d = AD mod SD, h = AH mod SH, w = AW mod SW: they see the same taps. It is the product of a
// matrix with a row for each of these pixels, which is never written out, and the filters; for adapters with workgroup memory
// of their own. Each axis has TAPS_x taps: tap t reads output pixel u + OFF_x - t·BACK_x for the u-th pixel, and is tap
// FIRST_x + t·STEP_x of the kernel.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: YT (f32, or vec4f: four filters at a time), FT (of dx); ID, IH, IW (pixels of the phase), F and FG in YT units,
// C and CG in numbers; what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(i / 49u * 784u + z * 16u), i32(i / 49u % 1u) + 0,
    i32(i / 7u % 7u) + 0, i32(i % 7u) + 0);
}

fn gradient(place: vec4i, k: u32) -> vec4f {
  let tap = i32(k / 16u);
  let d = place.y - tap / 1 * 1;
  let h = place.z - tap / 1 % 1 * 1;
  let v = place.w - tap % 1 * 1;
  let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (v >= 0) & (v < 7) & (k < 16u);
  return select(vec4f(0.0), dy[select(0u, u32(place.x + ((d * 7 + h) * 7 + v) * 16) + k % 16u, inside)], inside);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  return gradient(place, k / 4u);
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  let t = k / 64u;
  let tap = ((0u + t / 1u * 1u) * 3u + 1u + t / 1u % 1u * 2u) * 3u
    + 1u + t % 1u * 2u;
  let f = z * 64u + k % 64u;
  var v: vec4f;
  v[0] = w[(tap * 32u + min(j * 4u + 0u, 31u)) * 64u + f];
  v[1] = w[(tap * 32u + min(j * 4u + 1u, 31u)) * 64u + f];
  v[2] = w[(tap * 32u + min(j * 4u + 2u, 31u)) * 64u + f];
  v[3] = w[(tap * 32u + min(j * 4u + 3u, 31u)) * 64u + f];
  return v;
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let d = i / 49u % 1u * 1u + 0u;
  let h = i / 7u % 7u * 2u + 0u;
  let pixel = ((i / 49u * 1u + d) * 14u + h) * 14u + i % 7u * 2u + 0u;
  let c = z * 8u + j;
  dx[pixel * 8u + c] = epilogue(v, pixel * 8u + c, c);
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
var<workgroup> tile_a: array<array<vec4<f32>, 17>, 8>;
var<workgroup> tile_b: array<array<vec4<f32>, 17>, 8>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 25u) {
    return;
  }
  let z = t / 25u % 1u;
  let part = t / 25u;
  t = t % 25u;
  let height = min(8u, 25u - t / 8u * 8u);
  let row = (t / 8u * 8u + t % 8u % height) * 32u;
  let col = t % 8u / height * 8u;
  let lx = local % 8u;
  let ly = local / 8u;
  let first = part * 64u;
  let last = min(first + 64u, 64u);
  let ea0 = local + 0u;
  let ia0 = ea0 / 4u;
  let ka0 = ea0 % 4u;
  let pa0 = place_a(z, min(row + ia0, 783u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 64u;
  let ia1 = ea1 / 4u;
  let ka1 = ea1 % 4u;
  let pa1 = place_a(z, min(row + ia1, 783u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 % 16u;
  let jb0 = eb0 / 16u;
  let qb0 = min(col + jb0, 7u);
  var rb0 = load_b(z, first + kb0, qb0);
  let eb1 = local + 64u;
  let kb1 = eb1 % 16u;
  let jb1 = eb1 / 16u;
  let qb1 = min(col + jb1, 7u);
  var rb1 = load_b(z, first + kb1, qb1);
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  for (var k = first; k < last; k += 16u) {
    tile_a[ia0 % 8u][ia0 / 8u * 4u + ka0] = vec4<f32>(ra0);
    tile_a[ia1 % 8u][ia1 / 8u * 4u + ka1] = vec4<f32>(ra1);
    tile_b[jb0 % 8u][kb0 * 1u + jb0 / 8u] = vec4<f32>(rb0);
    tile_b[jb1 % 8u][kb1 * 1u + jb1 / 8u] = vec4<f32>(rb1);
    workgroupBarrier();
    if (k + 16u < last) {
      ra0 = load_a(pa0, k + 16u + ka0 * 4u);
      ra1 = load_a(pa1, k + 16u + ka1 * 4u);
      rb0 = load_b(z, k + 16u + kb0, qb0);
      rb1 = load_b(z, k + 16u + kb1, qb1);
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
    }
    workgroupBarrier();
  }
  if (row + ly + 0u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 8u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 8u, col + lx + 0u, s1_0);
  }
  if (row + ly + 16u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s2_0);
  }
  if (row + ly + 24u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 24u, col + lx + 0u, s3_0);
  }
}
// conv_grad_input_tiled: 25 x 1 workgroups, bindings 0[200704] 1[73728] 2[401408]
// conv_grad_input_tiled: dx[n,d,h,w,c] = epilogue(Σ dy[n,o,p,q,f] · w[i,j,k,c,f]) over o·SD-PF+i·DD = d, p·SH-PT+j·DH = h and
// q·SW-PL+k·DW = w, for the pixels d = AD mod SD, h = AH mod SH, w = AW mod SW: they see the same taps. It is the product of a
// matrix with a row for each of these pixels, which is never written out, and the filters; for adapters with workgroup memory
// of their own. Each axis has TAPS_x taps: tap t reads output pixel u + OFF_x - t·BACK_x for the u-th pixel, and is tap
// FIRST_x + t·STEP_x of the kernel.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: YT (f32, or vec4f: four filters at a time), FT (of dx); ID, IH, IW (pixels of the phase), F and FG in YT units,
// C and CG in numbers; what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(i / 49u * 784u + z * 16u), i32(i / 49u % 1u) + 0,
    i32(i / 7u % 7u) + 0, i32(i % 7u) + 1);
}

fn gradient(place: vec4i, k: u32) -> vec4f {
  let tap = i32(k / 16u);
  let d = place.y - tap / 2 * 1;
  let h = place.z - tap / 2 % 1 * 1;
  let v = place.w - tap % 2 * 1;
  let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (v >= 0) & (v < 7) & (k < 32u);
  return select(vec4f(0.0), dy[select(0u, u32(place.x + ((d * 7 + h) * 7 + v) * 16) + k % 16u, inside)], inside);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  return gradient(place, k / 4u);
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  let t = k / 64u;
  let tap = ((0u + t / 2u * 1u) * 3u + 1u + t / 2u % 1u * 2u) * 3u
    + 0u + t % 2u * 2u;
  let f = z * 64u + k % 64u;
  var v: vec4f;
  v[0] = w[(tap * 32u + min(j * 4u + 0u, 31u)) * 64u + f];
  v[1] = w[(tap * 32u + min(j * 4u + 1u, 31u)) * 64u + f];
  v[2] = w[(tap * 32u + min(j * 4u + 2u, 31u)) * 64u + f];
  v[3] = w[(tap * 32u + min(j * 4u + 3u, 31u)) * 64u + f];
  return v;
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let d = i / 49u % 1u * 1u + 0u;
  let h = i / 7u % 7u * 2u + 0u;
  let pixel = ((i / 49u * 1u + d) * 14u + h) * 14u + i % 7u * 2u + 1u;
  let c = z * 8u + j;
  dx[pixel * 8u + c] = epilogue(v, pixel * 8u + c, c);
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
var<workgroup> tile_a: array<array<vec4<f32>, 17>, 8>;
var<workgroup> tile_b: array<array<vec4<f32>, 17>, 8>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 25u) {
    return;
  }
  let z = t / 25u % 1u;
  let part = t / 25u;
  t = t % 25u;
  let height = min(8u, 25u - t / 8u * 8u);
  let row = (t / 8u * 8u + t % 8u % height) * 32u;
  let col = t % 8u / height * 8u;
  let lx = local % 8u;
  let ly = local / 8u;
  let first = part * 128u;
  let last = min(first + 128u, 128u);
  let ea0 = local + 0u;
  let ia0 = ea0 / 4u;
  let ka0 = ea0 % 4u;
  let pa0 = place_a(z, min(row + ia0, 783u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 64u;
  let ia1 = ea1 / 4u;
  let ka1 = ea1 % 4u;
  let pa1 = place_a(z, min(row + ia1, 783u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 % 16u;
  let jb0 = eb0 / 16u;
  let qb0 = min(col + jb0, 7u);
  var rb0 = load_b(z, first + kb0, qb0);
  let eb1 = local + 64u;
  let kb1 = eb1 % 16u;
  let jb1 = eb1 / 16u;
  let qb1 = min(col + jb1, 7u);
  var rb1 = load_b(z, first + kb1, qb1);
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  for (var k = first; k < last; k += 16u) {
    tile_a[ia0 % 8u][ia0 / 8u * 4u + ka0] = vec4<f32>(ra0);
    tile_a[ia1 % 8u][ia1 / 8u * 4u + ka1] = vec4<f32>(ra1);
    tile_b[jb0 % 8u][kb0 * 1u + jb0 / 8u] = vec4<f32>(rb0);
    tile_b[jb1 % 8u][kb1 * 1u + jb1 / 8u] = vec4<f32>(rb1);
    workgroupBarrier();
    if (k + 16u < last) {
      ra0 = load_a(pa0, k + 16u + ka0 * 4u);
      ra1 = load_a(pa1, k + 16u + ka1 * 4u);
      rb0 = load_b(z, k + 16u + kb0, qb0);
      rb1 = load_b(z, k + 16u + kb1, qb1);
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
    }
    workgroupBarrier();
  }
  if (row + ly + 0u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 8u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 8u, col + lx + 0u, s1_0);
  }
  if (row + ly + 16u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s2_0);
  }
  if (row + ly + 24u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 24u, col + lx + 0u, s3_0);
  }
}
// conv_grad_input_tiled: 25 x 1 workgroups, bindings 0[200704] 1[73728] 2[401408]
// conv_grad_input_tiled: dx[n,d,h,w,c] = epilogue(Σ dy[n,o,p,q,f] · w[i,j,k,c,f]) over o·SD-PF+i·DD = d, p·SH-PT+j·DH = h and
// q·SW-PL+k·DW = w, for the pixels d = AD mod SD, h = AH mod SH, w = AW mod SW: they see the same taps. It is the product of a
// matrix with a row for each of these pixels, which is never written out, and the filters; for adapters with workgroup memory
// of their own. Each axis has TAPS_x taps: tap t reads output pixel u + OFF_x - t·BACK_x for the u-th pixel, and is tap
// FIRST_x + t·STEP_x of the kernel.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: YT (f32, or vec4f: four filters at a time), FT (of dx); ID, IH, IW (pixels of the phase), F and FG in YT units,
// C and CG in numbers; what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(i / 49u * 784u + z * 16u), i32(i / 49u % 1u) + 0,
    i32(i / 7u % 7u) + 1, i32(i % 7u) + 0);
}

fn gradient(place: vec4i, k: u32) -> vec4f {
  let tap = i32(k / 16u);
  let d = place.y - tap / 2 * 1;
  let h = place.z - tap / 1 % 2 * 1;
  let v = place.w - tap % 1 * 1;
  let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (v >= 0) & (v < 7) & (k < 32u);
  return select(vec4f(0.0), dy[select(0u, u32(place.x + ((d * 7 + h) * 7 + v) * 16) + k % 16u, inside)], inside);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  return gradient(place, k / 4u);
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  let t = k / 64u;
  let tap = ((0u + t / 2u * 1u) * 3u + 0u + t / 1u % 2u * 2u) * 3u
    + 1u + t % 1u * 2u;
  let f = z * 64u + k % 64u;
  var v: vec4f;
  v[0] = w[(tap * 32u + min(j * 4u + 0u, 31u)) * 64u + f];
  v[1] = w[(tap * 32u + min(j * 4u + 1u, 31u)) * 64u + f];
  v[2] = w[(tap * 32u + min(j * 4u + 2u, 31u)) * 64u + f];
  v[3] = w[(tap * 32u + min(j * 4u + 3u, 31u)) * 64u + f];
  return v;
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let d = i / 49u % 1u * 1u + 0u;
  let h = i / 7u % 7u * 2u + 1u;
  let pixel = ((i / 49u * 1u + d) * 14u + h) * 14u + i % 7u * 2u + 0u;
  let c = z * 8u + j;
  dx[pixel * 8u + c] = epilogue(v, pixel * 8u + c, c);
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
var<workgroup> tile_a: array<array<vec4<f32>, 17>, 8>;
var<workgroup> tile_b: array<array<vec4<f32>, 17>, 8>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 25u) {
    return;
  }
  let z = t / 25u % 1u;
  let part = t / 25u;
  t = t % 25u;
  let height = min(8u, 25u - t / 8u * 8u);
  let row = (t / 8u * 8u + t % 8u % height) * 32u;
  let col = t % 8u / height * 8u;
  let lx = local % 8u;
  let ly = local / 8u;
  let first = part * 128u;
  let last = min(first + 128u, 128u);
  let ea0 = local + 0u;
  let ia0 = ea0 / 4u;
  let ka0 = ea0 % 4u;
  let pa0 = place_a(z, min(row + ia0, 783u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 64u;
  let ia1 = ea1 / 4u;
  let ka1 = ea1 % 4u;
  let pa1 = place_a(z, min(row + ia1, 783u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 % 16u;
  let jb0 = eb0 / 16u;
  let qb0 = min(col + jb0, 7u);
  var rb0 = load_b(z, first + kb0, qb0);
  let eb1 = local + 64u;
  let kb1 = eb1 % 16u;
  let jb1 = eb1 / 16u;
  let qb1 = min(col + jb1, 7u);
  var rb1 = load_b(z, first + kb1, qb1);
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  for (var k = first; k < last; k += 16u) {
    tile_a[ia0 % 8u][ia0 / 8u * 4u + ka0] = vec4<f32>(ra0);
    tile_a[ia1 % 8u][ia1 / 8u * 4u + ka1] = vec4<f32>(ra1);
    tile_b[jb0 % 8u][kb0 * 1u + jb0 / 8u] = vec4<f32>(rb0);
    tile_b[jb1 % 8u][kb1 * 1u + jb1 / 8u] = vec4<f32>(rb1);
    workgroupBarrier();
    if (k + 16u < last) {
      ra0 = load_a(pa0, k + 16u + ka0 * 4u);
      ra1 = load_a(pa1, k + 16u + ka1 * 4u);
      rb0 = load_b(z, k + 16u + kb0, qb0);
      rb1 = load_b(z, k + 16u + kb1, qb1);
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
    }
    workgroupBarrier();
  }
  if (row + ly + 0u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 8u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 8u, col + lx + 0u, s1_0);
  }
  if (row + ly + 16u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s2_0);
  }
  if (row + ly + 24u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 24u, col + lx + 0u, s3_0);
  }
}
// conv_grad_input_tiled: 25 x 1 workgroups, bindings 0[200704] 1[73728] 2[401408]
// conv_grad_input_tiled: dx[n,d,h,w,c] = epilogue(Σ dy[n,o,p,q,f] · w[i,j,k,c,f]) over o·SD-PF+i·DD = d, p·SH-PT+j·DH = h and
// q·SW-PL+k·DW = w, for the pixels d = AD mod SD, h = AH mod SH, w = AW mod SW: they see the same taps. It is the product of a
// matrix with a row for each of these pixels, which is never written out, and the filters; for adapters with workgroup memory
// of their own. Each axis has TAPS_x taps: tap t reads output pixel u + OFF_x - t·BACK_x for the u-th pixel, and is tap
// FIRST_x + t·STEP_x of the kernel.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: YT (f32, or vec4f: four filters at a time), FT (of dx); ID, IH, IW (pixels of the phase), F and FG in YT units,
// C and CG in numbers; what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(i / 49u * 784u + z * 16u), i32(i / 49u % 1u) + 0,
    i32(i / 7u % 7u) + 1, i32(i % 7u) + 1);
}

fn gradient(place: vec4i, k: u32) -> vec4f {
  let tap = i32(k / 16u);
  let d = place.y - tap / 4 * 1;
  let h = place.z - tap / 2 % 2 * 1;
  let v = place.w - tap % 2 * 1;
  let inside = (d >= 0) & (d < 1) & (h >= 0) & (h < 7) & (v >= 0) & (v < 7) & (k < 64u);
  return select(vec4f(0.0), dy[select(0u, u32(place.x + ((d * 7 + h) * 7 + v) * 16) + k % 16u, inside)], inside);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  return gradient(place, k / 4u);
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  let t = k / 64u;
  let tap = ((0u + t / 4u * 1u) * 3u + 0u + t / 2u % 2u * 2u) * 3u
    + 0u + t % 2u * 2u;
  let f = z * 64u + k % 64u;
  var v: vec4f;
  v[0] = w[(tap * 32u + min(j * 4u + 0u, 31u)) * 64u + f];
  v[1] = w[(tap * 32u + min(j * 4u + 1u, 31u)) * 64u + f];
  v[2] = w[(tap * 32u + min(j * 4u + 2u, 31u)) * 64u + f];
  v[3] = w[(tap * 32u + min(j * 4u + 3u, 31u)) * 64u + f];
  return v;
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let d = i / 49u % 1u * 1u + 0u;
  let h = i / 7u % 7u * 2u + 1u;
  let pixel = ((i / 49u * 1u + d) * 14u + h) * 14u + i % 7u * 2u + 1u;
  let c = z * 8u + j;
  dx[pixel * 8u + c] = epilogue(v, pixel * 8u + c, c);
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
var<workgroup> tile_a: array<array<vec4<f32>, 17>, 8>;
var<workgroup> tile_b: array<array<vec4<f32>, 17>, 8>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 25u) {
    return;
  }
  let z = t / 25u % 1u;
  let part = t / 25u;
  t = t % 25u;
  let height = min(8u, 25u - t / 8u * 8u);
  let row = (t / 8u * 8u + t % 8u % height) * 32u;
  let col = t % 8u / height * 8u;
  let lx = local % 8u;
  let ly = local / 8u;
  let first = part * 256u;
  let last = min(first + 256u, 256u);
  let ea0 = local + 0u;
  let ia0 = ea0 / 4u;
  let ka0 = ea0 % 4u;
  let pa0 = place_a(z, min(row + ia0, 783u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 64u;
  let ia1 = ea1 / 4u;
  let ka1 = ea1 % 4u;
  let pa1 = place_a(z, min(row + ia1, 783u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 % 16u;
  let jb0 = eb0 / 16u;
  let qb0 = min(col + jb0, 7u);
  var rb0 = load_b(z, first + kb0, qb0);
  let eb1 = local + 64u;
  let kb1 = eb1 % 16u;
  let jb1 = eb1 / 16u;
  let qb1 = min(col + jb1, 7u);
  var rb1 = load_b(z, first + kb1, qb1);
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  for (var k = first; k < last; k += 16u) {
    tile_a[ia0 % 8u][ia0 / 8u * 4u + ka0] = vec4<f32>(ra0);
    tile_a[ia1 % 8u][ia1 / 8u * 4u + ka1] = vec4<f32>(ra1);
    tile_b[jb0 % 8u][kb0 * 1u + jb0 / 8u] = vec4<f32>(rb0);
    tile_b[jb1 % 8u][kb1 * 1u + jb1 / 8u] = vec4<f32>(rb1);
    workgroupBarrier();
    if (k + 16u < last) {
      ra0 = load_a(pa0, k + 16u + ka0 * 4u);
      ra1 = load_a(pa1, k + 16u + ka1 * 4u);
      rb0 = load_b(z, k + 16u + kb0, qb0);
      rb1 = load_b(z, k + 16u + kb1, qb1);
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
    }
    workgroupBarrier();
  }
  if (row + ly + 0u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 8u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 8u, col + lx + 0u, s1_0);
  }
  if (row + ly + 16u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s2_0);
  }
  if (row + ly + 24u < 784u && col + lx + 0u < 8u) {
    store(z, part, row + ly + 24u, col + lx + 0u, s3_0);
  }
}
