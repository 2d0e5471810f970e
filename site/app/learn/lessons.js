// The lessons in their order.

export const lessons = /** @type {const} */ (
  ["convolution", "pooling", "padding", "field", "memory", "dense", "training", "zoo"]);

/** @typedef {typeof lessons[number]} Lesson */

/** Which lesson a page is; undefined of others. @param {string | undefined} page */
export const lessonOf = (page) => lessons.find((name) => page === `learn-${name}`);
