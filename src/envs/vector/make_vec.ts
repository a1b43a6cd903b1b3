/**
 * Vector environments by an environment's id: `makeVec("CartPole-v1", 4)`.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { suggestion } from "../../nearest.ts";
import { make, registry } from "../registry.ts";
import { SyncVectorEnv, type SyncVectorEnvOptions } from "./sync_vector_env.ts";
import type { WorkerVectorEnvOptions } from "./worker_setup.ts";
import { WorkerVectorEnv } from "./worker_vector_env.ts";

/**
 * Puts a wrapper around an environment, e.g. `(env: Env) => new TimeLimit(env, 50)`.
 *
 * @param env the environment, or what the wrapper before has made of it
 */
export type EnvWrapper = { wrap(env: Env<unknown, unknown>): Env<unknown, unknown> }["wrap"];

/** What {@linkcode makeVec} can be told for environments in this process. */
export interface MakeVecOptions extends SyncVectorEnvOptions {
  /** What `make` is told for each environment: its own options and `maxEpisodeSteps`. */
  readonly envOptions?: Readonly<Record<string, unknown>>;
  /** `"sync"`: in this process, the default. */
  readonly vectorizationMode?: "sync";
  /** Wrappers around each environment, the innermost first. */
  readonly wrappers?: readonly EnvWrapper[];
}

/** What {@linkcode makeVec} can be told for environments in workers. */
export interface MakeWorkerVecOptions extends WorkerVectorEnvOptions {
  /** `"worker"`: in Web Workers. */
  readonly vectorizationMode: "worker";
}

/**
 * Makes several environments of a kind that are stepped together, as Gymnasium's `make_vec`.
 *
 * | option              | for      | default       | meaning                                               |
 * | ------------------- | -------- | ------------- | ----------------------------------------------------- |
 * | `autoresetMode`     | both     | `"next_step"` | `"next_step"`, `"same_step"` or `"disabled"`          |
 * | `envOptions`        | both     | `{}`          | what `make(id, envOptions)` is told                   |
 * | `vectorizationMode` | both     | `"sync"`      | `"sync"`: in this process; `"worker"`: in Web Workers |
 * | `wrappers`          | `sync`   | none          | functions that wrap each environment, innermost first |
 * | `workers`           | `worker` | cores         | how many workers                                      |
 * | `modules`           | `worker` | none          | addresses of modules that register environments       |
 * | `sharedMemory`      | `worker` | true          | false: exchange everything by messages                |
 *
 * With `"sync"` it returns a {@linkcode SyncVectorEnv} at once, with `"worker"` the promise of a
 * {@linkcode WorkerVectorEnv}, whose page says when workers pay and which permission they need.
 *
 * @example
 * ```ts
 * import { makeVec } from "@dinoq/dinoq";
 *
 * const env = makeVec("CartPole-v1", 3, {
 *   autoresetMode: "same_step",
 *   envOptions: { maxEpisodeSteps: 100 },
 * });
 * const [observations] = env.reset({ seed: 1 }); // a Float32Array of 12
 * env.toString(); // SyncVectorEnv(CartPole-v1, numEnvs=3)
 * ```
 *
 * @example With a wrapper around each environment
 * ```ts
 * import { type Env, makeVec, TimeLimit } from "@dinoq/dinoq";
 *
 * const env = makeVec("CartPole-v1", 2, { wrappers: [(env: Env) => new TimeLimit(env, 20)] });
 * ```
 *
 * @param id the environments' registered name
 * @param numEnvs how many, at least 1
 * @param options see the table
 * @typeParam Obs an observation's type, for environments whose observations are no Float32Array
 * @typeParam Act an action's type, for environments whose actions are no numbers
 */
export function makeVec<Obs = Float32Array, Act = number>(
  id: string,
  numEnvs: number,
  options?: MakeVecOptions,
): SyncVectorEnv<Obs, Act>;
/** The same with environments in workers. */
export function makeVec<Obs = Float32Array, Act = number>(
  id: string,
  numEnvs: number,
  options: MakeWorkerVecOptions,
): Promise<WorkerVectorEnv<Obs, Act>>;
/** The same where the program decides which. */
export function makeVec<Obs = Float32Array, Act = number>(
  id: string,
  numEnvs: number,
  options: MakeVecOptions | MakeWorkerVecOptions,
): SyncVectorEnv<Obs, Act> | Promise<WorkerVectorEnv<Obs, Act>>;
export function makeVec<Obs, Act>(
  id: string,
  numEnvs: number,
  options: MakeVecOptions | MakeWorkerVecOptions = {},
): SyncVectorEnv<Obs, Act> | Promise<WorkerVectorEnv<Obs, Act>> {
  const who = `makeVec ${id}`;
  if (!Number.isSafeInteger(numEnvs) || numEnvs < 1) {
    throw new RangeError(`${who}: numEnvs must be an integer of at least 1, got ${numEnvs}`);
  }
  const { vectorizationMode = "sync" } = options;
  if (vectorizationMode !== "sync" && vectorizationMode !== "worker") {
    throw new RangeError(
      `${who}: vectorizationMode must be "sync" or "worker", got ${
        JSON.stringify(vectorizationMode)
      }`,
    );
  }
  checkNames(id, vectorizationMode, options);
  if (options.vectorizationMode === "worker") {
    const { vectorizationMode: _, ...own } = options;
    return WorkerVectorEnv.create<Obs, Act>(id, numEnvs, own);
  }
  const { autoresetMode, envOptions, wrappers = [] } = options;
  const makeOne = () => {
    let env = make<unknown, unknown>(id, envOptions);
    for (const wrap of wrappers) env = wrap(env);
    return env as Env<Obs, Act>;
  };
  return new SyncVectorEnv<Obs, Act>(
    new Array<typeof makeOne>(numEnvs).fill(makeOne),
    autoresetMode === undefined ? {} : { autoresetMode },
  );
}

const NAMES = {
  sync: ["autoresetMode", "envOptions", "vectorizationMode", "wrappers"],
  worker: [
    "autoresetMode",
    "envOptions",
    "vectorizationMode",
    "workers",
    "modules",
    "sharedMemory",
  ],
} as const;

/** Refuses options that are not this mode's, with a word on where they belong. */
function checkNames(id: string, mode: keyof typeof NAMES, options: object): void {
  const names: readonly string[] = NAMES[mode];
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const own = registry().get(id)?.options ?? {};
    const other = mode === "sync" ? "worker" : "sync";
    let hint = suggestion(name, [...names]);
    if (name === "maxEpisodeSteps" || Object.hasOwn(own, name)) {
      hint = `; it is the environment's: { envOptions: { ${name}: ... } }`;
    } else if (name === "wrappers") {
      hint =
        `, since functions can't be sent to workers; register the wrapped environment in a module ` +
        `and name that in modules`;
    } else if ((NAMES[other] as readonly string[]).includes(name)) {
      hint = `; it goes with vectorizationMode "${other}"`;
    }
    throw new RangeError(
      `makeVec ${id}: unknown option "${name}"${hint}. With vectorizationMode "${mode}" it takes: ${
        names.join(", ")
      }`,
    );
  }
}
