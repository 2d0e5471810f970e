/** A model that `fovea compile` wrote: it runs in pages, workers, Node.js and edge workers, without anything else. */

/** The folder of the model, or the address of a file in it; relative to the page, and by default that of model.js. */
type Place = string | URL;

type Bytes = ArrayBuffer | ArrayBufferView | Response | Blob;

/** The files themselves, where they come another way, such as from a bundler or in an edge worker, which may not compile. */
interface Loaded {
  /** Of the file called moduleFile. */
  module: WebAssembly.Module | Bytes | Promise<WebAssembly.Module | Bytes>;
  weights: Bytes | Promise<Bytes>;
}

/** Fetches module and weights at the same time. It rejects with an Error that says which file failed, and why. */
export function load(from?: Place | Loaded): Promise<Model>;

/** Which of the two modules this engine takes: "model.relaxed.wasm", which is faster, or "model.wasm". */
export const moduleFile: string;

/** Pixels as ImageData has them: rows from the top, 4 bytes each, red, green, blue and alpha. */
interface Pixels {
  data: Uint8ClampedArray | Uint8Array;
  width: number;
  height: number;
}

/** What a picture may be: an element img, canvas or video, an ImageBitmap, ImageData, a Blob such as a file, or pixels. */
type Picture = ImageBitmapSource | Pixels;

interface Model {
  readonly info: Info;
  /**
   * The outputs for one input: numbers in the net's units, which are 0 to 255 of a picture, [height, width, channels] in rows
   * from the top. It throws where there are too few or too many, or one is not finite. The results are the caller's own.
   */
  run(input: ArrayLike<number>): Float32Array;
  /**
   * The most probable classes, first the most probable. A picture is scaled and cut as the net was trained to see it, by the
   * browser's canvas, transparency becomes white; a typed array is what run takes. The default of top is 5.
   */
  classify(source: Picture | Float32Array | Uint8Array, options?: { top?: number }): Promise<Prediction[]>;
  /** A picture as run takes it. */
  pixels(source: Picture): Promise<Float32Array>;
}

interface Prediction {
  label: string;
  index: number;
  /** From 0 to 1. */
  probability: number;
}

interface Info {
  name: string;
  /** Of the input: [height, width, channels] of a picture. */
  shape: number[];
  /** Of the output: [classes], or [height, width, classes] of a net that tells a class at every place. */
  output: number[];
  classes: string[];
  /** The net in Fovea's pattern language; "" of a net that was made elsewhere. */
  text: string;
  /** Size of weights.bin, and of the memory that the model takes. */
  bytes: number;
  memory: number;
  /** How a picture is scaled before its middle is cut out: to what height and width, to what shorter side, not at all (an empty
   * list), or until it covers the input (null); and the order of channels. Not there if the input is no picture. */
  picture?: { resize: number[] | null; order: "rgb" | "bgr" | "gray" };
}
