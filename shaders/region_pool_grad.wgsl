// region_pool_grad: dx[n,h,w,c] = Σ dy of the regions that (h,w) won, or Σ dy or dy/count over the regions that hold it.
// Written as a gather: one invocation per element of dx (per four channels where T is vec4f) looks at every row of
// regions, and along those that hold h at every region. Bounds need not be in order.
// Bindings: dy [N,P,Q,C] read, rows read, cols read, for a maximum the places i32 read, dx [N,H,W,C] read_write.
// Specialised as region_pool. Reference: op/regionpool.go.
@group(0) @binding(0) var<storage, read> dy: array<${T}>;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> cols: array<f32>;
//#if MAX
@group(0) @binding(3) var<storage, read> places: array<${IT}>;
@group(0) @binding(4) var<storage, read_write> dx: array<${T}>;
//#else
@group(0) @binding(3) var<storage, read_write> dx: array<${T}>;
//#end
//#include flat
//#include region

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * H * W * C}u) {
    return;
  }
  let c = i32(i % ${C}u);
  var t = i32(i / ${C}u);
  let w = t % ${W};
  t = t / ${W};
  let h = t % ${H};
  let n = t / ${H};
  var sum = ${T}(0.0);
  for (var p = 0; p < ${P}; p++) {
    let r = row_bounds(n, c, p);
    if ((h < r.x) | (h >= r.y)) {
      continue;
    }
    for (var q = 0; q < ${Q}; q++) {
      let s = col_bounds(n, c, q);
      if ((w < s.x) | (w >= s.y)) {
        continue;
      }
      let at = u32(((n * ${P} + p) * ${Q} + q) * ${C} + c);
      //#if MAX
      sum += select(${T}(0.0), dy[at], places[at] == ${IT}(h * ${W} + w));
      //#else
      //#if AVG
      sum += dy[at] / f32((r.y - r.x) * (s.y - s.x));
      //#else
      sum += dy[at];
      //#end
      //#end
    }
  }
  dx[i] = sum;
}
