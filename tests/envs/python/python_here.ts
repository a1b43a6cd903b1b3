/**
 * Which Python this machine has, so that tests which need one can be ignored where it is absent.
 *
 * @module
 */

import { mayRun } from "./fake.ts";

const NAME = Deno.build.os === "windows" ? "python" : "python3";
const MODULES = ["gymnasium", "Box2D", "ale_py", "cv2"] as const;

/** A package that tests need. */
export type PythonModule = typeof MODULES[number];

/** The packages that the Python on PATH has; undefined when there is no Python. */
const FOUND: Readonly<Record<PythonModule, boolean>> | undefined = (() => {
  if (!mayRun(NAME)) return undefined;
  const code = "import importlib.util as u, json; " +
    `print(json.dumps({m: u.find_spec(m) is not None for m in ${JSON.stringify(MODULES)}}))`;
  try {
    const { success, stdout } = new Deno.Command(NAME, { args: ["-c", code], stderr: "null" })
      .outputSync();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    return undefined;
  }
})();

/**
 * A test that needs Python and some packages; ignored, and its name says why, where they are absent.
 *
 * @param name the test's name
 * @param needs the packages
 * @param fn the test
 */
export function pythonTest(
  name: string,
  needs: readonly PythonModule[],
  fn: () => Promise<void>,
): void {
  const missing = FOUND === undefined ? [NAME] : needs.filter((module) => !FOUND[module]);
  const reason = FOUND === undefined
    ? ` (needs ${NAME} on PATH and --allow-run)`
    : ` (needs ${missing.join(", ")} for ${NAME})`;
  Deno.test({ name: missing.length > 0 ? name + reason : name, ignore: missing.length > 0, fn });
}

/** Runs a script of this folder and reads the JSON that it prints. */
export async function runScript(script: string, argument: unknown): Promise<unknown> {
  const path = decodeURIComponent(new URL(script, import.meta.url).pathname);
  const { success, stdout, stderr } = await new Deno.Command(NAME, {
    args: ["-B", path, JSON.stringify(argument)],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
