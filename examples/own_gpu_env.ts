/**
 * An environment of one's own on the GPU: its rules in WGSL, learnt by a DQN beside it, with not a word
 * between GPU and host at any step.
 *
 *   deno run examples/own_gpu_env.ts              learn it (some seconds), compare with random play
 *   deno run examples/own_gpu_env.ts --seed 3
 *   deno run examples/own_gpu_env.ts --help
 *
 * It needs no permission. `RULES` and the description under it are all that an environment takes; start
 * from them. What each function has to do is told by `defineGpuEnv`. The text may as well lie in a file of
 * its own, `await Deno.readTextFile("rules.wgsl")`. Outside this repository, import from "@dinoq/dinoq" (JSR)
 * instead of "../mod.ts".
 *
 * @module
 */

import { Box, defineGpuEnv, Discrete, DQN, evaluate, makeGpu } from "../mod.ts";

/** A dinosaur runs through a desert, faster and faster, and jumps over cactuses: 1 for each, -1 for a crash. */
const RULES = /* wgsl */ `
import package::lib::random::{Random, unit};

override gravity: f32 = 0.04;

const JUMP = 0.3;          // how fast it leaves the ground
const CACTUS = 0.4;        // as high as this, and half as wide to either side
const NEAREST = 5.0;       // from one cactus to the next
const FARTHEST = 9.0;
const START_SPEED = 0.25;
const MORE_SPEED = 0.0005; // with each step

// What a lane remembers: f32, u32, i32, vectors, arrays and structs of these.
struct State {
  height: f32,
  rise: f32,
  distance: f32, // to the next cactus
  speed: f32,
}

struct Outcome {
  state: State,
  reward: f32,
  terminated: bool,
}

fn gap(random: ptr<function, Random>) -> f32 {
  return mix(NEAREST, FARTHEST, unit(random));
}

// An episode's beginning.
fn reset(random: ptr<function, Random>) -> State {
  return State(0.0, 0.0, gap(random), START_SPEED);
}

// Action 0 runs, action 1 jumps, which in the air does nothing.
fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  let jumps = state.height == 0.0 && action == 1u;
  let rise = select(state.rise, JUMP, jumps) - gravity;
  let height = max(state.height + rise, 0.0);
  let distance = state.distance - state.speed;
  let crashed = abs(distance) < CACTUS && height < CACTUS;
  let passed = distance < -CACTUS;

  var next = State(height, select(rise, 0.0, height == 0.0), distance, state.speed + MORE_SPEED);
  if (passed) {
    next.distance += gap(random);
  }
  return Outcome(next, select(select(0.0, 1.0, passed), -1.0, crashed), crashed);
}

// One number of the observation.
fn observe(state: State, element: u32) -> f32 {
  return vec4f(state.height, state.rise, state.distance / FARTHEST, state.speed)[element];
}
`;

/** The environment. Time limit, new episodes and random numbers are the kernel's, for all alike. */
export const desert = defineGpuEnv({
  id: "Desert-v0",
  wgsl: RULES,
  observationSpace: new Box(-2, 2, [4]),
  actionSpace: new Discrete(2),
  maxEpisodeSteps: 400,
  // In 400 steps it meets 20 cactuses on average.
  rewardThreshold: 18,
  // The values of the rules' overrides are options: makeGpu(desert, 64, { gravity: 0.05 }).
  overrides: { gravity: 0.04 },
});

const { rewardThreshold: SOLVED = Infinity } = desert;

/** Makes an agent that learns in 64 deserts at once; the network is small, so that it learns in seconds. */
export function createAgent(seed: number, device?: GPUDevice): Promise<DQN> {
  return DQN.create(makeGpu(desert, 64), {
    hiddenLayers: [32, 32],
    learningRate: 2e-3,
    learningStarts: 2_000,
    batchSize: 64,
    gamma: 0.97,
    // An update for every 16 steps: those cost next to nothing.
    trainFreq: 512,
    gradientSteps: 32,
    targetUpdateInterval: { every: 32, unit: "update" },
    explorationFraction: 0.3,
    explorationFinalEps: 0.02,
    doubleQ: true,
    nSteps: 3,
    seed,
    device,
  });
}

/** Learns until hardly a cactus is hit, for 60,000 steps at most. */
export async function train(agent: DQN, log: (line: string) => void, signal?: AbortSignal) {
  const evaluation = {
    env: makeGpu(desert, 100),
    every: 4_096,
    episodes: 100,
    stopAt: SOLVED,
    keepBest: true,
    onEvaluation: ({ steps, mean }: { steps: number; mean: number }) =>
      log(`${String(steps).padStart(6)} steps   mean return ${mean.toFixed(2).padStart(5)}`),
  };
  return await agent.learn(60_000, { evaluation, signal });
}

const HELP = `Writes an environment of one's own for the GPU, and learns it.

  deno run examples/own_gpu_env.ts [--seed N]

  --seed N   the seed of everything, an integer from 0 (default 1)
  --help     this text

Ctrl-C stops after the current update; the agent is still tried out. A second one ends at once.`;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  const seed = args.length === 0 ? 1 : Number(args[1] || NaN);
  if (args.length > 0 && (args[0] !== "--seed" || args.length > 2 || !Number.isSafeInteger(seed))) {
    console.error(`error: cannot read "${args.join(" ")}"; --help tells what there is`);
    return 2;
  }
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => {
    if (interrupt.signal.aborted) Deno.exit(130);
    console.log("stopping; Ctrl-C again ends at once");
    interrupt.abort();
  });

  using agent = await createAgent(seed);
  console.log(`${makeGpu(desert, 64)} on ${agent.adapter}`);
  // Before it has learnt anything an agent explores, and that is random play.
  const fresh = { episodes: 100, seed: 1_000_000 };
  const random = await evaluate(agent, makeGpu(desert, 100), { ...fresh, deterministic: false });
  console.log(`training until the mean return of 100 episodes is ${SOLVED}`);
  const { seconds, stoppedBy } = await train(agent, console.log, interrupt.signal);
  const { mean, std } = await evaluate(agent, makeGpu(desert, 100), fresh);
  const end = { solved: "solved", signal: "stopped" }[stoppedBy as string] ?? "not solved";
  console.log(
    `${end} after ${agent.steps} steps, ${agent.updates} updates, ${seconds.toFixed(1)} s; ` +
      `100 fresh episodes: mean return ${mean.toFixed(2)} ± ${std.toFixed(2)}, ` +
      `random play ${random.mean.toFixed(2)}`,
  );
  return interrupt.signal.aborted ? 130 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
