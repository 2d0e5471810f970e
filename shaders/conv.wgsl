// conv: y[n,p,q,f] = epilogue(Σ x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] · w[i,j,c,f]), over one to three spatial axes.
// One invocation computes TP neighbouring pixels of a row times TF vectors of filters in named registers; a row of
// input is loaded once for all taps along the width. No barriers: made for adapters that run on a processor too.
// Bindings: x [N,D,H,W,C] read, w [KD,KH,KW,C/groups,F] read, y [N,OD,P,Q,F] read_write, then the epilogue's.
// Specialised by: XT (f32, vec4f: along C), FT (f32, vec4f: along F), TP, TF, XV (components of XT), what lib/weights
// says, geometry, in XT and FT units for C, CG (channels of a group), F, FG. Reference: op/conv.go.
// The bounds are joined by & and not &&: SwiftShader compiles many short-circuits in a loop in exponential time (SPAN 21:
// 5.6 s, larger ones minutes and all memory; with &: 1.2 s and less).
@group(0) @binding(0) var<storage, read> x: array<${XT}>;
//#include weights
@group(0) @binding(2) var<storage, read_write> y: array<${FT}>;
${EPILOGUE}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= ${N * OD * OH * TILES * (F / TF)}u) {
    return;
  }
  let f = t % ${F / TF}u * ${TF}u;
  t = t / ${F / TF}u;
  let q = i32(t % ${TILES}u) * ${TP};
  t = t / ${TILES}u;
  let p = i32(t % ${OH}u);
  t = t / ${OH}u;
  let o = i32(t % ${OD}u);
  let n = i32(t / ${OD}u);
  let channel = i32(f / ${FG}u) * ${CG};
  //#for i 0 TP
  //#for v 0 TF
  var a${i}_${v} = ${FT}(0.0);
  //#end
  //#end
  let left = q * ${SW} - ${PL};
  for (var kd = 0; kd < ${KD}; kd++) {
    let d = o * ${SD} - ${PF} + kd * ${DD};
    if (d < 0 || d >= ${D}) {
      continue;
    }
    for (var kh = 0; kh < ${KH}; kh++) {
      let h = p * ${SH} - ${PT} + kh * ${DH};
      if (h < 0 || h >= ${H}) {
        continue;
      }
      let row = ((n * ${D} + d) * ${H} + h) * ${W};
      for (var c = 0; c < ${CG}; c++) {
        let start = (row + left) * ${C} + channel + c;
        //#for j 0 SPAN
        //#if j < PL || j > LAST_INSIDE
        //#if TILES == 1
        let x${j} = ${XT}(0.0);
        //#else
        let x${j} = select(${XT}(0.0), x[u32(start + (clamp(left + ${j}, 0, ${W - 1}) - left) * ${C})], (left >= ${0 - j}) & (left < ${W - j}));
        //#end
        //#else
        let x${j} = x[u32(start + ${j * C})];
        //#end
        //#end
        var k = u32(((kd * ${KH} + kh) * ${KW} * ${CG} + c) * ${XV * F}) + f;
        //#for kw 0 KW
        //#for e 0 XV
        //#for v 0 TF
        let b${kw}_${e}_${v} = weight(k + ${kw * CG * XV * F + e * F + v}u);
        //#for i 0 TP
        //#if XV == 1
        a${i}_${v} += x${i * SW + kw * DW} * b${kw}_${e}_${v};
        //#else
        a${i}_${v} += x${i * SW + kw * DW}[${e}] * b${kw}_${e}_${v};
        //#end
        //#end
        //#end
        //#end
        //#end
      }
    }
  }
  let at = u32(((n * ${OD} + o) * ${OH} + p) * ${OW} + q) * ${F}u + f;
  //#for i 0 TP
  if (q + ${i} < ${OW}) {
    //#for v 0 TF
    y[at + ${i * F + v}u] = epilogue(a${i}_${v}, at + ${i * F + v}u, f + ${v}u);
    //#end
  }
  //#end
}
