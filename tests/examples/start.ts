/** Starts an example as a user would. @module */

import { fileURLToPath } from "node:url";

/** What came of it. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * An example as it would be typed.
 *
 * @param name Its file's name, without the extension.
 * @param args What is typed after it, by blanks.
 * @param permissions Deno's flags.
 */
export function exampleCommand(
  name: string,
  args: string,
  permissions: readonly string[] = [],
): Deno.Command {
  const path = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, path, ...args.split(" ").filter(Boolean)],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs an example to its end; see {@link exampleCommand}. */
export async function runExample(
  ...command: Parameters<typeof exampleCommand>
): Promise<Ended> {
  const { code, stdout, stderr } = await exampleCommand(...command).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs something with a folder of its own. */
export async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Deno's flags for a folder. */
export function permissionsFor(folder: string): string[] {
  return [`--allow-read=${folder}`, `--allow-write=${folder}`];
}
