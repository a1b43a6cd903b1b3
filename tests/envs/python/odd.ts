/**
 * The environments of odd_envs.py, over the bridge.
 *
 * @module
 */

import { makePython } from "../../../src/envs/python/make_python.ts";
import type { PythonOptions } from "../../../src/envs/python/python_options.ts";
import type { PythonVectorEnv } from "../../../src/envs/python/python_vector_env.ts";
import type { JsonValue } from "../../../src/envs/json.ts";
import type { ObservationArray } from "../../../src/envs/vector/vector_env.ts";

/** An environment of odd_envs.py. */
export function makeOdd<Obs = ObservationArray, Act = number>(
  kwargs: Readonly<Record<string, JsonValue>>,
  options: PythonOptions = {},
): Promise<PythonVectorEnv<Obs, Act>> {
  const folder = decodeURIComponent(new URL(".", import.meta.url).pathname);
  const env = { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" };
  return makePython<Obs, Act>("odd_envs:Odd-v0", { showsOutput: false, kwargs, env, ...options });
}
