// SHA-256 of bytes that come in parts (FIPS 180-4). SubtleCrypto digests only what lies in memory as a whole, and these modules
// are served as written, so that no package can be imported here.

// The constants are the first 32 bits of the fractions of the first primes' square and cube roots. None is within 2^-38 of the
// next one, and a double is a thousand times finer.
/** @type {number[]} */
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (/** @type {number} */ x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const start = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const constants = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));

const blockBytes = 64;

export class Sha256 {
  #state = start.slice();
  #schedule = new Int32Array(64);
  #block = new Uint8Array(blockBytes);
  #inBlock = 0;
  #length = 0;

  /** Takes the next bytes. @param {Uint8Array} bytes @returns {this} */
  update(bytes) {
    this.#length += bytes.length;
    let at = 0;
    if (this.#inBlock > 0) {
      at = Math.min(blockBytes - this.#inBlock, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#inBlock);
      this.#inBlock += at;
      if (this.#inBlock < blockBytes) return this;
      this.#compress(this.#block, 0);
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) this.#compress(bytes, at);
    this.#block.set(bytes.subarray(at));
    this.#inBlock = bytes.length - at;
    return this;
  }

  /** The 32 bytes of the digest of all that was taken. Nothing may follow. */
  digest() {
    const bits = this.#length * 8;
    const zeros = (2 * blockBytes - 9 - this.#inBlock) % blockBytes;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(1 + zeros, Math.floor(bits / 2 ** 32));
    view.setUint32(5 + zeros, bits);
    this.update(end);
    const digest = new Uint8Array(32);
    const words = new DataView(digest.buffer);
    this.#state.forEach((word, i) => words.setInt32(4 * i, word));
    return digest;
  }

  /** @param {Uint8Array} bytes @param {number} at */
  #compress(bytes, at) {
    const w = this.#schedule;
    const h = this.#state;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + small0 + w[i - 7] + small1) | 0;
    }
    let a = h[0]; // one by one: taking them all by a pattern iterates, which halves the speed
    let b = h[1];
    let c = h[2];
    let d = h[3];
    let e = h[4];
    let f = h[5];
    let g = h[6];
    let k = h[7];
    for (let i = 0; i < 64; i++) {
      const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t1 = (k + big1 + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0;
      const t2 = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
    h[5] += f;
    h[6] += g;
    h[7] += k;
  }
}
