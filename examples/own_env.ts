/**
 * An environment of one's own: written, registered, checked by `checkEnv`, and learnt by a DQN.
 *
 *   deno run examples/own_env.ts              check it, train in it (some seconds), show a walk
 *   deno run examples/own_env.ts --seed 3
 *   deno run examples/own_env.ts --help
 *
 * It needs no permission. `Meadow` is all that an environment takes; start from it. What each part has to
 * do is told by `Env`, and `checkEnv` finds what does not. Outside this repository, import from
 * "@dinoq/dinoq" (JSR) instead of "../mod.ts".
 *
 * @module
 */

import {
  Box,
  checkEnv,
  Discrete,
  DQN,
  type Env,
  evaluate,
  type JsonValue,
  make,
  register,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "../mod.ts";

const SIZE = 7;
const MOVES = [[0, -1], [1, 0], [0, 1], [-1, 0]];

/** A dinosaur in a meadow walks to a fern: 1 for reaching it, -0.02 for every other step. */
export class Meadow implements Env<Float32Array, number> {
  readonly observationSpace = new Box(-1, 1, [2]); // where the fern is, seen from the dinosaur
  readonly actionSpace = new Discrete(4); // up, right, down, left
  readonly #cells = new Discrete(SIZE * SIZE); // its generator draws the places
  #dino = 0;
  #fern = 0;

  reset({ seed }: ResetOptions = {}): ResetResult<Float32Array> {
    if (seed !== undefined) this.#cells.seed(seed);
    this.#fern = this.#cells.sample();
    do this.#dino = this.#cells.sample(); while (this.#dino === this.#fern);
    return [this.#look(), {}];
  }

  step(action: number): StepResult<Float32Array> {
    if (this.#dino === this.#fern) throw new Error("Meadow: no episode is running; call reset()");
    if (!this.actionSpace.contains(action)) throw new RangeError(`Meadow: no action ${action}`);
    const [x, y] = place(this.#dino).map((at, axis) => at + MOVES[action][axis]);
    if (x >= 0 && x < SIZE && y >= 0 && y < SIZE) this.#dino = x + SIZE * y;
    const eats = this.#dino === this.#fern;
    return [this.#look(), eats ? 1 : -0.02, eats, false, {}];
  }

  /** Fresh at each call: what an environment has returned, it must not change. */
  #look(): Float32Array {
    const [dino, fern] = [place(this.#dino), place(this.#fern)];
    return Float32Array.from(dino, (at, axis) => (fern[axis] - at) / (SIZE - 1));
  }

  close(): void {}

  toString(): string {
    return "<Meadow>";
  }

  // These two may be left out; with them a training run that was saved goes on bit for bit.
  getState(): JsonValue {
    return { dino: this.#dino, fern: this.#fern, cells: this.#cells.getState() };
  }

  setState(state: JsonValue): void {
    const { dino, fern, cells } = state as { dino: number; fern: number; cells: JsonValue };
    if (![dino, fern].every((cell) => this.#cells.contains(cell))) throw new TypeError("no state");
    this.#cells.setState(cells);
    [this.#dino, this.#fern] = [dino, fern];
  }
}

/** A cell's column and row. */
function place(cell: number): [x: number, y: number] {
  return [cell % SIZE, Math.floor(cell / SIZE)];
}

// `make` puts a TimeLimit around it: after 30 steps an episode is truncated.
register({ id: "Meadow-v0", entryPoint: () => new Meadow(), maxEpisodeSteps: 30 });

/** The mean return at which it counts as solved: straight ways, 4.7 steps on average, give 0.927. */
export const SOLVED = 0.925;

/** Makes an agent for the meadow; the network is small, so that it learns in seconds. */
export function createAgent(seed: number, device?: GPUDevice): Promise<DQN> {
  return DQN.create(make("Meadow-v0"), {
    hiddenLayers: [32, 32],
    learningRate: 3e-3,
    learningStarts: 200,
    batchSize: 64,
    gamma: 0.95,
    trainFreq: 64,
    gradientSteps: 64,
    targetUpdateInterval: { every: 32, unit: "update" },
    explorationFraction: 0.3,
    doubleQ: true,
    seed,
    device,
  });
}

/** Learns until the meadow is solved, for 8000 steps at most. */
export async function train(agent: DQN, log: (line: string) => void, signal?: AbortSignal) {
  const evaluation = {
    env: make("Meadow-v0"),
    every: 512,
    episodes: 300,
    stopAt: SOLVED,
    onEvaluation: ({ steps, mean }: { steps: number; mean: number }) =>
      log(`${String(steps).padStart(6)} steps   mean return ${mean.toFixed(2).padStart(5)}`),
  };
  return await agent.learn(8_000, { evaluation, signal });
}

/** The meadow in letters, with the way that the agent takes. */
async function drawWalk(agent: DQN, seed: number): Promise<string> {
  const env = make("Meadow-v0");
  let [observation] = env.reset({ seed });
  const rows = Array.from({ length: SIZE }, () => new Array<string>(SIZE).fill("."));
  const mark = (key: "dino" | "fern", letter: string) => {
    const { env: meadow } = env.getState!() as { env: { dino: number; fern: number } };
    const [x, y] = place(meadow[key]);
    rows[y][x] = letter;
  };
  mark("fern", "F");
  mark("dino", "D");
  for (let ended = false; !ended;) {
    const [next, , terminated, truncated] = env.step(await agent.predict(observation));
    ended = terminated || truncated;
    if (!ended) mark("dino", "o");
    observation = next;
  }
  return rows.map((row) => `  ${row.join(" ")}`).join("\n");
}

const HELP = `Writes, checks and learns an environment of one's own.

  deno run examples/own_env.ts [--seed N]

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
  const { warnings } = checkEnv(make("Meadow-v0"));
  console.log(`checkEnv: ${make("Meadow-v0")} has no faults and ${warnings.length} warnings`);
  for (const warning of warnings) console.log(`  ${warning}`);

  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => {
    if (interrupt.signal.aborted) Deno.exit(130);
    console.log("stopping; Ctrl-C again ends at once");
    interrupt.abort();
  });
  console.log(`training until the mean return of 300 episodes is ${SOLVED}`);
  using agent = await createAgent(seed);
  const { seconds, stoppedBy } = await train(agent, console.log, interrupt.signal);
  const { mean, std } = await evaluate(agent, make("Meadow-v0"), {
    episodes: 100,
    seed: 1_000_000,
  });
  const end = { solved: "solved", signal: "stopped" }[stoppedBy as string] ?? "not solved";
  console.log(
    `${end} after ${agent.steps} steps, ${seconds.toFixed(1)} s; ` +
      `100 fresh episodes: mean return ${mean.toFixed(2)} ± ${std.toFixed(2)}`,
  );
  console.log(`a walk from D to the fern F:\n${await drawWalk(agent, seed)}`);
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
