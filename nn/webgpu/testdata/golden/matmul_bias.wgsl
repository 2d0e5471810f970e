// matmul: 1 x 1 workgroups, bindings 0[65536] 1[10240] 3[2560] 2[40]
// matmul: y[b,i,j] = epilogue(Σ k a[b,i,k] · b[b,k,j]), either side transposed by its strides.
// One invocation computes TM rows times TN vectors of columns in named registers; no barriers.
// Bindings: a read, b read, y [B,M,N] read_write, then the epilogue's.
// Specialised by: FT (f32, vec4f: along the columns of b and y), TM, TN, sizes; N and BROW in FT units, BCOL 1 for vec4f;
// AT (f32, vec4f), A's strides in its units; AK and AM: how many columns, and rows, one read of it has, 4 or 1; BT and BK the
// same of b: with 4 both are read along k, four numbers of each, which is how a turned b lies; what lib/weights says.
// Reference: op/matmul.go.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
// Weights, read as f32: as they lie, or HALF, as numbers of 16 bits that lie in pairs.
@group(0) @binding(1) var<storage, read> weights: array<f32>;

fn weight(i: u32) -> f32 {
  return weights[i];
}

@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> e0: array<f32>;

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
  let t0 = v;
  let t1 = e0[c];
  let t2 = t0 + t1;
  return t2;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var t = flat_index(id, groups);
  if (t >= 48u) {
    return;
  }
  let j = t % 3u * 4u;
  t = t / 3u;
  let i = t % 16u * 4u;
  let m = t / 16u;
  var at0 = m * 4096u + min(i / 1u + 0u, 63u) * 64u;
  var at1 = m * 4096u + min(i / 1u + 1u, 63u) * 64u;
  var at2 = m * 4096u + min(i / 1u + 2u, 63u) * 64u;
  var at3 = m * 4096u + min(i / 1u + 3u, 63u) * 64u;
  var s0_0 = f32(0.0);
  var s0_1 = f32(0.0);
  var s0_2 = f32(0.0);
  var s0_3 = f32(0.0);
  var s1_0 = f32(0.0);
  var s1_1 = f32(0.0);
  var s1_2 = f32(0.0);
  var s1_3 = f32(0.0);
  var s2_0 = f32(0.0);
  var s2_1 = f32(0.0);
  var s2_2 = f32(0.0);
  var s2_3 = f32(0.0);
  var s3_0 = f32(0.0);
  var s3_1 = f32(0.0);
  var s3_2 = f32(0.0);
  var s3_3 = f32(0.0);
  var bt0 = m * 2560u + min(j + 0u, 9u) * 1u;
  var bt1 = m * 2560u + min(j + 1u, 9u) * 1u;
  var bt2 = m * 2560u + min(j + 2u, 9u) * 1u;
  var bt3 = m * 2560u + min(j + 3u, 9u) * 1u;
  for (var k = 0u; k < 64u; k++) {
    let b0_0 = weight(bt0);
    bt0 += 10u;
    let b0_1 = weight(bt1);
    bt1 += 10u;
    let b0_2 = weight(bt2);
    bt2 += 10u;
    let b0_3 = weight(bt3);
    bt3 += 10u;
    let b1_0 = weight(bt0);
    bt0 += 10u;
    let b1_1 = weight(bt1);
    bt1 += 10u;
    let b1_2 = weight(bt2);
    bt2 += 10u;
    let b1_3 = weight(bt3);
    bt3 += 10u;
    let b2_0 = weight(bt0);
    bt0 += 10u;
    let b2_1 = weight(bt1);
    bt1 += 10u;
    let b2_2 = weight(bt2);
    bt2 += 10u;
    let b2_3 = weight(bt3);
    bt3 += 10u;
    let b3_0 = weight(bt0);
    bt0 += 10u;
    let b3_1 = weight(bt1);
    bt1 += 10u;
    let b3_2 = weight(bt2);
    bt2 += 10u;
    let b3_3 = weight(bt3);
    bt3 += 10u;
    let a0 = a[at0];
    at0 += 1u;
    s0_0 += a0[0] * b0_0;
    s0_1 += a0[0] * b0_1;
    s0_2 += a0[0] * b0_2;
    s0_3 += a0[0] * b0_3;
    s0_0 += a0[1] * b1_0;
    s0_1 += a0[1] * b1_1;
    s0_2 += a0[1] * b1_2;
    s0_3 += a0[1] * b1_3;
    s0_0 += a0[2] * b2_0;
    s0_1 += a0[2] * b2_1;
    s0_2 += a0[2] * b2_2;
    s0_3 += a0[2] * b2_3;
    s0_0 += a0[3] * b3_0;
    s0_1 += a0[3] * b3_1;
    s0_2 += a0[3] * b3_2;
    s0_3 += a0[3] * b3_3;
    let a1 = a[at1];
    at1 += 1u;
    s1_0 += a1[0] * b0_0;
    s1_1 += a1[0] * b0_1;
    s1_2 += a1[0] * b0_2;
    s1_3 += a1[0] * b0_3;
    s1_0 += a1[1] * b1_0;
    s1_1 += a1[1] * b1_1;
    s1_2 += a1[1] * b1_2;
    s1_3 += a1[1] * b1_3;
    s1_0 += a1[2] * b2_0;
    s1_1 += a1[2] * b2_1;
    s1_2 += a1[2] * b2_2;
    s1_3 += a1[2] * b2_3;
    s1_0 += a1[3] * b3_0;
    s1_1 += a1[3] * b3_1;
    s1_2 += a1[3] * b3_2;
    s1_3 += a1[3] * b3_3;
    let a2 = a[at2];
    at2 += 1u;
    s2_0 += a2[0] * b0_0;
    s2_1 += a2[0] * b0_1;
    s2_2 += a2[0] * b0_2;
    s2_3 += a2[0] * b0_3;
    s2_0 += a2[1] * b1_0;
    s2_1 += a2[1] * b1_1;
    s2_2 += a2[1] * b1_2;
    s2_3 += a2[1] * b1_3;
    s2_0 += a2[2] * b2_0;
    s2_1 += a2[2] * b2_1;
    s2_2 += a2[2] * b2_2;
    s2_3 += a2[2] * b2_3;
    s2_0 += a2[3] * b3_0;
    s2_1 += a2[3] * b3_1;
    s2_2 += a2[3] * b3_2;
    s2_3 += a2[3] * b3_3;
    let a3 = a[at3];
    at3 += 1u;
    s3_0 += a3[0] * b0_0;
    s3_1 += a3[0] * b0_1;
    s3_2 += a3[0] * b0_2;
    s3_3 += a3[0] * b0_3;
    s3_0 += a3[1] * b1_0;
    s3_1 += a3[1] * b1_1;
    s3_2 += a3[1] * b1_2;
    s3_3 += a3[1] * b1_3;
    s3_0 += a3[2] * b2_0;
    s3_1 += a3[2] * b2_1;
    s3_2 += a3[2] * b2_2;
    s3_3 += a3[2] * b2_3;
    s3_0 += a3[3] * b3_0;
    s3_1 += a3[3] * b3_1;
    s3_2 += a3[3] * b3_2;
    s3_3 += a3[3] * b3_3;
  }
  if (i + 0u < 64u && j + 0u < 10u) {
    let at = (m * 64u + i + 0u) * 10u + j + 0u;
    y[at] = epilogue(s0_0, at, j + 0u);
  }
  if (i + 0u < 64u && j + 1u < 10u) {
    let at = (m * 64u + i + 0u) * 10u + j + 1u;
    y[at] = epilogue(s0_1, at, j + 1u);
  }
  if (i + 0u < 64u && j + 2u < 10u) {
    let at = (m * 64u + i + 0u) * 10u + j + 2u;
    y[at] = epilogue(s0_2, at, j + 2u);
  }
  if (i + 0u < 64u && j + 3u < 10u) {
    let at = (m * 64u + i + 0u) * 10u + j + 3u;
    y[at] = epilogue(s0_3, at, j + 3u);
  }
  if (i + 1u < 64u && j + 0u < 10u) {
    let at = (m * 64u + i + 1u) * 10u + j + 0u;
    y[at] = epilogue(s1_0, at, j + 0u);
  }
  if (i + 1u < 64u && j + 1u < 10u) {
    let at = (m * 64u + i + 1u) * 10u + j + 1u;
    y[at] = epilogue(s1_1, at, j + 1u);
  }
  if (i + 1u < 64u && j + 2u < 10u) {
    let at = (m * 64u + i + 1u) * 10u + j + 2u;
    y[at] = epilogue(s1_2, at, j + 2u);
  }
  if (i + 1u < 64u && j + 3u < 10u) {
    let at = (m * 64u + i + 1u) * 10u + j + 3u;
    y[at] = epilogue(s1_3, at, j + 3u);
  }
  if (i + 2u < 64u && j + 0u < 10u) {
    let at = (m * 64u + i + 2u) * 10u + j + 0u;
    y[at] = epilogue(s2_0, at, j + 0u);
  }
  if (i + 2u < 64u && j + 1u < 10u) {
    let at = (m * 64u + i + 2u) * 10u + j + 1u;
    y[at] = epilogue(s2_1, at, j + 1u);
  }
  if (i + 2u < 64u && j + 2u < 10u) {
    let at = (m * 64u + i + 2u) * 10u + j + 2u;
    y[at] = epilogue(s2_2, at, j + 2u);
  }
  if (i + 2u < 64u && j + 3u < 10u) {
    let at = (m * 64u + i + 2u) * 10u + j + 3u;
    y[at] = epilogue(s2_3, at, j + 3u);
  }
  if (i + 3u < 64u && j + 0u < 10u) {
    let at = (m * 64u + i + 3u) * 10u + j + 0u;
    y[at] = epilogue(s3_0, at, j + 0u);
  }
  if (i + 3u < 64u && j + 1u < 10u) {
    let at = (m * 64u + i + 3u) * 10u + j + 1u;
    y[at] = epilogue(s3_1, at, j + 1u);
  }
  if (i + 3u < 64u && j + 2u < 10u) {
    let at = (m * 64u + i + 3u) * 10u + j + 2u;
    y[at] = epilogue(s3_2, at, j + 2u);
  }
  if (i + 3u < 64u && j + 3u < 10u) {
    let at = (m * 64u + i + 3u) * 10u + j + 3u;
    y[at] = epilogue(s3_3, at, j + 3u);
  }
}
