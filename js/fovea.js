// The main-thread half of Fovea: typed calls to the Worker that computes. The API is described in fovea.d.ts.
//
// Messages: main → worker {id, method, args}; worker → main {id, result}, {id, error} or {event}.

/** @import * as api from "./fovea.d.ts" */

/** @implements {api.FoveaError} */
export class FoveaError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string, line?: number, column?: number, length?: number }} [details]
   */
  constructor(message, details = {}) {
    super(message);
    this.name = "FoveaError";
    this.code = /** @type {api.FoveaErrorCode} */ (details.code || "internal");
    this.line = details.line ?? 0;
    this.column = details.column ?? 0;
    this.length = Math.max(1, details.length ?? 1);
  }
}

/** The Worker and the calls that wait for it. */
class Connection {
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: FoveaError) => void }>} */
  #waiting = new Map();
  #nextId = 1;
  /** @type {FoveaError | null} Why no call is possible any more. */
  #ended = null;
  #worker;
  /** @type {Map<number, RunningTraining>} */
  #trainings = new Map();
  /** @type {Map<number, any[]>} Events that came before the answer to `train` did. */
  #early = new Map();
  /** @type {(loaded: number, total: number) => void} */
  onLoad = () => {};
  /** @type {Map<number, (done: number, total: number) => void>} Who hears how far the unpacking of a file is. */
  #listeners = new Map();

  /** @param {string | URL} url */
  constructor(url) {
    this.#worker = new Worker(url, { name: "fovea" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.end(new FoveaError(`the worker stopped: ${event.message || "its script could not be loaded"}; start Fovea again`));
    };
    this.#worker.onmessageerror = () => this.end(new FoveaError("a message from the worker was unreadable; start Fovea again"));
  }

  /**
   * @param {string} method
   * @param {object} [args]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  call(method, args = {}, transfer = []) {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      try {
        this.#worker.postMessage({ id, method, args }, transfer);
        this.#waiting.set(id, { resolve, reject });
      } catch (error) {
        reject(new FoveaError(`${method}: the arguments cannot be sent: ${/** @type {Error} */ (error).message}`,
          { code: "argument" }));
      }
    });
  }

  /** @param {any} message */
  #receive(message) {
    if (message.event) return this.#event(message.event);
    const call = this.#waiting.get(message.id);
    if (!call) return;
    this.#waiting.delete(message.id);
    if (message.error) call.reject(new FoveaError(message.error.message, message.error));
    else call.resolve(message.result);
  }

  /** @param {any} event */
  #event(event) {
    if (event.type === "load") return this.onLoad(event.loaded, event.total);
    if (event.type === "unpack") return this.#listeners.get(event.listener)?.(event.done, event.total);
    if (event.type === "exit") return this.end(new FoveaError(event.message || "the program ended; start Fovea again"));
    const training = this.#trainings.get(event.training);
    if (training) return training.receive(event);
    const early = this.#early.get(event.training) ?? [];
    early.push(event);
    this.#early.set(event.training, early);
  }

  /**
   * A call during which the worker reports how far it is.
   * @param {string} method
   * @param {object} args
   * @param {(done: number, total: number) => void} onProgress
   */
  async callWithProgress(method, args, onProgress) {
    const listener = this.#nextId++;
    this.#listeners.set(listener, onProgress);
    try {
      return await this.call(method, { ...args, listener });
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /**
   * @param {number} id
   * @param {RunningTraining} training
   */
  follow(id, training) {
    this.#trainings.set(id, training);
    for (const event of this.#early.get(id) ?? []) training.receive(event);
    this.#early.delete(id);
  }

  /** @param {number} id */
  unfollow(id) {
    this.#trainings.delete(id);
  }

  /** Rejects everything in flight and ends the worker. @param {FoveaError} error */
  end(error) {
    if (this.#ended) return;
    this.#ended = error;
    this.#worker.terminate();
    for (const call of this.#waiting.values()) call.reject(error);
    this.#waiting.clear();
    for (const training of [...this.#trainings.values()]) training.fail(error);
    this.#trainings.clear();
  }
}

/** One reader of a training's events: what arrived and was not read yet, or who waits for it. */
class EventQueue {
  /** @type {api.TrainingEvent[]} */
  #events = [];
  /** @type {((result: IteratorResult<api.TrainingEvent>) => void)[]} */
  #readers = [];
  #closed = false;

  /** @param {api.TrainingEvent} event */
  push(event) {
    const reader = this.#readers.shift();
    if (reader) reader({ value: event, done: false });
    else this.#events.push(event);
  }

  close() {
    this.#closed = true;
    for (const reader of this.#readers) reader({ value: undefined, done: true });
    this.#readers = [];
  }

  /** @returns {Promise<IteratorResult<api.TrainingEvent>>} */
  next() {
    const event = this.#events.shift();
    if (event) return Promise.resolve({ value: event, done: false });
    if (this.#closed) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }
}

/** How many events a training keeps while nobody reads them; the oldest go first. */
const maxUnread = 1000;

/** @implements {api.Training} */
class RunningTraining {
  /** @type {api.TrainingState} */
  state = "running";
  /** @type {Promise<{ steps: number, loss: number, accuracy: number }>} */
  finished;
  #connection;
  #net;
  #id;
  #ended = false;
  /** @type {(value: { steps: number, loss: number, accuracy: number }) => void} */
  #resolve = () => {};
  /** @type {(error: FoveaError) => void} */
  #reject = () => {};
  /** @type {Set<EventQueue>} */
  #queues = new Set();
  /** @type {api.TrainingEvent[]} */
  #unread = [];
  #hadReader = false;

  /**
   * @param {Connection} connection
   * @param {TrainableNet} net
   * @param {Promise<{ training: number }>} started
   */
  constructor(connection, net, started) {
    this.#connection = connection;
    this.#net = net;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.finished.catch(() => {}); // whoever reads only the events is not to see an unhandled rejection
    this.#id = started.then(({ training }) => {
      connection.follow(training, this);
      return training;
    });
    this.#id.catch((error) => this.fail(error));
  }

  /** @param {any} message */
  receive(message) {
    const { training, ...event } = message;
    if (event.type === "finished") {
      if (event.ok) {
        if (this.state !== "stopped") this.state = "done";
        this.#close();
        this.#resolve({ steps: event.steps, loss: event.loss, accuracy: event.accuracy });
      } else {
        this.fail(new FoveaError(event.error?.message || "training failed", event.error));
      }
      this.#connection.unfollow(training);
      return;
    }
    if (event.type === "state") this.state = event.state;
    if (event.type === "progress" && event.backend) this.#net.backend = event.backend;
    this.#push(event);
  }

  /** @param {FoveaError} error */
  fail(error) {
    if (this.#ended) return;
    if (this.state !== "failed") {
      this.state = "failed";
      this.#push({ type: "state", state: "failed" });
    }
    this.#close();
    this.#reject(error);
  }

  /** @param {api.TrainingEvent} event */
  #push(event) {
    for (const queue of this.#queues) queue.push(event);
    if (this.#hadReader) return;
    this.#unread.push(event);
    if (this.#unread.length > maxUnread) this.#unread.shift();
  }

  #close() {
    this.#ended = true;
    for (const queue of this.#queues) queue.close();
    this.#queues.clear();
  }

  /** The first reader sees the events from the beginning, later ones from now on. */
  [Symbol.asyncIterator]() {
    const queue = new EventQueue();
    for (const event of this.#unread) queue.push(event);
    this.#unread = [];
    this.#hadReader = true;
    if (this.#ended) queue.close();
    else this.#queues.add(queue);
    return {
      next: () => queue.next(),
      return: async () => {
        this.#queues.delete(queue);
        queue.close();
        return { value: undefined, done: /** @type {const} */ (true) };
      },
    };
  }

  /** @param {string} method */
  async #tell(method) {
    const training = await this.#id;
    if (!this.#ended) await this.#connection.call(method, { training });
  }

  pause() { return this.#tell("pause"); }
  resume() { return this.#tell("resume"); }
  stop() { return this.#tell("stop"); }
}

/** @implements {api.Dataset} */
class StoredDataset {
  #connection;
  /** The worker's number of this data set. */
  id;

  /**
   * @param {Connection} connection
   * @param {api.DatasetSummary & { dataset: number }} reply
   */
  constructor(connection, reply) {
    this.#connection = connection;
    this.id = reply.dataset;
    this.count = reply.count;
    this.shape = reply.shape;
    this.classes = reply.classes;
    this.perClass = reply.perClass;
  }

  /** @param {number} index @returns {Promise<api.Sample>} */
  sample(index) { return this.#connection.call("sample", { dataset: this.id, index }); }

  async close() { await this.#connection.call("closeDataset", { dataset: this.id }); }
}

/** @param {api.Dataset} data */
function datasetId(data) {
  if (data instanceof StoredDataset) return data.id;
  throw new FoveaError("this is not a data set of Fovea: make one with fovea.dataset(...)", { code: "argument" });
}

/** @implements {api.Net} */
class TrainableNet {
  #connection;
  #id;

  /**
   * @param {Connection} connection
   * @param {{ net: number, summary: api.Summary, backend: api.BackendInfo }} reply
   */
  constructor(connection, reply) {
    this.#connection = connection;
    this.#id = reply.net;
    this.summary = reply.summary;
    this.backend = reply.backend;
  }

  /** @param {api.Dataset} data @param {api.TrainOptions} [options] @returns {api.Training} */
  train(data, options = {}) {
    const { validation, ...rest } = options;
    const args = given({ ...rest, net: this.#id, dataset: datasetId(data), validation: validation ? datasetId(validation) : 0 });
    return new RunningTraining(this.#connection, this, this.#connection.call("train", args));
  }

  /** @param {api.Dataset} data */
  async evaluate(data) { return this.#connection.call("evaluate", { net: this.#id, dataset: datasetId(data) }); }

  /** @param {api.Picture} picture @param {api.ClassifyOptions} [options] @returns {Promise<api.Classification>} */
  async classify(picture, options = {}) {
    const { bytes, pixels, width, height, bitmap } = await pictureArgs(picture);
    const transfer = bitmap ? [bitmap] : picture instanceof Blob && bytes ? [bytes.buffer] : [];
    const { top, prepare } = options;
    return this.#connection.call("classify", given({ net: this.#id, bytes, pixels, width, height, bitmap, top, prepare }), transfer);
  }

  /** @param {api.BackendName} name @returns {Promise<api.BackendInfo>} */
  async setBackend(name) {
    this.backend = await this.#connection.call("setBackend", { net: this.#id, name });
    return this.backend;
  }

  /** @returns {Promise<Uint8Array>} */
  save() { return this.#connection.call("save", { net: this.#id }); }

  /** @param {Uint8Array} bytes @returns {Promise<api.SavedInfo>} */
  restore(bytes) { return this.#connection.call("restore", { net: this.#id, bytes }); }

  async close() { await this.#connection.call("closeNet", { net: this.#id }); }
}

/**
 * @param {api.Picture} picture
 * @returns {Promise<{ bytes?: Uint8Array<ArrayBuffer>, pixels?: Uint8ClampedArray, width?: number, height?: number, bitmap?: ImageBitmap }>}
 */
async function pictureArgs(picture) {
  if (picture instanceof ImageData) return { pixels: picture.data, width: picture.width, height: picture.height };
  if (picture instanceof Blob) return { bytes: new Uint8Array(await readBlob(picture)) };
  if (picture instanceof ArrayBuffer) return { bytes: new Uint8Array(picture) };
  if (picture instanceof Uint8Array) return { bytes: /** @type {Uint8Array<ArrayBuffer>} */ (picture) };
  if (drawn.some((name) => name in globalThis && picture instanceof Reflect.get(globalThis, name))) return { bitmap: await bitmapOf(picture) };
  throw new FoveaError("a picture is a Blob, an ArrayBuffer, a Uint8Array, an ImageData, or something that can be drawn: "
    + "a canvas, a video or one of its frames, an image or an ImageBitmap", { code: "argument" });
}

/** What can be drawn on a canvas; a Worker does not have all of them. */
const drawn = ["ImageBitmap", "HTMLCanvasElement", "OffscreenCanvas", "HTMLVideoElement", "VideoFrame", "HTMLImageElement"];

/** A copy, so that the caller's stays where it is. @param {ImageBitmapSource} source */
async function bitmapOf(source) {
  try {
    return await createImageBitmap(source);
  } catch (error) {
    throw new FoveaError(`there is no picture to take: ${/** @type {Error} */ (error).message}`, { code: "file" });
  }
}

/** @param {Blob} blob */
async function readBlob(blob) {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new FoveaError(`the file cannot be read: ${/** @type {Error} */ (error).message}`, { code: "file" });
  }
}

/** Leaves out what was not given, so that the worker fills in its defaults. @template {object} T @param {T} args @returns {T} */
function given(args) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)));
}

/** @implements {api.Fovea} */
export class Fovea {
  #connection;

  /** @param {Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** @param {api.StartOptions} [options] @returns {Promise<Fovea>} */
  static async start(options = {}) {
    const worker = new URL(options.worker ?? new URL("worker.js", import.meta.url), globalThis.location?.href);
    const wasm = new URL(options.wasm ?? new URL("fovea.wasm", worker), worker);
    const connection = new Connection(worker);
    if (options.onProgress) connection.onLoad = options.onProgress;
    try {
      await connection.call("start", { wasm: wasm.href });
    } catch (error) {
      connection.end(/** @type {FoveaError} */ (error));
      throw error;
    }
    return new Fovea(connection);
  }

  /** @returns {Promise<api.BackendInfo[]>} */
  backends() { return this.#connection.call("backends"); }

  /** @param {string} text @param {{ batch?: number }} [options] @returns {Promise<api.Summary>} */
  describe(text, options = {}) { return this.#connection.call("describe", given({ text, batch: options.batch })); }

  /**
   * @param {string} text
   * @param {{ backend?: api.BackendName | "auto", classes?: string[], seed?: number }} [options]
   * @returns {Promise<api.Net>}
   */
  async net(text, options = {}) {
    const { backend, classes, seed } = options;
    return new TrainableNet(this.#connection, await this.#connection.call("net", given({ text, backend, classes, seed })));
  }

  /** @param {Uint8Array} bytes @returns {Promise<api.SavedInfo>} */
  inspect(bytes) { return this.#connection.call("inspect", { bytes }); }

  /** @param {api.DatasetOptions} options @returns {Promise<api.Dataset>} */
  async dataset({ images, labels, shape, classes }) {
    const whole = images.byteLength === images.buffer.byteLength && images.buffer instanceof ArrayBuffer;
    const reply = await this.#connection.call("dataset", { images, labels, shape, classes }, whole ? [/** @type {ArrayBuffer} */ (images.buffer)] : []);
    return new StoredDataset(this.#connection, reply);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {{ onProgress?: (done: number, total: number) => void }} [options]
   * @returns {Promise<{ train: api.Dataset, test: api.Dataset }>}
   */
  async packedDataset(bytes, { onProgress = () => {} } = {}) {
    const { train, test } = await this.#connection.callWithProgress("packedDataset", { bytes }, onProgress);
    return { train: new StoredDataset(this.#connection, train), test: new StoredDataset(this.#connection, test) };
  }

  /**
   * @param {string} text
   * @param {{ backend: api.BackendName, batch: number, steps: number, warmup: number, optimizer?: string,
   *   threads?: number }} options
   * @returns {Promise<number[]>}
   */
  benchmark(text, options) { return this.#connection.call("benchmark", given({ text, ...options })); }

  /**
   * @param {string} text
   * @param {{ backend: api.BackendName, batch: number, runs?: number, forward?: boolean, threads?: number }} options
   * @returns {Promise<api.Profile>}
   */
  profile(text, options) { return this.#connection.call("profile", given({ text, runs: 20, ...options })); }

  async destroyDevice() { await this.#connection.call("destroyDevice"); }

  async close() { this.#connection.end(new FoveaError("Fovea was closed", { code: "closed" })); }
}
