// matmul: y[b,i,j] = epilogue(Σ k a[b,i,k] · b[b,k,j]), either side transposed by its strides.
// One invocation computes TM rows times TN vectors of columns in named registers; no barriers.
// Bindings: a read, b read, y [B,M,N] read_write, then the epilogue's.
// Specialised by: FT (f32, vec4f: along the columns of b and y), TM, TN, sizes; N and BROW in FT units, BCOL 1 for vec4f.
// Reference: op/matmul.go.
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<${FT}>;
@group(0) @binding(2) var<storage, read_write> y: array<${FT}>;
${EPILOGUE}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= ${BATCH * ((M + TM - 1) / TM) * ((N + TN - 1) / TN)}u) {
    return;
  }
  let j = t % ${(N + TN - 1) / TN}u * ${TN}u;
  t = t / ${(N + TN - 1) / TN}u;
  let i = t % ${(M + TM - 1) / TM}u * ${TM}u;
  let m = t / ${(M + TM - 1) / TM}u;
  //#for r 0 TM
  var at${r} = m * ${M * K}u + min(i + ${r}u, ${M - 1}u) * ${AROW}u;
  //#for c 0 TN
  var s${r}_${c} = ${FT}(0.0);
  //#end
  //#end
  //#for c 0 TN
  var bt${c} = m * ${N * K}u + min(j + ${c}u, ${N - 1}u) * ${BCOL}u;
  //#end
  for (var k = 0u; k < ${K}u; k++) {
    //#for c 0 TN
    let b${c} = b[bt${c}];
    bt${c} += ${BROW}u;
    //#end
    //#for r 0 TM
    let a${r} = a[at${r}];
    at${r} += ${ACOL}u;
    //#for c 0 TN
    s${r}_${c} += a${r} * b${c};
    //#end
    //#end
  }
  //#for r 0 TM
  //#for c 0 TN
  if (i + ${r}u < ${M}u && j + ${c}u < ${N}u) {
    let at = (m * ${M}u + i + ${r}u) * ${N}u + j + ${c}u;
    y[at] = epilogue(s${r}_${c}, at, j + ${c}u);
  }
  //#end
  //#end
}
