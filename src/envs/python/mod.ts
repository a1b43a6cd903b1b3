/**
 * Environments of Python's Gymnasium, through a bridge.
 *
 * @module
 */

export { makePython, type PythonOptions } from "./make_python.ts";
export { PythonError, type PythonFailure } from "./python_error.ts";
export {
  type PythonSetup,
  PythonVectorEnv,
  type PythonVersions,
  type PythonWorker,
} from "./python_vector_env.ts";
export type { AtariWrappers, PythonWrapper, PythonWrappers } from "./python_wrappers.ts";
