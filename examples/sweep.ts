/**
 * Sweeps one hyper-parameter: every value with every seed is an agent of its own, and all of them learn at
 * once, side by side on the GPU. Draws their learning curves with confidence bands.
 *
 *   deno run -RW examples/sweep.ts                                    learning rates on CartPole-v1
 *   deno run -RW examples/sweep.ts --vary gamma --values 0.9,0.98,0.999 --seeds 10
 *   deno run -RW examples/sweep.ts --env MinAtar/Breakout-v1 --steps 200000
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  DQN,
  type DQNConfig,
  type Evaluation,
  gpuEnvIds,
  makeGpu,
  type PopulationResult,
} from "../mod.ts";
import { UsageError } from "../src/cli/args.ts";
import { mean, meanInterval } from "../src/cli/compare/statistics.ts";
import { localFiles } from "../src/cli/files.ts";
import { duration, elapsed, score, whole } from "../src/cli/format.ts";
import { Interrupt, INTERRUPTED } from "../src/cli/interrupt.ts";
import { bar } from "../src/cli/progress.ts";
import { openTerminal, Screen } from "../src/cli/terminal.ts";
import { CARTPOLE_PRESETS } from "../src/dqn/presets/cartpole.ts";
import { lineChart, lookOf, type Series } from "../src/io/svg.ts";

const COMMAND = "deno run -RW examples/sweep.ts";
/** What may be swept: options that agents side by side can differ in. */
const VARIABLES = [
  ...["learningRate", "gamma", "explorationFraction", "explorationFinalEps", "adamEps"],
  ...["rewardScale", "maxGradNorm"],
] as const;
/** Steps between evaluations, unless a run is shorter. */
const EVERY = 1024;

const HELP =
  `Trains an agent for every value and seed, all at once, and draws their learning curves.

  --vary NAME      ${VARIABLES.join(", ")}
                   [learningRate]
  --values LIST    its values [0.0003,0.001,0.003]
  --seeds N        agents of each value, with the seeds 1 to N [5]
  --env ID         an environment on the GPU [CartPole-v1]
  --lanes N        environments of each agent [16]
  --steps N        environment steps of each agent [20000]
  --every N        steps between evaluations, of which there is one at the end too [${EVERY}]
  --episodes N     greedy episodes in each evaluation [20]
  --out FILE       where to draw [sweep.svg]
  --help           print this

Ctrl-C stops it, and draws what there is. It needs --allow-read and --allow-write for the folder of FILE.`;

/** Seconds between lines of progress where there is no terminal to redraw one on. */
const PLAIN_SECONDS = 5;

/** What all agents have in common: DinoQ's preset for CartPole, without its early end. */
const COMMON: DQNConfig = { ...CARTPOLE_PRESETS.default.config, learningRate: 1e-3 };

/** What the command line says. */
interface Plan {
  readonly vary: string;
  readonly values: readonly number[];
  readonly seeds: number;
  readonly env: string;
  readonly lanes: number;
  readonly steps: number;
  readonly every: number;
  readonly episodes: number;
  readonly out: string;
}

