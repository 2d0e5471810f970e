// A clock that can be held, with an alarm: what is promised of a time does not count when the visitor thinks, or pauses.

export class Countdown {
  /** Milliseconds until it was held last. */
  #before = 0;
  /** When it was started; null where it is held. @type {number | null} */
  #since = null;
  /** @type {{ ms: number, ring: () => void } | null} */
  #alarm = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** Milliseconds so far, those when it was held left out. */
  get ms() { return this.#before + (this.#since === null ? 0 : performance.now() - this.#since); }

  run() {
    if (this.#since !== null) return;
    this.#since = performance.now();
    this.#arm();
  }

  hold() {
    this.#before = this.ms;
    this.#since = null;
    this.#arm();
  }

  /** Rings once when it is at `ms`; an earlier alarm is forgotten. @param {number} ms @param {() => void} ring */
  alarm(ms, ring) {
    this.#alarm = { ms, ring };
    this.#arm();
  }

  #arm() {
    clearTimeout(this.#timer);
    if (!this.#alarm || this.#since === null) return;
    const { ms, ring } = this.#alarm;
    this.#timer = setTimeout(() => {
      this.#alarm = null;
      ring();
    }, ms - this.ms);
  }
}
