/// <reference lib="esnext.disposable" />

/**
 * Fovea: convolutional networks in the browser.
 *
 * Everything that computes runs in a dedicated Worker, so no call blocks the page; every call returns a promise. A failed call
 * rejects with a {@link FoveaError}, whose `code` is stable and whose `message` says what happened, where, and what to do. An option
 * that a call does not have is refused, with the nearest one that it has.
 * What is closed, or forgotten by the page, is freed; nothing has to be tidied by hand.
 *
 * @module fovea
 */

// Starting

export interface StartOptions {
  /** Where nets compute if they do not say otherwise; default "auto": the faster of GPU and SIMD. */
  backend?: BackendName | "auto";
  /** URL of worker.js; default: beside fovea.js. */
  worker?: string | URL;
  /** URL of fovea.wasm; default: beside fovea.js. */
  wasm?: string | URL;
  /** Called while the program loads, with bytes so far and in all (0 if unknown). */
  onProgress?: (loadedBytes: number, totalBytes: number) => void;
  /** Gives up starting. */
  signal?: AbortSignal;
}

/** "webgpu" computes on the graphics processor; "simd" in WebAssembly that Fovea writes for the net, on all cores where the page
 * is cross-origin isolated; "cpu" in plain Go, slowly and everywhere. All three give the same answers to within rounding. */
export type BackendName = "webgpu" | "simd" | "cpu";

/**
 * Why a call failed.
 *
 * - `"net"`: the pattern text is wrong, at `line` and `column`
 * - `"file"`: a picture or model file is unreadable
 * - `"unsupported"`: a model uses something that Fovea does not have
 * - `"data"`: a data set does not fit itself or the net
 * - `"diverged"`: the loss is not a number any more; the net has its last good weights
 * - `"backend"`: a backend does not start
 * - `"memory"`: the net needs more than there is
 * - `"blocked"`: Content-Security-Policy or browser forbids WebAssembly
 * - `"device-lost"`: the GPU is gone, and no other backend starts
 * - `"worker-lost"`: the Worker died. The next call starts another and loads nets again as they were saved last
 * - `"aborted"`: an `AbortSignal` ended the call; the error's `name` is "AbortError" and its `cause` the signal's reason
 * - `"closed"`: the net, data set or Fovea was closed
 * - `"argument"`: an argument has the wrong type, length or value, such as a detached buffer or NaN
 * - `"cross-origin"`: the picture comes from another origin without CORS, and the browser does not let it be read
 * - `"storage"`: the browser's storage is full or not to be had
 * - `"network"`: a download failed
 * - `"integrity"`: a download is not what `integrity` promises
 * - `"internal"`: a fault in Fovea
 */
export type FoveaErrorCode =
  | "net" | "file" | "unsupported" | "data" | "diverged" | "backend" | "memory" | "blocked" | "device-lost" | "worker-lost"
  | "aborted" | "closed" | "argument" | "cross-origin" | "storage" | "network" | "integrity" | "internal";

/** Every error of Fovea. */
export class FoveaError extends Error {
  readonly code: FoveaErrorCode;
  /** What to do about an error of this code, in a sentence; the message says more where it can. */
  readonly remedy: string;
  /** For code "net": where in the text, counted from 1 in characters; 0 if the net as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** How many characters the error spans, at least 1. */
  readonly length: number;
  constructor(message: string, details?: { code?: string; line?: number; column?: number; length?: number; cause?: unknown });
}

/** A call that can be given up. */
export interface Abortable {
  /** When it aborts, the call rejects with code "aborted"; what waits is not begun, what runs is ended where it can be. */
  signal?: AbortSignal;
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
  /** Measured speed of convolutions in 10⁹ operations a second; only where it was asked for. */
  gflops?: number;
}

export interface MemoryInfo {
  /** Bytes of the WebAssembly memory of the program in the Worker. It grows and is used again. */
  programBytes: number;
  /** Bytes of them that hold something. */
  usedBytes: number;
  /** Bytes on devices: weights, activations, optimisers' states, and data sets in training. */
  deviceBytes: number;
  nets: number;
  datasets: number;
}

