// gather: 196 x 1 workgroups, bindings 0[47040000] 1[256] 2[200704]
// gather: y[i,k] = epilogue(table[index[i], k]).      One invocation per element (per four where T has four).
// Bindings: table [ROWS,ROW] read, index i32 [N] read, y [N,ROW] read_write, then the epilogue's.
// Specialised by: TT (the table's words), T (of y), BYTES (the table holds bytes, four a word), ROW in T units.
// Reference: op/gather.go.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> index: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  let t1 = vec4f(0.003921569);
  let t2 = t0 * t1;
  return t2;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 12544u) {
    return;
  }
  let at = u32(clamp(index[i / 196u], 0, 59999)) * 196u + i % 196u;
  let v = vec4f(unpack4xU8(table[at]));
  y[i] = epilogue(v, i, i % 1u);
}
