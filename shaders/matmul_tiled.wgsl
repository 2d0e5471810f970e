// matmul_tiled: y[b,i,j] = epilogue(Σ k a[b,i,k] · b[b,k,j]), either side transposed by its strides, for adapters with
// workgroup memory of their own; matmul is for those that have none.
// Bindings: a read, b read, y [B,M,N] read_write, then the epilogue's.
// Specialised by: AT (f32, or vec4f: four k at a time), WT and FT (f32, or vec4f: along the columns of b, of y); AROW, ACOL,
// AMAT (from one matrix to the next) in AT's units, BROW, BCOL, BMAT in WT's; N in numbers; what lib/weights and lib/tiled say.
// Reference: op/matmul.go.
@group(0) @binding(0) var<storage, read> a: array<${AT}>;
//#include weights
@group(0) @binding(2) var<storage, read_write> y: array<${FT}>;
${EPILOGUE}

fn place_a(z: u32, i: u32) -> vec4i {
  return vec4i(i32(z * ${AMAT}u + i * ${AROW}u), 0, 0, 0);
}

fn load_a(place: vec4i, k: u32) -> vec4f {
  let at = u32(place.x);
  //#if AV == 4
  //#if K % BK
  return select(vec4f(0.0), a[at + min(k, ${K - 1}u) / 4u], k < ${K}u);
  //#else
  return a[at + k / 4u];
  //#end
  //#else
  var v: vec4f;
  //#for e 0 4
  //#if K % BK
  v[${e}] = select(0.0, a[at + min(k + ${e}u, ${K - 1}u) * ${ACOL}u], k + ${e}u < ${K}u);
  //#else
  v[${e}] = a[at + (k + ${e}u) * ${ACOL}u];
  //#end
  //#end
  return v;
  //#end
}

fn load_b(z: u32, k: u32, j: u32) -> vec4f {
  //#if K % BK
  if (k >= ${K}u) {
    return vec4f(0.0);
  }
  //#end
  let at = z * ${BMAT}u + k * ${BROW}u;
  //#if BV == 4
  return weight(at + j);
  //#else
  var v: vec4f;
  //#for e 0 4
  v[${e}] = weight(at + min(j * 4u + ${e}u, ${N - 1}u) * ${BCOL}u);
  //#end
  return v;
  //#end
}

fn store(z: u32, part: u32, i: u32, j: u32, v: vec4f) {
  //#if FV == 4
  let at = (z * ${M}u + i) * ${NV}u + j;
  y[at] = epilogue(v, at, j);
  //#else
  let at = (z * ${M}u + i) * ${N}u + j * 4u;
  //#for e 0 4
  if (j * 4u + ${e}u < ${N}u) {
    y[at + ${e}u] = epilogue(v[${e}], at + ${e}u, j * 4u + ${e}u);
  }
  //#end
  //#end
}
//#include tiled
