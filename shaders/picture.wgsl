// picture: y[p,q,c] = what data.Fit makes of a picture, 0 to 255: a part of the texture is scaled to H times W pixels by a
// Catmull-Rom kernel, which covers all pixels when it shrinks; transparency becomes white; C = 1 takes the brightness.
// One invocation an output pixel. The whole numbers that bytes are make the same picture of it as of a file.
// Bindings: texture of premultiplied colours, part (left, top, width, height in texels) read, y [H,W,C] read_write.
// Reference: nn/data/resize.go, nn/data/prepare.go; R. Keys, "Cubic convolution interpolation", 1981.
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
//#include flat

fn kernel(distance: f32) -> f32 {
  let t = abs(distance);
  if (t < 1.0) {
    return (1.5 * t - 2.5) * t * t + 1.0;
  }
  return select(0.0, ((2.5 - 0.5 * t) * t - 4.0) * t + 2.0, t < 2.0);
}

@compute @workgroup_size(${WG_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= ${H * W}u) {
    return;
  }
  let size = vec2f(part[2], part[3]);
  let step = size / vec2f(${W}.0, ${H}.0);
  let stretch = max(step, vec2f(1.0));
  let centre = (vec2f(f32(i % ${W}u), f32(i / ${W}u)) + 0.5) * step - 0.5;
  let first = max(vec2i(floor(centre - 2.0 * stretch)), vec2i(0));
  let last = min(vec2i(ceil(centre + 2.0 * stretch)), vec2i(size) - 1);
  var sum = vec4f(0.0);
  var weights = 0.0;
  for (var v = first.y; v <= last.y; v++) {
    let down = kernel((centre.y - f32(v)) / stretch.y);
    for (var u = first.x; u <= last.x; u++) {
      let w = down * kernel((centre.x - f32(u)) / stretch.x);
      sum += w * textureLoad(picture, vec2i(vec2f(part[0], part[1])) + vec2i(u, v), 0);
      weights += w;
    }
  }
  sum /= weights;
  let colour = floor(clamp(sum.rgb + 1.0 - sum.a, vec3f(0.0), vec3f(1.0)) * 255.0 + 0.5);
  //#if C == 1
  y[i] = floor(dot(colour, vec3f(0.299, 0.587, 0.114)) + 0.5);
  //#else
  y[i * 3u] = colour.r;
  y[i * 3u + 1u] = colour.g;
  y[i * 3u + 2u] = colour.b;
  //#end
}
