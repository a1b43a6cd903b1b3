/**
 * Which Python this machine has, so that tests which need one can be ignored where it is absent.
 *
 * @module
 */

import { mayRun } from "./fake.ts";

const NAME = Deno.build.os === "windows" ? "python" : "python3";
const MODULES = ["gymnasium", "Box2D", "ale_py", "cv2"] as const;
const PACKAGES = ["gymnasium", "ale-py", "opencv-python", "opencv-python-headless"] as const;

/** A package that tests need. */
export type PythonModule = typeof MODULES[number];

/** Which of the modules there are, and the versions of packages. */
interface Found {
  readonly modules: Readonly<Record<PythonModule, boolean>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** What the Python on PATH has; undefined when there is no Python. */
const FOUND: Found | undefined = (() => {
  if (!mayRun(NAME)) return undefined;
  const code = `import importlib.metadata as m, importlib.util as u, json
versions = {one.metadata["Name"].lower(): one.version for one in m.distributions()}
print(json.dumps({
    "modules": {name: u.find_spec(name) is not None for name in ${JSON.stringify(MODULES)}},
    "versions": {name: versions[name] for name in ${JSON.stringify(PACKAGES)} if name in versions},
}))`;
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
 * @param recordedWith the versions that a recording was made with; others may give something else
 */
export function pythonTest(
  name: string,
  needs: readonly PythonModule[],
  fn: () => Promise<void>,
  recordedWith: Readonly<Record<string, string>> = {},
): void {
  const reason = reasonToIgnore(needs, recordedWith);
  Deno.test({ name: name + reason, ignore: reason !== "", fn });
}

function reasonToIgnore(
  needs: readonly PythonModule[],
  recordedWith: Readonly<Record<string, string>>,
): string {
  if (FOUND === undefined) return ` (needs ${NAME} on PATH and --allow-run)`;
  const { modules, versions } = FOUND;
  const missing = needs.filter((module) => !modules[module]);
  if (missing.length > 0) return ` (needs ${missing.join(", ")} for ${NAME})`;
  const others = Object.entries(recordedWith).filter(([name, version]) => {
    // OpenCV comes under two names.
    const found = versions[name] ?? versions[name.replace("-headless", "")];
    return (PACKAGES as readonly string[]).includes(name) && found !== version;
  });
  if (others.length === 0) return "";
  return ` (needs ${others.map((one) => one.join(" ")).join(", ")} for ${NAME})`;
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
