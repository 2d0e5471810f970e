// conv_grad_input: 1568 x 1 workgroups, bindings 0[200704] 1[12800] 2[401408]
// conv_grad_input: dx[n,h,w,c] = epilogue(Σ dy[n,p,q,f] · w[i,j,c,f]) over p·SH-PT+i·DH = h, q·SW-PL+j·DW = w.
// One invocation per element. With stride 1 the planner makes a conv of it, which is tiled; this one serves strides.
// Bindings: dy [N,OD,P,Q,F] read, w [KD,KH,KW,C/groups,F] read, dx [N,D,H,W,C] read_write, then the epilogue's.
// Reference: op/conv.go.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn epilogue(v: f32, i: u32, c: u32) -> f32 {
  let t0 = v;
  return t0;
}
// A flat index from a grid of up to two dimensions, so that 65,535 workgroups are no ceiling.
fn flat_index(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64u;
}


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= 100352u) {
    return;
  }
  let c = i32(i % 8u);
  var t = i32(i / 8u);
  let col = t % 14;
  t = t / 14;
  let line = t % 14;
  t = t / 14;
  let plane = t % 1;
  let n = t / 1;
  let first = c / 8 * 16;
  var sum = 0.0;
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
      for (var kw = 0; kw < 5; kw++) {
        let q = col + 2 - kw * 1;
        if (q < 0 || q % 2 != 0 || q / 2 >= 7) {
          continue;
        }
        let from_dy = (((n * 1 + d / 1) * 7 + h / 2) * 7 + q / 2) * 16 + first;
        let from_w = (((kd * 5 + kh) * 5 + kw) * 8 + c % 8) * 16 + first;
        for (var f = 0; f < 16; f++) {
          sum += dy[u32(from_dy + f)] * w[u32(from_w + f)];
        }
      }
    }
  }
  dx[i] = epilogue(sum, i, u32(c));
}
