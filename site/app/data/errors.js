// What goes wrong with the user's data, for the shell's alerts: messages error.<code>.

export class DataError extends Error {
  /** @param {string} code @param {string} detail @param {unknown} [cause] */
  constructor(code, detail, cause) {
    super(detail, { cause });
    this.code = code;
  }
}

/** A full disk as a DataError that says how much there is. @param {unknown} error */
export async function readable(error) {
  if (/** @type {any} */ (error)?.name !== "QuotaExceededError") return error;
  const estimate = await globalThis.navigator?.storage?.estimate?.().catch(() => null);
  const { usage = 0, quota = 0 } = /** @type {StorageEstimate} */ (estimate ?? {});
  const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`;
  const detail = quota ? `the browser gives this site ${megabytes(quota)}, of which ${megabytes(usage)} are used` : "";
  return new DataError("disk-full", detail, error);
}
