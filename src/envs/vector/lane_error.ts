/**
 * Errors of a lane: those of its environment, with the environment and the lane named.
 *
 * @module
 */

/**
 * An environment's error as its vector environment throws it: of the same kind (RangeError, TypeError
 * or Error), the original as its `cause`.
 *
 * @param name the environment's name
 * @param lane its lane
 * @param error what the environment threw
 */
export function laneError(name: string, lane: number, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && text.startsWith(`${name}, lane ${lane}: `)) return error;
  const bare = text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text;
  const kind = error instanceof RangeError
    ? RangeError
    : error instanceof TypeError
    ? TypeError
    : Error;
  return new kind(`${name}, lane ${lane}: ${bare}`, { cause: error });
}
