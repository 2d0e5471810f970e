// matmul_tiled: 8 x 1 workgroups, bindings 0[65536] 1[51200] 2[25600]
enable f16;
// matmul_tiled: y[b,i,j] = epilogue(Σ k a[b,i,k] · b[b,k,j]), either side transposed by its strides, for adapters with
// workgroup memory of their own; matmul is for those that have none.
// Bindings: a read, b read, y [B,M,N] read_write, then the epilogue's.
// Specialised by: AT (f32, or vec4f: four k at a time), WT and FT (f32, or vec4f: along the columns of b, of y); AROW, ACOL,
// AMAT (from one matrix to the next) in AT's units, BROW, BCOL, BMAT in WT's; N in numbers; what lib/weights and lib/tiled say.
// Reference: op/matmul.go.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
// Weights, read as vec4f: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<vec2u>;

fn weight(i: u32) -> vec4f {
  let pairs = weights[i];
  return vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
}

@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(z * 4096u + i * 64u), 0, 0, 0);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  let at = u32(place.x);
  return a[at + k / 4u];
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  let at = z * 6400u + k * 25u;
  return weight(at + j);
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let at = (z * 64u + i) * 25u + j;
  y[at] = epilogue(v, at, j);
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
var<workgroup> tile_a: array<array<vec4<f16>, 17>, 8>;
var<workgroup> tile_b: array<array<vec4<f16>, 17>, 8>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= 8u) {
    return;
  }
  let z = t / 8u % 1u;
  let part = t / 8u;
  t = t % 8u;
  let height = min(2u, 2u - t / 8u * 2u);
  let row = (t / 8u * 2u + t % 8u % height) * 32u;
  let col = t % 8u / height * 8u;
  let lx = local % 8u;
  let ly = local / 8u;
  let first = part * 256u;
  let last = min(first + 256u, 256u);
  let ea0 = local + 0u;
  let ia0 = ea0 / 4u;
  let ka0 = ea0 % 4u;
  let pa0 = place_a(z, min(row + ia0, 63u));
  var ra0 = load_a(pa0, first + ka0 * 4u);
  let ea1 = local + 64u;
  let ia1 = ea1 / 4u;
  let ka1 = ea1 % 4u;
  let pa1 = place_a(z, min(row + ia1, 63u));
  var ra1 = load_a(pa1, first + ka1 * 4u);
  let eb0 = local + 0u;
  let kb0 = eb0 / 8u;
  let jb0 = eb0 % 8u;
  let qb0 = min(col + jb0, 24u);
  var rb0 = load_b(z, first + kb0, qb0);
  let eb1 = local + 64u;
  let kb1 = eb1 / 8u;
  let jb1 = eb1 % 8u;
  let qb1 = min(col + jb1, 24u);
  var rb1 = load_b(z, first + kb1, qb1);
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  for (var k = first; k < last; k += 16u) {
    tile_a[ia0 % 8u][ia0 / 8u * 4u + ka0] = vec4<f16>(ra0);
    tile_a[ia1 % 8u][ia1 / 8u * 4u + ka1] = vec4<f16>(ra1);
    tile_b[jb0 % 8u][kb0 * 1u + jb0 / 8u] = vec4<f16>(rb0);
    tile_b[jb1 % 8u][kb1 * 1u + jb1 / 8u] = vec4<f16>(rb1);
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
      s0_0 += vec4f(a0.x * b0_0 + a0.y * b1_0 + a0.z * b2_0 + a0.w * b3_0);
      let a1 = tile_a[ly][4];
      s1_0 += vec4f(a1.x * b0_0 + a1.y * b1_0 + a1.z * b2_0 + a1.w * b3_0);
      let a2 = tile_a[ly][8];
      s2_0 += vec4f(a2.x * b0_0 + a2.y * b1_0 + a2.z * b2_0 + a2.w * b3_0);
      let a3 = tile_a[ly][12];
      s3_0 += vec4f(a3.x * b0_0 + a3.y * b1_0 + a3.z * b2_0 + a3.w * b3_0);
    }
    {
      let b0_0 = tile_b[lx][4];
      let b1_0 = tile_b[lx][5];
      let b2_0 = tile_b[lx][6];
      let b3_0 = tile_b[lx][7];
      let a0 = tile_a[ly][1];
      s0_0 += vec4f(a0.x * b0_0 + a0.y * b1_0 + a0.z * b2_0 + a0.w * b3_0);
      let a1 = tile_a[ly][5];
      s1_0 += vec4f(a1.x * b0_0 + a1.y * b1_0 + a1.z * b2_0 + a1.w * b3_0);
      let a2 = tile_a[ly][9];
      s2_0 += vec4f(a2.x * b0_0 + a2.y * b1_0 + a2.z * b2_0 + a2.w * b3_0);
      let a3 = tile_a[ly][13];
      s3_0 += vec4f(a3.x * b0_0 + a3.y * b1_0 + a3.z * b2_0 + a3.w * b3_0);
    }
    {
      let b0_0 = tile_b[lx][8];
      let b1_0 = tile_b[lx][9];
      let b2_0 = tile_b[lx][10];
      let b3_0 = tile_b[lx][11];
      let a0 = tile_a[ly][2];
      s0_0 += vec4f(a0.x * b0_0 + a0.y * b1_0 + a0.z * b2_0 + a0.w * b3_0);
      let a1 = tile_a[ly][6];
      s1_0 += vec4f(a1.x * b0_0 + a1.y * b1_0 + a1.z * b2_0 + a1.w * b3_0);
      let a2 = tile_a[ly][10];
      s2_0 += vec4f(a2.x * b0_0 + a2.y * b1_0 + a2.z * b2_0 + a2.w * b3_0);
      let a3 = tile_a[ly][14];
      s3_0 += vec4f(a3.x * b0_0 + a3.y * b1_0 + a3.z * b2_0 + a3.w * b3_0);
    }
    {
      let b0_0 = tile_b[lx][12];
      let b1_0 = tile_b[lx][13];
      let b2_0 = tile_b[lx][14];
      let b3_0 = tile_b[lx][15];
      let a0 = tile_a[ly][3];
      s0_0 += vec4f(a0.x * b0_0 + a0.y * b1_0 + a0.z * b2_0 + a0.w * b3_0);
      let a1 = tile_a[ly][7];
      s1_0 += vec4f(a1.x * b0_0 + a1.y * b1_0 + a1.z * b2_0 + a1.w * b3_0);
      let a2 = tile_a[ly][11];
      s2_0 += vec4f(a2.x * b0_0 + a2.y * b1_0 + a2.z * b2_0 + a2.w * b3_0);
      let a3 = tile_a[ly][15];
      s3_0 += vec4f(a3.x * b0_0 + a3.y * b1_0 + a3.z * b2_0 + a3.w * b3_0);
    }
    workgroupBarrier();
  }
  if (row + ly + 0u < 64u && col + lx + 0u < 25u) {
    store(z, part, row + ly + 0u, col + lx + 0u, s0_0);
  }
  if (row + ly + 8u < 64u && col + lx + 0u < 25u) {
    store(z, part, row + ly + 8u, col + lx + 0u, s1_0);
  }
  if (row + ly + 16u < 64u && col + lx + 0u < 25u) {
    store(z, part, row + ly + 16u, col + lx + 0u, s2_0);
  }
  if (row + ly + 24u < 64u && col + lx + 0u < 25u) {
    store(z, part, row + ly + 24u, col + lx + 0u, s3_0);
  }
}
