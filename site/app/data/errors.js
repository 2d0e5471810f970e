// What goes wrong with the user's data, for the shell's alerts: messages error.<code>.

export class DataError extends Error {
  /** @param {string} code @param {string} detail @param {unknown} [cause] */
  constructor(code, detail, cause) {
    super(detail, { cause });
    this.code = code;
  }
}
