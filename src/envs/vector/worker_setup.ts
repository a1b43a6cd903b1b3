/**
 * Starting a vector environment's workers: what was asked for is checked, the environments are made.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import { make, registry } from "../registry.ts";
import type { Space } from "../spaces/space.ts";
import { layoutOf } from "./layout.ts";
import { canShareMemory, planMemory } from "./shared_memory.ts";
import type { AutoresetMode } from "./vector_env.ts";
import { checkMode } from "./vector_guard.ts";
import { checkReadPermission } from "./worker_permission.ts";
import { dealLanes, WorkerPool } from "./worker_pool.ts";
import type { WorkerMade } from "./worker_protocol.ts";

/** What `WorkerVectorEnv.create` can be told. */
export interface WorkerVectorEnvOptions {
  /** What happens to an environment whose episode has ended, `"next_step"` if left out. */
  readonly autoresetMode?: AutoresetMode;
  /** What `make` is told for each environment; it is sent to workers, so it can't hold functions. */
  readonly envOptions?: Readonly<Record<string, unknown>>;
  /** How many workers; as many as the machine has cores if left out, at most one an environment. */
  readonly workers?: number;
  /** Absolute addresses of modules that each worker imports first: they register environments. */
  readonly modules?: readonly (string | URL)[];
  /** Whether to exchange numbers through shared memory, where there is such; true if left out. */
  readonly sharedMemory?: boolean;
}

/** Workers with their environments. */
export interface StartedWorkers<Obs, Act> {
  /** The environments' name. */
  readonly id: string;
  /** How many there are. */
  readonly numEnvs: number;
  /** What happens at an episode's end. */
  readonly autoresetMode: AutoresetMode;
  /** The workers. */
  readonly pool: WorkerPool;
  /** A single environment's observations. */
  readonly observationSpace: Space<Obs>;
  /** A single environment's actions. */
  readonly actionSpace: Space<Act>;
  /** How a single environment was made. */
  readonly spec?: EnvSpec;
  /** Whether all can tell their states. */
  readonly hasState: boolean;
}

/** Starts workers; when something fails, none is left. */
export async function startWorkers<Obs, Act>(
  id: string,
  numEnvs: number,
  options: WorkerVectorEnvOptions,
): Promise<StartedWorkers<Obs, Act>> {
  const { autoresetMode = "next_step", envOptions = {}, sharedMemory = true } = options;
  const who = `WorkerVectorEnv(${id})`;
  if (!Number.isSafeInteger(numEnvs) || numEnvs < 1) {
    throw new RangeError(`${who}: numEnvs must be an integer of at least 1, got ${numEnvs}`);
  }
  checkMode(who, autoresetMode);
  const lanes = dealLanes(numEnvs, workerCount(who, numEnvs, options.workers));
  const modules = moduleAddresses(who, options.modules);
  checkReadPermission(who, [new URL("../../", import.meta.url), ...modules]);

  // The spaces have to be known here too, so one environment is made here for a moment.
  if (!registry().has(id)) {
    for (const { href } of modules) await import(/* @vite-ignore */ href);
  }
  const sample = make<Obs, Act>(id, envOptions);
  const { observationSpace, actionSpace, spec } = sample;
  sample.close();

  const action = layoutOf(actionSpace), observation = layoutOf(observationSpace);
  const memory = sharedMemory && canShareMemory() && action && observation
    ? planMemory(numEnvs, lanes.length, action, observation)
    : undefined;
  const pool = new WorkerPool(id, lanes, memory);
  try {
    const made = await pool.all("open", (range, worker) => ({
      id,
      envOptions,
      autoresetMode,
      modules: modules.map(({ href }) => href),
      worker,
      ...range,
      ...(memory ? { memory } : {}),
    }));
    checkSpaces(who, made, `${observationSpace}`, `${actionSpace}`);
    return {
      id,
      numEnvs,
      autoresetMode,
      pool,
      observationSpace,
      actionSpace,
      hasState: made.every(({ hasState }) => hasState),
      ...(spec === undefined ? {} : { spec }),
    };
  } catch (error) {
    pool.end(new Error(`${who} could not be made`));
    throw error;
  }
}

/** Throws when a worker has other spaces than there are here. */
function checkSpaces(
  who: string,
  made: readonly WorkerMade[],
  observationSpace: string,
  actionSpace: string,
): void {
  for (const [worker, its] of made.entries()) {
    if (its.observationSpace === observationSpace && its.actionSpace === actionSpace) continue;
    throw new TypeError(
      `${who}: worker ${worker} has the spaces ${its.observationSpace} and ${its.actionSpace}, ` +
        `and here they are ${observationSpace} and ${actionSpace}`,
    );
  }
}

/** How many workers there will be. */
function workerCount(who: string, numEnvs: number, given: number | undefined): number {
  const workers = given ?? Math.min(numEnvs, globalThis.navigator?.hardwareConcurrency ?? 1);
  if (Number.isSafeInteger(workers) && workers >= 1 && workers <= numEnvs) return workers;
  throw new RangeError(
    `${who}: workers must be an integer from 1 to ${numEnvs}, the number of environments, got ${workers}`,
  );
}

/** The modules' addresses. */
function moduleAddresses(who: string, modules: readonly (string | URL)[] = []): URL[] {
  if (!Array.isArray(modules)) {
    throw new TypeError(`${who}: modules must be a list of addresses, got ${modules}`);
  }
  return modules.map((module: string | URL) => {
    if (URL.canParse(module)) return new URL(module);
    throw new TypeError(
      `${who}: modules must hold absolute addresses, such as import.meta.resolve("./my_env.ts"), got ${
        JSON.stringify(module)
      }`,
    );
  });
}
