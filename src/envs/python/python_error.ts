/**
 * Exceptions of Python, as errors here.
 *
 * @module
 */

/** What a child tells of an exception. */
export interface PythonFailure {
  /** The lane that was made, reset, stepped or closed; null when it was none of them alone. */
  readonly lane: number | null;
  /** The exception's class, with its module. */
  readonly type: string;
  /** What it says. */
  readonly message: string;
  /** Python's own account of it. */
  readonly traceback: string;
  /** What to do about it, where the child knows. */
  readonly advice: string;
}

/**
 * An exception that an environment raised in Python. Its message names the environment, the lane and
 * the call, and ends with Python's traceback.
 *
 * @example
 * ```ts ignore
 * import { makePython, PythonError } from "@dinoq/dinoq";
 *
 * try {
 *   await makePython("NoSuchGame-v1");
 * } catch (error) {
 *   if (error instanceof PythonError) console.error(error.pythonType, error.traceback);
 * }
 * ```
 */
export class PythonError extends Error {
  /** "PythonError". */
  override readonly name = "PythonError";
  /** The exception's class, e.g. `ValueError` or `gymnasium.error.NameNotFound`. */
  readonly pythonType: string;
  /** Python's traceback, several lines. */
  readonly traceback: string;

  /**
   * Puts what Python told into words.
   *
   * @param where the environment, the lane and the call
   * @param failure what the child told
   */
  constructor(where: string, { type, message, traceback, advice }: PythonFailure) {
    // The advice says all that a traceback of an import could.
    const more = advice === "" ? traceback : advice;
    super(`${where}: ${type}: ${message}\n\n${more.trimEnd()}`);
    this.pythonType = type;
    this.traceback = traceback;
  }
}
