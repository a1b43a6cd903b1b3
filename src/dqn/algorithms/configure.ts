/**
 * A configuration put together from a preset, algorithms and single options, each over the one before.
 *
 * @module
 */

import { layered } from "../combinations.ts";
import type { DQNConfig } from "../config.ts";
import { OPTIONS } from "../options.ts";
import { combineAlgorithms } from "./by_name.ts";
import { supportFor } from "./support.ts";

/** What a configuration is put together from. */
export interface Layers {
  /** Id of the environment, which C51's support depends on. */
  readonly env: string;
  /** A preset's options. */
  readonly preset: DQNConfig;
  /** Algorithms by name; none leaves the preset's parts as they are. */
  readonly algorithms?: readonly string[];
  /** Single options. */
  readonly options?: DQNConfig;
}

/**
 * Puts a configuration together: defaults < preset < algorithms < single options. What a lower layer says
 * about a part that a higher one replaces goes with it. C51's support is the environment's unless a layer
 * names it.
 *
 * @returns Options to resolve.
 * @throws {RangeError} When algorithms contradict each other, or C51 has no support.
 */
export function configure({ env, preset, algorithms = [], options = {} }: Layers): DQNConfig {
  const chosen = algorithms.length === 0 ? {} : combineAlgorithms(algorithms);
  const config = layered(layered(preset, chosen), options);
  // Hidden layers go with the network that they were chosen for.
  if (options.network !== undefined && options.hiddenLayers === undefined) {
    if (JSON.stringify(options.network) !== JSON.stringify(preset.network ?? "mlp")) {
      delete (config as { hiddenLayers?: unknown }).hiddenLayers;
    }
  }
  if (config.distribution !== "c51" || (config.vMin !== undefined && config.vMax !== undefined)) {
    return config;
  }
  const {
    gamma = OPTIONS.gamma.default,
    rewardScale = OPTIONS.rewardScale.default,
    rewardClip = OPTIONS.rewardClip.default,
  } = config;
  const support = supportFor(env, { gamma, rewardScale, rewardClip });
  if (!support) {
    throw new RangeError(
      `C51 needs the range of returns, and for ${env} at a gamma of ${gamma} it is not known: ` +
        "give vMin and vMax (on a command line --v-min and --v-max)",
    );
  }
  return { ...support, ...config };
}
