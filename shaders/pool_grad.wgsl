// pool_grad: dx[n,h,w,c] = epilogue(Σ dy of the windows that (h,w) won), or Σ dy/count or dy over those that hold it.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f), no atomics.
// Bindings: dy [N,OD,P,Q,C] read, for a maximum the places i32 read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Specialised as pool. Reference: op/pool.go.
@group(0) @binding(0) var<storage, read> dy: array<${T}>;
//#if MAX
@group(0) @binding(1) var<storage, read> places: array<${IT}>;
@group(0) @binding(2) var<storage, read_write> dx: array<${T}>;
//#else
@group(0) @binding(1) var<storage, read_write> dx: array<${T}>;
//#end
${EPILOGUE}
//#include flat
//#if AVG
//#include pool
//#end

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * D * H * W * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let w = t % ${W};
  t = t / ${W};
  let h = t % ${H};
  t = t / ${H};
  let d = t % ${D};
  let n = t / ${D};
  var sum = ${T}(0.0);
  // Only every stride-th tap can belong to a window here; with a dilation that is left to the check below.
  for (var kd = ${FIRST_D}; kd < ${KD}; kd += ${STEP_D}) {
    let od = d + ${PF} - kd * ${DD};
    for (var kh = ${FIRST_H}; kh < ${KH}; kh += ${STEP_H}) {
      let oh = h + ${PT} - kh * ${DH};
      for (var kw = ${FIRST_W}; kw < ${KW}; kw += ${STEP_W}) {
        let ow = w + ${PL} - kw * ${DW};
        if (od < 0 || od % ${SD} != 0 || oh < 0 || oh % ${SH} != 0 || ow < 0 || ow % ${SW} != 0) {
          continue;
        }
        let o = od / ${SD};
        let p = oh / ${SH};
        let q = ow / ${SW};
        if (o >= ${OD} || p >= ${OH} || q >= ${OW}) {
          continue;
        }
        let at = u32((((n * ${OD} + o) * ${OH} + p) * ${OW} + q) * ${C} + c);
        //#if MAX
        sum += select(${T}(0.0), dy[at], places[at] == ${IT}((d * ${H} + h) * ${W} + w));
        //#else
        //#if AVG
        sum += dy[at] / count(o, p, q);
        //#else
        sum += dy[at];
        //#end
        //#end
      }
    }
  }
  dx[i] = epilogue(sum, i, u32(c));
}
