// The browser half of the SIMD backend: a memory, modules over it, and a pool of workers that run them. The same file is
// the pool's worker script. The Go half is host_js.go; modules are described in module.go.
"use strict";
{
  // Words of the memory that belong to the threads, as in module.go: a number of a run, what is run, and from which step
  // to which.
  const WORDS = 128;
  const COMMAND = 64;
  const PROGRAM = 80;
  const FROM = 81;
  const TO = 82;
  const READ_MESSAGES = 0; // as the program: go back to the event loop
  const SPINS = 4000; // looks at the command before sleeping: some 50 µs

  const GRACE = 3000; // ms after which a worker that was told to end has ended: browsers give it two seconds
  const ANSWER = 10000; // ms within which a worker that is there has answered
  const KEPT = 256 << 20; // bytes of memory up to which a closed engine is kept

  /** The promise, or a failure where it takes too long. */
  const answered = (promise) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`a worker did not answer within ${ANSWER / 1000} s`)), ANSWER);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });

  /** @typedef {{threads: number, pages: number[], shared: boolean, script: string}} Options */

  class Engine {
    /** @type {Engine | null} The one that was closed last, for the next: browsers are slow to give memory back. */
    static idle = null;

    /** @param {Options} options */
    static open(options) {
      const { idle } = Engine;
      if (idle?.threads !== options.threads) return new Engine(options);
      Engine.idle = null;
      return idle;
    }

    /** @param {Options} options */
    constructor({ threads, pages, shared, script }) {
      this.works = false;
      this.threads = threads;
      this.script = script;
      this.modules = new Map();
      this.runs = new Map();
      this.workers = [];
      this.last = READ_MESSAGES;
      this.dropped = []; // modules that the workers still hold
      for (const maximum of pages) {
        try {
          this.memory = new WebAssembly.Memory({ initial: 1, maximum, shared });
          this.pages = maximum;
          break;
        } catch (error) {
          this.error = error;
        }
      }
      if (!this.memory) throw this.error;
      this.control = new Int32Array(this.memory.buffer, 0, WORDS);
    }

    /** Starts the pool, if it does not run; done(reason) is called when it does, or with why it does not. */
    start(done) {
      if (this.works) return done("");
      const started = Array.from({ length: this.threads - 1 }, (_, i) => new Promise((resolve, reject) => {
        const worker = new Worker(this.script, { name: "fovea-simd" });
        this.workers.push(worker);
        worker.onerror = (event) => reject(new Error(event.message || "a worker did not load"));
        worker.onmessage = ({ data: failure }) => (failure ? reject(new Error(failure)) : resolve());
        worker.postMessage({ memory: this.memory, thread: i + 1, threads: this.threads, modules: this.modules });
      }));
      answered(Promise.all(started)).then(() => {
        this.works = true;
        done("");
      }, (error) => done(String(error.message)));
    }

    command(program, from = 0, to = 0) {
      this.control[PROGRAM] = program;
      this.control[FROM] = from;
      this.control[TO] = to;
      Atomics.add(this.control, COMMAND, 1);
      Atomics.notify(this.control, COMMAND);
    }

    /** Compiles a module; done(id, failure) is called when every worker has it: the pool's, or where one was lost, another's. */
    load(bytes, done) {
      const id = ++this.last;
      const module = new WebAssembly.Module(bytes);
      this.runs.set(id, instantiate(module, this.memory));
      this.modules.set(id, module);
      if (this.workers.length === 0) return done(id, "");
      this.command(READ_MESSAGES);
      const answers = this.workers.map((worker) => new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage({ load: id, module, drop: this.dropped });
      }));
      this.dropped = [];
      answered(Promise.all(answers)).then((failures) => done(id, failures.find(Boolean) ?? ""), () => this.restart((failure) => done(id, failure)));
    }

    drop(id) {
      this.runs.delete(id);
      this.modules.delete(id);
      this.dropped.push(id);
    }

    run(id, from, to) {
      if (this.workers.length > 0) this.command(id, from, to);
      this.works = false;
      this.runs.get(id)(0, this.threads, from, to);
      this.works = true;
    }

    /** Ends the workers and starts others: after one was lost. */
    restart(done) {
      this.terminate();
      setTimeout(() => {
        this.control.fill(0);
        this.start(done);
      }, GRACE);
    }

    /** Ends the workers, at once where they wait for a command: in the middle of something a browser gives them seconds. */
    terminate() {
      this.works = false;
      if (this.workers.length > 0) this.command(READ_MESSAGES);
      for (const worker of this.workers) worker.terminate();
      this.workers = [];
    }

    /** Keeps the engine for the next, in place of one that was kept before, or ends it. */
    close() {
      for (const id of this.modules.keys()) this.drop(id);
      if (!this.works || this.memory.buffer.byteLength > KEPT) return this.end();
      Engine.idle?.end();
      Engine.idle = this;
    }

    /** Ends all and lets go of the memory. */
    end() {
      this.terminate();
      this.memory = this.control = null;
    }
  }

  /** @returns {(thread: number, threads: number, from: number, to: number) => void} */
  const instantiate = (module, memory) => new WebAssembly.Instance(module, { fovea: { memory } }).exports.run;

  /** What a worker of the pool does: messages, and between them one run after the other. */
  const serve = () => {
    const runs = new Map();
    let control, thread, threads, memory, seen = 0;
    const loop = () => {
      for (;;) {
        for (let i = 0; i < SPINS && Atomics.load(control, COMMAND) === seen; i++);
        Atomics.wait(control, COMMAND, seen);
        seen = Atomics.load(control, COMMAND);
        const program = control[PROGRAM];
        if (program === READ_MESSAGES) return;
        try {
          runs.get(program)(thread, threads, control[FROM], control[TO]);
        } catch {
          return globalThis.close(); // another thread is lost, and the engine makes all of them anew
        }
      }
    };
    globalThis.onmessage = ({ data }) => {
      let failure = "";
      try {
        if (data.memory) {
          ({ memory, thread, threads } = data);
          control = new Int32Array(memory.buffer, 0, WORDS);
          seen = Atomics.load(control, COMMAND);
          for (const [id, module] of data.modules) runs.set(id, instantiate(module, memory));
        } else {
          for (const id of data.drop) runs.delete(id);
          runs.set(data.load, instantiate(data.module, memory));
        }
      } catch (error) {
        failure = String(error.message);
      }
      postMessage(failure);
      loop();
    };
  };

  if (globalThis.name === "fovea-simd") serve();
  else globalThis.foveaSIMD = Engine;
}
