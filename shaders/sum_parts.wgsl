// sum_parts: y[i] = combination of part[0,i] … part[PARTS-1,i] in this order.      One invocation per element.
// Bindings: part [PARTS,N] read, y [N] read_write. Specialised by: T, OP (text: s + v or max(s, v)).
@group(0) @binding(0) var<storage, read> part: array<${T}>;
@group(0) @binding(1) var<storage, read_write> y: array<${T}>;
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${N}u) {
    return;
  }
  var s = part[i];
  for (var k = 1u; k < ${PARTS}u; k++) {
    let v = part[k * ${N}u + i];
    s = ${OP};
  }
  y[i] = s;
}
