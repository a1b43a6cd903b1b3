/**
 * A GPU environment as a rollout wants it: where its shader is, and how large its state is; and which
 * options make no sense with one.
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { RolloutSource } from "../dqn/environment_steps.ts";
import type { GpuEnv } from "../envs/gpu/gpu_env.ts";
import { shaderText } from "../gpu/shader.ts";
import { structBytes } from "../gpu/struct_layout.ts";

/** Where a user's WGSL lies among the shaders. */
const OWN_FILE = "envs/own";

/**
 * The shader of an environment.
 *
 * @throws {Error} When the size of its `State` can't be told; the message names the member.
 */
export function rolloutSource({ definition, spec }: GpuEnv): RolloutSource {
  const { source, overrides } = definition;
  const own = "wgsl" in source ? source.wgsl : undefined;
  const file = "file" in source ? source.file : OWN_FILE;
  return {
    name: definition.id,
    file,
    ...(own !== undefined && { texts: { [OWN_FILE]: own } }),
    overrides,
    stateBytes: stateBytes(definition.id, own ?? shaderText(file)),
    limit: spec.maxEpisodeSteps ?? 0,
  };
}

function stateBytes(id: string, wgsl: string): number {
  try {
    return structBytes(wgsl, "State");
  } catch (error) {
    throw new RangeError(`the environment ${id}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Refuses options that need to know on the host what happens in the environments.
 *
 * @throws {RangeError} That says which option, and what to use instead.
 */
export function checkGpuConfig(config: ResolvedConfig): void {
  const { trainFreq, targetUpdateInterval, actionMasks } = config;
  const where = "where environments are on the GPU";
  for (const [name, { unit }] of Object.entries({ trainFreq, targetUpdateInterval })) {
    if (unit !== "episode") continue;
    throw new RangeError(
      `${name} counts episodes, and ${where} the host does not know when one ends: count steps, ` +
        `as in ${name}: { every: 64, unit: "step" }`,
    );
  }
  if (actionMasks) {
    throw new RangeError(
      `actionMasks is set, and ${where} there are none: leave it out, or use make instead of makeGpu`,
    );
  }
}
