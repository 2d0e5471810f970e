// Loads a model that `fovea compile` wrote: model.wasm, which computes and says in a section of its own what lies where, and
// weights.bin. The interface is model.d.ts. The file is the same for all models; these comments and indents are left out of it.

// Engines judge a module with f32x4.relaxed_madd.
export const moduleFile = WebAssembly.validate(Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 26, 11,
)) ? "model.relaxed.wasm" : "model.wasm";

const fail = (message, cause) => { throw new Error(message, { cause }); };

export async function load(from = import.meta.url) {
  const { module, weights } = from;
  const [code, numbers] = await Promise.all([
    compile(module ?? read(moduleFile, from)), bytesOf(weights ?? read("weights.bin", from)),
  ]);
  const [about] = WebAssembly.Module.customSections(code, "fovea");
  if (!about) fail("the module is not one of fovea compile");
  return new Model(await WebAssembly.instantiate(code), JSON.parse(new TextDecoder().decode(about)), numbers);
}

async function read(name, from) {
  const url = new URL(name, new URL(from, globalThis.location?.href ?? import.meta.url));
  try {
    // Node.js does not fetch files, and would take 30 ms to make a Response.
    const node = url.protocol === "file:" && globalThis.process?.getBuiltinModule?.("fs");
    if (node) return await node.promises.readFile(url);
    const response = await fetch(url);
    return response.ok ? response : fail(`the server answers ${response.status}`);
  } catch (error) {
    return fail(`${url} cannot be read: ${error.message}`, error);
  }
}

const bytesOf = async (source) => (await source).arrayBuffer?.() ?? source;

// Engines compile while bytes arrive, if their type is this.
async function compile(source) {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  try {
    if (given.headers?.get("content-type") === "application/wasm") return await WebAssembly.compileStreaming(given);
    return await WebAssembly.compile(await bytesOf(given));
  } catch (error) {
    return fail(`the module does not compile; it takes SIMD and a policy with 'wasm-unsafe-eval': ${error.message}`, error);
  }
}

class Model {
  #x;
  #y;
  #run;

  constructor({ exports: { memory, run } }, { at, weights, ...info }, given) {
    const { buffer } = memory;
    this.info = { ...info, memory: buffer.byteLength };
    const bytes = new Uint8Array(given.buffer ?? given, given.byteOffset, given.byteLength);
    if (bytes.length !== info.bytes) {
      fail(`the weights have ${bytes.length} bytes, want ${info.bytes}: cut off, or of another model`);
    }
    fill(buffer, weights, bytes.slice().buffer);
    this.#x = new Float32Array(buffer, ...at.input);
    this.#y = new Float32Array(buffer, ...at.output);
    this.#run = run;
  }

  run(input) {
    const x = this.#x;
    if (input?.length !== x.length) {
      const found = input?.length || "none (was it transferred?)";
      fail(`numbers of the input: ${found}, want ${this.info.shape.join("x")}`);
    }
    x.set(input);
    let zero = 0;
    for (let i = 0; i < x.length; i++) zero += x[i] * 0;
    if (zero !== 0) fail(`the input is not finite at ${x.findIndex((v) => !Number.isFinite(v))}`);
    this.#run();
    return this.#y.slice();
  }

  async classify(source, { top = 5 } = {}) {
    const { classes, output } = this.info;
    if (output.length > 1) fail("the net classifies every place: use run");
    const p = this.run(ArrayBuffer.isView(source) ? source : await this.pixels(source));
    return [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, top)
      .map((i) => ({ label: classes[i], index: i, probability: p[i] }));
  }

  async pixels(source) {
    const { shape: [height, width, channels], picture } = this.info;
    if (!picture) fail("the net takes no pictures: use run");
    const data = await scale(source, width, height, picture.resize);
    const x = new Float32Array(width * height * channels);
    const red = picture.order === "bgr" ? 2 : 0;
    for (let i = 0, k = 0; i < x.length; k += 4) {
      const alpha = data[k + 3];
      const onWhite = (c) => Math.floor((data[k + c] * alpha + 255 * (255 - alpha) + 127) / 255);
      const [r, g, b] = [onWhite(red), onWhite(1), onWhite(2 - red)];
      if (channels === 1) x[i++] = Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
      else for (const v of [r, g, b]) x[i++] = v;
    }
    return x;
  }
}

// Puts weights where the module reads them. Those of 16 and 8 bits become the numbers that they are: w = scale·q.
function fill(memory, tensors, weights) {
  let from = 0;
  for (const { at, count, bits, filters } of tensors) {
    const to = new Float32Array(memory, at, count);
    const scale = new Float32Array(weights, from, filters ?? 0);
    from += scale.byteLength;
    const given = new { 8: Int8Array, 16: Uint16Array, 32: Float32Array }[bits](weights, from, count);
    if (bits === 32) to.set(given);
    else given.forEach((v, i) => { to[i] = filters ? v * scale[i % filters] : half(v); });
    from += (given.byteLength + 3) & ~3;
  }
}

function half(h) {
  const e = h >> 10 & 31;
  return (h >> 15 ? -1 : 1) * (h & 1023 | (e && 1024)) * 2 ** ((e || 1) - 25);
}

// The bytes of a picture as the net sees it: scaled to [height, width], to a shorter side, not at all ([]), or until it covers
// the input (null), and of that the middle.
async function scale(source, width, height, resize) {
  let picture = source;
  const place = () => {
    const { width: w, height: h } = picture;
    if (!resize) {
      const k = Math.max(width / w, height / h);
      return [(width - w * k) / 2, (height - h * k) / 2, w * k, h * k];
    }
    const short = Math.min(w, h);
    const [rows = short, columns] = resize;
    const [W, H] = columns ? [columns, rows] : [Math.floor(rows * w / short), Math.floor(rows * h / short)];
    // Whole pixels, a half to the even side, as torchvision.
    const middle = (n) => (n % 2 ? 2 * Math.round(n / 4) : n / 2);
    return [middle(width - W), middle(height - H), W, H];
  };
  const { data, width: w, height: h } = source ?? {};
  if (data && `${place()}` === `0,0,${w},${h}` && data.length === 4 * w * h) return data;
  if (!globalThis.OffscreenCanvas) fail(`no canvas to scale with: give ${width}x${height} pixels or numbers`);
  try {
    picture = await createImageBitmap(data ? new ImageData(Uint8ClampedArray.from(data), w, h) : source);
  } catch (error) {
    fail(`the picture cannot be read: ${error.message}`, error);
  }
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#fff";
  context.fillRect(...place());
  context.drawImage(picture, ...place());
  picture.close();
  return context.getImageData(0, 0, width, height).data;
}
