// reduce: part[s,o] = sum or maximum, over part s of the reduced elements, of expr(x_0[…], x_1[…], …).
// One invocation per result and part; with more parts than one, sum_parts puts them together in order.
// Bindings: inputs read, part read_write. Written by the backend: DECLS, INDEX (flat input index of result o, element r),
// VALUE (statements that set v). Specialised by: COUNT (results), LENGTH (elements a result), PARTS, OP.
// Reference: op/reduce.go.
${DECLS}
//#include flat

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let t = flat_index(id, groups);
  if (t >= ${COUNT * PARTS}u) {
    return;
  }
  let o = t % ${COUNT}u;
  let first = t / ${COUNT}u * ${(LENGTH + PARTS - 1) / PARTS}u;
  var s = 0.0;
  for (var r = first; r < min(${LENGTH}u, first + ${(LENGTH + PARTS - 1) / PARTS}u); r++) {
    let i = ${INDEX};
${VALUE}
    if (r == first) {
      s = v;
    } else {
      s = ${OP};
    }
  }
  ${RESULT}[t] = s;
}
