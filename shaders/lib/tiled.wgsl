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
var<workgroup> tile_a: array<array<vec4<${TERM}>, ${TM * BK / 4 + 1}>, ${WY}>;
var<workgroup> tile_b: array<array<vec4<${TERM}>, ${TN * BK + 1}>, ${WX}>;

@compute @workgroup_size(${WX * WY})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = group.x + group.y * groups.x;
  if (t >= ${BATCH * PARTS * ROWS * COLS}u) {
    return;
  }
  let z = t / ${ROWS * COLS}u % ${BATCH}u;
  let part = t / ${ROWS * COLS * BATCH}u;
  t = t % ${ROWS * COLS}u;
  //#if BAND > 1
  let height = min(${BAND}u, ${ROWS}u - t / ${BAND * COLS}u * ${BAND}u);
  let row = (t / ${BAND * COLS}u * ${BAND}u + t % ${BAND * COLS}u % height) * ${TM * WY}u;
  let col = t % ${BAND * COLS}u / height * ${TN * WX}u;
  //#else
  let row = t / ${COLS}u * ${TM * WY}u;
  let col = t % ${COLS}u * ${TN * WX}u;
  //#end
  let lx = local % ${WX}u;
  let ly = local / ${WX}u;
  let first = part * ${PER}u;
  let last = min(first + ${PER}u, ${K}u);
  //#for l 0 TM*BK/4/WX
  let ea${l} = local + ${l * WX * WY}u;
  //#if A_ALONG
  let ia${l} = ea${l} / ${BK / 4}u;
  let ka${l} = ea${l} % ${BK / 4}u;
  //#else
  let ia${l} = ea${l} % ${TM * WY}u;
  let ka${l} = ea${l} / ${TM * WY}u;
  //#end
  let pa${l} = place_a(z, min(row + ia${l}, ${M - 1}u));
  var ra${l} = load_a(pa${l}, first + ka${l} * 4u);
  //#end
  //#for l 0 TN*BK/WY
  let eb${l} = local + ${l * WX * WY}u;
  //#if B_ALONG
  let kb${l} = eb${l} % ${BK}u;
  let jb${l} = eb${l} / ${BK}u;
  //#else
  let kb${l} = eb${l} / ${TN * WX}u;
  let jb${l} = eb${l} % ${TN * WX}u;
  //#end
  let qb${l} = min(col + jb${l}, ${NV - 1}u);
  var rb${l} = load_b(z, first + kb${l}, qb${l});
  //#end
  //#for r 0 TM
  //#for c 0 TN
  var s${r}_${c} = vec4f(0.0);
  //#end
  //#end
  for (var k = first; k < last; k += ${BK}u) {
    //#for l 0 TM*BK/4/WX
    tile_a[ia${l} % ${WY}u][ia${l} / ${WY}u * ${BK / 4}u + ka${l}] = vec4<${TERM}>(ra${l});
    //#end
    //#for l 0 TN*BK/WY
    tile_b[jb${l} % ${WX}u][kb${l} * ${TN}u + jb${l} / ${WX}u] = vec4<${TERM}>(rb${l});
    //#end
    workgroupBarrier();
    if (k + ${BK}u < last) {
      //#for l 0 TM*BK/4/WX
      ra${l} = load_a(pa${l}, k + ${BK}u + ka${l} * 4u);
      //#end
      //#for l 0 TN*BK/WY
      rb${l} = load_b(z, k + ${BK}u + kb${l}, qb${l});
      //#end
    }
    //#for q 0 BK/4
    {
      //#for e 0 4
      //#for c 0 TN
      let b${e}_${c} = tile_b[lx][${(q * 4 + e) * TN + c}];
      //#end
      //#end
      //#for r 0 TM
      let a${r} = tile_a[ly][${r * BK / 4 + q}];
      //#if FOURS
      //#for c 0 TN
      s${r}_${c} += vec4f(a${r}.x * b0_${c} + a${r}.y * b1_${c} + a${r}.z * b2_${c} + a${r}.w * b3_${c});
      //#end
      //#else
      //#for e 0 4
      //#for c 0 TN
      s${r}_${c} += a${r}[${e}] * b${e}_${c};
      //#end
      //#end
      //#end
      //#end
    }
    //#end
    workgroupBarrier();
  }
  //#for r 0 TM
  //#for c 0 TN
  if (row + ly + ${r * WY}u < ${M}u && col + lx + ${c * WX}u < ${NV}u) {
    store(z, part, row + ly + ${r * WY}u, col + lx + ${c * WX}u, s${r}_${c});
  }
  //#end
  //#end
}
