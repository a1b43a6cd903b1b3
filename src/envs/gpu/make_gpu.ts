/**
 * GPU environments by name: `makeGpu("CartPole-v1", 64)`.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import { make, registry } from "../registry.ts";
import { suggestion } from "../../nearest.ts";
import { GPU_ENVS_CLASSIC } from "./classic.ts";
import { GPU_ENVS_MINATAR } from "./minatar.ts";
import { GPU_ENVS_PONG } from "./pong.ts";
import {
  type BuiltInGpuEnv,
  GpuEnv,
  type GpuEnvDefinition,
  type GpuObservationSpace,
} from "./gpu_env.ts";
import type { Discrete } from "../spaces/discrete.ts";

const BUILT_IN: ReadonlyMap<string, BuiltInGpuEnv> = new Map(
  [...GPU_ENVS_CLASSIC, ...GPU_ENVS_MINATAR, ...GPU_ENVS_PONG].map((env) => [env.id, env]),
);

/** What {@linkcode makeGpu} takes beside the environment's own options. */
export interface MakeGpuOptions {
  /** Another limit on episodes than the environment's, or null for none. */
  readonly maxEpisodeSteps?: number | null;
  /** The environment's own options. */
  readonly [option: string]: unknown;
}

/**
 * The environments that {@linkcode makeGpu} knows by name.
 *
 * @example
 * ```ts
 * import { gpuEnvIds } from "@dinoq/dinoq";
 *
 * gpuEnvIds().includes("CartPole-v1"); // true
 * ```
 */
export function gpuEnvIds(): string[] {
  return [...BUILT_IN.keys()];
}

/**
 * Makes a number of environments that live on the GPU. They are the same as those that `make` makes,
 * in float32 and with other random numbers, and take the same options.
 *
 * @example Sixty-four at once
 * ```ts
 * import { makeGpu } from "@dinoq/dinoq";
 *
 * const env = makeGpu("CartPole-v1", 64, { maxEpisodeSteps: 200 });
 * env.singleObservationSpace.size; // 4
 * env.toString(); // <GpuEnv<CartPole-v1>, 64>
 * ```
 *
 * @param idOrDefinition a name that {@linkcode gpuEnvIds} lists, or what {@linkcode defineGpuEnv} returned
 * @param n how many
 * @param options the environment's own options, and `maxEpisodeSteps`: another limit on episodes, or
 * null for none. For a definition of one's own the options are its `overrides`
 */
export function makeGpu(
  idOrDefinition: string | GpuEnvDefinition,
  n: number,
  options: MakeGpuOptions = {},
): GpuEnv {
  const isName = typeof idOrDefinition === "string";
  const id = isName ? idOrDefinition : checkedDefinition(idOrDefinition).id;
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`makeGpu ${id}: n must be an integer of at least 1, got ${n}`);
  }
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`makeGpu ${id}: options must be an object, got ${options}`);
  }
  const definition = isName ? builtIn(id, options) : withOptions(idOrDefinition, options);
  const { maxEpisodeSteps, rewardThreshold } = definition;
  const spec: EnvSpec = Object.freeze({
    id,
    options: Object.freeze({ ...options }),
    ...(maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps }),
    ...(rewardThreshold === undefined ? {} : { rewardThreshold }),
  });
  return new GpuEnv(definition, n, spec);
}

/** Refuses what is neither a name nor a definition. */
function checkedDefinition(given: GpuEnvDefinition): GpuEnvDefinition {
  if (typeof given !== "object" || given === null || given.source === undefined) {
    throw new TypeError(
      `makeGpu: wanted a name or what defineGpuEnv returned, got ${
        given === null ? "null" : typeof given
      }`,
    );
  }
  return given;
}

/** The definition of an environment of ours: what `make` makes, with our file for it. */
function builtIn(id: string, options: MakeGpuOptions): GpuEnvDefinition {
  const known = BUILT_IN.get(id);
  if (known === undefined) {
    const isRegistered = registry().has(id);
    throw new RangeError(
      `makeGpu: ${isRegistered ? "no WGSL for" : "unknown environment"} ${JSON.stringify(id)}${
        isRegistered ? "" : suggestion(id, BUILT_IN.keys())
      }. On the GPU there are: ${gpuEnvIds().join(", ")}`,
    );
  }
  // It checks the options, and has the spaces, which may depend on them.
  const env = make(id, options);
  const { maxEpisodeSteps, rewardThreshold } = env.spec!;
  const complete = { ...registry().get(id)!.options, ...options };
  return Object.freeze({
    id,
    source: Object.freeze({ file: known.file }),
    observationSpace: env.observationSpace as GpuObservationSpace,
    actionSpace: env.actionSpace as Discrete,
    ...(maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps }),
    ...(rewardThreshold === undefined ? {} : { rewardThreshold }),
    overrides: Object.freeze(known.overrides?.(complete) ?? {}),
  });
}

/** A definition of the user's, with other overrides and another limit. */
function withOptions(definition: GpuEnvDefinition, options: MakeGpuOptions): GpuEnvDefinition {
  const { id } = definition;
  const { maxEpisodeSteps: given, ...own } = options;
  const overrides: Record<string, number> = { ...definition.overrides };
  for (const [name, value] of Object.entries(own)) {
    if (!Object.hasOwn(overrides, name)) {
      const names = [...Object.keys(overrides), "maxEpisodeSteps"];
      throw new RangeError(
        `makeGpu ${id}: unknown option "${name}"${suggestion(name, names)}. It takes: ${
          names.join(", ")
        }`,
      );
    }
    if (typeof value !== "boolean" && !(typeof value === "number" && Number.isFinite(value))) {
      throw new TypeError(
        `makeGpu ${id}: ${name} must be a number or a boolean, got ${String(value)}`,
      );
    }
    overrides[name] = Number(value);
  }
  if (given !== undefined && given !== null && !(Number.isSafeInteger(given) && given >= 1)) {
    throw new RangeError(
      `makeGpu ${id}: maxEpisodeSteps must be an integer of at least 1 or null (no limit), got ${given}`,
    );
  }
  const { maxEpisodeSteps: ownLimit, ...rest } = definition;
  const limit = given === undefined ? ownLimit : given ?? undefined;
  return Object.freeze({
    ...rest,
    ...(limit === undefined ? {} : { maxEpisodeSteps: limit }),
    overrides: Object.freeze(overrides),
  });
}
