// conv_integer: y[n,p,q,f] = epilogue(Σ (x[n, p·SH-PT+i·DH, q·SW-PL+j·DW, c] - zero) · w[i,j,c,f]) of 8-bit numbers, over
// one to three spatial axes; a matrix product is one of a row of pixels.
// One invocation computes TP neighbouring pixels of a row times TF filters. Bytes are taken as signed: FLIP turns the first
// bit of unsigned ones, and ZERO is the zero point then. Where a tap lies beside the row it sees ZERO, in every byte ZERO4,
// so that what the zero point adds is ZERO·Σw of the rows that were seen, whatever the pixel.
// Bindings: x [N,D,H,W,C] words of four channels read, w [KD,KH,KW,CG,F] words read, y [N,OD,P,Q,F] f32 read_write, then
// the epilogue's.
// Specialised by: TP, TF, PACKED (see lib/dot4), geometry, C and CG in words. Reference: op/integer.go.
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
${EPILOGUE}
//#include flat
//#include dot4

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= ${N * OD * OH * ((OW + TP - 1) / TP) * (F / TF)}u) {
    return;
  }
  let f = t % ${F / TF}u * ${TF}u;
  t = t / ${F / TF}u;
  let q = i32(t % ${(OW + TP - 1) / TP}u) * ${TP};
  t = t / ${(OW + TP - 1) / TP}u;
  let p = i32(t % ${OH}u);
  t = t / ${OH}u;
  let o = i32(t % ${OD}u);
  let n = i32(t / ${OD}u);
  let channel = i32(f / ${FG}u) * ${CG};
  //#for v 0 TF
  var weights${v} = 0;
  //#for i 0 TP
  var s${i}_${v} = 0;
  //#end
  //#end
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
      for (var kw = 0; kw < ${KW}; kw++) {
        let left = q * ${SW} - ${PL} + kw * ${DW};
        //#for i 0 TP
        let inside${i} = (left + ${i * SW} >= 0) & (left + ${i * SW} < ${W});
        let at${i} = (row + clamp(left + ${i * SW}, 0, ${W - 1})) * ${C} + channel;
        //#end
        let k = u32(((kd * ${KH} + kh) * ${KW} + kw) * ${CG * F}) + f;
        for (var c = 0; c < ${CG}; c++) {
          //#for i 0 TP
          let x${i} = quad(select(${ZERO4}u, x[at${i} + c] ^ ${FLIP}u, inside${i}));
          //#end
          //#for v 0 TF
          let w${v} = quad(w[k + u32(c * ${F}) + ${v}u]);
          weights${v} += dot4(w${v}, quad(0x01010101u));
          //#for i 0 TP
          s${i}_${v} += dot4(x${i}, w${v});
          //#end
          //#end
        }
      }
    }
  }
  let place = u32(((n * ${OD} + o) * ${OH} + p) * ${OW} + q) * ${F}u + f;
  //#for i 0 TP
  if (q + ${i} < ${OW}) {
    //#for v 0 TF
    y[place + ${i * F + v}u] = epilogue(f32(s${i}_${v} - ${ZERO} * weights${v}), place + ${i * F + v}u, f + ${v}u);
    //#end
  }
  //#end
}
