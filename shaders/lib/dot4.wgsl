// Four signed bytes of a word as what dot4 multiplies and sums: the word itself where the device has instructions for it.
//#if PACKED
fn quad(a: u32) -> u32 {
  return a;
}

fn dot4(a: u32, b: u32) -> i32 {
  return dot4I8Packed(a, b);
}
//#else
fn quad(a: u32) -> vec4i {
  return vec4i(vec4u(a) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
}

fn dot4(a: vec4i, b: vec4i) -> i32 {
  return dot(a, b);
}
//#end
