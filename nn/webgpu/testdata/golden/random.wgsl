// random: 1 x 1 workgroups, bindings 0[8] 1[84]
// random: y[i] = epilogue(uniform number in [0,1)) by Philox4x32-10: the same bits as on every other backend.
// One invocation per four elements. Bindings: state i32 [2] = (seed, step) read, y [N] read_write, then the epilogue's.
// Reference: op/random.go.
@group(0) @binding(0) var<storage, read> state: array<i32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
  let t0 = v;
  return t0;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


// The high and low word of a 32 x 32 bit product.
fn wide_mul(a: u32, b: u32) -> vec2u {
  let lo = (a & 0xffffu) * (b & 0xffffu);
  let m1 = (a >> 16u) * (b & 0xffffu) + (lo >> 16u);
  let m2 = (a & 0xffffu) * (b >> 16u) + (m1 & 0xffffu);
  return vec2u((a >> 16u) * (b >> 16u) + (m1 >> 16u) + (m2 >> 16u), a * b);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 6u) {
    return;
  }
  var c = vec4u(i, bitcast<u32>(state[1]), 2u, 0u);
  var key = vec2u(bitcast<u32>(state[0]), 0u);
  for (var round = 0; round < 10; round++) {
    let a = wide_mul(0xD2511F53u, c.x);
    let b = wide_mul(0xCD9E8D57u, c.z);
    c = vec4u(b.x ^ c.y ^ key.x, b.y, a.x ^ c.w ^ key.y, a.y);
    key += vec2u(0x9E3779B9u, 0xBB67AE85u);
  }
  let u = vec4f(c >> vec4u(8u)) * (1.0 / 16777216.0);
  if (i * 4u + 0u < 21u) {
    y[i * 4u + 0u] = epilogue(u[0], i * 4u + 0u, (i * 4u + 0u) % 7u);
  }
  if (i * 4u + 1u < 21u) {
    y[i * 4u + 1u] = epilogue(u[1], i * 4u + 1u, (i * 4u + 1u) % 7u);
  }
  if (i * 4u + 2u < 21u) {
    y[i * 4u + 2u] = epilogue(u[2], i * 4u + 2u, (i * 4u + 2u) % 7u);
  }
  if (i * 4u + 3u < 21u) {
    y[i * 4u + 3u] = epilogue(u[3], i * 4u + 3u, (i * 4u + 3u) % 7u);
  }
}
