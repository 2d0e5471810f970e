// By what an average along one axis divides: the taps at o·stride-before+k·dilation that lie in [lo, hi).
fn taps(o: i32, stride: i32, before: i32, kernel: i32, dilation: i32, lo: i32, hi: i32) -> i32 {
  var n = 0;
  for (var k = 0; k < kernel; k++) {
    let at = o * stride - before + k * dilation;
    n += select(0, 1, at >= lo && at < hi);
  }
  return n;
}

fn count(o: i32, p: i32, q: i32) -> f32 {
  return f32(taps(o, ${SD}, ${PF}, ${KD}, ${DD}, ${LO_D}, ${HI_D}) * taps(p, ${SH}, ${PT}, ${KH}, ${DH}, ${LO_H}, ${HI_H})
    * taps(q, ${SW}, ${PL}, ${KW}, ${DW}, ${LO_W}, ${HI_W}));
}
