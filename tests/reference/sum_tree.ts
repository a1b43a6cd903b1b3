/**
 * Prioritised replay the plain way, in float64: a list of weights, one after the other.
 *
 * Source: Schaul, Quan, Antonoglou and Silver, "Prioritized experience replay" (arXiv 1511.05952),
 * section 3.3 and appendix B.2.1.
 *
 * @module
 */

/** (priority + ε)^α: what a row weighs. */
export function weightOf(priority: number, alpha: number, eps: number): number {
  return (priority + eps) ** alpha;
}

/** Sum of the weights. */
export function totalOf(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  return sum;
}

/** The importance weights of a batch: (N · P(i))^−β, divided by the largest of the batch. */
export function importanceWeights(
  weights: ArrayLike<number>,
  rows: readonly number[],
  drawable: number,
  beta: number,
): number[] {
  const total = totalOf(weights);
  const raw = rows.map((row) => (drawable * weights[row] / total) ** -beta);
  const most = Math.max(...raw);
  return raw.map((weight) => weight / most);
}

/** A row's part of a stratum: how likely place `place` of a stratified batch is to draw it. */
export interface Part {
  readonly row: number;
  readonly probability: number;
}

/**
 * The distribution of each place of a stratified batch: place i draws uniformly from the stretch from
 * i/B to (i + 1)/B of all weights laid side by side.
 */
export function strata(weights: ArrayLike<number>, batch: number): Part[][] {
  const total = totalOf(weights);
  const parts: Part[][] = Array.from({ length: batch }, () => []);
  let start = 0;
  for (let row = 0; row < weights.length; row++) {
    if (weights[row] === 0) continue;
    const end = start + weights[row] * batch / total;
    const last = Math.min(batch - 1, Math.ceil(end) - 1);
    for (let place = Math.floor(start); place <= last; place++) {
      const probability = Math.min(end, place + 1) - Math.max(start, place);
      if (probability > 0) parts[place].push({ row, probability });
    }
    start = end;
  }
  return parts;
}
