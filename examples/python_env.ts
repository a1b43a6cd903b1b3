/**
 * Steps environments of Python's Gymnasium from here, with random actions, and says how fast.
 *
 *   deno run --allow-run=python3 examples/python_env.ts
 *   deno run --allow-run=python3 examples/python_env.ts --id ALE/Pong-v5 --wrappers atari --num-envs 4
 *   deno run --allow-run=.venv/bin/python examples/python_env.ts --python .venv/bin/python
 *
 * Python needs Gymnasium; `--help` has the line to type.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { makePython, type PythonOptions, type PythonVectorEnv } from "../mod.ts";
import { Interrupt, INTERRUPTED } from "../src/cli/interrupt.ts";

const HELP = `Steps environments of Python's Gymnasium with random actions.

  --id NAME         the environment's id in Python, or module:NAME [CartPole-v1]
  --num-envs N      how many [4]
  --workers N       how many Python processes [environments or processors, whichever are fewer]
  --wrappers NAME   "atari", or JSON: [{"name": "ResizeObservation", "kwargs": {"shape": [84, 84]}}]
  --kwargs JSON     the environment's own arguments, e.g. '{"max_episode_steps": 100}'
  --mode NAME       next_step, same_step or disabled [next_step]
  --python PATH     the interpreter [python3]
  --steps N         steps of all environments together; Ctrl-C ends sooner [20000]
  --seed N          of the environments and the actions [1]
  --help            print this

Set-up of Python (3.10 or later), in an environment of its own or not:

  python3 -m pip install "gymnasium[classic-control,box2d,atari]==1.4.0" opencv-python`;

/** What the command line says. */
interface Plan {
  readonly id: string;
  readonly options: PythonOptions;
  readonly steps: number;
  readonly seed: number;
}

function readPlan(): Plan | undefined {
  const { values } = parseArgs({
    options: {
      id: { type: "string", default: "CartPole-v1" },
      "num-envs": { type: "string", default: "4" },
      workers: { type: "string" },
      wrappers: { type: "string" },
      kwargs: { type: "string", default: "{}" },
      mode: { type: "string", default: "next_step" },
      python: { type: "string" },
      steps: { type: "string", default: "20000" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const { id, workers, wrappers, python } = values;
  return {
    id,
    options: {
      numEnvs: wholeNumber("num-envs", values["num-envs"]),
      kwargs: json("kwargs", values.kwargs) as PythonOptions["kwargs"],
      autoresetMode: values.mode as PythonOptions["autoresetMode"],
      ...(workers === undefined ? {} : { workers: wholeNumber("workers", workers) }),
      ...(wrappers === undefined ? {} : {
        wrappers: (wrappers === "atari" ? wrappers : json("wrappers", wrappers)) as "atari",
      }),
      ...(python === undefined ? {} : { python }),
    },
    steps: wholeNumber("steps", values.steps),
    seed: wholeNumber("seed", values.seed),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${flag} must be a whole number, got "${text}"`);
  return Number(text);
}

function json(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`--${flag} must be JSON, got ${text}: ${(error as Error).message}`);
  }
}

/** Random actions until the steps are done or a person has had enough. */
async function play(
  env: PythonVectorEnv<unknown, unknown>,
  { steps, seed }: Plan,
  signal: AbortSignal,
): Promise<void> {
  const { numEnvs, singleActionSpace, autoresetMode } = env;
  singleActionSpace.seed(seed);
  await env.reset({ seed });
  const running = new Float64Array(numEnvs);
  const returns: number[] = [];
  const started = performance.now();
  let done = 0;
  while (done < steps && !signal.aborted) {
    const actions = Array.from({ length: numEnvs }, () => singleActionSpace.sample());
    const [, rewards, terminated, truncated] = await env.step(actions);
    done += numEnvs;
    const resetMask = terminated.map((is, lane) => is || truncated[lane]);
    for (let lane = 0; lane < numEnvs; lane++) {
      running[lane] += rewards[lane];
      if (!resetMask[lane]) continue;
      returns.push(running[lane]);
      running[lane] = 0;
    }
    if (autoresetMode === "disabled" && resetMask.includes(true)) {
      await env.reset({ options: { resetMask } });
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  console.log(`${done} steps in ${seconds.toFixed(1)} s: ${Math.round(done / seconds)} a second`);
  console.log(
    returns.length === 0
      ? "no episode has ended"
      : `${returns.length} episodes, mean return ${mean.toFixed(1)}`,
  );
}

async function main(): Promise<number> {
  const plan = readPlan();
  if (plan === undefined) {
    console.log(HELP);
    return 0;
  }
  using interrupt = new Interrupt(() => console.error("ending; once more to end at once"));
  await using env = await makePython<unknown, unknown>(plan.id, plan.options);
  const { python, gymnasium } = env.versions;
  console.log(`${env}, ${env.pids.length} processes of Python ${python}, Gymnasium ${gymnasium}`);
  console.log(env.chain);
  console.log(`observations: ${env.singleObservationSpace}`);
  console.log(`actions: ${env.singleActionSpace}`);
  await play(env, plan, interrupt.signal);
  return interrupt.signal.aborted ? INTERRUPTED : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(1);
  }
}