// Nets

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
  /** What one output depends on, in pixels of the input along each spatial axis; empty, as are `stride` and `start`, for a layer of
   * a side head, which only training computes. */
  receptiveField: number[];
  /** How many pixels of the input lie between what neighbouring outputs see. */
  stride: number[];
  /** The first pixel of the input that the first output sees along each axis, below 0 where that lies in the padding. */
  start: number[];
  /** Span in the text that wrote this layer: line and column from 1, length in characters. */
  line: number;
  column: number;
  length: number;
}

export interface Summary {
  /** The text in normal form; "" of a net that came from a file without one. */
  text: string;
  /** Shape of one sample, [height, width, channels]. */
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
  /** How many samples a training step can have within `memory` bytes, where {@link Fovea.describe} was given them; else 0. */
  largestBatch: number;
  /** Sentences such as "layer 3 (...): ... the last row and column are never seen ...". */
  warnings: string[];
}

export interface NetOptions extends Abortable {
  /** Default: that of {@link Fovea.start}. With "auto" a few steps are timed where both GPU and SIMD start, which takes three
   * seconds at most and is done once for a net. */
  backend?: BackendName | "auto";
  /** Names of the classes, in the order of the outputs; default: their numbers. */
  classes?: string[];
  /** Of the first weights; default 1. Same seed, same weights. */
  seed?: number;
}

/** A model file: its address, or the file itself, or one that {@link Net.save} keeps in the browser. */
export type ModelSource = string | URL | Blob | Response | ArrayBuffer | Uint8Array | { saved: string };

export interface LoadOptions extends Abortable {
  backend?: BackendName | "auto";
  /** Names of the classes, where the file has none. */
  classes?: string[];
  /** Height and width of pictures, where the model leaves them open. */
  size?: [number, number];
  /** How a picture becomes what the net takes, where the file does not say: a name, or all of it. Without any of them a net
   * gets the bytes of the picture scaled to its size. */
  preprocess?: "torchvision" | "torchvision-299" | "bytes" | Preprocess;
  /** The net of the zoo, such as "resnet18", that a file of PyTorch's weights is of. */
  zoo?: string;
  /** What the file is to be: "sha256-" and base64, as in HTML. Only for addresses. */
  integrity?: string;
  /** Whether an address is kept in the browser's storage for the next time; default true. */
  cache?: boolean;
  /** Files beside the model, by their paths from there: shards of TensorFlow.js, external data of ONNX. For an address they are
   * fetched. */
  files?: Record<string, Blob | ArrayBuffer | Uint8Array>;
  onProgress?: (progress: LoadProgress) => void;
}

export interface LoadProgress {
  /** "download" an address, then "open" the file. */
  phase: "download" | "open";
  loadedBytes: number;
  /** undefined while the server has not said. */
  totalBytes: number | undefined;
}

/** How a picture becomes numbers, as torchvision and PIL do it: scaled, cut, (x / scale − mean) / deviation. */
export interface Preprocess {
  /** [shorter side], which keeps the proportions, or [height, width]; default: the picture keeps its size. */
  resize?: number[];
  /** Of `resize`; default "bilinear". */
  filter?: "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";
  /** Height and width of the middle that is cut out. */
  crop?: [number, number];
  /** Height and width that the net takes, and that the steps above must lead to. */
  size: [number, number];
  order: "rgb" | "bgr" | "gray";
  /** 255: numbers from 0 to 1; 1: bytes as they are. */
  scale: number;
  /** One number a channel, in the order of `order` and in units after `scale`; default 0 and 1. */
  mean?: number[];
  deviation?: number[];
}

/** Encoded picture (JPEG, PNG, WebP, GIF, BMP), pixels as a canvas gives them, or what can be drawn. On WebGPU what can be drawn
 * goes to the GPU as it is. */
export type Picture = Blob | ArrayBuffer | Uint8Array | ImageData
  | ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLVideoElement | VideoFrame | HTMLImageElement;

export interface ClassifyOptions extends Abortable {
  /** How many classes to return; default 3. */
  top?: number;
  /** "digit": find the figure, make it light on dark, centre it as MNIST does; "fit" (default): as the model says, or scale. */
  prepare?: "digit" | "fit";
}

export interface Prediction { index: number; label: string; probability: number }

