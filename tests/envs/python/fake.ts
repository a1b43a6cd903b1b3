/**
 * The bridge with children that need no Python, and whether a process is still there.
 *
 * @module
 */

import type { PythonOptions } from "../../../src/envs/python/python_options.ts";
import { type Launcher, startPython } from "../../../src/envs/python/python_setup.ts";
import { adopt, type PythonVectorEnv } from "../../../src/envs/python/python_vector_env.ts";
import type { Launch } from "../../../src/envs/python/python_process.ts";
import type { JsonValue } from "../../../src/envs/json.ts";
import type { ObservationArray } from "../../../src/envs/vector/vector_env.ts";

const CHILD = new URL("fake_child.ts", import.meta.url);

/** How a fake child is started. */
export function launchFake(options: PythonOptions, args: readonly string[] = []): Launch {
  return {
    program: Deno.execPath(),
    args: ["run", "--no-prompt", "--allow-run", CHILD.href, ...args],
    env: options.env ?? {},
    preamble: new Uint8Array(0),
    showsStderr: false,
  };
}

/** `makePython` with other children. */
export async function makeWith<Obs, Act>(
  id: string,
  options: PythonOptions,
  launcher: Launcher,
): Promise<PythonVectorEnv<Obs, Act>> {
  return adopt<Obs, Act>(await startPython(id, options, launcher));
}

/** Fake environments; `behaviour` is explained in fake_child.ts. */
export function makeFake<Obs = ObservationArray, Act = number>(
  behaviour: Readonly<Record<string, JsonValue>> = {},
  options: PythonOptions = {},
): Promise<PythonVectorEnv<Obs, Act>> {
  const all = { workers: 1, ...options, kwargs: behaviour };
  return makeWith<Obs, Act>("Fake-v0", all, launchFake);
}

/** Whether this process may run a program. */
export function mayRun(program: string): boolean {
  const { state } = Deno.permissions.querySync({ name: "run", command: program });
  return state === "granted";
}

/** Whether `ps` can be asked. */
export const HAS_PS: boolean = (() => {
  if (Deno.build.os === "windows" || !mayRun("ps")) return false;
  try {
    return new Deno.Command("ps", { args: ["-o", "pid="], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

/** Those of some processes that the system still knows, zombies included, as `ps` shows them. */
export function alive(pids: readonly number[]): string[] {
  const args = ["-o", "pid=,stat=", "-p", pids.join(",")];
  const { stdout } = new Deno.Command("ps", { args, stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line.trim() !== "");
}

/** Waits until none of some processes is left, at most so many ms; what is left then. */
export async function gone(pids: readonly number[], ms: number): Promise<string[]> {
  const end = performance.now() + ms;
  while (alive(pids).length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return alive(pids);
}
