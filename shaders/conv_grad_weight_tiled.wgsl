// conv_grad_weight_tiled: part[s,i,j,k,c,f] = Σ x[n, o·SD-PF+i·DD, p·SH-PT+j·DH, q·SW-PL+k·DW, c] · dy[n,o,p,q,f] over part s of the
// output pixels, as the product of a matrix with a row for each tap and channel, which is never written out, and dy; for
// adapters with workgroup memory of their own. sum_parts adds the parts up in order: the result is the same each time.
// Bindings: x [N,D,H,W,C] read, dy [N,OD,P,Q,F] read, part [PARTS,KD,KH,KW,C/groups,F] read_write.
// Specialised by: YT (f32, or vec4f: along F), FT (of part); geometry, C, CG (channels of a group), FG and F in numbers;
// what lib/tiled says. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<${YT}>;
@group(0) @binding(2) var<storage, read_write> part_of: array<${FT}>;

// The channel, and how far the tap lies from the corner of an output pixel.
fn place_a(z: u32, i: u32) -> vec4i {
  let tap = i32(i / ${CG}u);
  return vec4i(i32(z * ${CG}u + i % ${CG}u), tap / ${KH * KW} * ${DD} - ${PF}, tap / ${KW} % ${KH} * ${DH} - ${PT}, tap % ${KW} * ${DW} - ${PL});
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  var r: vec4f;
  //#for e 0 4
  {
    let at = k + ${e}u;
    let d = i32(at / ${OH * OW}u % ${OD}u) * ${SD} + place.y;
    let h = i32(at / ${OW}u % ${OH}u) * ${SH} + place.z;
    let v = i32(at % ${OW}u) * ${SW} + place.w;
    let inside = (d >= 0) & (d < ${D}) & (h >= 0) & (h < ${H}) & (v >= 0) & (v < ${W}) & (at < ${K}u);
    let pixel = ((i32(at / ${OD * OH * OW}u) * ${D} + d) * ${H} + h) * ${W} + v;
    r[${e}] = select(0.0, x[select(0u, u32(pixel * ${C} + place.x), inside)], inside);
  }
  //#end
  return r;
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  if (k >= ${K}u) {
    return vec4f(0.0);
  }
  //#if YV == 4
  return dy[k * ${F / 4}u + z * ${FG / 4}u + j];
  //#else
  var v: vec4f;
  //#for e 0 4
  v[${e}] = dy[k * ${F}u + z * ${FG}u + min(j * 4u + ${e}u, ${FG - 1}u)];
  //#end
  return v;
  //#end
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  //#if YV == 4
  part_of[(part * ${M}u + i) * ${F / 4}u + z * ${FG / 4}u + j] = v;
  //#else
  let at = (part * ${M}u + i) * ${F}u + z * ${FG}u + j * 4u;
  //#for e 0 4
  if (j * 4u + ${e}u < ${FG}u) {
    part_of[at + ${e}u] = v[${e}];
  }
  //#end
  //#end
}
//#include tiled
