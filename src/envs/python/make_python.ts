/**
 * `makePython`: environments of Python's Gymnasium.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { JsonValue } from "../json.ts";
import { suggestion } from "../../nearest.ts";
import type { AutoresetMode, ObservationArray } from "../vector/vector_env.ts";
import { checkMode } from "../vector/vector_guard.ts";
import { type Launch, PythonProcess } from "./python_process.ts";
import { readSpace, type SpaceDescription, type Wire } from "./python_spaces.ts";
import { PythonVectorEnv, type PythonVersions, type PythonWorker } from "./python_vector_env.ts";
import { planWrappers, type PythonWrappers } from "./python_wrappers.ts";
import { SERVER } from "./server.generated.ts";

/** What {@linkcode makePython} can be told. */
export interface PythonOptions {
  /** How many environments; 1 if left out. */
  readonly numEnvs?: number;
  /** The environment's own arguments, named as in Python; `max_episode_steps` too. */
  readonly kwargs?: Readonly<Record<string, JsonValue>>;
  /** What they are wrapped in; nothing if left out. */
  readonly wrappers?: PythonWrappers;
  /** The interpreter, by name or path; `"python3"` if left out, `"python"` on Windows. */
  readonly python?: string;
  /** How many processes; as many as environments or processors if left out, whichever are fewer. */
  readonly workers?: number;
  /** What happens to an environment whose episode has ended; `"next_step"` if left out. */
  readonly autoresetMode?: AutoresetMode;
  /** Environment variables for the processes, on top of this one's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether what Python writes to its stderr (and stdout) is shown on stderr; true if left out. */
  readonly showsOutput?: boolean;
  /** How long the start may take, in ms; 120,000 if left out. */
  readonly startTimeout?: number;
  /** How long a reset or a step may take, in ms; Infinity if left out. */
  readonly callTimeout?: number;
}

const OPTIONS: readonly (keyof PythonOptions)[] = [
  "numEnvs",
  "kwargs",
  "wrappers",
  "python",
  "workers",
  "autoresetMode",
  "env",
  "showsOutput",
  "startTimeout",
  "callTimeout",
];

/** What a child tells when its environments are made. */
interface Ready {
  readonly observationSpace: SpaceDescription;
  readonly actionSpace: SpaceDescription;
  readonly maxEpisodeSteps: number | null;
  readonly rewardThreshold: number | null;
  readonly chain: string;
  readonly versions: PythonVersions;
}

/** How a child is started. */
export type Launcher = (options: PythonOptions) => Launch;

