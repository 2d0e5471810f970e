// How sure a share is that was counted.

/**
 * Where a share lies of which `right` of `count` cases are known, with 95 % confidence.
 *
 *     centre = (p + z²/2n) / (1 + z²/n),   reach = z/(1 + z²/n) · √(p(1-p)/n + z²/4n²),   z = 1.96
 *
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
 * @param {number} right @param {number} count at least 1 @returns {[number, number]}
 */
export function interval(right, count) {
  const z = 1.96;
  const p = right / count;
  const whole = 1 + z ** 2 / count;
  const centre = (p + z ** 2 / (2 * count)) / whole;
  const reach = (z / whole) * Math.sqrt((p * (1 - p)) / count + z ** 2 / (4 * count ** 2));
  return [Math.max(0, centre - reach), Math.min(1, centre + reach)];
}
