/**
 * Times tiles of the dense layers' kernels on the adapter at hand, and prints a better choice of them.
 *
 *     deno task tune
 *     deno task tune --layers 64-64,256-256 --batches 64 --rounds 5
 *
 * For each kernel, layer and batch every tile that an adapter of this kind may like is timed against the
 * one that src/nn/tiles.ts chooses now, in turn. The last table is data: the best tile of each product.
 * Tiles change no result but the last bits of the gradient's norm.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { Interrupt, INTERRUPTED } from "../src/cli/interrupt.ts";
import { openTerminal, Screen } from "../src/cli/terminal.ts";
import { Buffers } from "../src/gpu/buffers.ts";
import { Gpu } from "../src/gpu/gpu.ts";
import type { Program } from "../src/gpu/program.ts";
import { tileText } from "./tuning/candidates.ts";
import { type Finding, findingsTable, tilesAsData } from "./tuning/report.ts";
import { type KernelName, KERNELS, type LayerShape, subjectsOf } from "./tuning/subjects.ts";
import { raceTiles, Stopwatch } from "./tuning/timing.ts";

const DEFAULT_LAYERS = "64-64,120-84,256-256";
const DEFAULT_BATCHES = "64,128";
/** A turn, in milliseconds. */
const TURN_MS = 20;

const HELP = `Times tiles on this machine's adapter, and prints a better choice of them.

Usage: deno task tune [flags]

  --layers LIST     inputs-outputs of dense layers [${DEFAULT_LAYERS}]
  --batches LIST    rows of the batch [${DEFAULT_BATCHES}]
  --kernels LIST    of ${KERNELS.join(", ")} [all]
  --rounds N        how often each tile is timed; medians count [3]
  --milliseconds X  how long each time [${TURN_MS}]
  --json            print the findings as one line of JSON; all else goes to stderr
  --help            print this

A tile is rows × vec4 columns that one invocation computes, and @ invocations of a workgroup. Large
ones take longer to compile, which the milliseconds say that follow each time in microseconds; a driver
that keeps what it has compiled on disk says so the first time only. Ctrl-C stops and prints what has
been found. Other work on the machine spoils the timings: more rounds help.`;

/** What to tune, and how thoroughly. */
export interface Tuning {
  readonly shapes: readonly LayerShape[];
  readonly kernels: readonly KernelName[];
  readonly rounds: number;
  readonly milliseconds: number;
  readonly json: boolean;
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) {
    throw new RangeError(`--${flag} must be a whole number of at least 1, got "${text}"`);
  }
  return value;
}

/**
 * Reads the command line.
 *
 * @returns What to do; undefined when it asks for help.
 * @throws {Error} When a flag is unknown or a value wrong.
 */
export function parseTuning(args: readonly string[]): Tuning | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      layers: { type: "string", default: DEFAULT_LAYERS },
      batches: { type: "string", default: DEFAULT_BATCHES },
      kernels: { type: "string", default: KERNELS.join(",") },
      rounds: { type: "string", default: "3" },
      milliseconds: { type: "string", default: String(TURN_MS) },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const layers = values.layers.split(",").map((text) => {
    const [, inputs, outputs] = /^(\d+)-(\d+)$/.exec(text.trim()) ?? [];
    if (!(Number(inputs) > 0 && Number(outputs) > 0)) {
      throw new RangeError(`--layers wants entries such as 64-64, got "${text}"`);
    }
    return { inputs: Number(inputs), outputs: Number(outputs) };
  });
  const batches = values.batches.split(",").map((text) => wholeNumber("batches", text.trim()));
  const kernels = values.kernels.split(",").map((text) => {
    const known = KERNELS.find((name) => name === text.trim());
    if (!known) {
      throw new RangeError(`--kernels wants some of ${KERNELS.join(", ")}, got "${text}"`);
    }
    return known;
  });
  return {
    shapes: layers.flatMap((layer) => batches.map((batch) => ({ ...layer, batch }))),
    kernels,
    rounds: wholeNumber("rounds", values.rounds),
    milliseconds: wholeNumber("milliseconds", values.milliseconds),
    json: values.json,
  };
}

/** Tunes until all is done or the signal says stop; what was not finished is left out. */
export async function tune(
  gpu: Gpu,
  { shapes, kernels, rounds, milliseconds }: Tuning,
  screen: Screen,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const of = shapes.length * kernels.length;
  for (const shape of shapes) {
    const buffers = new Buffers(gpu);
    try {
      const stopwatch = new Stopwatch(gpu, buffers);
      for (const subject of subjectsOf(gpu, buffers, shape, kernels)) {
        const { kernel, name, tiles } = subject;
        const compiled = new Map<string, Program>();
        const compileMs = new Map<string, number>();
        const timings = await raceTiles(tiles, rounds, async (tile, round) => {
          // Programs are compiled, and timed, without a pause: Ctrl-C gets its turn here.
          await new Promise((resolve) => setTimeout(resolve, 0));
          if (signal.aborted) return undefined;
          const text = tileText(tile);
          screen.live(
            `${findings.length + 1}/${of}  ${kernel} ${name}  round ${
              round + 1
            }/${rounds}  ${text}`,
          );
          const started = performance.now();
          const program = compiled.get(text) ?? await subject.build(tile);
          if (!compiled.has(text)) {
            // Some drivers compile when a pipeline is first used.
            await stopwatch.time(program, 0);
            compileMs.set(text, performance.now() - started);
            compiled.set(text, program);
          }
          return await stopwatch.time(program, milliseconds);
        });
        if (!timings) return findings;
        const { product, weights4, present } = subject;
        findings.push({
          ...{ kernel, name, product, weights4, present },
          timings: timings.map((timing) => ({
            ...timing,
            compileMs: compileMs.get(tileText(timing.tile))!,
          })),
        });
        screen.line(findingsTable([findings.at(-1)!])[1]);
      }
    } finally {
      buffers.destroy();
    }
  }
  return findings;
}

/** Runs the program, and gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const tuning = parseTuning(args);
  if (!tuning) {
    console.log(HELP);
    return 0;
  }
  const screen = new Screen(openTerminal(tuning.json ? Deno.stderr : Deno.stdout));
  using interrupt = new Interrupt(() => screen.line("stopping; Ctrl-C again exits at once"));
  const gpu = await Gpu.open();
  try {
    screen.line(`tuning for ${gpu.adapter}, adapter kind "${gpu.kind}"`);
    const findings = await tune(gpu, tuning, screen, interrupt.signal);
    screen.clear();
    if (findings.length > 0) {
      for (const line of ["", ...findingsTable(findings)]) screen.line(line);
      for (const line of ["", ...tilesAsData(gpu.kind, gpu.adapter, findings)]) screen.line(line);
    }
    const { adapter, kind } = gpu;
    if (tuning.json) console.log(JSON.stringify({ adapter, kind, findings }));
    return interrupt.signal.aborted ? INTERRUPTED : 0;
  } finally {
    screen.clear();
    gpu.close();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(1);
  }
}