/**
 * Makes environments of Python's Gymnasium (1.0 or later, 1.4.0 tried), any that is registered there:
 * Atari games, MuJoCo, one's own. They run in child processes, several environments each, and are
 * stepped together: the result is a {@linkcode VectorEnv} whose `reset` and `step` return promises, and
 * there is no single {@linkcode Env} of them, since those answer at once. `numEnvs` is 1 by default.
 * `DQN.create` takes it as it is.
 *
 * ```sh
 * pip install "gymnasium[atari]==1.4.0" opencv-python
 * deno run --allow-run=python3 play.ts
 * ```
 *
 * ## Action space and observation space
 *
 * Those of the environment in Python, with its wrappers:
 *
 * | space           | an observation or action                                        |
 * | --------------- | --------------------------------------------------------------- |
 * | `Discrete`      | a number                                                        |
 * | `Box`           | a typed array in row-major order, of the type in the next table |
 * | `MultiDiscrete` | an Int32Array                                                   |
 * | `MultiBinary`   | an Int8Array                                                    |
 *
 * | dtype in Python                                       | here                                        |
 * | ----------------------------------------------------- | ------------------------------------------- |
 * | uint8, uint16, uint32, int8, int16, int32             | the same                                    |
 * | float32, float64                                      | the same                                    |
 * | float16                                               | Float32Array                                |
 * | bool                                                  | Uint8Array                                  |
 * | int64, uint64, all of it within 32 bits by its bounds | Int32Array                                  |
 * | int64, uint64, else                                   | Float64Array; an integer beyond 2^53 is an  |
 * |                                                       | error                                       |
 *
 * Other spaces are an error that names the wrapper which would help. An action in a `Discrete` must be
 * one of it; arrays must have the space's type and size, and their bounds are the environment's
 * business, as in Gymnasium. NaN comes through in both directions.
 *
 * ## Reward
 *
 * The environment's own, as float64.
 *
 * ## Start
 *
 * `reset({ seed, options })`: environment i gets `seed + i`, or the i-th of a list; the same seeds and
 * actions give what they give in Python. `options` go to Python's `reset` as they are, but for
 * `resetMask`.
 *
 * ## End
 *
 * - Termination and truncation: the environment's own, with the limit of steps that it is registered with
 *   (`kwargs: { max_episode_steps: 500 }` sets another).
 * - The three autoreset modes are those of {@linkcode VectorEnv}.
 *
 * ## Infos
 *
 * Those of {@linkcode VectorInfos}: numbers, booleans, strings, null, arrays, and lists and dicts of
 * them. int64 and uint64 arrays come as Float64Array, bool arrays as Uint8Array, tuples as lists. What is
 * none of these is left out. A key without one is cheaper: infos travel as JSON.
 *
 * ## Arguments
 *
 * | option          | type    | default       | meaning                                                   |
 * | --------------- | ------- | ------------- | --------------------------------------------------------- |
 * | `numEnvs`       | integer | 1             | how many environments                                     |
 * | `kwargs`        | object  | `{}`          | arguments of `gymnasium.make`, named as there             |
 * | `wrappers`      |         | `[]`          | `"atari"`, `{ kind: "atari", … }` or a list, see below    |
 * | `python`        | string  | `"python3"`   | the interpreter; in an active virtual environment that    |
 * |                 |         |               | one's                                                     |
 * | `workers`       | integer | fewer of      | how many processes; the environments are dealt out evenly |
 * |                 |         | environments, |                                                           |
 * |                 |         | processors    |                                                           |
 * | `autoresetMode` | string  | `"next_step"` | also `"same_step"`, `"disabled"`                          |
 * | `env`           | object  | `{}`          | environment variables, e.g. PYTHONPATH, OMP_NUM_THREADS   |
 * | `showsOutput`   | boolean | true          | whether what Python prints is shown on stderr             |
 * | `startTimeout`  | ms      | 120,000       | how long importing and making may take                    |
 * | `callTimeout`   | ms      | Infinity      | how long a reset or a step may take                       |
 *
 * An id may name a module to import first, as in Gymnasium: `"my_envs:Maze-v0"`.
 *
 * ## Wrappers
 *
 * A list, the innermost first: `[{ name: "ResizeObservation", kwargs: { shape: [84, 84] } }]`, each of
 * `gymnasium.wrappers` by its name or of one's own as `"module:Class"`. They run in Python.
 *
 * `"atari"` is the chain of V. Mnih et al., "Human-level control through deep reinforcement learning"
 * (2015) as Gymnasium has it: `AtariPreprocessing` (up to 30 steps of doing nothing at the start, an
 * action for 4 frames, the last two pooled by their maximum, 84×84 grey) and a stack of 4 pictures, so
 * an observation is 4×84×84 bytes, the newest picture last. The game's own frame skip is switched off;
 * its sticky actions (v5: probability 0.25) are not: `kwargs: { repeat_action_probability: 0 }`. As an
 * object it takes
 *
 * | option               | default | meaning                                                            |
 * | -------------------- | ------- | ------------------------------------------------------------------ |
 * | `frameSkip`          | 4       | frames a step                                                      |
 * | `noopMax`            | 30      | the most steps of doing nothing at the start                       |
 * | `screenSize`         | 84      | width and height, or both                                          |
 * | `terminalOnLifeLoss` | false   | whether a lost life terminates (the 2015 paper: true)              |
 * | `fireReset`          | false   | whether FIRE is pressed after a reset, where it is action 1        |
 * | `clipReward`         | false   | whether rewards are clipped to [-1, 1] (the paper: true); DQN's    |
 * |                      |         | `rewardClip` does so without hiding the score from an evaluation   |
 * | `frameStack`         | 4       | pictures in an observation; null where DQN's `frameStack` does it  |
 *
 * ## Errors
 *
 * An exception in Python is a {@linkcode PythonError} with the environment's id, the lane, the call and
 * Python's traceback; the next call must then be a `reset` of all. A child that dies is reported with
 * its exit code or signal and the last lines that it wrote; such a vector environment can only be
 * closed. Children end when `close` is called, and by themselves when this process ends, however it
 * does. There is no `getState`: Python's environments have no common way to tell their state.
 *
 * @example Two environments in two processes
 * ```ts ignore
 * import { makePython } from "@dinoq/dinoq";
 *
 * await using env = await makePython("ALE/Pong-v5", { numEnvs: 2, wrappers: "atari" });
 * let [observations] = await env.reset({ seed: 1 }); // a Uint8Array of 2 × 4 × 84 × 84
 * for (let step = 0; step < 100; step++) {
 *   const actions = [env.singleActionSpace.sample(), env.singleActionSpace.sample()];
 *   const [next, rewards, terminated, truncated] = await env.step(actions);
 *   observations = next;
 * }
 * ```
 *
 * @param id the environment's id in Python
 * @param options how many, how they are made and where they run
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 * @throws {PythonError} When Python can't make the environment, e.g. because there is none of that name,
 * or a package is missing: then it says what to type.
 * @throws {Error} When there is no such interpreter, the permission to run it is missing, or it does not
 * answer in time.
 */
