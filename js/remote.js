// What lives in the Worker and is called from the page: freed when it is closed or forgotten, made again where the Worker was
// lost.

import { FoveaError } from "./errors.js";

/** @import { Connection } from "./connection.js" */

/**
 * Where a thing is: its number in a Worker, and the Worker's.
 * @typedef {{ id: number, generation: number }} Where
 */
/** @typedef {{ connection: Connection, method: string, where: Where }} Forgotten */

/** Frees what the page has forgotten without closing it. A later Worker has no such number, which is harmless. */
const forgotten = new FinalizationRegistry((/** @type {Forgotten} */ { connection, method, where }) => {
  free(connection, method, where);
});

/** @param {Connection} connection @param {string} method @param {Where} where @returns {Promise<void>} */
async function free(connection, method, { id, generation }) {
  if (generation === connection.generation) await connection.call(method, { id }).catch(() => {});
}

export class Remote {
  /** @type {Where} */
  #where;
  #what;
  #free;
  #closed = false;
  /** @type {Promise<void> | null} */
  #moving = null;

  /**
   * @param {Connection} connection
   * @param {number} id
   * @param {{ what: string, free: string }} kind what it is called, and the method that frees it
   */
  constructor(connection, id, { what, free }) {
    this.connection = connection;
    this.#what = what;
    this.#free = free;
    this.#where = { id, generation: connection.generation };
    forgotten.register(this, { connection, method: free, where: this.#where }, this);
  }

  /** The number in the Worker that is there now, in which the thing is made again if it must be. @returns {Promise<number>} */
  async here() {
    if (this.#closed) throw new FoveaError(`the ${this.#what} was closed`, { code: "closed" });
    await this.connection.started();
    if (this.#where.generation !== this.connection.generation) {
      this.#moving ??= this.#again().finally(() => { this.#moving = null; });
      await this.#moving;
    }
    return this.#where.id;
  }

  async #again() {
    const { generation } = this.connection;
    Object.assign(this.#where, { id: await this.remake(), generation });
  }

  /** Makes it once more. @returns {Promise<number>} */
  async remake() {
    throw new FoveaError(`the ${this.#what} was in a Worker that was lost; make it again`, { code: "worker-lost" });
  }

  async close() {
    if (this.#closed) return;
    this.#closed = true;
    forgotten.unregister(this);
    await free(this.connection, this.#free, this.#where);
  }

  // Browsers without these symbols get a method called "undefined" instead, which does no harm.
  [Symbol.dispose]() { void this.close(); }
  [Symbol.asyncDispose]() { return this.close(); }
}
