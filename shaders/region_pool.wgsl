// region_pool: y[n,p,q,c] = max, mean or sum of x over the given region, for a maximum also the winner's place in its plane.
// One invocation per output element (per four channels where T is vec4f).
// Bindings: x [N,H,W,C] read, rows [N or 1,C or 1,P,2] read, cols [N or 1,C or 1,Q,2] read, y [N,P,Q,C] read_write, for a
// maximum the places i32 read_write.
// Specialised by: T, IT (i32, vec4i), MAX, AVG, sizes, C in T units, ROW_N, ROW_C, COL_N, COL_C (strides of the bounds, 0
// where all share them). Reference: op/regionpool.go.
@group(0) @binding(0) var<storage, read> x: array<${T}>;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> cols: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<${T}>;
//#if MAX
@group(0) @binding(4) var<storage, read_write> places: array<${IT}>;
//#end
//#include flat
//#include region

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * P * Q * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let q = t % ${Q};
  t = t / ${Q};
  let p = t % ${P};
  let n = t / ${P};
  let r = row_bounds(n, c, p);
  let s = col_bounds(n, c, q);
  //#if MAX
  var place = ${IT}(r.x * ${W} + s.x);
  var best = x[u32(((n * ${H} + r.x) * ${W} + s.x) * ${C} + c)];
  //#else
  var sum = ${T}(0.0);
  //#end
  for (var h = r.x; h < r.y; h++) {
    for (var w = s.x; w < s.y; w++) {
      let v = x[u32(((n * ${H} + h) * ${W} + w) * ${C} + c)];
      //#if MAX
      let wins = v > best;
      best = select(best, v, wins);
      place = select(place, ${IT}(h * ${W} + w), wins);
      //#else
      sum += v;
      //#end
    }
  }
  //#if MAX
  y[i] = best;
  places[i] = place;
  //#else
  //#if AVG
  sum /= f32((r.y - r.x) * (s.y - s.x));
  //#end
  y[i] = sum;
  //#end
}
