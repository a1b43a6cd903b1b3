/**
 * Plays an environment and writes what it looks like as an animation.
 *
 *   deno run -RW examples/render.ts --env CartPole-v1 --load agent.safetensors --out cartpole.gif
 *   deno run -RW examples/render.ts --env CartPole-v1 --out cartpole.gif        trains an agent first
 *   deno run -RW examples/render.ts --env LunarLander-v3 --pilot --out lander.gif --episodes 3
 *   deno run -RW examples/render.ts --env MinAtar/Seaquest-v1 --random --out seaquest.gif
 *   deno run -RW examples/render.ts --env Taxi-v4 --random --out taxi.png       the last picture alone
 *   deno run examples/render.ts --help
 *
 * @module
 */

import { extname } from "node:path";
import { parseArgs } from "node:util";
import {
  DQN,
  type Env,
  type Info,
  lunarLanderPilot,
  make,
  registry,
  type RGBImage,
} from "../mod.ts";
import { UsageError } from "../src/cli/args.ts";
import { localFiles } from "../src/cli/files.ts";
import { score, whole } from "../src/cli/format.ts";
import { Interrupt, INTERRUPTED } from "../src/cli/interrupt.ts";
import { learnable } from "../src/cli/learnable.ts";
import { ProgressReport } from "../src/cli/progress.ts";
import { checkSeed } from "../src/cli/run.ts";
import { openTerminal, Screen } from "../src/cli/terminal.ts";
import { PRESET_IDS, presetsFor } from "../src/dqn/presets/by_environment.ts";
import { GifWriter } from "../src/io/gif.ts";
import { encodePng } from "../src/io/png.ts";
import { suggestion } from "../src/nearest.ts";

const COMMAND = "deno run examples/render.ts";
/** Steps of an episode at most, where the environment itself knows no end. */
const STEPS = 200;
/** Pictures a second, where the environment does not say. */
const FPS = 30;
const LANDERS = ["LunarLander-v2", "LunarLander-v3"];

const HELP = `Plays an environment and writes what it looks like as an animation.

  --env ID        which environment, by its registered id [CartPole-v1]
  --out FILE      where to write: .gif, or .png for the last picture alone [ID.gif]
  --episodes N    how many episodes to play [1]
  --seed N        of the first episode, the next ones count on; and of training [1]
  --max-steps N   end episodes after so many steps [as the environment does, else ${STEPS}]
  --every N       keep every Nth picture, for a smaller file [1]
  --fps N         pictures a second [as the environment says, else ${FPS}]
  --help          print this

Who plays, one of:

  --load FILE     an agent that was saved, greedily
  --random        random actions
  --pilot         the heuristic pilot of LunarLander
  neither         an agent that is trained first; where there is no preset for that, random actions

  --steps N       train for so many steps [as the preset says]`;

/** The flags, and whether each takes a value. */
const FLAGS = {
  env: true,
  out: true,
  episodes: true,
  seed: true,
  "max-steps": true,
  every: true,
  fps: true,
  load: true,
  random: false,
  pilot: false,
  steps: true,
  help: false,
} as const;

type Flag = keyof typeof FLAGS;

/** What the command line says. */
interface Plan {
  readonly env: string;
  readonly out: string;
  readonly episodes: number;
  readonly seed: number;
  readonly maxSteps?: number;
  readonly every: number;
  readonly fps?: number;
  readonly player: "agent" | "training" | "random" | "pilot";
  readonly load?: string;
  readonly steps?: number;
}

/** Who plays: an action for an observation. */
type Player = (observation: unknown, info: Info) => unknown;

/** Reads the flags; a switch's value is "". */
function readFlags(argv: readonly string[]): Map<Flag, string> {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, takes]) => [
      name,
      { type: takes ? "string" as const : "boolean" as const },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    // The parser's own complaints know no suggestions.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<Flag, string>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") throw new UsageError(`unexpected argument "${token.value}"`);
    const { name, rawName, value } = token;
    if (!Object.hasOwn(FLAGS, name)) {
      const hint = suggestion(rawName, Object.keys(FLAGS).map((flag) => `--${flag}`));
      throw new UsageError(`unknown flag ${rawName}${hint}; --help lists them all`);
    }
    const flag = name as Flag;
    if (!FLAGS[flag] && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    if (FLAGS[flag] && (value === undefined || !token.inlineValue && value.startsWith("--"))) {
      throw new UsageError(`${rawName} needs a value`);
    }
    values.set(flag, value ?? "");
  }
  return values;
}

