/**
 * Shows what a distributional agent expects of each action while a CartPole falls: it balances the pole,
 * then, from some step on, always does what it thinks is worse.
 *
 *   deno run -RW examples/distribution.ts                     trains QR-DQN, draws distribution.svg
 *   deno run -RW examples/distribution.ts --algorithm c51 --steps 20000
 *   deno run -RW examples/distribution.ts --pretrained agent.safetensors
 *
 * @module
 */

import { parseArgs } from "node:util";
import { DQN, make } from "../mod.ts";
import { UsageError } from "../src/cli/args.ts";
import { distributionChart, type Moment } from "../src/cli/distribution_chart.ts";
import { localFiles } from "../src/cli/files.ts";
import { whole } from "../src/cli/format.ts";
import { Interrupt, INTERRUPTED } from "../src/cli/interrupt.ts";
import { ProgressReport } from "../src/cli/progress.ts";
import { checkSeed, testSeed } from "../src/cli/run.ts";
import { openTerminal, Screen } from "../src/cli/terminal.ts";
import { ALGORITHMS } from "../src/dqn/algorithms/by_name.ts";
import { configure } from "../src/dqn/algorithms/configure.ts";
import { CARTPOLE_PRESETS } from "../src/dqn/presets/cartpole.ts";

const ENV = "CartPole-v1";
const COMMAND = "deno run examples/distribution.ts";
const NAMES = ["qr", "c51", "iqn"];
/** Moments that are drawn. */
const MOMENTS = 6;

const HELP = `Draws the return distributions of both actions while a CartPole falls.

  --algorithm NAME   qr, c51 or iqn: which agent to train [qr]
  --steps N          train for so many steps at most [20000]
  --seed N           of training and of the episode [1]
  --pretrained FILE  take this agent, saved by DinoQ, and train none
  --balance N        steps that the agent may balance before it lets go [60]
  --out FILE         where to draw [distribution.svg]
  --help             print this

It needs --allow-read and --allow-write for the folders of its files. Ctrl-C stops it.`;

/** What the command line says. */
interface Plan {
  readonly algorithm: string;
  readonly steps: number;
  readonly seed: number;
  readonly pretrained?: string;
  readonly balance: number;
  readonly out: string;
}

