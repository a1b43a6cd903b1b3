/**
 * What many agents at once cost against one: the same training steps by `DQN.population` and by a single
 * agent, in turn on this machine. Both are compiled and warm; evaluations are none.
 *
 *     deno run -A tests/bench/population.ts --agents 10
 *
 * @module
 */

import { parseArgs } from "node:util";
import { DQN, makeGpu } from "../../mod.ts";
import { CARTPOLE_PRESETS } from "../../src/dqn/presets/cartpole.ts";
import { runMain, typedCommand, warnWhenBusy, wholeNumber } from "./command_line.ts";
import { commit } from "./repository.ts";
import { median } from "./statistics.ts";
import { fixed, markdownTable, ratio } from "./table.ts";

const HELP = `Times training of a population against training of one agent, in turn.

  --agents N   how many agents a population has [10]
  --rounds N   how often both are timed; the table holds medians [5]
  --steps N    environment steps of each agent in a round [8192]
  --help       print this`;

/** Ways to train: DinoQ's preset with environments on the GPU, and one with few lanes and small batches. */
const { config, gpuEnvs } = CARTPOLE_PRESETS.gpu;
const TASKS = [
  { name: "preset gpu: 64-64, batch 128, 64 lanes", lanes: gpuEnvs!, config },
  {
    name: "preset default on the GPU: 64-64, batch 64, 16 lanes, as many updates as steps",
    lanes: 16,
    config: CARTPOLE_PRESETS.default.config,
  },
] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      agents: { type: "string", default: "10" },
      rounds: { type: "string", default: "5" },
      steps: { type: "string", default: "8192" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const agents = wholeNumber("agents", values.agents, 2);
  const rounds = wholeNumber("rounds", values.rounds);
  const steps = wholeNumber("steps", values.steps);
  const seeds = Array.from({ length: agents }, (_, i) => i + 1);
  warnWhenBusy();
  const rows: string[][] = [];
  let adapter = "";
  for (const { name, lanes, config } of TASKS) {
    using population = await DQN.population(makeGpu("CartPole-v1", lanes), seeds, config);
    using single = await DQN.create(makeGpu("CartPole-v1", lanes), { ...config, seed: 1 });
    adapter = single.adapter;
    const sides = [single, population].map((learner) => ({ learner, seconds: [] as number[] }));
    // The replay buffer fills, kernels compile, and submits find their size.
    for (const { learner } of sides) await learner.learn(Math.max(steps / 4, 2_048));
    for (let round = 0; round < rounds; round++) {
      for (const { learner, seconds } of sides) seconds.push((await learner.learn(steps)).seconds);
      console.error(`${name}: round ${round + 1} of ${rounds}`);
    }
    const [one, many] = sides.map(({ seconds }) => seconds);
    const ratios = many.map((time, i) => time / one[i]);
    rows.push([name, fixed(median(one), 2), fixed(median(many), 2), ratio(median(ratios))]);
  }
  const header = ["training", "one agent, s", `${agents} agents, s`, "ratio"];
  console.log(`# A population of ${agents} against one agent\n`);
  console.log(`- command: \`${typedCommand("population.ts")}\``);
  console.log(`- commit: ${await commit()}\n- adapter: ${adapter}\n`);
  console.log(markdownTable(header, rows));
}

if (import.meta.main) await runMain(main);
