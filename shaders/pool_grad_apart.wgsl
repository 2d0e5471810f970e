// pool_grad_apart: pool_grad for windows that neither overlap nor leave gaps, without padding: the kernel is the stride.
// One invocation per window (four channels where T is vec4f) reads its dy once and writes all elements of dx under it; what
// lies beyond the last window gets 0.
// Bindings: dy [N,OD,P,Q,C] read, for a maximum the places i32 read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised by: T, IT, MAX, sizes, KD, KH, KW, C in T units. Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> dy: array<${T}>;
//#if MAX
@group(0) @binding(1) var<storage, read> places: array<${IT}>;
@group(0) @binding(2) var<storage, read_write> dx: array<${T}>;
//#else
@group(0) @binding(1) var<storage, read_write> dx: array<${T}>;
//#end
${EPILOGUE}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= ${N * ((D + KD - 1) / KD) * ((H + KH - 1) / KH) * ((W + KW - 1) / KW) * C}u) {
    return;
  }
  let c = t % ${C}u;
  t = t / ${C}u;
  let q = t % ${(W + KW - 1) / KW}u;
  t = t / ${(W + KW - 1) / KW}u;
  let p = t % ${(H + KH - 1) / KH}u;
  t = t / ${(H + KH - 1) / KH}u;
  let o = t % ${(D + KD - 1) / KD}u;
  let n = t / ${(D + KD - 1) / KD}u;
  let there = (o < ${OD}u) & (p < ${OH}u) & (q < ${OW}u);
  let at = select(0u, (((n * ${OD}u + o) * ${OH}u + p) * ${OW}u + q) * ${C}u + c, there);
  let g = select(${T}(0.0), dy[at], there);
  //#if MAX
  let place = places[at];
  //#end
  let first = ((o * ${KD}u) * ${H}u + p * ${KH}u) * ${W}u + q * ${KW}u;
  //#for d 0 KD
  //#for h 0 KH
  //#for w 0 KW
  //#if (D % KD) + (H % KH) + (W % KW) > 0
  if ((o * ${KD}u + ${d}u < ${D}u) & (p * ${KH}u + ${h}u < ${H}u) & (q * ${KW}u + ${w}u < ${W}u)) {
  //#else
  {
  //#end
    let e = first + ${(d * H + h) * W + w}u;
    let i = (n * ${D * H * W}u + e) * ${C}u + c;
    //#if MAX
    dx[i] = epilogue(select(${T}(0.0), g, place == ${IT}(i32(e))), i, c);
    //#else
    dx[i] = epilogue(g, i, c);
    //#end
  }
  //#end
  //#end
  //#end
}
