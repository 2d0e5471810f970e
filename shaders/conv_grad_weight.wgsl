// conv_grad_weight: part[s,i,j,c,f] = Σ x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] · dy[n,p,q,f] over part s of the batch.
// One invocation keeps all taps along the width, for one vector of channels and TF of filters, in named registers and
// walks over the rows, TQ pixels at a time. sum_parts adds the parts up in order: the result is the same each time.
// Bindings: x [N,D,H,W,C] read, dy [N,OD,P,Q,F] read, part [PARTS,KD,KH,KW,C/groups,F] read_write.
// Specialised by: XT, FT, XV, TQ, TF, PARTS, PER (images of a part), geometry as in conv. Reference: op/conv.go.
// & and not && joins the bounds for the reason that conv gives.
@group(0) @binding(0) var<storage, read> x: array<${XT}>;
@group(0) @binding(1) var<storage, read> dy: array<${FT}>;
@group(0) @binding(2) var<storage, read_write> part: array<${FT}>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= ${PARTS * KD * KH * CG * (F / TF)}u) {
    return;
  }
  let f = t % ${F / TF}u * ${TF}u;
  t = t / ${F / TF}u;
  let c = i32(t % ${CG}u);
  t = t / ${CG}u;
  let kh = i32(t % ${KH}u);
  t = t / ${KH}u;
  let kd = i32(t % ${KD}u);
  let s = i32(t / ${KD}u);
  let channel = i32(f / ${FG}u) * ${CG} + c;
  //#for j 0 KW
  //#for e 0 XV
  //#for v 0 TF
  var a${j}_${e}_${v} = ${FT}(0.0);
  //#end
  //#end
  //#end
  for (var n = s * ${PER}; n < min(${N}, (s + 1) * ${PER}); n++) {
    for (var o = 0; o < ${OD}; o++) {
      let d = o * ${SD} - ${PF} + kd * ${DD};
      if (d < 0 || d >= ${D}) {
        continue;
      }
      for (var p = 0; p < ${OH}; p++) {
        let h = p * ${SH} - ${PT} + kh * ${DH};
        if (h < 0 || h >= ${H}) {
          continue;
        }
        let row = ((n * ${D} + d) * ${H} + h) * ${W};
        let out = ((n * ${OD} + o) * ${OH} + p) * ${OW};
        for (var q = 0; q < ${OW}; q += ${TQ}) {
          let left = q * ${SW} - ${PL};
          //#for j 0 SPAN
          let w${j} = left + ${j};
          let x${j} = select(${XT}(0.0), x[u32((row + clamp(w${j}, 0, ${W - 1})) * ${C} + channel)], (w${j} >= 0) & (w${j} < ${W}));
          //#end
          //#for i 0 TQ
          //#for v 0 TF
          //#if OW % TQ == 0
          let g${i}_${v} = dy[u32(out + q + ${i}) * ${F}u + f + ${v}u];
          //#else
          let g${i}_${v} = select(${FT}(0.0), dy[u32(out + min(q + ${i}, ${OW - 1})) * ${F}u + f + ${v}u], q + ${i} < ${OW});
          //#end
          //#for j 0 KW
          //#for e 0 XV
          //#if XV == 1
          a${j}_${e}_${v} += x${i * SW + j * DW} * g${i}_${v};
          //#else
          a${j}_${e}_${v} += x${i * SW + j * DW}[${e}] * g${i}_${v};
          //#end
          //#end
          //#end
          //#end
          //#end
        }
      }
    }
  }
  let at = u32((((s * ${KD} + kd) * ${KH} + kh) * ${KW} * ${CG} + c) * ${XV}) * ${F}u + f;
  //#for j 0 KW
  //#for e 0 XV
  //#for v 0 TF
  part[at + ${(j * CG * XV + e) * F + v}u] = a${j}_${e}_${v};
  //#end
  //#end
  //#end
}
