// The page's end of the Worker: calls and answers, events, and another Worker where one was lost.
//
// Messages: page → worker {id, method, args} and {cancel: id}; worker → page {id, result}, {id, error} or {event}.

import { FoveaError, abortedBy } from "./errors.js";

/**
 * What a Worker is to a connection; a thread of Node.js becomes one in thread.js, and is told when the process is to wait for it.
 * @typedef {{ onmessage: ((event: MessageEvent) => void) | null, onerror: ((event: any) => void) | null,
 *   onmessageerror: ((event: any) => void) | null, postMessage: (message: any, transfer: Transferable[]) => void,
 *   terminate: () => void, hold?: (busy: boolean) => void }} WorkerLike
 */

/**
 * @typedef {{ transfer?: Transferable[], signal?: AbortSignal,
 *   onProgress?: (done: number, total: number, stage: string) => void }} CallOptions
 */

/**
 * Who hears of a training.
 * @typedef {{ receive: (event: any) => void, fail: (error: FoveaError) => void }} Listener
 */

const notLoaded = "its script could not be loaded: worker.js must be served from the page's origin, where "
  + "Fovea.start({ worker }) says, and a Content-Security-Policy allow it (worker-src)";

/** A call that waits for its answer. */
class Call {
  /** @param {(value: any) => void} resolve @param {(error: unknown) => void} reject @param {CallOptions} options */
  constructor(resolve, reject, { onProgress }) {
    this.resolve = resolve;
    this.reject = reject;
    this.onProgress = onProgress;
  }
}

export class Connection {
  #make;
  #wasm;
  #onLoad;
  /** @type {WebAssembly.Module | undefined} The program as the first Worker compiled it, for another if that one is lost. */
  #module;
  /** @type {WorkerLike | null} */
  #worker = null;
  /** @type {Promise<void> | null} */
  #starting = null;
  /** @type {FoveaError | null} Why no call is possible any more. */
  #closed = null;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #lastId = 0;
  /** @type {Map<number, Listener>} */
  #listeners = new Map();
  /** @type {Map<number, any[]>} Events that came before somebody listened. */
  #early = new Map();
  /** Which Worker it is, counted from 1: what belongs to an earlier one is gone. */
  generation = 0;

  /**
   * @param {() => WorkerLike} make
   * @param {string} wasm
   * @param {(loaded: number, total: number) => void} [onLoad]
   */
  constructor(make, wasm, onLoad) {
    this.#make = make;
    this.#wasm = wasm;
    this.#onLoad = onLoad;
  }

