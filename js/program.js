// The program, compiled in the page while its Worker starts, and kept for another Worker if that one is lost.

import { platform } from "./platform.js";

/** The smallest module there is, which compiles wherever modules may be compiled. */
const smallest = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/**
 * Undefined where the page cannot do it, for whatever reason: the Worker, whose policy may differ, then tries, and says what is wrong.
 * @param {string} url @param {(loaded: number, total: number) => void} [onLoad]
 * @returns {Promise<WebAssembly.Module | undefined>}
 */
export async function compiled(url, onLoad) {
  try {
    new WebAssembly.Module(smallest);
    const response = await platform.fetch(url);
    if (!response.ok || !response.body) return undefined;
    return await WebAssembly.compileStreaming(onLoad ? counted(response.body, lengthOf(response), onLoad) : response);
  } catch {
    return undefined;
  }
}

/** 0 where it is unknown: a compressed answer's length is not the length of what the stream yields. @param {Response} response */
const lengthOf = ({ headers }) => (headers.get("Content-Encoding") ? 0 : Number(headers.get("Content-Length") ?? 0));

/** @param {ReadableStream<Uint8Array>} body @param {number} total @param {(loaded: number, total: number) => void} onLoad */
function counted(body, total, onLoad) {
  let loaded = 0;
  const counting = body.pipeThrough(new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      onLoad(loaded += chunk.byteLength, total);
    },
  }));
  return new Response(counting, { headers: { "Content-Type": "application/wasm" } });
}