/** The most probable classes, the first one first, and how they were found. */
export interface Classification extends Array<Prediction> {
  /** What the net saw: [H, W, C] bytes. Not there where a picture went to the GPU as it was. */
  seen?: Uint8Array;
  shape: number[];
  ms: number;
  backend: BackendInfo;
}

/** Numbers of one sample or of several. */
export interface Tensor {
  /** In the units of what the net learned from: pixels from 0 to 255 where it has a `preprocess` or learned from pictures, whose
   * mean and deviation it takes itself; else what the model's input takes. Floats must be finite. */
  data: Uint8Array | Uint8ClampedArray | Float32Array;
  /** [H, W, C] or [N, H, W, C]; with layout "NCHW" [C, H, W] or [N, C, H, W]. Default: as many samples as the data has. */
  shape?: number[];
  /** Where the channels lie; default "NHWC", last. */
  layout?: "NHWC" | "NCHW";
}

export interface PredictOptions extends Abortable {
  /** Hands the numbers' buffer over instead of copying it: it is empty afterwards. Default false. */
  transfer?: boolean;
}

/** Answers for N samples: `data` has them one after the other. */
export interface TensorResult { data: Float32Array; shape: number[] }

export interface TrainOptions {
  /** When it aborts, training stops after the current step, as by {@link Training.stop}: nothing rejects, and the weights stay. */
  signal?: AbortSignal;
  epochs?: number;              // 3
  /** Ends the run after so many steps, where passes over the data would be too coarse; `epochs` then does not count. */
  steps?: number;
  batch?: number;               // 64
  optimizer?: OptimizerName;    // "adam"
  learningRate?: number;        // 0.001 for adam, 0.05 otherwise
  /** How the rate changes over the run: "constant" (default); "cosine" falls to 0 along half a cosine; "one-cycle" rises over
   * the first 30 % and falls; "plateau" falls to a tenth where the validation's loss stops falling. */
  schedule?: ScheduleName;
  /** Passes over which the rate rises to its value at first. */
  warmup?: number;              // 0
  momentum?: number;            // 0.9
  weightDecay?: number;         // 0
  seed?: number;                // 1
  /** Changes each picture at random each time it is seen. */
  augment?: Augment;
  /** Share of the target that is spread over all classes. */
  smoothing?: number;           // 0
  /** Keeps a running mean of the weights with this share of the old one, such as 0.999, and classifies with it. */
  average?: number;             // 0: none
  /** Evaluated after each epoch and at the end. */
  validation?: Dataset;
  /** Gives the net the weights of the epoch with the lowest validation loss when the run ends. */
  keepBest?: boolean;           // false
  /** Ends the run after so many epochs without a lower validation loss; 0 never does. */
  patience?: number;            // 0
  /** Go on from the position stored in the net (after `restore`), instead of from step 0, with its batch and seed, and up to its
   * last step unless `steps` or `epochs` say more. `optimizer`, `learningRate`, `schedule`, `momentum` and `weightDecay` are those
   * of the run before where they are left out (rate and momentum only for the same optimizer); the other settings are not in a
   * file, so that they must be given again. With all settings and the data as before, the result is that of a run that never
   * stopped, to the bit; with more or fewer samples, what its best epoch was is forgotten. */
  resume?: boolean;
}

export type OptimizerName = "sgd" | "momentum" | "nesterov" | "adam" | "adamw" | "rmsprop" | "adagrad" | "adadelta" | "lamb" | "lion";
export type ScheduleName = "constant" | "cosine" | "warmup-cosine" | "one-cycle" | "step" | "exponential" | "plateau";

/** By how much pictures are changed at random in training, each anew each time it is seen. What is 0 or missing is left out. Brightness
 * and noise are in standard deviations of the training set. */
export interface Augment {
  /** Share that is mirrored left to right; 0.5 is usual. */
  mirror?: number;
  /** Share that is mirrored top to bottom. */
  flip?: number;
  /** How far a picture moves at most along each axis, in pixels. */
  shift?: number;
  /** Largest angle to either side, in degrees. */
  rotate?: number;
  /** s: magnified by a factor from 1/(1+s) to 1+s. */
  scale?: number;
  /** What comes in from outside: nothing, or the nearest pixel. */
  border?: "zero" | "edge";     // "zero"
  brightness?: number;
  contrast?: number;
  saturation?: number;
  noise?: number;
  /** Side in pixels of a square that is left out. */
  cutout?: number;
  /** α of Beta(α,α), from which the share is drawn by which two pictures are mixed; 0.2 to 0.4 are usual. */
  mixup?: number;
}

