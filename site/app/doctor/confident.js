// Which labels are likely wrong: confident learning.
// Source: Northcutt, Jiang & Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70, 2021,
// arXiv:1911.00068.

/**
 * A sample whose label is likely wrong, with the probabilities of the label given and of the one suggested.
 * @typedef {{ index: number, given: number, suggested: number, pGiven: number, pSuggested: number }} Doubt
 */

/** Two classes that are taken for each other: how many samples labelled `a` look like `b`, and the other way round.
 * @typedef {{ a: number, b: number, ab: number, ba: number }} Confused */

/** Thresholds are no higher: in a set that nets learn well the mean is near 1, and not even a net sure of a wrong label would
 * reach it. */
const highest = 0.75;

/**
 * With t[j] the mean probability of class j over the samples labelled j, a sample belongs confidently to the most probable of
 * those classes j whose probability is at least t[j]. The samples labelled i that belong confidently to j are counted, and each
 * row of counts is scaled to the number of all samples labelled i: joint[i][j] estimates how many labelled i are in truth of j.
 * In doubt are the joint[i][j] samples labelled i with the largest p[j] - p[i] ("prune by noise rate"), as long as that is above
 * 0. The largest difference comes first.
 * @param {ArrayLike<number>} labels
 * @param {ArrayLike<number>} probabilities [N, classes], from nets that have not seen the sample (out of fold)
 * @param {number} classes
 * @returns {{ doubts: Doubt[], joint: number[][], thresholds: number[], accuracy: number }}
 */
export function confident(labels, probabilities, classes) {
  const all = Array.from({ length: classes }, (_, j) => j);
  const p = (/** @type {number} */ i, /** @type {number} */ j) => probabilities[i * classes + j] ?? 0;
  const best = (/** @type {number} */ i, /** @type {number[]} */ among) => (
    among.reduce((at, j) => (at < 0 || p(i, j) > p(i, at) ? j : at), -1));
  /** @type {number[][]} */
  const labelled = all.map(() => []);
  for (let i = 0; i < labels.length; i++) labelled[labels[i] ?? 0]?.push(i);
  const thresholds = labelled.map((of, j) => (
    of.length ? Math.min(highest, of.reduce((sum, i) => sum + p(i, j), 0) / of.length) : Infinity));
  let right = 0;
  /** @type {Doubt[]} */
  const doubts = [];
  const joint = labelled.map((of, given) => {
    const counts = all.map(() => 0);
    for (const i of of) {
      if (best(i, all) === given) right++;
      const sure = best(i, all.filter((j) => p(i, j) >= (thresholds[j] ?? Infinity)));
      if (sure >= 0) counts[sure] = (counts[sure] ?? 0) + 1;
    }
    const sum = counts.reduce((total, count) => total + count, 0);
    const row = counts.map((count) => (sum ? (of.length * count) / sum : 0));
    for (const suggested of all) {
      if (suggested === given || !row[suggested]) continue;
      const ranked = of.filter((i) => p(i, suggested) > p(i, given) && best(i, all) === suggested)
        .map((index) => ({ index, given, suggested, pGiven: p(index, given), pSuggested: p(index, suggested) })).sort(byMargin);
      doubts.push(...ranked.slice(0, Math.ceil(row[suggested] ?? 0))); // rather one too many: a person looks at them
    }
    return row;
  });
  return { doubts: doubts.sort(byMargin), joint, thresholds, accuracy: labels.length ? right / labels.length : 0 };
}

/** @param {Doubt} x @param {Doubt} y */
const byMargin = (x, y) => x.pGiven - x.pSuggested - (y.pGiven - y.pSuggested);

/** The pairs of classes taken for each other, the most frequent first. @param {number[][]} joint @returns {Confused[]} */
export function confusedPairs(joint) {
  return joint.flatMap((row, a) => row.slice(a + 1).map((ab, k) => ({ a, b: a + 1 + k, ab, ba: joint[a + 1 + k]?.[a] ?? 0 })))
    .map(({ a, b, ab, ba }) => ({ a, b, ab: Math.round(ab), ba: Math.round(ba) }))
    .filter(({ ab, ba }) => ab + ba > 0)
    .sort((x, y) => y.ab + y.ba - (x.ab + x.ba));
}