export function makePython<Obs = ObservationArray, Act = number>(
  id: string,
  options: PythonOptions = {},
): Promise<PythonVectorEnv<Obs, Act>> {
  return makeWith(id, options, launchPython);
}

/** Reads the source of `server.py` from its standard input and runs it. */
const BOOTSTRAP = `import os, sys
size, source = int(sys.argv[1]), b""
while len(source) < size:
    part = os.read(0, size - len(source))
    if not part:
        sys.exit()
    source += part
exec(compile(source, "dinoq_server.py", "exec"))
`;

/** The command that starts Python. */
export function launchPython(options: PythonOptions): Launch {
  const preamble = new TextEncoder().encode(SERVER);
  const python = Deno.build.os === "windows" ? "python" : "python3";
  return {
    program: options.python ?? python,
    args: ["-c", BOOTSTRAP, String(preamble.length)],
    env: options.env ?? {},
    preamble,
    showsStderr: options.showsOutput ?? true,
  };
}

/** {@linkcode makePython} with another child: for tests that do without Python. */
export async function makeWith<Obs, Act>(
  id: string,
  options: PythonOptions,
  launcher: Launcher,
): Promise<PythonVectorEnv<Obs, Act>> {
  const who = `makePython ${id}`;
  const checked = check(who, id, options);
  const { numEnvs, workers, kwargs, autoresetMode } = checked;
  const plan = planWrappers(who, options.wrappers ?? []);
  const launch = launcher(options);

  const crew: PythonWorker[] = [];
  try {
    for (let k = 0, first = 0; k < workers; k++) {
      const count = Math.floor((numEnvs + k) / workers);
      crew.push({ process: new PythonProcess(launch, id, [first, count]), first, count });
      first += count;
    }
    const answers = await Promise.allSettled(crew.map(async ({ process, count }) => {
      const task = {
        id,
        count,
        kwargs: { ...plan.kwargs, ...kwargs },
        wrappers: plan.wrappers,
        autoresetMode,
      };
      process.send("make", undefined, task);
      const { value, body } = await process.receive("make", checked.startTimeout);
      return { ready: value as Ready, wires: readWires(value as Ready, body) };
    }));
    const ready = answers.map((answer) => {
      if (answer.status === "fulfilled") return answer.value;
      throw answer.reason;
    });
    const [{ ready: first, wires }] = ready;
    for (const other of ready) {
      const same = other.wires[0].space.equals(wires[0].space) &&
        other.wires[1].space.equals(wires[1].space);
      if (!same) throw new Error(`${who}: the environments have different spaces`);
    }
    return new PythonVectorEnv<Obs, Act>({
      spec: specOf(id, options, first),
      workers: crew,
      observations: wires[0],
      actions: wires[1],
      autoresetMode,
      callTimeout: checked.callTimeout,
      chain: first.chain,
      versions: first.versions,
    });
  } catch (error) {
    await Promise.allSettled(crew.map(({ process }) => process.close()));
    throw error;
  }
}