export interface TrainingProgress {
  type: "progress";
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  /** Mean over the steps since the last progress. */
  loss: number;
  accuracy: number;
  learningRate: number;
  msPerStep: number;
  imagesPerSecond: number;
  secondsLeft: number;
  backend: BackendInfo;
}

export type TrainingEvent =
  | TrainingProgress
  | TrainingValidation
  | { type: "state"; state: TrainingState }
  /** Something happened that the user should read; training goes on. code "device-lost" | "backend-changed" | "storage" | "early-stop" | "imbalance" | … */
  | { type: "notice"; code: string; message: string };

/** How the net does on the validation set: {@link Evaluation} with when that was, and how many seconds it took. `best` says that no
 * loss before was lower. */
export interface TrainingValidation extends Evaluation { type: "validation"; step: number; epoch: number; seconds: number; best: boolean }

export type TrainingState = "running" | "paused" | "stopped" | "done" | "failed";

/** A training that runs. Iterating gives its progress, some ten times a second; leaving the loop does not end it. */
export interface Training extends AsyncIterable<TrainingProgress> {
  readonly state: TrainingState;
  /** Everything that happens: progress, validation, notices, changes of state. */
  events(): AsyncIterable<TrainingEvent>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends training after the current step; the weights stay. */
  stop(): Promise<void>;
  /** Resolves when training ended (done or stopped); rejects with a FoveaError if it failed, the net keeping the last good weights. */
  readonly finished: Promise<TrainingResult>;
}

/** `bestEpoch` is that of the lowest validation loss, counted from 1; 0 without validation. */
export interface TrainingResult { steps: number; loss: number; accuracy: number; bestEpoch: number }

export interface Evaluation {
  loss: number;
  accuracy: number;
  count: number;
  /** For each class: how many samples, and the share of them that is recognised. */
  perClass: { label: string; count: number; accuracy: number }[];
  /** confusion[label][predicted] */
  confusion: number[][];
}

/** What a layer makes of one sample: `data` in `shape`, channels last. `layer` is its {@link LayerSummary.name}, and `index` that
 * there, as several may have one name. */
export interface Activation { layer: string; index: number; shape: number[]; data: Float32Array }

/** Where training goes well or badly, a layer with weights a line, measured on some samples without changing anything. */
export interface LayerHealth {
  /** As in {@link LayerSummary.name}, and its index. */
  layer: string;
  index: number;
  /** √(mean of squares) of the weights, and of the loss's gradient by them. */
  weight: number;
  gradient: number;
  /** Mean and standard deviation of what the layer gives, after its activation where it has one. */
  mean: number;
  deviation: number;
  /** Share of its channels (or units) that are 0 for each of the samples: they learn nothing any more. */
  dead: number;
}

/** What a net says of every window of a picture: see "from FC to CONV". */
export interface ClassMap {
  /** [rows, columns, classes]; probabilities, one after the other in this order. */
  shape: number[];
  data: Float32Array;
  /** The picture as the net saw it, and where window [0, 0] and its neighbours lie in it: their size and distance in pixels. */
  picture: ImageData;
  window: [number, number];
  stride: [number, number];
}

export interface FineTuneOptions extends Abortable {
  /** How many of the layers with weights before the new one learn too, once that has learned; default 0: then what the others make
   * of each picture is computed once, and training takes seconds. */
  layers?: number;
  epochs?: number;              // 30
  batch?: number;               // 16
  /** Of the layers before the new one. */
  learningRate?: number;        // 0.0001
  seed?: number;                // 1
  /** Samples that do not train, for an honest figure. */
  validation?: Dataset;
  onProgress?: (progress: FineTuneProgress) => void;
}

export interface FineTuneProgress {
  /** "features": what the layers that stay make of each picture; "head": the new layer learns; "layers": those before it, too. */
  stage: "features" | "head" | "layers";
  /** Pictures, or steps. */
  done: number;
  total: number;
}

