/**
 * The bounds that `reset` of the classic control environments draws its start from.
 *
 * @module
 */

/**
 * Reads `low` and `high` from the options of a reset.
 *
 * @param name the environment's, for the error
 * @param options what `reset` was given as `options`
 * @param defaultLow `low` where it is not given
 * @param defaultHigh `high` where it is not given
 */
export function startBounds(
  name: string,
  options: Readonly<Record<string, unknown>> = {},
  defaultLow: number,
  defaultHigh: number,
): [low: number, high: number] {
  for (const option of Object.keys(options)) {
    if (option !== "low" && option !== "high") {
      throw new RangeError(`${name}: unknown reset option "${option}"; it takes low and high`);
    }
  }
  const { low = defaultLow, high = defaultHigh } = options;
  if (
    typeof low !== "number" || typeof high !== "number" || !Number.isFinite(high - low) ||
    low > high
  ) {
    throw new RangeError(
      `${name}: the reset options low and high must be numbers with low <= high, got ${low} and ${high}`,
    );
  }
  return [low, high];
}
