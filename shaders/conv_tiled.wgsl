// conv_tiled: y[n,o,p,q,f] = epilogue(Σ x[n, o·SD-PF+i·DD, p·SH-PT+j·DH, q·SW-PL+k·DW, c] · w[i,j,k,c,f]), as the product of a
// matrix with a row for each output pixel, which is never written out, and the filters; for adapters with workgroup
// memory of their own (conv is for those that have none). Groups are matrices of a batch.
// Bindings: x [N,D,H,W,C] read, w [KD,KH,KW,C/groups,F] read, y [N,OD,P,Q,F] read_write, then the epilogue's.
// Specialised by: XT (f32, or vec4f: four channels at a time), WT (the same along F), FT (of y); geometry, C and CG (channels
// of a group) in XT units, FG (filters of a group) and F in numbers; what lib/weights and lib/tiled say. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> x: array<${XT}>;
//#include weights
@group(0) @binding(2) var<storage, read_write> y: array<${FT}>;
${EPILOGUE}

// The sample with its group's first channel, and the place of the kernel's first tap.
fn place_a(z: u32, i: u32) -> vec4i {
  let n = i / ${OD * OH * OW}u;
  return vec4i(i32(n * ${D * H * W * C}u + z * ${CG}u), i32(i / ${OH * OW}u % ${OD}u) * ${SD} - ${PF},
    i32(i / ${OW}u % ${OH}u) * ${SH} - ${PT}, i32(i % ${OW}u) * ${SW} - ${PL});
}

fn input(place: vec4i, k: u32) -> ${XT} {
  let tap = i32(k / ${CG}u);
  let d = place.y + tap / ${KH * KW} * ${DD};
  let h = place.z + tap / ${KW} % ${KH} * ${DH};
  let v = place.w + tap % ${KW} * ${DW};
  //#if GUARD
  let inside = (d >= 0) & (d < ${D}) & (h >= 0) & (h < ${H}) & (v >= 0) & (v < ${W}) & (k < ${K / XV}u);
  return select(${XT}(0.0), x[select(0u, u32(place.x + ((d * ${H} + h) * ${W} + v) * ${C}) + k % ${CG}u, inside)], inside);
  //#else
  return x[u32(place.x + ((d * ${H} + h) * ${W} + v) * ${C}) + k % ${CG}u];
  //#end
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  //#if XV == 4
  return input(place, k / 4u);
  //#else
  return vec4f(input(place, k), input(place, k + 1u), input(place, k + 2u), input(place, k + 3u));
  //#end
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  //#if K % BK
  if (k >= ${K}u) {
    return vec4f(0.0);
  }
  //#end
  //#if WV == 4
  return weight(k * ${F / 4}u + z * ${FG / 4}u + j);
  //#else
  var v: vec4f;
  //#for e 0 4
  v[${e}] = weight(k * ${F}u + z * ${FG}u + min(j * 4u + ${e}u, ${FG - 1}u));
  //#end
  return v;
  //#end
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  //#if FV == 4
  let f = z * ${FG / 4}u + j;
  y[i * ${F / 4}u + f] = epilogue(v, i * ${F / 4}u + f, f);
  //#else
  let f = z * ${FG}u + j * 4u;
  //#for e 0 4
  if (j * 4u + ${e}u < ${FG}u) {
    y[i * ${F}u + f + ${e}u] = epilogue(v[${e}], i * ${F}u + f + ${e}u, f + ${e}u);
  }
  //#end
  //#end
}
//#include tiled