export interface WatchOptions extends ClassifyOptions {
  /** At most so many pictures a second; default: as fast as they come. */
  framesPerSecond?: number;
}

/** A camera that is being looked at. */
export interface Watch {
  stop(): void;
  /** Pictures a second over the last seconds. */
  readonly framesPerSecond: number;
  /** Resolves when it was stopped; rejects if classifying failed. */
  readonly finished: Promise<void>;
}

/** How exactly a file keeps weights: 32, 16 or 8 bits. */
export type Precision = "float32" | "float16" | "int8";

/** A model that needs no Fovea any more. */
export interface Standalone {
  /** model.wasm, weights.bin, model.js, model.d.ts, index.html */
  files: Record<string, Blob>;
  /** All of it in one page that works offline from a double click. */
  html: Blob;
}

/** A network with its weights. Calls of one net are answered in their order. */
export interface Net {
  readonly summary: Summary;
  readonly classes: string[];
  readonly backend: BackendInfo;
  /** What a file says of how it was trained; undefined of a net that did not come from one that Fovea saved. */
  readonly saved?: SavedInfo;
  /** The most probable classes of a picture. */
  classify(picture: Picture, options?: ClassifyOptions): Promise<Classification>;
  /** The probabilities of all classes for raw numbers, or for every sample of a data set: [N, classes]. */
  predict(input: Tensor | Uint8Array | Float32Array | Dataset, options?: PredictOptions): Promise<TensorResult>;
  /** What a layer makes of a picture, or of raw numbers: a vector; default: what the last layer with weights gets. */
  features(input: Picture | Tensor | Float32Array, options?: Abortable & { layer?: string }): Promise<Float32Array>;
  /** The same for every sample of a data set: [N, size]. */
  features(input: Dataset, options?: Abortable & { layer?: string }): Promise<TensorResult>;
  /** What each layer makes of one sample, in order, in use (nothing is dropped). */
  activations(input: Picture | Tensor | Float32Array, options?: Abortable): Promise<Activation[]>;
  /** A copy of the weights as they are in use, by name such as "conv1.weight" ([KH, KW, C, F]) and "fc1.bias"; all, or those
   * named. Also in the middle of training. */
  weights(names?: string[]): Promise<Record<string, TensorResult>>;
  /** Looks at each layer on the first `samples` (64) of a data set. Also in the middle of training. */
  health(data: Dataset, options?: Abortable & { samples?: number }): Promise<LayerHealth[]>;
  /** Classifies every window of a picture whose shorter side becomes `shorter` (384) pixels. Code "unsupported" of a net without
   * a text, or with layers that cannot slide over a picture. */
  classMap(picture: Picture, options?: Abortable & { shorter?: number }): Promise<ClassMap>;
  /** SHA-256 of the weights and states, as 64 hexadecimal digits: equal where they are equal to the bit. */
  digest(): Promise<string>;
  /** Classifies what a camera or video shows, a picture at a time, and calls back with each answer. A frame that comes while the
   * last is being classified is left out. */
  watch(video: HTMLVideoElement, callback: (result: Classification) => void, options?: WatchOptions): Watch;
  train(data: Dataset, options?: TrainOptions): Training;
  evaluate(data: Dataset, options?: Abortable): Promise<Evaluation>;
  /** A new net for the classes of `data`: this one, with a new last layer that learns. This one stays as it is. */
  fineTune(data: Dataset, options?: FineTuneOptions): Promise<{ net: Net; validation?: Evaluation }>;
  /** Moves to another backend with all weights and the optimiser's state; also in the middle of training. */
  setBackend(name: BackendName): Promise<BackendInfo>;
  /** Keeps the net in the browser's storage (OPFS), with the optimiser's state and position; `fovea.load({ saved: name })` has it
   * back. A file of that name is replaced when the new one is whole. */
  save(name: string): Promise<void>;
  /** The net as a file: "safetensors" (default; with the optimiser's state and position unless `precision` is given), or "onnx". */
  toBlob(format?: "safetensors" | "onnx", options?: { precision?: Precision }): Promise<Blob>;
  /** The net as WebAssembly of its own, without Go: for a page that classifies and nothing else, and for places that forbid
   * making code at run time. */
  toStandalone(options?: { precision?: Precision; title?: string }): Promise<Standalone>;
  /** Takes the weights (and state, if there) of a file that belongs to the same net. */
  restore(file: Blob | ArrayBuffer | Uint8Array): Promise<SavedInfo>;
  /** Frees it. Closing twice is harmless; other calls then reject with code "closed". */
  close(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a saved file says of itself. */
export interface SavedInfo {
  text: string; classes: string[]; step: number; steps: number; epoch: number; epochs: number;
  optimizer: string; learningRate: number; schedule: string; momentum: number; weightDecay: number; batch: number; seed: number;
  /** Loss and accuracy over training so far, thinned to at most 500 points. */
  history: { step: number; loss: number; accuracy: number }[];
}

/** A net in the browser's storage. */
export interface SavedNet { name: string; bytes: number; modified: Date }

// Data

/** Samples as bytes, one after the other. */
export interface ArraysSource {
  /** One byte a value, sample after sample, each [H, W, C]. Transferred if it has its buffer for itself: it is then detached. */
  images: Uint8Array;
  /** One class index a sample. */
  labels: ArrayLike<number>;
  /** Shape of one sample, [H, W, C]; default: square, and one or three channels, as the number of bytes tells. */
  shape?: [number, number, number];
  /** Default: the numbers of the classes. */
  classes?: string[];
}

/** Pictures by class. Those that cannot be read are left out and named in {@link Dataset.skipped}. */
export interface PicturesSource {
  pictures: Record<string, Iterable<Picture>>;
  /** Height and width; default [32, 32]. Pictures are scaled and cut to it. */
  size?: [number, number];
  /** 3 (default), or 1 for grey. */
  channels?: 1 | 3;
}

/** Two files of MNIST's format (IDX), as they are or compressed by gzip. */
export interface IDXSource {
  idx: { images: FileSource; labels: FileSource };
  classes?: string[];
}

/** Files of CIFAR-10's binary format, which are put one behind the other. */
export interface CIFARSource { cifar10: FileSource[] }

/** A file: its address, or itself. */
export type FileSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** Samples as they come: bytes [H, W, C], or pictures, each with its class. */
export interface SamplesSource {
  samples: Iterable<LabelledSample> | AsyncIterable<LabelledSample>;
  /** Shape of one sample, [H, W, C]; pictures are scaled and cut to it. */
  shape: [number, number, number];
  classes: string[];
}

export interface LabelledSample {
  image: Picture;
  /** Index of the class, or its name. */
  label: number | string;
}

export type DatasetSource = ArraysSource | PicturesSource | IDXSource | CIFARSource | SamplesSource;

export interface DatasetOptions extends Abortable {
  /** How many samples are there, of how many (0 while that is unknown). */
  onProgress?: (done: number, total: number) => void;
}

export interface DatasetSummary { count: number; shape: number[]; classes: string[]; perClass: number[] }

/** One sample of a data set: its bytes in `shape` [H, W, C], and its class. */
export interface Sample { pixels: Uint8Array; shape: number[]; label: number }

export interface Dataset extends DatasetSummary {
  /** Pictures that could not be read, with the reason. */
  readonly skipped: { class: string; index: number; name: string; reason: string }[];
  /** The sample at `index`, counted from 0. */
  sample(index: number): Promise<Sample>;
  /** `count` samples from `from` on, fewer at the end: pixels one after the other, and their classes. */
  samples(from: number, count: number): Promise<{ pixels: Uint8Array; shape: number[]; labels: Int32Array }>;
  /** A set of the samples at these indices, in this order, a sample as often as it is named; `labels` gives them other classes, one
   * an index. A run of samples that is half of this set or more takes no memory of its own; it then keeps this set's samples when
   * this is closed. A class may be left without samples: such a set is to predict and evaluate with. */
  subset(indices: ArrayLike<number>, options?: { labels?: ArrayLike<number> }): Promise<Dataset>;
  /** The mean sample and the standard deviation of each of its values, over all and, as `perClass`, the mean of each class (0 of
   * one without samples): each as many numbers as a sample has, from 0 to 255. */
  statistics(options?: Abortable): Promise<{ mean: Float32Array; deviation: Float32Array; perClass: Float32Array[] }>;
  /** The sample at `index` as it would be in `count` (1) steps of a training with these changes and this `seed` (1): pixels one
   * after the other. With `mixup` another sample, drawn at random, is mixed in. */
  augmented(index: number, augment: Augment, options?: { count?: number; seed?: number }): Promise<Uint8Array>;
  /** SHA-256 of shape, names of the classes, labels and samples, as 64 hexadecimal digits. */
  digest(): Promise<string>;
  /** Two sets of it, class by class, the second with `fraction` of the samples: for validation. */
  split(fraction: number, options?: { seed?: number }): Promise<[Dataset, Dataset]>;
  close(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

// Measuring

export interface Profile {
  adapter: string;
  /** A whole run, with waiting for its outputs, in milliseconds. Steps, each timed by itself, may take longer in sum. */
  runMs: number;
  /** In their order. `flops` are counted by definition, a multiply-add as 2; `gflops` is 0 where there are none. */
  steps: { op: string; layer: string; shape: number[]; flops: number; ms: number; gflops: number }[];
}

// Published nets

export interface ZooEntry {
  /** torchvision's, where it has the net: resnet18. */
  name: string;
  /** What people call it: ResNet-18. */
  title: string;
  paper: string;
  /** As published, or "". */
  result: string;
  /** With its own classes and size. */
  parameters: number;
  classes: number;
  /** Height and width of its input in pixels, and the smallest that works. */
  size: number;
  minSize: number;
  /** The net as text, with the classes and size asked for; "" where it cannot have that size. */
  text: string;
}

/** Fovea in a Worker. */
export class Fovea {
  private constructor();
  /** Starts a Worker and loads the program. */
  static start(options?: StartOptions): Promise<Fovea>;
  /** What this machine has to compute with, why not, and, with `measure`, how fast each is, which takes a second or two. */
  backends(options?: Abortable & { measure?: boolean }): Promise<BackendInfo[]>;
  /** Makes a net of a pattern text, such as "INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10". */
  net(text: string, options?: NetOptions): Promise<Net>;
  /** Opens a model: one that Fovea saved, an ONNX file, the model.json of TensorFlow.js, or weights of PyTorch as safetensors with
   * `zoo`. An address is downloaded with progress, resumed where it broke off, and kept for the next time. */
  load(source: ModelSource, options?: LoadOptions): Promise<Net>;
  /** Checks a net without building it. Rejects with code "net". */
  describe(text: string, options?: { batch?: number; memory?: number }): Promise<Summary>;
  /** The published nets, with their own classes and input size or those asked for. */
  zoo(options?: { classes?: number; size?: number }): Promise<ZooEntry[]>;
  /** Reads what a saved file is, without a net. */
  inspect(file: Blob | ArrayBuffer | Uint8Array): Promise<SavedInfo>;
  /** Makes a data set of arrays, pictures by class, files of MNIST or CIFAR-10, or samples as they come. */
  dataset(source: DatasetSource, options?: DatasetOptions): Promise<Dataset>;
  /** The MNIST file that Fovea's site carries (see nn/data pack.go), already fetched. */
  packedDataset(bytes: Uint8Array, options?: DatasetOptions): Promise<{ train: Dataset; test: Dataset }>;
  /** The nets that {@link Net.save} keeps, the latest first. */
  saved(): Promise<SavedNet[]>;
  /** Deletes one of them. Deleting what is not there is harmless. */
  deleteSaved(name: string): Promise<void>;
  memory(): Promise<MemoryInfo>;
  /** Milliseconds of each of `steps` whole training steps on random data, after `warmup` more; used by benchmarks. */
  benchmark(text: string, options: { backend: BackendName; batch: number; steps: number; warmup: number;
    optimizer?: string; threads?: number }): Promise<number[]>;
  /** Times each step of a training step with momentum on random data, or with `forward` of a prediction, in `runs` runs, 20
   * if not given. Clocks go by 5 µs in a page that is isolated and by 100 µs in others; `runs` make up for it in part. */
  profile(text: string, options: { backend: BackendName; batch: number; runs?: number; forward?: boolean;
    threads?: number }): Promise<Profile>;
  /** Test hook: destroys the GPU device of the current net, as a driver fault would. */
  destroyDevice(): Promise<void>;
  /** Ends the Worker and everything in it. What is in flight rejects with code "closed". */
  close(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}