/** Reads the flags; undefined for --help. */
function readPlan(args: readonly string[]): Plan | undefined {
  let flags: Record<string, string | boolean | undefined>;
  try {
    ({ values: flags } = parseArgs({
      args: [...args],
      options: {
        vary: { type: "string", default: "learningRate" },
        values: { type: "string", default: "0.0003,0.001,0.003" },
        seeds: { type: "string", default: "5" },
        env: { type: "string", default: "CartPole-v1" },
        lanes: { type: "string", default: "16" },
        steps: { type: "string", default: "20000" },
        every: { type: "string" },
        episodes: { type: "string", default: "20" },
        out: { type: "string", default: "sweep.svg" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(".")[0]}; --help lists the flags`);
  }
  if (flags.help) return undefined;
  const { vary, env, out } = flags as Record<string, string>;
  if (!(VARIABLES as readonly string[]).includes(vary)) {
    throw new UsageError(`--vary must be one of ${VARIABLES.join(", ")}, got "${vary}"`);
  }
  if (!gpuEnvIds().includes(env)) {
    throw new UsageError(`--env must be one of ${gpuEnvIds().join(", ")}, got "${env}"`);
  }
  const values = (flags.values as string).split(",").map((text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    throw new UsageError(`--values must be numbers with commas between, got "${flags.values}"`);
  });
  const count = (flag: string): number => {
    const text = flags[flag] as string;
    if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
    throw new UsageError(`--${flag} must be an integer of at least 1, got "${text}"`);
  };
  const steps = count("steps");
  const every = flags.every === undefined ? Math.min(EVERY, steps) : count("every");
  if (every > steps) {
    throw new UsageError(`--every (${every}) must not be larger than --steps (${steps})`);
  }
  return {
    ...{ vary, values, env, out, steps, every },
    seeds: count("seeds"),
    lanes: count("lanes"),
    episodes: count("episodes"),
  };
}

/** The evaluations of one value's agents: at each, a mean for every seed. */
function scoresOf({ curve }: Pick<PopulationResult, "curve">, value: number, seeds: number) {
  return curve.map(({ means }) => means.slice(value * seeds, (value + 1) * seeds));
}

/** The learning curves. */
function draw(plan: Plan, result: Pick<PopulationResult, "curve">): string {
  const { vary, values, seeds, env, episodes, steps } = plan;
  const x = result.curve.map((point) => point.steps);
  const series = values.map((value, i): Series => {
    const intervals = scoresOf(result, i, seeds).map(meanInterval);
    const low = intervals.map((interval) => interval.low);
    const high = intervals.map((interval) => interval.high);
    return {
      label: `${vary} ${value}`,
      x,
      y: intervals.map((interval) => interval.center),
      ...lookOf(i),
      ...seeds > 1 && { band: { low, high } },
    };
  });
  const band = seeds > 1 ? `mean of ${seeds} seeds; bands: 95 % (Student's t)` : "one seed";
  return lineChart({
    title: env,
    subtitle: `${episodes} greedy episodes a point; ${band}; ${whole(steps)} steps`,
    xLabel: "environment steps",
    yLabel: "return",
    series,
  });
}

/** A line for each value: how its agents ended. */
function table(plan: Plan, result: Pick<PopulationResult, "curve">): string[] {
  const { vary, values, seeds } = plan;
  return values.map((value, i) => {
    const scores = scoresOf(result, i, seeds);
    const best = scores.reduce((most, one) => Math.max(most, mean(one)), -Infinity);
    const last = scores[scores.length - 1];
    const name = `${vary} ${value}`.padEnd(vary.length + 8);
    return `${name}  last ${score(mean(last))} (${last.map(score).join(", ")}), best ${
      score(best)
    }`;
  });
}

async function sweep(plan: Plan, screen: Screen, signal: AbortSignal): Promise<void> {
  const { vary, values, seeds, env, lanes, steps, every, episodes, out } = plan;
  const agents = values.flatMap((value) =>
    Array.from({ length: seeds }, (_, i): DQNConfig => ({ [vary]: value, seed: i + 1 }))
  );
  screen.line(
    `${agents.length} agents in ${env}: ${vary} ${values.join(", ")}, ${seeds} ` +
      `${seeds === 1 ? "seed" : "seeds"} each, ${whole(steps)} steps, all at once`,
  );
  const config = { ...COMMON, ...env.startsWith("MinAtar/") && { gamma: 0.99 } };
  using population = await DQN.population(makeGpu(env, lanes), agents, config);
  screen.line(`on ${population.adapter}`);
  const curve: PopulationResult["curve"][number][] = [];
  const note = (at: number, evaluations: readonly Evaluation[]) =>
    void curve.push({ steps: at, means: evaluations.map(({ mean }) => mean) });
  const judge = makeGpu(env, episodes);
  let nextLine = PLAIN_SECONDS;
  const result = await population.learn(steps, {
    signal,
    onProgress: (now) => {
      const line = `${bar(now.steps / now.totalSteps, 20)} ` +
        `${whole(now.steps)}/${whole(now.totalSteps)} steps, ` +
        `${whole(now.updatesPerSecond)} updates/s of all agents, ${duration(now.secondsLeft)} left`;
      if (screen.isTerminal) screen.live(line);
      else if (now.seconds >= nextLine) {
        screen.line(line);
        nextLine += PLAIN_SECONDS;
      }
    },
    evaluation: { every, episodes, env: judge, onEvaluation: note },
  });
  if (!signal.aborted && curve.at(-1)?.steps !== population.steps) {
    const evaluations = await population.evaluate(judge, { episodes, signal });
    if (!signal.aborted) note(population.steps, evaluations);
  }
  screen.clear();
  if (signal.aborted) screen.line(`stopped at step ${whole(population.steps)}`);
  if (curve.length === 0) {
    screen.line("no evaluation was done by then, and so there is nothing to draw");
    return;
  }
  screen.line(`means of ${episodes} greedy episodes, last at step ${whole(curve.at(-1)!.steps)}:`);
  for (const line of table(plan, { curve })) screen.line(line);
  const diverged = population.members.filter(({ hasDiverged }) => hasDiverged);
  for (const { config } of diverged) {
    screen.line(`diverged: ${vary} ${config[vary as keyof typeof config]}, seed ${config.seed}`);
  }
  await localFiles(COMMAND).writeText(out, draw(plan, { curve }));
  screen.line(`drew ${out}; ${whole(result.updates)} updates each in ${elapsed(result.seconds)}`);
}

async function main(): Promise<number> {
  const screen = new Screen(openTerminal(Deno.stdout));
  try {
    const plan = readPlan(Deno.args);
    if (!plan) {
      screen.line(HELP);
      return 0;
    }
    await localFiles(COMMAND).check([{ flag: "--out", path: plan.out, access: "write" }]);
    using interrupt = new Interrupt(() => screen.line("stopping"));
    await sweep(plan, screen, interrupt.signal);
    return interrupt.signal.aborted ? INTERRUPTED : 0;
  } catch (error) {
    screen.clear();
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(await main());
