// pool: y[n,p,q,c] = epilogue(max, mean or sum of x over the window), for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,D,H,W,C] read, y [N,OD,P,Q,C] read_write, the places i32 read_write where asked for, then the epilogue's.
// Specialised by: UNROLL (the taps of a small window one by one), INSIDE (no window leaves x), T, IT (i32, vec4i), BT, MAX,
// AVG, PLACES, geometry, C in T units, LO_… HI_… (what an average counts). Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> x: array<${T}>;
@group(0) @binding(1) var<storage, read_write> y: array<${T}>;
//#if PLACES
@group(0) @binding(2) var<storage, read_write> places: array<${IT}>;
//#end
${EPILOGUE}
//#include flat
//#if AVG
//#include pool
//#end

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * OD * OH * OW * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let q = t % ${OW};
  t = t / ${OW};
  let p = t % ${OH};
  t = t / ${OH};
  let o = t % ${OD};
  let n = t / ${OD};
  var best = ${T}(0.0);
  var place = ${IT}(-1);
  //#if UNROLL
  let first = ((o * ${SD} - ${PF}) * ${H} + p * ${SH} - ${PT}) * ${W} + q * ${SW} - ${PL};
  //#for kd 0 KD
  //#for kh 0 KH
  //#for kw 0 KW
  {
    let at = first + ${(kd * DD * H + kh * DH) * W + kw * DW};
    //#if INSIDE
    let v = x[u32((n * ${D * H * W} + at) * ${C} + c)];
    //#if MAX
    //#if kd + kh + kw
    let wins = v > best;
    best = select(best, v, wins);
    place = select(place, ${IT}(at), wins);
    //#else
    best = v;
    place = ${IT}(at);
    //#end
    //#else
    best += v;
    //#end
    //#else
    let d = o * ${SD} + ${kd * DD - PF};
    let h = p * ${SH} + ${kh * DH - PT};
    let w = q * ${SW} + ${kw * DW - PL};
    let inside = (d >= 0) & (d < ${D}) & (h >= 0) & (h < ${H}) & (w >= 0) & (w < ${W});
    let v = x[u32((n * ${D * H * W} + select(0, at, inside)) * ${C} + c)];
    //#if MAX
    let wins = ((place < ${IT}(0)) | (v > best)) & ${BT}(inside);
    best = select(best, v, wins);
    place = select(place, ${IT}(at), wins);
    //#else
    best += select(${T}(0.0), v, inside);
    //#end
    //#end
  }
  //#end
  //#end
  //#end
  //#else
  for (var kd = 0; kd < ${KD}; kd++) {
    let d = o * ${SD} - ${PF} + kd * ${DD};
    for (var kh = 0; kh < ${KH}; kh++) {
      let h = p * ${SH} - ${PT} + kh * ${DH};
      for (var kw = 0; kw < ${KW}; kw++) {
        let w = q * ${SW} - ${PL} + kw * ${DW};
        if (d < 0 || d >= ${D} || h < 0 || h >= ${H} || w < 0 || w >= ${W}) {
          continue;
        }
        let at = (d * ${H} + h) * ${W} + w;
        let v = x[u32((n * ${D * H * W} + at) * ${C} + c)];
        //#if MAX
        let wins = (place < ${IT}(0)) | (v > best);
        best = select(best, v, wins);
        place = select(place, ${IT}(at), wins);
        //#else
        best += v;
        //#end
      }
    }
  }
  //#end
  //#if PLACES
  places[i] = place;
  //#end
  //#if AVG
  best /= count(o, p, q);
  //#end
  y[i] = epilogue(best, i, u32(c));
}