/** Checks the flags; undefined for --help. */
function readPlan(argv: readonly string[]): Plan | undefined {
  const flags = readFlags(argv);
  if (flags.has("help")) return undefined;
  const count = (flag: Flag, least: number): number | undefined => {
    const text = flags.get(flag);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text) || Number(text) < least) {
      throw new UsageError(`--${flag} must be an integer of at least ${least}, got "${text}"`);
    }
    return Number(text);
  };
  const env = flags.get("env") ?? "CartPole-v1";
  if (!registry().has(env)) {
    throw new UsageError(
      `--env: unknown environment "${env}"${suggestion(env, registry().keys())}; ` +
        `there are ${[...registry().keys()].join(", ")}`,
    );
  }
  const out = flags.get("out") ?? `${env.replaceAll("/", "-")}.gif`;
  if (![".gif", ".png"].includes(extname(out).toLowerCase())) {
    throw new UsageError(`--out must end in .gif or .png, got "${out}"`);
  }
  const players = (["load", "random", "pilot"] as const).filter((flag) => flags.has(flag));
  if (players.length > 1) {
    throw new UsageError(`--${players.join(" and --")}: only one of them can play`);
  }
  if (flags.has("pilot") && !LANDERS.includes(env)) {
    throw new UsageError(`--pilot flies ${LANDERS.join(" and ")} only, not ${env}`);
  }
  const named = players.at(0);
  const isTrainable = PRESET_IDS.includes(env);
  const player: Plan["player"] = named === "load"
    ? "agent"
    : named ?? (isTrainable ? "training" : "random");
  const steps = count("steps", 1);
  if (steps !== undefined && player !== "training") {
    throw new UsageError(`--steps is for training, and nothing is trained here`);
  }
  return {
    env,
    out,
    player,
    steps,
    load: flags.get("load"),
    episodes: count("episodes", 1) ?? 1,
    seed: count("seed", 0) ?? 1,
    maxSteps: count("max-steps", 1),
    every: count("every", 1) ?? 1,
    fps: count("fps", 1),
  };
}

/** Trains an agent as the environment's first preset says. */
async function trainAgent(plan: Plan, screen: Screen, signal: AbortSignal): Promise<DQN> {
  const [[name, preset]] = Object.entries(presetsFor(plan.env));
  const known = "steps" in preset.length ? preset.length : undefined;
  const steps = plan.steps ?? known?.steps;
  if (steps === undefined) throw new UsageError(`preset ${name} counts episodes: give --steps`);
  const numEnvs = preset.numEnvs ?? 1;
  const lanes = Array.from({ length: numEnvs }, () => learnable(plan.env));
  const agent = await DQN.create(numEnvs === 1 ? lanes[0] : lanes, {
    ...preset.config,
    seed: plan.seed,
  });
  try {
    screen.line(`training on ${plan.env}, preset ${name}: ${whole(steps)} steps at most`);
    const progress = new ProgressReport(screen);
    const { evaluation } = preset;
    const result = await agent.learn(steps, {
      horizon: known?.steps,
      signal,
      onProgress: (now) => progress.show(now),
      evaluation: evaluation && {
        ...evaluation,
        keepBest: true,
        env: learnable(plan.env),
        seed: checkSeed(plan.seed),
      },
    });
    screen.clear();
    const { stoppedBy } = result;
    screen.line(`trained ${whole(agent.steps)} steps${stoppedBy === "solved" ? ": solved" : ""}`);
    return agent;
  } catch (error) {
    agent.close();
    throw error;
  }
}

