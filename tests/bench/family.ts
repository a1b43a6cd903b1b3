/**
 * Times an update of each algorithm against the plain one's, in turn on this machine.
 *
 *     deno run -A tests/bench/family.ts --json docs/results/family.json
 *
 * All have the same network and batch and draw from a replay buffer of 100,000 rows that is filled with
 * random steps. Rounds go algorithm by algorithm, never two at a time; the table holds medians, and the
 * ratio is that of a round's two times, so that a machine whose mood changes treats all alike.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { DQN, type DQNConfig } from "../../mod.ts";
import { ALGORITHM_NAMES, combineAlgorithms } from "../../src/dqn/algorithms/by_name.ts";
import {
  positiveNumber,
  runMain,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { RandomEnv } from "./random_env.ts";
import { commit } from "./repository.ts";
import { median } from "./statistics.ts";
import { markdownTable, rate } from "./table.ts";

const ROWS = 100_000;
const FILL = 20_000;
const WARM = 50;
const PLAIN = "dqn";
/** Algorithms beside those that have names of their own. */
const COMBINED: readonly string[] = ["double+dueling+per+nstep+qr"];

const HELP = `Times an update of each algorithm against the plain one's.

  --algorithms LIST names, joined by + where they combine [all of them]
  --sizes LIST      inputs, hidden layers, actions [4-128-128-2]
  --batch N         rows of the batch [64]
  --rounds N        how often each is timed; the table holds medians [5]
  --seconds X       how long each time [1]
  --json FILE       write all measurements here
  --help            print this`;

/** An agent whose replay buffer is full enough to learn from. */
async function filledAgent(
  name: string,
  sizes: readonly number[],
  batchSize: number,
): Promise<DQN> {
  const parts: DQNConfig = combineAlgorithms(name.split("+"));
  const env = new RandomEnv(sizes[0], sizes[sizes.length - 1]);
  const agent = await DQN.create(env, {
    ...parts,
    ...parts.distribution === "c51" && { vMin: -10, vMax: 10 },
    hiddenLayers: sizes.slice(1, -1),
    batchSize,
    bufferSize: ROWS,
    learningStarts: FILL,
    learningRate: 1e-4,
    targetUpdateInterval: { every: 100, unit: "update" },
    seed: 1,
  });
  await agent.learn(FILL);
  await agent.train(WARM);
  return agent;
}

/** Updates per second over so many seconds. */
async function timed(agent: DQN, seconds: number): Promise<number> {
  const before = agent.updates;
  const started = performance.now();
  let spent = 0;
  while (spent < seconds) {
    await agent.train(WARM);
    spent = (performance.now() - started) / 1000;
  }
  return (agent.updates - before) / spent;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      algorithms: { type: "string" },
      sizes: { type: "string", default: "4-128-128-2" },
      batch: { type: "string", default: "64" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "1" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const asked = values.algorithms?.split(",") ?? [...ALGORITHM_NAMES, ...COMBINED];
  const names = [PLAIN, ...asked.filter((name) => name !== PLAIN)];
  const sizes = values.sizes.split("-").map((size) => wholeNumber("sizes", size));
  const batch = wholeNumber("batch", values.batch);
  const rounds = wholeNumber("rounds", values.rounds);
  const seconds = positiveNumber("seconds", values.seconds);

  warnWhenBusy();
  const agents = new Map<string, DQN>();
  for (const name of names) agents.set(name, await filledAgent(name, sizes, batch));
  const speeds = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, agent] of agents) {
      const perSecond = await timed(agent, seconds);
      speeds.get(name)!.push(perSecond);
      console.error(`round ${round}/${rounds}, ${name}: ${rate(perSecond)} /s`);
    }
  }
  const { adapter } = agents.get(PLAIN)!;
  for (const agent of agents.values()) agent.close();

  const plain = speeds.get(PLAIN)!;
  const costs = names.map((name) => median(speeds.get(name)!.map((speed, i) => plain[i] / speed)));
  const title = `cost of an update at ${values.sizes}, batch ${batch}: ${adapter}, ` +
    `median of ${rounds} rounds of ${seconds} s`;
  const table = markdownTable(
    ["algorithm", "updates/s", "time against dqn"],
    names.map((name, i) => [name, rate(median(speeds.get(name)!)), `${costs[i].toFixed(2)}x`]),
  );
  console.log(`${title}\n\n${table}`);
  if (values.json !== undefined) {
    const record = {
      command: typedCommand("family.ts"),
      commit: await commit(),
      adapter,
      sizes,
      batch,
      rounds,
      seconds,
      updatesPerSecond: Object.fromEntries(speeds),
    };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
