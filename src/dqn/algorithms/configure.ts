/**
 * A configuration put together from a preset, algorithms and single options, each over the one before.
 *
 * @module
 */

import { layered } from "../combinations.ts";
import type { DQNConfig } from "../config.ts";
import { combineAlgorithms } from "./by_name.ts";
import { withSupport } from "./support.ts";

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
  // Options over algorithms first, so that a part that they take back leaves the preset's as it was.
  const over = layered(chosen, options);
  const { exploration: _, ...rest } = preset;
  // An algorithm that explores by noise does so instead of what the preset has, be that noisy or not.
  const config = layered(chosen.noisy && over.noisy ? rest : preset, over);
  // Hidden layers go with the network that they were chosen for.
  if (options.network !== undefined && options.hiddenLayers === undefined) {
    if (JSON.stringify(options.network) !== JSON.stringify(preset.network ?? "mlp")) {
      delete (config as { hiddenLayers?: unknown }).hiddenLayers;
    }
  }
  return withSupport(config, env);
}
