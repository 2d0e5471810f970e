// A training that runs in the Worker, and who listens to it.

import { FoveaError } from "./errors.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Connection } from "./connection.js"
 */

/** One reader of events: what arrived and was not read yet, or who waits for it. @template T */
class EventQueue {
  /** @type {T[]} */
  #events = [];
  /** @type {((result: IteratorResult<T>) => void)[]} */
  #readers = [];
  #closed = false;

  /** @param {T} event */
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

  /** @returns {Promise<IteratorResult<T>>} */
  next() {
    const event = this.#events.shift();
    if (event) return Promise.resolve({ value: event, done: false });
    if (this.#closed) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }
}

/** How many events a training keeps while nobody reads them; the oldest go first. */
const maxUnread = 1000;

/** How often a copy of the weights is fetched while training, in ms: what a lost Worker costs. */
const copyEvery = 15_000;

/**
 * What a training does to its net.
 * @typedef {{ moved: (backend: api.BackendInfo) => void, copy: () => Promise<void> }} Trained
 */

/** @implements {api.Training} */
export class RunningTraining {
  /** @type {api.TrainingState} */
  state = "running";
  /** @type {Promise<api.TrainingResult>} */
  finished;
  #connection;
  #net;
  #id;
  #ended = false;
  #copied = performance.now();
  /** @type {(value: api.TrainingResult) => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};
  /** @type {Set<EventQueue<api.TrainingEvent>>} */
  #queues = new Set();
  /** @type {api.TrainingEvent[]} */
  #unread = [];
  #hadReader = false;

  /**
   * @param {Connection} connection
   * @param {Trained} net
   * @param {Promise<{ training: number }>} started
   * @param {AbortSignal} [signal] stops it
   */
  constructor(connection, net, started, signal) {
    this.#connection = connection;
    this.#net = net;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.finished.catch(() => {}); // whoever reads only the events is not to see an unhandled rejection
    this.#id = started.then(({ training }) => {
      connection.listen(training, this);
      return training;
    });
    this.#id.catch((error) => this.fail(error));
    if (signal) {
      const stop = () => { this.stop().catch(() => {}); };
      signal.addEventListener("abort", stop);
      this.finished.catch(() => {}).finally(() => signal.removeEventListener("abort", stop));
    }
  }

  /** @param {any} message */
  receive(message) {
    const { training, ...event } = message;
    if (event.type === "finished") {
      this.#connection.unlisten(training);
      void this.#finish(event);
      return;
    }
    if (event.type === "state") this.state = event.state;
    if (event.type === "progress") {
      if (event.backend) this.#net.moved(event.backend);
      if (performance.now() - this.#copied > copyEvery) this.#copy();
    }
    this.#push(event);
  }

  #copy() {
    this.#copied = Infinity; // one at a time
    this.#net.copy().catch(() => {}).finally(() => { this.#copied = performance.now(); });
  }

  /** @param {any} event */
  async #finish(event) {
    await this.#net.copy().catch(() => {});
    if (!event.ok) return this.fail(new FoveaError(event.error?.message || "training failed", event.error));
    if (this.state !== "stopped") this.state = "done";
    this.#close();
    this.#resolve({ steps: event.steps, loss: event.loss, accuracy: event.accuracy, bestEpoch: event.bestEpoch });
  }

  /** @param {unknown} error */
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

  /** The first reader hears everything from the beginning, later ones from now on. @returns {AsyncIterable<api.TrainingEvent>} */
  events() {
    return { [Symbol.asyncIterator]: () => this.#reader(() => true) };
  }

  /** Ends with an error where training does, so that a loop over the progress cannot miss it. */
  async *[Symbol.asyncIterator]() {
    const reader = this.#reader((event) => event.type === "progress");
    try {
      for (let next = await reader.next(); !next.done; next = await reader.next()) {
        yield /** @type {api.TrainingProgress} */ (next.value);
      }
    } finally {
      await reader.return();
    }
    await this.finished;
  }

  /** @param {(event: api.TrainingEvent) => boolean} wanted */
  #reader(wanted) {
    /** @type {EventQueue<api.TrainingEvent>} */
    const queue = new EventQueue();
    for (const event of this.#unread) queue.push(event);
    this.#unread = [];
    this.#hadReader = true;
    if (this.#ended) queue.close();
    else this.#queues.add(queue);
    return {
      next: async () => {
        for (;;) {
          const next = await queue.next();
          if (next.done || wanted(next.value)) return next;
        }
      },
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