/** Reads the flags; undefined for --help. */
function readPlan(args: readonly string[]): Plan | undefined {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        algorithm: { type: "string" },
        steps: { type: "string" },
        seed: { type: "string", default: "1" },
        pretrained: { type: "string" },
        balance: { type: "string", default: "60" },
        out: { type: "string", default: "distribution.svg" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(".")[0]}; --help lists the flags`);
  }
  if (values.help) return undefined;
  const { pretrained, out } = values as Record<string, string>;
  const training = ["algorithm", "steps"].filter((flag) => values[flag] !== undefined);
  if (pretrained !== undefined && training.length > 0) {
    throw new UsageError(
      `--pretrained takes an agent that has been trained: leave --${training.join(" and --")} out`,
    );
  }
  const { algorithm = "qr", steps = "20000" } = values as Record<string, string | undefined>;
  if (!NAMES.includes(algorithm)) {
    throw new UsageError(`--algorithm must be one of ${NAMES.join(", ")}, got "${algorithm}"`);
  }
  const count = (flag: string, least: number, most: number, text = values[flag] as string) => {
    if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) {
      return Number(text);
    }
    throw new UsageError(`--${flag} must be an integer from ${least} to ${most}, got "${text}"`);
  };
  return {
    algorithm,
    steps: count("steps", 1, 1e9, steps),
    seed: count("seed", 0, 2 ** 32 - 1),
    pretrained,
    balance: count("balance", 0, 450),
    out,
  };
}

/** Loads the agent, or trains one until an evaluation is as good as can be. */
async function openAgent(plan: Plan, screen: Screen, signal: AbortSignal): Promise<DQN> {
  const { algorithm, steps, seed, pretrained } = plan;
  if (pretrained !== undefined) return await DQN.load(pretrained, make(ENV));
  const { config, evaluation } = CARTPOLE_PRESETS.default;
  const options = configure({
    env: ENV,
    preset: config,
    algorithms: [algorithm],
    options: { seed },
  });
  screen.line(`training ${algorithm} on ${ENV} for ${whole(steps)} steps at most, seed ${seed}`);
  const agent = await DQN.create(make(ENV), options);
  const progress = new ProgressReport(screen);
  try {
    const { best } = await agent.learn(steps, {
      signal,
      onProgress: (now) => progress.show(now),
      evaluation: { ...evaluation!, env: make(ENV), seed: checkSeed(seed), keepBest: true },
    });
    screen.clear();
    if (best) {
      screen.line(`its best network, of step ${whole(best.steps)}, reaches a mean of ${best.mean}`);
    }
    return agent;
  } catch (error) {
    agent.close();
    throw error;
  }
}

/** The cart and its pole, as SVG in a grey for white and for black. */
function sketch(angle: number): string {
  const [x, y] = [Math.sin(angle), -Math.cos(angle)].map((part) => (44 * part).toFixed(1));
  return '<g stroke="#7c8794" stroke-linecap="round" fill="none"><path stroke-width="1" d="M-34 0H34"/>' +
    `<path stroke-width="10" d="M-13 -6H13"/><path stroke-width="4" d="M0 -9l${x} ${y}"/></g>`;
}

/** Plays an episode that the agent ends on purpose; what it expects at each step. */
async function fall(agent: DQN, { balance, seed }: Plan): Promise<Moment[]> {
  const env = make<Float32Array>(ENV);
  const moments: Moment[] = [];
  let [observation] = env.reset({ seed: testSeed(seed) });
  for (let step = 0, isOver = false; !isOver; step++) {
    const distribution = await agent.distribution(observation);
    const [left, right] = await agent.qValues(observation);
    const best = right > left ? 1 : 0;
    const radians = observation[2];
    const degrees = radians * 180 / Math.PI;
    const angle = `${Math.abs(degrees).toFixed(1)}° to the ${degrees < 0 ? "left" : "right"}`;
    moments.push({ title: `step ${step}: pole ${angle}`, distribution, drawing: sketch(radians) });
    const action = step < balance ? best : 1 - best;
    const [next, , terminated, truncated] = env.step(action);
    observation = next;
    isOver = terminated || truncated;
  }
  return moments;
}

/** Some moments of the fall: that in which the agent lets go, the last one, and others between. */
function some(moments: readonly Moment[], balance: number): Moment[] {
  // One that falls before is shown in its last steps.
  const first = Math.max(0, Math.min(balance, moments.length - MOMENTS));
  const count = Math.min(MOMENTS, moments.length);
  const step = (moments.length - 1 - first) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) => moments[first + Math.round(i * step)]);
}

async function main(): Promise<number> {
  const screen = new Screen(openTerminal(Deno.stdout));
  try {
    const plan = readPlan(Deno.args);
    if (!plan) {
      screen.line(HELP);
      return 0;
    }
    const { out, pretrained } = plan;
    await localFiles(COMMAND).check([
      { flag: "--out", path: out, access: "write" },
      ...pretrained === undefined
        ? []
        : [{ flag: "--pretrained", path: pretrained, access: "read" as const }],
    ]);
    using interrupt = new Interrupt(() => screen.line("stopping"));
    using agent = await openAgent(plan, screen, interrupt.signal);
    if (interrupt.signal.aborted) return INTERRUPTED;
    const { distribution } = agent.config;
    const moments = await fall(agent, plan);
    const svg = distributionChart({
      heading: `A CartPole falls: what ${ALGORITHMS[distribution].title} expects`,
      note: `it balances the pole for ${plan.balance} steps, then always takes the worse action; ` +
        `discount ${agent.config.gamma}; dashed: Q, the mean`,
      moments: some(moments, plan.balance),
      actions: ["push left", "push right"],
      hasAtoms: distribution === "c51",
    });
    await localFiles(COMMAND).writeText(out, svg);
    screen.line(`it fell at step ${moments.length}; drew ${out}`);
    return 0;
  } catch (error) {
    screen.clear();
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(await main());
