/**
 * Environments of Python's Gymnasium, through a bridge.
 *
 * @module
 */

export { type FinishedGame, finishedGames } from "./finished_games.ts";
export { makePython } from "./make_python.ts";
export { PythonError, type PythonFailure } from "./python_error.ts";
export type { PythonOptions } from "./python_options.ts";
export type { PythonVersions } from "./python_setup.ts";
export { PythonVectorEnv } from "./python_vector_env.ts";
export type { AtariWrappers, PythonWrapper, PythonWrappers } from "./python_wrappers.ts";
