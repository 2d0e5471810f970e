// Two bounds, cut to an axis of a size: at least one pixel lies between them.
fn cut(lo: f32, hi: f32, size: f32) -> vec2i {
  let first = i32(clamp(lo, 0.0, size - 1.0));
  return vec2i(first, max(i32(clamp(hi, 0.0, size)), first + 1));
}

fn row_bounds(n: i32, c: i32, p: i32) -> vec2i {
  let k = u32(n * ${ROW_N} + c * ${ROW_C} + p * 2);
  return cut(rows[k], rows[k + 1u], ${H}.0);
}

fn col_bounds(n: i32, c: i32, q: i32) -> vec2i {
  let k = u32(n * ${COL_N} + c * ${COL_C} + q * 2);
  return cut(cols[k], cols[k + 1u], ${W}.0);
}
