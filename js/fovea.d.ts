/**
 * Fovea: convolutional networks in the browser.
 *
 * Everything that computes runs in a dedicated Worker; every call returns a promise. A failed call rejects with a
 * FoveaError, whose `code` is stable and whose `message` says what happened, where, and what to do.
 */

export interface StartOptions {
  /** URL of worker.js; default: beside fovea.js. */
  worker?: string | URL;
  /** URL of fovea.wasm; default: beside worker.js. */
  wasm?: string | URL;
  /** Called while the program loads, with bytes so far and in all (0 if unknown). */
  onProgress?: (loadedBytes: number, totalBytes: number) => void;
}

export type BackendName = "webgpu" | "simd" | "cpu";

/** "net": the pattern text is wrong; "file": a picture or model file is unreadable; "data": the data set is wrong;
 * "diverged": the loss is not a number any more; "backend": a backend does not start; "memory": the net needs more than
 * there is; "blocked": the page's Content-Security-Policy or the browser forbids WebAssembly; "device-lost"; "aborted";
 * "closed"; "argument"; "storage"; "network": a download fails; "integrity": it is not what was promised; "internal". */
export type FoveaErrorCode =
  | "net" | "file" | "data" | "diverged" | "backend" | "memory" | "blocked" | "device-lost" | "aborted" | "closed"
  | "argument" | "storage" | "network" | "integrity" | "internal";

export class FoveaError extends Error {
  readonly code: FoveaErrorCode;
  /** For code "net": where in the text, counted from 1 in characters; 0 if the net as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** How many characters the error spans, at least 1. */
  readonly length: number;
  constructor(message: string, details?: { code?: string; line?: number; column?: number; length?: number });
}

export interface BackendInfo {
  name: BackendName;
  available: boolean;
  /** Adapter or processor in words, such as "SwiftShader (software adapter)" or "pure Go, 1 thread". */
  adapter: string;
  /** Whether a software GPU is behind it. */
  software: boolean;
  /** Why it is not available, in a sentence; "" if it is. */
  reason: string;
}

export interface LayerSummary {
  /** Counted from 1 in the order of the text. */
  index: number;
  /** As written, such as "CONV 5x5x8 pad 2". */
  name: string;
  /** Output shape of one sample, such as [28, 28, 8]. */
  shape: number[];
  parameters: number;
  /** Bytes of this layer's output for one sample. */
  activationBytes: number;
  /** Multiply-adds of one sample, forward. */
  macs: number;
  /** Floating-point operations of one sample, forward; a multiply-add is two. */
  flops: number;
  /** What one output depends on, in pixels of the input along each spatial axis. */
  receptiveField: number[];
  /** How many pixels of the input lie between what neighbouring outputs see. */
  stride: number[];
  /** Span in the text that wrote this layer: line and column from 1, length in characters. */
  line: number;
  column: number;
  length: number;
}

export interface Summary {
  /** The text in normal form. */
  text: string;
  input: number[];
  classes: number;
  layers: LayerSummary[];
  parameters: number;
  parameterBytes: number;
  /** Floating-point operations of one sample, forward; a multiply-add is two. */
  flops: number;
  /** Device bytes the planner really takes for one sample, forward only, without parameters. */
  forwardBytes: number;
  /** What the input and every layer's output would take in memory of their own. */
  naiveBytes: number;
  /** The same for a training step of `batch` samples, with gradients and optimiser state. */
  trainingBytes: number;
  /** The optimiser's share of them, such as momenta. */
  optimizerBytes: number;
  batch: number;
  /** Sentences such as "layer 3 (...): ... the last row and column are never seen ...". */
  warnings: string[];
}

export interface DatasetOptions {
  /** One byte a value, sample after sample, each [H, W, C]. Transferred if its buffer can be. */
  images: Uint8Array;
  /** One class index a sample. */
  labels: Uint8Array;
  /** Shape of one sample, [H, W, C]. */
  shape: [number, number, number];
  classes: string[];
}

export interface DatasetSummary { count: number; shape: number[]; classes: string[]; perClass: number[] }

/** One sample of a data set: its bytes in `shape` [H, W, C], and its class. */
export interface Sample { pixels: Uint8Array; shape: number[]; label: number }

export interface Dataset extends DatasetSummary {
  /** The sample at `index`, counted from 0. */
  sample(index: number): Promise<Sample>;
  close(): Promise<void>;
}

export interface TrainOptions {
  epochs?: number;              // 3
  batch?: number;               // 64
  optimizer?: "sgd" | "momentum" | "adam"; // "adam"
  learningRate?: number;        // 0.001 for adam, 0.05 otherwise
  /** "constant" (default), or "cosine": the learning rate falls to 0 along half a cosine over all passes. */
  schedule?: "constant" | "cosine";
  momentum?: number;            // 0.9
  weightDecay?: number;         // 0
  seed?: number;                // 1
  /** Evaluated after each epoch and at the end. */
  validation?: Dataset;
  /** Go on from the position stored in the net (after `restore`), instead of from step 0. */
  resume?: boolean;
}

