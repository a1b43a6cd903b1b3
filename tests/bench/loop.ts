/**
 * Times whole training loops on CartPole-v1, environment and learner together: CleanRL's loop,
 * Stable-Baselines3, rejax and DinoQ in turn on this machine, with equal networks and an equal ratio of
 * updates to steps.
 *
 *     deno run -A tests/bench/loop.ts --python .venv/bin/python
 *     deno run -A tests/bench/loop.ts --python .venv/bin/python --seeds 3
 *
 * Steps a second are those of a loop that learns and explores with ε = 0.05; a loop goes on from round
 * to round. With --seeds each contestant also trains from the start with each seed until a greedy
 * evaluation shows the mean that is wanted; evaluations are left out of its seconds, and so are imports
 * and, where it compiles, compilation before the first step.
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
import { arrivalByDinoQ, type Feed, gpuFeed, hostFeed, speedByDinoQ } from "./loop_dinoq.ts";
import {
  type ArrivalRequest,
  CLEANRL,
  keepsRatio,
  type LoopSettings,
  type SpeedRequest,
} from "./loop_request.ts";
import { type Contestant, type Found, openPeer } from "./peer.ts";
import { commit } from "./repository.ts";
import {
  type BenchOptions,
  openContestants,
  type Outcome,
  outcomeText,
  playRounds,
  type Task,
} from "./rounds.ts";

const THRESHOLD = 475;
const CHECK_EVERY = 5_000;
const CHECK_EPISODES = 20;

/** DinoQ's feeds: a contestant each. */
const FEEDS: Readonly<Record<string, { readonly name: string; readonly feed: Feed }>> = {
  host: { name: "DinoQ", feed: hostFeed },
  gpu: { name: "DinoQ, GPU", feed: gpuFeed },
};

/** The peers' scripts, and which settings each can keep to. */
const PEERS: Readonly<Record<string, { script: string; takes: (s: LoopSettings) => boolean }>> = {
  cleanrl: { script: "cleanrl_loop.py", takes: ({ envs }) => envs === 1 },
  sb3: { script: "sb3_loop.py", takes: ({ envs }) => envs <= 64 },
  // At least an update in each iteration.
  rejax: { script: "rejax_loop.py", takes: ({ envs, every }) => envs % every === 0 },
};

const HELP = `Times whole training loops on CartPole-v1, peers and DinoQ in turn.

  --envs LIST       environments side by side [1,10,100]
  --every N         steps of all of them for each update [${CLEANRL.every}]
  --hidden LIST     hidden layers [${CLEANRL.hidden.join("-")}]
  --batch N         rows of a batch [${CLEANRL.batch}]
  --rounds N        how often each is timed; the table holds medians [5]
  --seconds X       how long each time [2]
  --seeds N         also train with seeds 1 to N until ${THRESHOLD}, for at most --steps [0]
  --steps N         steps of such a training [${CLEANRL.steps}]
  --python PATH     the Python that has the peers [python3]
  --device NAME     auto, cpu or cuda: where the peers run [auto]
  --only LIST       of ${[...Object.keys(PEERS), ...Object.keys(FEEDS)].join(", ")} [all]
  --json FILE       write all measurements here
  --help            print this

  cleanrl  the loop of CleanRL's dqn.py, which has one environment
  sb3      Stable-Baselines3's DQN
  rejax    JAX throughout, environments too; as many of them as steps for each update, or more
  host     DinoQ, its environments on the processor
  gpu      DinoQ, its environments on the GPU too

The other options are those of CleanRL's dqn.py: Adam at ${CLEANRL.learningRate}, ${CLEANRL.buffer} rows, learning
starts at ${CLEANRL.learningStarts}, the target copied every ${CLEANRL.targetInterval} steps.`;

/** What is to be timed. */
export interface LoopOptions extends BenchOptions {
  readonly envs: readonly number[];
  readonly every: number;
  readonly hidden: readonly number[];
  readonly batch: number;
  /** How many seeds are trained until the mean is reached. */
  readonly seeds: number;
  /** Steps that they have. */
  readonly steps: number;
}

function tasksOf<Request extends LoopSettings>(
  { envs, every, hidden, batch, steps }: LoopOptions,
  more: Omit<Request, keyof LoopSettings>,
): Task<Request>[] {
  return envs.map((count) => {
    const settings: LoopSettings = { ...CLEANRL, envs: count, every, hidden, batch, steps };
    if (!keepsRatio(settings)) {
      throw new RangeError(
        `--envs: an update every ${every} steps wants a divisor or a multiple of ${every}, got ${count}`,
      );
    }
    return {
      name: `${count} × ${settings.env}, ${hidden.join("-")}, ${batch}, 1 update in ${every} steps`,
      request: { ...settings, ...more } as Request,
    };
  });
}