  /** Starts the Worker, or another where it was lost. */
  async started() {
    if (this.#closed) throw this.#closed;
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start() {
    this.generation++;
    try {
      const worker = this.#worker = this.#make();
      worker.onmessage = ({ data }) => { if (worker === this.#worker) this.#receive(data); };
      worker.onerror = (event) => {
        event.preventDefault?.();
        if (worker === this.#worker) this.#lost(event.message || notLoaded);
      };
      worker.onmessageerror = () => { if (worker === this.#worker) this.#lost("a message from it was unreadable"); };
      const { lock, module } = await this.#send("start", { wasm: this.#wasm, module: this.#module }, {});
      this.#module = module;
      if (lock) this.#watch(worker, lock);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /**
   * A Worker that is ended, by whatever, says nothing; but the lock that it held is free then.
   * @param {WorkerLike} worker @param {string} lock
   */
  #watch(worker, lock) {
    navigator.locks.request(lock, { mode: "shared" }, () => {
      if (worker === this.#worker) this.#lost("it was ended from outside, or ran out of memory");
    }).catch(() => {}); // the page is going
  }

  /**
   * Calls a method of the program.
   * @param {string} method
   * @param {object} [args]
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(method, args = {}, options = {}) {
    const { signal } = options;
    if (signal?.aborted) throw abortedBy(signal);
    await this.started();
    if (signal?.aborted) throw abortedBy(signal);
    return this.#send(method, args, options);
  }

  /** @param {string} method @param {object} args @param {CallOptions} options @returns {Promise<any>} */
  #send(method, args, options) {
    const { transfer = [], signal } = options;
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      try {
        if (!this.#worker) throw new Error("the Worker is gone");
        this.#worker.postMessage({ id, method, args, reports: Boolean(options.onProgress) }, transfer);
      } catch (error) {
        return reject(unsent(method, args, /** @type {Error} */ (error)));
      }
      const giveUp = () => {
        this.#calls.delete(id);
        this.#hold();
        this.#worker?.postMessage({ cancel: id }, []);
        reject(abortedBy(/** @type {AbortSignal} */ (signal)));
      };
      const settled = (/** @type {(value: any) => void} */ settle) => (/** @type {any} */ value) => {
        signal?.removeEventListener("abort", giveUp);
        settle(value);
      };
      signal?.addEventListener("abort", giveUp);
      this.#calls.set(id, new Call(settled(resolve), settled(reject), options));
      this.#hold();
    });
  }

  /** @param {any} message */
  #receive(message) {
    if (message.event) return this.#event(message.event);
    const call = this.#calls.get(message.id);
    if (!call) return;
    this.#calls.delete(message.id);
    this.#hold();
    if (message.error) call.reject(new FoveaError(message.error.message, message.error));
    else call.resolve(message.result);
  }

  /** @param {any} event */
  #event(event) {
    if (event.type === "load") return this.#onLoad?.(event.loaded, event.total);
    if (event.type === "done") return this.#calls.get(event.call)?.onProgress?.(event.done, event.total, event.stage);
    if (event.type === "exit") return this.#lost(event.message);
    const listener = this.#listeners.get(event.training);
    if (listener) return listener.receive(event);
    this.#early.set(event.training, [...this.#early.get(event.training) ?? [], event]);
  }

  /** @param {number} training @param {Listener} listener */
  listen(training, listener) {
    this.#listeners.set(training, listener);
    this.#hold();
    for (const event of this.#early.get(training) ?? []) listener.receive(event);
    this.#early.delete(training);
  }

  /** @param {number} training */
  unlisten(training) {
    this.#listeners.delete(training);
    this.#hold();
  }

  /** A process waits for what it asked for, and not for a Worker that has nothing to do. */
  #hold() { this.#worker?.hold?.(this.#calls.size + this.#listeners.size > 0); }

  /** @param {string} why */
  #lost(why) {
    const message = `Fovea's Worker was lost: ${why}. Call again: another starts, with the nets as they were saved last`;
    this.#end(new FoveaError(message, { code: "worker-lost" }));
  }

  /** Ends the Worker and rejects what is in flight. @param {FoveaError} [error] */
  #end(error) {
    this.#worker?.terminate();
    this.#worker = this.#starting = null;
    const calls = [...this.#calls.values()];
    const listeners = [...this.#listeners.values()];
    this.#calls.clear();
    this.#listeners.clear();
    this.#early.clear();
    const reason = error ?? new FoveaError("Fovea did not start", { code: "internal" });
    for (const call of calls) call.reject(reason);
    for (const listener of listeners) listener.fail(reason);
  }

  /** Ends the Worker for good. */
  close() {
    if (this.#closed) return;
    this.#closed = new FoveaError("Fovea was closed; start it again with Fovea.start()", { code: "closed" });
    this.#end(this.#closed);
  }
}

/** Why arguments cannot be sent. @param {string} method @param {any} args @param {Error} error */
function unsent(method, args, error) {
  if (args.bitmap && error.name === "DataCloneError") {
    return new FoveaError("the picture comes from another origin, which does not let it be read: its server must allow it by "
      + "CORS, and the element ask for that, as in <img crossorigin src=…>", { code: "cross-origin", cause: error });
  }
  return new FoveaError(`${method}: the arguments cannot be sent (${error.message}); a buffer that was transferred is empty from `
    + "then on", { code: "argument", cause: error });
}
