// Reading a stream of bytes with one buffer, where the stream allows it: fresh buffers are garbage that may reach a hundred MiB
// before anybody collects it.

const chunkBytes = 256 << 10;

/**
 * Reads a stream, chunk by chunk. A chunk is valid until the next one is asked for; after the last comes undefined.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @returns {{ read(): Promise<Uint8Array<ArrayBuffer> | undefined>, cancel(): Promise<void> }}
 */
export function chunksOf(stream) {
  const byob = intoBuffers(stream);
  if (!byob) {
    const reader = stream.getReader();
    return { read: async () => (await reader.read()).value, cancel: () => reader.cancel() };
  }
  let buffer = new ArrayBuffer(chunkBytes);
  return {
    async read() {
      const { done, value } = await byob.read(new Uint8Array(buffer));
      if (value) buffer = value.buffer;
      return done ? undefined : value;
    },
    cancel: () => byob.cancel(),
  };
}

/**
 * Undefined where a stream hands out buffers of its own only.
 * @param {ReadableStream} stream @returns {ReadableStreamBYOBReader | undefined}
 */
function intoBuffers(stream) {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
