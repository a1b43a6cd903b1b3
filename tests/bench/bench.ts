/**
 * All that DinoQ is compared in, in turn on this machine: updates, environment steps and whole training
 * loops; a table of each, one table of all, and one JSON file.
 *
 *     deno task bench --python .venv/bin/python --json bench.json
 *
 * Each part is a program of its own with more flags: updates.ts, gpu_env_steps.ts and loop.ts.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  positiveNumber,
  runMain,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { timeSteps } from "./gpu_env_steps.ts";
import { timeLoops } from "./loop.ts";
import { CLEANRL } from "./loop_request.ts";
import { commit } from "./repository.ts";
import { type BenchOptions, type Outcome, outcomeText, summaryTable } from "./rounds.ts";
import { timeUpdates } from "./updates.ts";

const HELP = `Times DinoQ against its peers: updates, environment steps, whole training loops.

  --parts LIST      of updates, steps, loop [all]
  --quick           a round of half a second each
  --rounds N        how often each is timed; tables hold medians [5]
  --seconds X       how long each time [2]
  --seeds N         also train with seeds 1 to N until 475; takes minutes each [0]
  --python PATH     the Python that has the peers [python3]
  --device NAME     auto, cpu or cuda: where the peers run [auto]
  --json FILE       write all measurements here
  --help            print this

Peers that are not installed are left out with a word; for all of them
  pip install -r tests/bench/peers/requirements.txt`;

/** The parts by name. */
const PARTS: Readonly<
  Record<string, (options: BenchOptions, seeds: number) => Promise<Outcome[]>>
> = {
  updates: async (options) => [await timeUpdates(options)],
  steps: async (options) => [await timeSteps(options)],
  loop(options, seeds) {
    const { every, hidden, batch, steps } = CLEANRL;
    return timeLoops({ ...options, every, hidden, batch, steps, seeds, envs: [1, 10, 100] });
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      parts: { type: "string", default: Object.keys(PARTS).join(",") },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string" },
      seeds: { type: "string", default: "0" },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "auto" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { python, device, quick } = values;
  const rounds = wholeNumber("rounds", values.rounds ?? (quick ? "1" : "5"));
  const seconds = positiveNumber("seconds", values.seconds ?? (quick ? "0.5" : "2"));
  const seeds = wholeNumber("seeds", values.seeds, 0);
  const parts = values.parts.split(",");
  for (const part of parts) {
    if (part in PARTS) continue;
    throw new RangeError(`--parts wants some of ${Object.keys(PARTS).join(", ")}, got "${part}"`);
  }

  warnWhenBusy();
  const outcomes: Outcome[] = [];
  for (const part of parts) {
    const made = await PARTS[part]({ python, device, rounds, seconds }, seeds);
    outcomes.push(...made);
    // As each part is done: all of them take a while.
    console.log(made.map((outcome) => outcomeText(outcome) + "\n").join("\n"));
  }
  console.log(`all together, DinoQ at its fastest\n\n${summaryTable(outcomes)}`);
  if (values.json !== undefined) {
    const record = {
      command: typedCommand("bench.ts"),
      commit: await commit(),
      cores: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
      outcomes,
    };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