function readWires(ready: Ready, bounds: Uint8Array): [observations: Wire, actions: Wire] {
  const observations = readSpace(ready.observationSpace, bounds);
  const taken = ready.observationSpace.type === "Box" ? 16 * observations.size : 0;
  return [observations, readSpace(ready.actionSpace, bounds.subarray(taken))];
}

function specOf(id: string, { kwargs, wrappers }: PythonOptions, ready: Ready): EnvSpec {
  const { maxEpisodeSteps, rewardThreshold } = ready;
  return Object.freeze({
    id,
    options: Object.freeze({
      ...(kwargs === undefined ? {} : { kwargs }),
      ...(wrappers === undefined ? {} : { wrappers }),
    }),
    ...(maxEpisodeSteps === null ? {} : { maxEpisodeSteps }),
    ...(rewardThreshold === null ? {} : { rewardThreshold }),
  });
}

type Checked = Required<
  Pick<
    PythonOptions,
    "numEnvs" | "workers" | "kwargs" | "autoresetMode" | "startTimeout" | "callTimeout"
  >
>;

/** The options with their defaults, each checked. */
function check(who: string, id: unknown, options: PythonOptions): Checked {
  if (typeof id !== "string" || id === "") {
    throw new TypeError(`makePython: id must be an environment's name, got ${JSON.stringify(id)}`);
  }
  for (const name of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(name)) {
      throw new RangeError(
        `${who}: unknown option "${name}"${suggestion(name, OPTIONS)}. It takes: ${
          OPTIONS.join(", ")
        }; the environment's own arguments go into kwargs`,
      );
    }
  }
  const { numEnvs = 1, kwargs = {}, autoresetMode = "next_step" } = options;
  const { startTimeout = 120_000, callTimeout = Infinity } = options;
  integer(who, "numEnvs", numEnvs, Infinity);
  const { workers = Math.min(numEnvs, navigator.hardwareConcurrency) } = options;
  integer(who, "workers", workers, numEnvs);
  checkMode(who, autoresetMode);
  for (const [name, ms] of Object.entries({ startTimeout, callTimeout })) {
    if (typeof ms !== "number" || !(ms > 0)) {
      throw new RangeError(`${who}: ${name} must be a number of ms above 0, got ${ms}`);
    }
  }
  checkJson(who, "kwargs", kwargs);
  checkJson(who, "wrappers", options.wrappers ?? []);
  return { numEnvs, workers, kwargs, autoresetMode, startTimeout, callTimeout };
}

function integer(who: string, name: string, value: unknown, most: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > most) {
    const limit = most === Infinity ? "of at least 1" : `from 1 to numEnvs (${most})`;
    throw new RangeError(`${who}: ${name} must be an integer ${limit}, got ${value}`);
  }
}

/** Throws when JSON would lose a part of what Python is to be told. */
function checkJson(who: string, path: string, value: unknown): void {
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) return value.forEach((one, i) => checkJson(who, `${path}[${i}]`, one));
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, inner] of Object.entries(value)) checkJson(who, `${path}.${key}`, inner);
    return;
  }
  throw new TypeError(
    `${who}: ${path} must be JSON (finite numbers, strings, booleans, null, lists, objects) to get to ` +
      `Python, got ${typeof value} ${String(value)}`,
  );
}