/** Plays the episodes and hands each picture over. */
async function play(
  plan: Plan,
  env: Env<unknown, unknown>,
  player: Player,
  screen: Screen,
  signal: AbortSignal,
  show: (picture: RGBImage) => void,
): Promise<void> {
  const { maxSteps = env.spec?.maxEpisodeSteps ?? STEPS } = plan;
  let total = 0;
  for (let episode = 0; episode < plan.episodes && !signal.aborted; episode++) {
    let [observation, info] = env.reset({ seed: plan.seed + episode });
    show(env.render!());
    let sum = 0;
    let steps = 0;
    for (let ended = false; !ended && !signal.aborted;) {
      const action = await player(observation, info);
      const [next, reward, terminated, truncated, nextInfo] = env.step(action);
      observation = next;
      info = nextInfo;
      sum += reward;
      steps++;
      ended = terminated || truncated || steps >= maxSteps;
      if (++total % plan.every === 0 || ended) show(env.render!());
      screen.live(`episode ${episode + 1}/${plan.episodes}  step ${steps}  return ${score(sum)}`);
    }
    screen.clear();
    screen.line(`episode ${episode + 1}: return ${score(sum)}, ${whole(steps)} steps`);
  }
}

/** Who plays, and what to do when all is over. */
async function findPlayer(
  plan: Plan,
  env: Env<unknown, unknown>,
  screen: Screen,
  signal: AbortSignal,
): Promise<{ player: Player; close(): void }> {
  if (plan.player === "agent" || plan.player === "training") {
    const agent = plan.player === "training"
      ? await trainAgent(plan, screen, signal)
      : await DQN.load(plan.load!, learnable(plan.env));
    return {
      player: (observation, info) =>
        agent.predict(observation as Float32Array, {
          ...agent.config.actionMasks && { mask: info.action_mask as Int8Array },
        }),
      close: () => agent.close(),
    };
  }
  if (plan.player === "pilot") {
    return {
      player: (observation) => lunarLanderPilot(observation as Float32Array),
      close() {},
    };
  }
  env.actionSpace.seed(plan.seed);
  screen.line(`random actions in ${plan.env}`);
  return { player: () => env.actionSpace.sample(), close() {} };
}

/** An environment to look at, seen as its agent sees it. */
function open({ env: id, player }: Plan): Env<unknown, unknown> {
  const isLearnt = player === "agent" || player === "training";
  const env = isLearnt ? learnable(id) as Env<unknown, unknown> : make<unknown, unknown>(id);
  if (env.render === undefined) throw new UsageError(`${id} has no picture`);
  return env;
}

async function main(screen: Screen): Promise<number> {
  const plan = readPlan(Deno.args);
  if (plan === undefined) {
    console.log(HELP);
    return 0;
  }
  const { out, every } = plan;
  const files = localFiles(COMMAND);
  await files.check([
    ...plan.load === undefined
      ? []
      : [{ flag: "--load", path: plan.load, access: "read" } as const],
    { flag: "--out", path: out, access: "write" },
  ]);
  using interrupt = new Interrupt(() => screen.line("stopping; Ctrl-C again exits at once"));
  const { signal } = interrupt;
  const env = open(plan);
  const { player, close } = await findPlayer(plan, env, screen, signal);
  try {
    const gif = new GifWriter({ fps: plan.fps ?? (env.renderFps ?? FPS) / every });
    let last: RGBImage | undefined;
    const isGif = extname(out).toLowerCase() === ".gif";
    await play(plan, env, player, screen, signal, (picture) => {
      last = picture;
      if (isGif) gif.add(picture);
    });
    if (last === undefined) return INTERRUPTED;
    const bytes = isGif ? gif.finish() : encodePng(last);
    await files.writeBytes(out, bytes);
    const what = isGif ? `${whole(gif.count)} pictures` : "the last picture";
    screen.line(`wrote ${out}: ${what}, ${whole(bytes.length / 1024)} KB`);
    return signal.aborted ? INTERRUPTED : 0;
  } finally {
    close();
    env.close();
  }
}

if (import.meta.main) {
  const screen = new Screen(openTerminal(Deno.stdout));
  try {
    Deno.exit(await main(screen));
  } catch (error) {
    screen.clear();
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
