/**
 * Thins long series for drawing: about as many points as there are pixels, extremes included, so that
 * the drawn line covers the same area as the whole series would.
 *
 * @module
 */

/**
 * The indices of the points to draw: the first, the last, and from each of many slices of equal length
 * the smallest and the largest value. A slice without any number gives one index, so
 * that a gap stays a gap.
 *
 * @param y The values; what is not finite is a gap.
 * @param limit About how many points to keep; a series that is no longer is kept whole.
 * @returns The indices, ascending.
 */
export function thin(y: ArrayLike<number>, limit: number): number[] {
  if (y.length <= limit) return Array.from({ length: y.length }, (_, i) => i);
  const slices = Math.max(1, Math.floor(limit / 2));
  const kept: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const begin = Math.floor(slice * y.length / slices);
    const end = Math.floor((slice + 1) * y.length / slices);
    let smallest = -1;
    let largest = -1;
    for (let i = begin; i < end; i++) {
      if (!Number.isFinite(y[i])) continue;
      if (smallest < 0 || y[i] < y[smallest]) smallest = i;
      if (largest < 0 || y[i] > y[largest]) largest = i;
    }
    if (smallest < 0) kept.push(begin);
    else kept.push(...new Set([Math.min(smallest, largest), Math.max(smallest, largest)]));
  }
  // The series' ends say where it starts and how it came out.
  if (kept[0] !== 0) kept.unshift(0);
  if (kept[kept.length - 1] !== y.length - 1) kept.push(y.length - 1);
  return kept;
}
