// map: y_j[i] = expr_j(x_0[i], x_1[i], …) with broadcasting.      One invocation per element (per four where T is vec4f).
// Bindings: inputs read, outputs read_write; a slot that is both is bound once. Written by the backend: DECLS, BODY.
// Specialised by: WG_SIZE, T, COUNT (elements of T). Reference: op/map.go.
${DECLS}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${COUNT}) {
    return;
  }
${BODY}
}
