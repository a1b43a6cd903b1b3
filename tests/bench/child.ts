/**
 * Runs that are processes of their own: started, timed from start to exit, and asked for the JSON on
 * the last line of their standard output.
 *
 * @module
 */

/** What a finished child left. */
export interface Finished {
  /** The last line of stdout. */
  readonly result: Record<string, unknown>;
  /** From before the process was started until it had exited. */
  readonly seconds: number;
  readonly stderr: string;
}

/** Thrown when a child could not be run to its end. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

/** Runs a command; its environment gets `env` on top of ours. */
export async function runChild(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Finished> {
  const started = performance.now();
  let output: Deno.CommandOutput;
  try {
    const command = new Deno.Command(program, { args: [...args], env, stdin: "null" });
    output = await command.output();
  } catch (error) {
    throw new ChildError(`${program} can't be started: ${(error as Error).message}`);
  }
  const seconds = (performance.now() - started) / 1000;
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const stderr = decode(output.stderr);
  const last = decode(output.stdout).trimEnd().split("\n").at(-1) ?? "";
  if (!output.success) {
    const words = stderr.trimEnd().split("\n").slice(-5).join("\n");
    throw new ChildError(`${program} ${args.join(" ")} ended with code ${output.code}:\n${words}`);
  }
  try {
    return { result: JSON.parse(last), seconds, stderr };
  } catch {
    throw new ChildError(`${program} ${args.join(" ")} did not end with a line of JSON: "${last}"`);
  }
}

/** Calls `run` for each item, at most `jobs` at a time; results in the items' order. */
export async function inTurn<Item, Result>(
  items: readonly Item[],
  jobs: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await run(items[i]);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  return results;
}
