// matmul: y[b,i,j] = epilogue(Σ k a[b,i,k] · b[b,k,j]), either side transposed by its strides.
// One invocation computes TM rows times TN vectors of columns in named registers; no barriers.
// Bindings: a read, b read, y [B,M,N] read_write, then the epilogue's.
// Specialised by: FT (f32, vec4f: along the columns of b and y), TM, TN, sizes; N and BROW in FT units, BCOL 1 for vec4f;
// AT (f32, vec4f), A's strides in its units; AK and AM: how many columns, and rows, one read of it has, 4 or 1; BT and BK the
// same of b: with 4 both are read along k, four numbers of each, which is how a turned b lies; what lib/weights says.
// Reference: op/matmul.go.
@group(0) @binding(0) var<storage, read> a: array<${AT}>;
//#include weights
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
  //#for r 0 TM/AM
  var at${r} = m * ${M * K / AK / AM}u + min(i / ${AM}u + ${r}u, ${(M - 1) / AM}u) * ${AROW}u;
  //#end
  //#for r 0 TM
  //#for c 0 TN
  var s${r}_${c} = ${FT}(0.0);
  //#end
  //#end
  //#for c 0 TN
  var bt${c} = m * ${N * K / BK}u + min(j + ${c}u, ${N - 1}u) * ${BCOL}u;
  //#end
  for (var k = 0u; k < ${K / AK}u; k++) {
    //#for e 0 AK/BK
    //#for c 0 TN
    let b${e}_${c} = weight(bt${c});
    bt${c} += ${BROW}u;
    //#end
    //#end
    //#for r 0 TM/AM
    let a${r} = a[at${r}];
    at${r} += ${ACOL}u;
    //#for e 0 AK/BK
    //#for v 0 AM
    //#for c 0 TN
    //#if BK == 4
    s${r}_${c} += dot(a${r}, b0_${c});
    //#else
    //#if AK * AM == 1
    s${r}_${c} += a${r} * b0_${c};
    //#else
    s${r * AM + v}_${c} += a${r}[${e + v}] * b${e}_${c};
    //#end
    //#end
    //#end
    //#end
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
