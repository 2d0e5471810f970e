// conv_grad_input_tiled: dx[n,d,h,w,c] = epilogue(Σ dy[n,o,p,q,f] · w[i,j,k,c,f]) over o·SD-PF+i·DD = d, p·SH-PT+j·DH = h and
// q·SW-PL+k·DW = w, for the pixels d = AD mod SD, h = AH mod SH, w = AW mod SW: they see the same taps. It is the product of a
// matrix with a row for each of these pixels, which is never written out, and the filters; for adapters with workgroup memory
// of their own. Each axis has TAPS_x taps: tap t reads output pixel u + OFF_x - t·BACK_x for the u-th pixel, and is tap
// FIRST_x + t·STEP_x of the kernel.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: YT (f32, or vec4f: four filters at a time), FT (of dx); ID, IH, IW (pixels of the phase), F and FG in YT units,
// C and CG in numbers; what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<${YT}>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<${FT}>;
${EPILOGUE}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(i / ${ID * IH * IW}u * ${OD * OH * OW * F}u + z * ${FG}u), i32(i / ${IH * IW}u % ${ID}u) + ${OFF_D},
    i32(i / ${IW}u % ${IH}u) + ${OFF_H}, i32(i % ${IW}u) + ${OFF_W});
}

fn gradient(place: vec4i, k: u32) -> ${YT} {
  let tap = i32(k / ${FG}u);
  let d = place.y - tap / ${TAPS_H * TAPS_W} * ${BACK_D};
  let h = place.z - tap / ${TAPS_W} % ${TAPS_H} * ${BACK_H};
  let v = place.w - tap % ${TAPS_W} * ${BACK_W};
  let inside = (d >= 0) & (d < ${OD}) & (h >= 0) & (h < ${OH}) & (v >= 0) & (v < ${OW}) & (k < ${K / YV}u);
  return select(${YT}(0.0), dy[select(0u, u32(place.x + ((d * ${OH} + h) * ${OW} + v) * ${F}) + k % ${FG}u, inside)], inside);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  //#if YV == 4
  return gradient(place, k / 4u);
  //#else
  return vec4f(gradient(place, k), gradient(place, k + 1u), gradient(place, k + 2u), gradient(place, k + 3u));
  //#end
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  //#if K % BK
  if (k >= ${K}u) {
    return vec4f(0.0);
  }
  //#end
  let t = k / ${FG * YV}u;
  let tap = ((${FIRST_D}u + t / ${TAPS_H * TAPS_W}u * ${STEP_D}u) * ${KH}u + ${FIRST_H}u + t / ${TAPS_W}u % ${TAPS_H}u * ${STEP_H}u) * ${KW}u
    + ${FIRST_W}u + t % ${TAPS_W}u * ${STEP_W}u;
  let f = z * ${FG * YV}u + k % ${FG * YV}u;
  var v: vec4f;
  //#for e 0 4
  v[${e}] = w[(tap * ${CG}u + min(j * 4u + ${e}u, ${CG - 1}u)) * ${F * YV}u + f];
  //#end
  return v;
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  let d = i / ${IH * IW}u % ${ID}u * ${SD}u + ${AD}u;
  let h = i / ${IW}u % ${IH}u * ${SH}u + ${AH}u;
  let pixel = ((i / ${ID * IH * IW}u * ${D}u + d) * ${H}u + h) * ${W}u + i % ${IW}u * ${SW}u + ${AW}u;
  //#if FV == 4
  let c = z * ${CG / 4}u + j;
  dx[pixel * ${C / 4}u + c] = epilogue(v, pixel * ${C / 4}u + c, c);
  //#else
  let c = z * ${CG}u + j * 4u;
  //#for e 0 4
  if (j * 4u + ${e}u < ${CG}u) {
    dx[pixel * ${C}u + c + ${e}u] = epilogue(v[${e}], pixel * ${C}u + c + ${e}u, c + ${e}u);
  }
  //#end
  //#end
}
//#include tiled
