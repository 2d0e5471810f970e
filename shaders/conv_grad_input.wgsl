// conv_grad_input: dx[n,h,w,c] = epilogue(Σ dy[n,p,q,f] · w[i,j,c,f]) over p·SH-PT+i·DH = h, q·SW-PL+j·DW = w.
// With stride 1 the planner makes a conv of it; this one serves strides. Pixels of a row that lie alike to the strides
// see the same taps: one invocation computes TP of them, SW apart, times a vector of channels in named registers.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,F,C/groups] read, that is with its last axes changed, dx [N,D,H,W,C]
// read_write, then the epilogue's.
// Specialised by: XT (f32, vec4f: along C), FT (f32, vec4f: along F), FV (components of FT), TP, TILES of a row, geometry,
// in XT and FT units for C, CG (channels of a group), F, FG. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<${FT}>;
@group(0) @binding(1) var<storage, read> w: array<${XT}>;
@group(0) @binding(2) var<storage, read_write> dx: array<${XT}>;
${EPILOGUE}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= ${N * D * H * SW * TILES * C}u) {
    return;
  }
  let c = t % ${C}u;
  t = t / ${C}u;
  let first = i32(t % ${TILES}u) * ${TP};
  t = t / ${TILES}u;
  let phase = i32(t % ${SW}u);
  t = t / ${SW}u;
  let line = i32(t % ${H}u);
  t = t / ${H}u;
  let plane = i32(t % ${D}u);
  let n = i32(t / ${D}u);
  let filter_0 = i32(c / ${CG}u) * ${FG};
  //#for i 0 TP
  var a${i} = ${XT}(0.0);
  //#end
  for (var kd = 0; kd < ${KD}; kd++) {
    let d = plane + ${PF} - kd * ${DD};
    if (d < 0 || d % ${SD} != 0 || d / ${SD} >= ${OD}) {
      continue;
    }
    for (var kh = 0; kh < ${KH}; kh++) {
      let h = line + ${PT} - kh * ${DH};
      if (h < 0 || h % ${SH} != 0 || h / ${SH} >= ${OH}) {
        continue;
      }
      let row = ((n * ${OD} + d / ${SD}) * ${OH} + h / ${SH}) * ${OW};
      for (var kw = 0; kw < ${KW}; kw++) {
        let left = phase + ${PL} - kw * ${DW};
        if (left % ${SW} != 0) {
          continue;
        }
        let q = first + left / ${SW};
        //#for i 0 TP
        let inside${i} = (q >= ${0 - i}) & (q < ${OW - i});
        let at${i} = u32((row + clamp(q + ${i}, 0, ${OW - 1})) * ${F} + filter_0);
        //#end
        var k = u32(((kd * ${KH} + kh) * ${KW} + kw) * ${F} + filter_0) * ${FV * CG}u + c % ${CG}u;
        for (var f = 0u; f < ${FG}u; f++) {
          //#for v 0 FV
          let b${v} = w[k + ${v * CG}u];
          //#end
          k += ${FV * CG}u;
          //#for i 0 TP
          let g${i} = select(${FT}(0.0), dy[at${i} + f], inside${i});
          //#for v 0 FV
          //#if FV == 1
          a${i} += g${i} * b${v};
          //#else
          a${i} += g${i}[${v}] * b${v};
          //#end
          //#end
          //#end
        }
      }
    }
  }
  let at = u32(((n * ${D} + plane) * ${H} + line) * ${W} + first * ${SW} + phase) * ${C}u + c;
  //#for i 0 TP
  if (first * ${SW} + phase < ${W - i * SW}) {
    dx[at + ${i * SW * C}u] = epilogue(a${i}, at + ${i * SW * C}u, c);
  }
  //#end
}
