/**
 * What the benchmarks' command lines have in common.
 *
 * @module
 */

/** A whole number of at least `least`, or an error that names the flag. */
export function wholeNumber(flag: string, text: string, least = 1): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least) {
    throw new RangeError(`--${flag} must be a whole number of at least ${least}, got "${text}"`);
  }
  return value;
}

/** A number above 0, or an error that names the flag. */
export function positiveNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`--${flag} must be a number above 0, got "${text}"`);
  }
  return value;
}

/** Seeds as "1-10", "3" or "1,4-6". */
export function seedList(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    const count = Number(last) - Number(first) + 1;
    if (!(count >= 1)) {
      throw new RangeError(`--seeds wants a list such as 1-10 or 1,4-6, got "${text}"`);
    }
    return Array.from({ length: count }, (_, i) => Number(first) + i);
  });
}

/** The command that was typed, without this machine's paths to Python, for a record of results. */
export function typedCommand(script: string): string {
  const args = Deno.args.map((arg, i) => Deno.args[i - 1] === "--python" ? "python3" : arg);
  return ["deno run -A", `tests/bench/${script}`, ...args].join(" ");
}

/** Says so when the machine is busy with other work, which spoils timings. */
export function warnWhenBusy(): void {
  const [load] = Deno.loadavg();
  const cores = navigator.hardwareConcurrency;
  if (load > 0.25 * cores) {
    console.error(
      `note: ${cores} cores with a load of ${load.toFixed(1)} before anything was started: ` +
        "other work on this machine spoils these timings",
    );
  }
}

/** Runs a program's main, with its error on one line and exit code 1 when it fails. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(1);
  }
}
