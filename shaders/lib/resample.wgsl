// The place (u,v) of the picture that output pixel (p,q) of sample n reads: a whole one if it reads the nearest pixel,
// and one that i32 holds in any case.
fn place(n: i32, p: i32, q: i32) -> vec2f {
  let m = u32(n * ${MAP_N});
  var at = vec2f(maps[m] * f32(p) + maps[m + 1u] * f32(q) + maps[m + 2u],
    maps[m + 3u] * f32(p) + maps[m + 4u] * f32(q) + maps[m + 5u]);
  //#if LINEAR == 0
  at = floor(at + 1.0 / 1024.0);
  //#end
  //#if CLAMP
  return clamp(at, vec2f(0.0), vec2f(${H - 1}.0, ${W - 1}.0));
  //#else
  return clamp(at, vec2f(-2.0), vec2f(${H + 1}.0, ${W + 1}.0));
  //#end
}

// How much of pixel (h,w) is read at a place.
fn share(at: vec2f, h: i32, w: i32) -> f32 {
  let d = max(1.0 - abs(at - vec2f(f32(h), f32(w))), vec2f(0.0));
  return d.x * d.y;
}
