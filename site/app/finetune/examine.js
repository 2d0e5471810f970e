// An honest figure from few pictures: every picture is classified by a net that was tuned without it.

/**
 * Parts of a set, for each of which a net learns from all others: each class is cut into `count` runs of neighbours, because
 * pictures that a camera took one after the other are nearly the same, and one of them must not train the net that is examined on
 * the next.
 * @param {number[]} labels the class of each sample
 * @param {number} count
 * @returns {number[][]} indices of the samples of each part, none without a sample
 */
export function parts(labels, count) {
  const byClass = grouped(labels);
  /** @type {number[][]} */
  const all = Array.from({ length: count }, () => []);
  for (const indices of byClass.values()) {
    indices.forEach((index, place) => all[Math.floor((place * count) / indices.length)]?.push(index));
  }
  return all.filter((part) => part.length > 0);
}

/** The indices of each class. @param {number[]} labels @returns {Map<number, number[]>} */
function grouped(labels) {
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  labels.forEach((label, i) => groups.set(label, [...groups.get(label) ?? [], i]));
  return groups;
}

/** The most probable class of each sample. @param {ArrayLike<number>} probabilities [N, classes] @param {number} classes
 * @returns {number[]} */
export function mostProbable(probabilities, classes) {
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    let best = 0;
    const p = (/** @type {number} */ c) => probabilities[i * classes + c] ?? 0;
    for (let c = 1; c < classes; c++) if (p(c) > p(best)) best = c;
    return best;
  });
}
