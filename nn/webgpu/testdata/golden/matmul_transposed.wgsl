// matmul: 3 x 1 workgroups, bindings 0[65536] 1[3072] 2[12288]
// matmul: y[b,i,j] = epilogue(Σ k a[b,i,k] · b[b,k,j]), either side transposed by its strides.
// One invocation computes TM rows times TN vectors of columns in named registers; no barriers.
// Bindings: a read, b read, y [B,M,N] read_write, then the epilogue's.
// Specialised by: FT (f32, vec4f: along the columns of b and y), TM, TN, sizes; N and BROW in FT units, BCOL 1 for vec4f;
// AT (f32, vec4f), A's strides in its units; AK and AM: how many columns, and rows, one read of it has, 4 or 1; BT and BK the
// same of b: with 4 both are read along k, four numbers of each, which is how a turned b lies; what lib/weights says.
// Reference: op/matmul.go.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
// Weights, read as vec4f: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;

fn weight(i: u32) -> vec4f {
  return weights[i];
}

@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn epilogue(v: vec4f, i: u32, c: u32) -> vec4f {
  let t0 = v;
  return t0;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= 192u) {
    return;
  }
  let j = t % 3u * 1u;
  t = t / 3u;
  let i = t % 64u * 4u;
  let m = t / 64u;
  var at0 = m * 4096u + min(i / 4u + 0u, 63u) * 1u;
  var s0_0 = vec4f(0.0);
  var s1_0 = vec4f(0.0);
  var s2_0 = vec4f(0.0);
  var s3_0 = vec4f(0.0);
  var bt0 = m * 192u + min(j + 0u, 2u) * 1u;
  for (var k = 0u; k < 64u; k++) {
    let b0_0 = weight(bt0);
    bt0 += 3u;
    let a0 = a[at0];
    at0 += 64u;
    s0_0 += a0[0] * b0_0;
    s1_0 += a0[1] * b0_0;
    s2_0 += a0[2] * b0_0;
    s3_0 += a0[3] * b0_0;
  }
  if (i + 0u < 256u && j + 0u < 3u) {
    let at = (m * 256u + i + 0u) * 3u + j + 0u;
    y[at] = epilogue(s0_0, at, j + 0u);
  }
  if (i + 1u < 256u && j + 0u < 3u) {
    let at = (m * 256u + i + 1u) * 3u + j + 0u;
    y[at] = epilogue(s1_0, at, j + 0u);
  }
  if (i + 2u < 256u && j + 0u < 3u) {
    let at = (m * 256u + i + 2u) * 3u + j + 0u;
    y[at] = epilogue(s2_0, at, j + 0u);
  }
  if (i + 3u < 256u && j + 0u < 3u) {
    let at = (m * 256u + i + 3u) * 3u + j + 0u;
    y[at] = epilogue(s3_0, at, j + 0u);
  }
}
