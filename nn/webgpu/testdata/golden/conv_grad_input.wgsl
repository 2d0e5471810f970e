// copy: 50 x 1 workgroups, bindings 1[12800] 3[12800]
// copy: y[o] = x[i] with i_a = o[from_a]·step_a + start_a, 0 where i is outside: transpose, slice, pad, flip, stretch.
// One invocation per element. Bindings: x read, y read_write.
// Written by the backend: INSIDE, AT (over the output's flat index o). Specialised by: T. Reference: op/copy.go.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 3200u) {
    return;
  }
  let o = i32(i);
  if (true) {
    y[i] = x[u32((o / 128 * 8 + o % 8) * 16 + o / 8 % 16)];
  } else {
    y[i] = f32(0);
  }
}
// conv_grad_input: 56 x 1 workgroups, bindings 0[200704] 3[12800] 2[401408]
// conv_grad_input: dx[n,h,w,c] = epilogue(Σ dy[n,p,q,f] · w[i,j,c,f]) over p·SH-PT+i·DH = h, q·SW-PL+j·DW = w.
// With stride 1 the planner makes a conv of it; this one serves strides. Pixels of a row that lie alike to the strides
// see the same taps: one invocation computes TP of them, SW apart, times a vector of channels in named registers.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,F,C/groups] read, that is with its last axes changed, dx [N,D,H,W,C]
// read_write, then the epilogue's.
// Specialised by: XT (f32, vec4f: along C), FT (f32, vec4f: along F), FV (components of FT), TP, TILES of a row, geometry,
// in XT and FT units for C, CG (channels of a group), F, FG. Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

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
  if (t >= 3584u) {
    return;
  }
  let c = t % 2u;
  t = t / 2u;
  let first = i32(t % 1u) * 7;
  t = t / 1u;
  let phase = i32(t % 2u);
  t = t / 2u;
  let line = i32(t % 14u);
  t = t / 14u;
  let plane = i32(t % 1u);
  let n = i32(t / 1u);
  let filter_0 = i32(c / 2u) * 4;
  var a0 = vec4f(0.0);
  var a1 = vec4f(0.0);
  var a2 = vec4f(0.0);
  var a3 = vec4f(0.0);
  var a4 = vec4f(0.0);
  var a5 = vec4f(0.0);
  var a6 = vec4f(0.0);
  for (var kd = 0; kd < 1; kd++) {
    let d = plane + 0 - kd * 1;
    if (d < 0 || d % 1 != 0 || d / 1 >= 1) {
      continue;
    }
    for (var kh = 0; kh < 5; kh++) {
      let h = line + 2 - kh * 1;
      if (h < 0 || h % 2 != 0 || h / 2 >= 7) {
        continue;
      }
      let row = ((n * 1 + d / 1) * 7 + h / 2) * 7;
      for (var kw = 0; kw < 5; kw++) {
        let left = phase + 2 - kw * 1;
        if (left % 2 != 0) {
          continue;
        }
        let q = first + left / 2;
        let inside0 = (q >= 0) & (q < 7);
        let at0 = u32((row + clamp(q + 0, 0, 6)) * 4 + filter_0);
        let inside1 = (q >= -1) & (q < 6);
        let at1 = u32((row + clamp(q + 1, 0, 6)) * 4 + filter_0);
        let inside2 = (q >= -2) & (q < 5);
        let at2 = u32((row + clamp(q + 2, 0, 6)) * 4 + filter_0);
        let inside3 = (q >= -3) & (q < 4);
        let at3 = u32((row + clamp(q + 3, 0, 6)) * 4 + filter_0);
        let inside4 = (q >= -4) & (q < 3);
        let at4 = u32((row + clamp(q + 4, 0, 6)) * 4 + filter_0);
        let inside5 = (q >= -5) & (q < 2);
        let at5 = u32((row + clamp(q + 5, 0, 6)) * 4 + filter_0);
        let inside6 = (q >= -6) & (q < 1);
        let at6 = u32((row + clamp(q + 6, 0, 6)) * 4 + filter_0);
        var k = u32(((kd * 5 + kh) * 5 + kw) * 4 + filter_0) * 8u + c % 2u;
        for (var f = 0u; f < 4u; f++) {
          let b0 = w[k + 0u];
          let b1 = w[k + 2u];
          let b2 = w[k + 4u];
          let b3 = w[k + 6u];
          k += 8u;
          let g0 = select(vec4f(0.0), dy[at0 + f], inside0);
          a0 += g0[0] * b0;
          a0 += g0[1] * b1;
          a0 += g0[2] * b2;
          a0 += g0[3] * b3;
          let g1 = select(vec4f(0.0), dy[at1 + f], inside1);
          a1 += g1[0] * b0;
          a1 += g1[1] * b1;
          a1 += g1[2] * b2;
          a1 += g1[3] * b3;
          let g2 = select(vec4f(0.0), dy[at2 + f], inside2);
          a2 += g2[0] * b0;
          a2 += g2[1] * b1;
          a2 += g2[2] * b2;
          a2 += g2[3] * b3;
          let g3 = select(vec4f(0.0), dy[at3 + f], inside3);
          a3 += g3[0] * b0;
          a3 += g3[1] * b1;
          a3 += g3[2] * b2;
          a3 += g3[3] * b3;
          let g4 = select(vec4f(0.0), dy[at4 + f], inside4);
          a4 += g4[0] * b0;
          a4 += g4[1] * b1;
          a4 += g4[2] * b2;
          a4 += g4[3] * b3;
          let g5 = select(vec4f(0.0), dy[at5 + f], inside5);
          a5 += g5[0] * b0;
          a5 += g5[1] * b1;
          a5 += g5[2] * b2;
          a5 += g5[3] * b3;
          let g6 = select(vec4f(0.0), dy[at6 + f], inside6);
          a6 += g6[0] * b0;
          a6 += g6[1] * b1;
          a6 += g6[2] * b2;
          a6 += g6[3] * b3;
        }
      }
    }
  }
  let at = u32(((n * 1 + plane) * 14 + line) * 14 + first * 2 + phase) * 2u + c;
  if (first * 2 + phase < 14) {
    dx[at + 0u] = epilogue(a0, at + 0u, c);
  }
  if (first * 2 + phase < 12) {
    dx[at + 4u] = epilogue(a1, at + 4u, c);
  }
  if (first * 2 + phase < 10) {
    dx[at + 8u] = epilogue(a2, at + 8u, c);
  }
  if (first * 2 + phase < 8) {
    dx[at + 12u] = epilogue(a3, at + 12u, c);
  }
  if (first * 2 + phase < 6) {
    dx[at + 16u] = epilogue(a4, at + 16u, c);
  }
  if (first * 2 + phase < 4) {
    dx[at + 20u] = epilogue(a5, at + 20u, c);
  }
  if (first * 2 + phase < 2) {
    dx[at + 24u] = epilogue(a6, at + 24u, c);
  }
}