export type TrainingEvent =
  | { type: "progress"; step: number; steps: number; epoch: number; epochs: number; loss: number; accuracy: number;
      msPerStep: number; imagesPerSecond: number; secondsLeft: number; backend: BackendInfo }
  | { type: "validation"; step: number; epoch: number; loss: number; accuracy: number; seconds: number }
  | { type: "state"; state: TrainingState }
  /** Something happened that the user should read; training goes on. code "device-lost" | "backend-changed" | "storage" | "early-stop" | "imbalance" | … */
  | { type: "notice"; code: string; message: string };

export type TrainingState = "running" | "paused" | "stopped" | "done" | "failed";

export interface Training extends AsyncIterable<TrainingEvent> {
  readonly state: TrainingState;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends training after the current step; the weights stay. */
  stop(): Promise<void>;
  /** Resolves when training ended (done or stopped); rejects with a FoveaError if it failed, the net keeping the last good weights. */
  readonly finished: Promise<{ steps: number; loss: number; accuracy: number }>;
}

export interface ClassifyOptions {
  /** How many classes to return; default 3. */
  top?: number;
  /** "digit": find the figure, make it light on dark, centre it as MNIST does; "fit": scale only. Default "fit". */
  prepare?: "digit" | "fit";
}

export interface Prediction { index: number; label: string; probability: number }

export interface Classification {
  predictions: Prediction[];
  /** What the net saw: [H, W, C] bytes. Not there where a picture went to the GPU as it was. */
  seen?: Uint8Array;
  shape: number[];
  ms: number;
  backend: BackendInfo;
}

/** Encoded picture (JPEG, PNG, WebP, GIF, BMP), pixels as a canvas gives them, or what can be drawn: on WebGPU a canvas, a video
 * (a camera) or an ImageBitmap goes to the GPU as it is. */
export type Picture = Blob | ArrayBuffer | Uint8Array | ImageData
  | ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLVideoElement | VideoFrame | HTMLImageElement;

export interface Net {
  readonly summary: Summary;
  readonly backend: BackendInfo;
  train(data: Dataset, options?: TrainOptions): Training;
  evaluate(data: Dataset): Promise<{ loss: number; accuracy: number; count: number }>;
  classify(picture: Picture, options?: ClassifyOptions): Promise<Classification>;
  /** Moves to another backend with all weights and the optimiser's state; also in the middle of training. */
  setBackend(name: BackendName): Promise<BackendInfo>;
  /** Weights, optimiser state and position as a safetensors file. */
  save(): Promise<Uint8Array>;
  /** Takes the weights (and state, if there) of a safetensors file that belongs to the same net. */
  restore(bytes: Uint8Array): Promise<SavedInfo>;
  close(): Promise<void>;
}

/** What a saved file says of itself. */
export interface SavedInfo {
  text: string; classes: string[]; step: number; steps: number; epoch: number; epochs: number;
  optimizer: string; learningRate: number; schedule: string; momentum: number; weightDecay: number; batch: number; seed: number;
  /** Loss and accuracy over training so far, thinned to at most 500 points. */
  history: { step: number; loss: number; accuracy: number }[];
}

export interface Profile {
  adapter: string;
  /** A whole run, with waiting for its outputs, in milliseconds. Steps, each timed by itself, may take longer in sum. */
  runMs: number;
  /** In their order. `flops` are counted by definition, a multiply-add as 2; `gflops` is 0 where there are none. */
  steps: { op: string; layer: string; shape: number[]; flops: number; ms: number; gflops: number }[];
}

export class Fovea {
  static start(options?: StartOptions): Promise<Fovea>;
  backends(): Promise<BackendInfo[]>;
  /** Checks a net without building it. Rejects with code "net". */
  describe(text: string, options?: { batch?: number }): Promise<Summary>;
  /** With "auto", which is the default, the faster of GPU and SIMD computes: where both start, a few training steps are
   * timed, which takes three seconds at most and is done once for a net. */
  net(text: string, options?: { backend?: BackendName | "auto"; classes?: string[]; seed?: number }): Promise<Net>;
  /** Reads what a saved file is, without a net. */
  inspect(bytes: Uint8Array): Promise<SavedInfo>;
  dataset(options: DatasetOptions): Promise<Dataset>;
  /** The MNIST file that Fovea's site carries (see nn/data pack.go), already fetched. */
  packedDataset(bytes: Uint8Array, options?: {
    /** Called while the file is unpacked, which takes seconds, with samples so far and in all. */
    onProgress?: (done: number, total: number) => void;
  }): Promise<{ train: Dataset; test: Dataset }>;
  /** Milliseconds of each of `steps` whole training steps on random data, after `warmup` more; used by benchmarks. */
  benchmark(text: string, options: { backend: BackendName; batch: number; steps: number; warmup: number;
    optimizer?: string; threads?: number }): Promise<number[]>;
  /** Times each step of a training step with momentum on random data, or with `forward` of a prediction, in `runs` runs, 20
   * if not given. Clocks go by 5 µs in a page that is isolated and by 100 µs in others; `runs` make up for it in part. */
  profile(text: string, options: { backend: BackendName; batch: number; runs?: number; forward?: boolean;
    threads?: number }): Promise<Profile>;
  /** Test hook: destroys the GPU device of the current net, as a driver fault would. */
  destroyDevice(): Promise<void>;
  close(): Promise<void>;
}
