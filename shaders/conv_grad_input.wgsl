// conv_grad_input: dx[n,h,w,c] = epilogue(Σ dy[n,p,q,f] · w[i,j,c,f]) over p·SH-PT+i·DH = h, q·SW-PL+j·DW = w.
// One invocation per element. With stride 1 the planner makes a conv of it, which is tiled; this one serves strides.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
${EPILOGUE}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * D * H * W * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let col = t % ${W};
  t = t / ${W};
  let line = t % ${H};
  t = t / ${H};
  let plane = t % ${D};
  let n = t / ${D};
  let first = c / ${CG} * ${FG};
  var sum = 0.0;
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
      for (var kw = 0; kw < ${KW}; kw++) {
        let q = col + ${PL} - kw * ${DW};
        if (q < 0 || q % ${SW} != 0 || q / ${SW} >= ${OW}) {
          continue;
        }
        let from_dy = (((n * ${OD} + d / ${SD}) * ${OH} + h / ${SH}) * ${OW} + q / ${SW}) * ${F} + first;
        let from_w = (((kd * ${KH} + kh) * ${KW} + kw) * ${CG} + c % ${CG}) * ${F} + first;
        for (var f = 0; f < ${FG}; f++) {
          sum += dy[u32(from_dy + f)] * w[u32(from_w + f)];
        }
      }
    }
  }
  dx[i] = epilogue(sum, i, u32(c));
}
