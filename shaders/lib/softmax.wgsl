fn row_max(i: u32) -> f32 {
  var m = x[i * ${C}u];
  for (var c = 1u; c < ${C}u; c++) {
    m = max(m, x[i * ${C}u + c]);
  }
  return m;
}

fn row_sum(i: u32, m: f32) -> f32 {
  var s = 0.0;
  for (var c = 0u; c < ${C}u; c++) {
    s += exp(x[i * ${C}u + c] - m);
  }
  return s;
}