/** A peer, asked by `read` for what its answers hold. */
async function peerOf<Request extends LoopSettings>(
  { python, device }: BenchOptions,
  { script, takes }: (typeof PEERS)[string],
  read: (answer: Record<string, unknown>) => number,
): Promise<Found<Request>> {
  const found = await openPeer(python, script, [device]);
  if ("missing" in found) return found;
  const { name, description, ask, close } = found.peer;
  return {
    contestant: {
      ...{ name, description, takes, close },
      measure: async (request, round) => read(await ask({ ...request, seed: round })),
    },
  };
}

/** All contestants by their keys. */
function known<Request extends LoopSettings>(
  options: BenchOptions,
  read: (answer: Record<string, unknown>) => number,
  ours: (name: string, feed: Feed) => Contestant<Request>,
): Record<string, () => Promise<Found<Request>>> {
  const all: Record<string, () => Promise<Found<Request>>> = {};
  for (const [key, peer] of Object.entries(PEERS)) {
    all[key] = () => peerOf<Request>(options, peer, read);
  }
  for (const [key, { name, feed }] of Object.entries(FEEDS)) {
    all[key] = () => Promise.resolve({ contestant: ours(name, feed) });
  }
  return all;
}

/** Times loops, and trainings where there are seeds. */
export async function timeLoops(options: LoopOptions): Promise<Outcome[]> {
  const { rounds, seconds, only, seeds } = options;
  // Exploring as little as at the end of a run, so that the network is asked.
  const steady = { epsilonStart: CLEANRL.epsilonEnd };
  const speedTasks = tasksOf<SpeedRequest>(options, { seconds }).map(({ name, request }) => ({
    name,
    request: { ...request, ...steady },
  }));
  const speeds = known<SpeedRequest>(options, (a) => Number(a.stepsPerSecond), speedByDinoQ);
  const outcomes = [
    await playRounds({
      ...{ what: "training steps per second", by: "environments, network, batch, ratio" },
      ...{ tasks: speedTasks, rounds, seconds, contestants: await openContestants(speeds, only) },
    }),
  ];
  if (seeds === 0) return outcomes;
  const tasks = tasksOf<ArrivalRequest>(options, {
    threshold: THRESHOLD,
    checkEvery: CHECK_EVERY,
    episodes: CHECK_EPISODES,
  });
  const read = ({ seconds }: Record<string, unknown>) =>
    seconds === null ? Infinity : Number(seconds);
  const arrivals = known<ArrivalRequest>(options, read, arrivalByDinoQ);
  outcomes.push(
    await playRounds({
      ...{ what: `seconds of training to ${THRESHOLD}`, by: "environments, network, batch, ratio" },
      ...{ tasks, seconds: 0, isTime: true, rounds: seeds },
      contestants: await openContestants(arrivals, only),
      notes: [
        `a round is a seed; evaluated every ${CHECK_EVERY} steps over ${CHECK_EPISODES} greedy episodes, ` +
        `for ${options.steps} steps at most; – where the median has not arrived`,
      ],
    }),
  );
  return outcomes;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      envs: { type: "string", default: "1,10,100" },
      every: { type: "string", default: String(CLEANRL.every) },
      hidden: { type: "string", default: CLEANRL.hidden.join("-") },
      batch: { type: "string", default: String(CLEANRL.batch) },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      seeds: { type: "string", default: "0" },
      steps: { type: "string", default: String(CLEANRL.steps) },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "auto" },
      only: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  warnWhenBusy();
  const outcomes = await timeLoops({
    python: values.python,
    device: values.device,
    rounds: wholeNumber("rounds", values.rounds),
    seconds: positiveNumber("seconds", values.seconds),
    only: values.only?.split(","),
    envs: values.envs.split(",").map((each) => wholeNumber("envs", each)),
    every: wholeNumber("every", values.every),
    hidden: values.hidden.split("-").map((each) => wholeNumber("hidden", each)),
    batch: wholeNumber("batch", values.batch),
    seeds: wholeNumber("seeds", values.seeds, 0),
    steps: wholeNumber("steps", values.steps),
  });
  console.log(outcomes.map(outcomeText).join("\n\n"));
  if (values.json !== undefined) {
    const record = { command: typedCommand("loop.ts"), commit: await commit(), outcomes };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
