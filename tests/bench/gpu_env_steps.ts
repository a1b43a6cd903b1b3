/**
 * Steps per second of many environments at once: Gymnasium's vector environments, gymnax, and DinoQ's
 * on the processor and on the GPU, in turn on this machine.
 *
 *     deno run -A tests/bench/gpu_env_steps.ts --python .venv/bin/python
 *
 * Steps are counted over all lanes; episodes begin anew as they end. With the policy "random" actions
 * are uniform: drawn beforehand on the processor, as they are needed on a GPU. With hidden layers such
 * as 64-64 a network acts greedily, for those sides that have one beside their environments.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { makeVec } from "../../mod.ts";
import {
  positiveNumber,
  runMain,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { type Contestant, startPeer } from "./peer.ts";
import { commit } from "./repository.ts";
import { openRollouts, type RolloutRequest, type Rollouts } from "./rollouts.ts";
import {
  type BenchOptions,
  openContestants,
  type Outcome,
  outcomeText,
  playRounds,
  type Task,
} from "./rounds.ts";

const DEFAULT_TASKS = "random:16,random:1024,random:65536,64-64:1024,64-64:65536";
const DEFAULT_ENV = "CartPole-v1";
/** Steps of all lanes that are drawn beforehand, and between two looks at the clock. */
const DRAWN = 64;
/** Lanes beyond which environments one after another only take longer to make. */
const MOST_LANES = 1024;
/** Steps that the GPU's lanes make in the first call, from which the next ones are sized. */
const FIRST_STEPS = 64;

const HELP = `Times many environments at once: Gymnasium's, gymnax's and DinoQ's, in turn.

  --tasks LIST      policy:lanes, … [${DEFAULT_TASKS}]
  --env ID          an environment that all of them have [${DEFAULT_ENV}]
  --rounds N        how often each is timed; the table holds medians [5]
  --seconds X       how long each time [1]
  --python PATH     the Python that has gymnasium and gymnax [python3]
  --device NAME     auto, cpu or cuda: where gymnax runs [auto]
  --only LIST       of sync, numpy, gymnax, host, gpu [all]
  --json FILE       write all measurements here
  --help            print this

  sync    Gymnasium's SyncVectorEnv
  numpy   Gymnasium's vector environment in NumPy, which CartPole has
  gymnax  lanes by vmap, steps by scan
  host    DinoQ's makeVec, on the processor
  gpu     DinoQ's makeGpu, its steps stored in a replay buffer as in training`;

interface Request extends RolloutRequest {
  readonly seconds: number;
}

function parseTasks(text: string, env: string, seconds: number): Task<Request>[] {
  return text.split(",").map((part) => {
    const match = /^(random|\d+(?:-\d+)*):(\d+)$/.exec(part.trim());
    if (!match) {
      throw new RangeError(`--tasks wants entries like random:1024 or 64-64:1024, got "${part}"`);
    }
    const [, policy, text] = match;
    const lanes = wholeNumber("tasks", text);
    const name = `${env}, ${lanes.toLocaleString("en-US")} lanes, ${policy}`;
    return { name, request: { env, lanes, policy, seconds } };
  });
}

/** DinoQ's vector environment on the processor. */
function onProcessor(): Contestant<Request> {
  const runners = new Map<string, () => void>();
  const runnerFor = ({ env, lanes }: Request): () => void => {
    const key = `${env}:${lanes}`;
    const known = runners.get(key);
    if (known) return known;
    const envs = makeVec(env, lanes);
    envs.reset({ seed: 1 });
    const actions = Array.from(
      { length: DRAWN },
      () => Array.from({ length: lanes }, () => Number(envs.singleActionSpace.sample())),
    );
    const run = () => {
      for (const each of actions) envs.step(each);
    };
    run();
    runners.set(key, run);
    return run;
  };
  return {
    name: "DinoQ, processor",
    description: `Deno ${Deno.version.deno}`,
    isOurs: true,
    takes: ({ lanes, policy }) => policy === "random" && lanes <= MOST_LANES,
    measure(request) {
      const run = runnerFor(request);
      const started = performance.now();
      for (let steps = DRAWN;; steps += DRAWN) {
        run();
        const passed = (performance.now() - started) / 1000;
        if (passed >= request.seconds) return Promise.resolve(steps * request.lanes / passed);
      }
    },
    close() {},
  };
}

/** DinoQ's environments on the GPU. */
async function onGpu(): Promise<Contestant<Request>> {
  const opened = new Map<string, Rollouts>();
  const rolloutsFor = async ({ env, lanes, policy }: Request): Promise<Rollouts> => {
    const key = `${env}:${lanes}:${policy}`;
    const rollouts = opened.get(key) ?? await openRollouts({ env, lanes, policy });
    if (!opened.has(key)) await rollouts.play(FIRST_STEPS);
    opened.set(key, rollouts);
    return rollouts;
  };
  const { adapter } = await rolloutsFor({
    ...{ env: DEFAULT_ENV, lanes: 1, policy: "random", seconds: 0 },
  });
  return {
    name: "DinoQ, GPU",
    description: adapter,
    isOurs: true,
    async measure(request) {
      const rollouts = await rolloutsFor(request);
      const started = performance.now();
      let [done, passed, count] = [0, 0, FIRST_STEPS];
      while (passed < request.seconds) {
        await rollouts.play(count);
        done += count;
        passed = (performance.now() - started) / 1000;
        count = Math.max(FIRST_STEPS, Math.round(done / passed * request.seconds / 8));
      }
      return done * request.lanes / passed;
    },
    close() {
      for (const rollouts of opened.values()) rollouts.close();
    },
  };
}

/** Times steps. */
export async function timeSteps(
  { python, device, rounds, seconds, only }: BenchOptions,
  list: string = DEFAULT_TASKS,
  env: string = DEFAULT_ENV,
): Promise<Outcome> {
  const tasks = parseTasks(list, env, seconds);
  const gymnasium = (mode: string, most: number) =>
    startPeer<Request>(
      python,
      "gymnasium_vector.py",
      [mode],
      "stepsPerSecond",
      ({ policy, lanes }) => policy === "random" && lanes <= most,
    );
  const contestants = await openContestants<Request>({
    sync: () => gymnasium("sync", MOST_LANES),
    numpy: () => gymnasium("numpy", Infinity),
    gymnax: () => startPeer<Request>(python, "gymnax_steps.py", [device], "stepsPerSecond"),
    host: () => Promise.resolve({ contestant: onProcessor() }),
    gpu: async () => ({ contestant: await onGpu() }),
  }, only);
  return await playRounds({
    ...{ what: "environment steps per second", by: "environment, lanes, policy" },
    ...{ tasks, contestants, rounds, seconds },
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tasks: { type: "string", default: DEFAULT_TASKS },
      env: { type: "string", default: DEFAULT_ENV },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "1" },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "auto" },
      only: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  warnWhenBusy();
  const outcome = await timeSteps(
    {
      python: values.python,
      device: values.device,
      rounds: wholeNumber("rounds", values.rounds),
      seconds: positiveNumber("seconds", values.seconds),
      only: values.only?.split(","),
    },
    values.tasks,
    values.env,
  );
  console.log(outcomeText(outcome));
  if (values.json !== undefined) {
    const record = {
      command: typedCommand("gpu_env_steps.ts"),
      commit: await commit(),
      ...outcome,
    };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
