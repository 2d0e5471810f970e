// gather: y[i,k] = epilogue(table[index[i], k]).      One invocation per element (per four where T has four).
// Bindings: table [ROWS,ROW] read, index i32 [N] read, y [N,ROW] read_write, then the epilogue's.
// Specialised by: TT (the table's words), T (of y), BYTES (the table holds bytes, four a word), ROW in T units.
// Reference: op/gather.go.
@group(0) @binding(0) var<storage, read> table: array<${TT}>;
@group(0) @binding(1) var<storage, read> index: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<${T}>;
${EPILOGUE}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N * ROW}u) {
    return;
  }
  let at = u32(clamp(index[i / ${ROW}u], 0, ${ROWS - 1})) * ${ROW}u + i % ${ROW}u;
  //#if BYTES == 4
  let v = vec4f(unpack4xU8(table[at]));
  //#end
  //#if BYTES == 1
  let v = f32((table[at / 4u] >> (at % 4u * 8u)) & 255u);
  //#end
  //#if BYTES == 0
  let v = table[at];
  //#end
  y[i] = epilogue(v, i, i % ${LAST}u);
}
