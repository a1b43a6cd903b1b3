/**
 * MinAtar's games that run on the GPU: all of them.
 *
 * @module
 */

import { MINATAR } from "../minatar/registrations.ts";
import type { BuiltInGpuEnv } from "./gpu_env.ts";

/** The games' files, by what their names begin with. */
const FILES: Readonly<Record<string, string>> = {
  "MinAtar/Asterix-": "envs/asterix",
  "MinAtar/Breakout-": "envs/breakout",
  "MinAtar/Freeway-": "envs/freeway",
  "MinAtar/Seaquest-": "envs/seaquest",
  "MinAtar/SpaceInvaders-": "envs/space_invaders",
};

/** Asterix, Breakout, Freeway, Seaquest and Space Invaders, each with all six actions and without. */
export const GPU_ENVS_MINATAR: readonly BuiltInGpuEnv[] = Object.entries(FILES).flatMap(
  ([start, file]) =>
    MINATAR.filter(({ id }) => id.startsWith(start)).map(({ id }) => ({
      id,
      file,
      overrides: ({ stickyActionProb, difficultyRamping, useMinimalActionSet }) => ({
        stickyActionProb: Number(stickyActionProb),
        difficultyRamping: Number(difficultyRamping),
        useMinimalActionSet: Number(useMinimalActionSet),
      }),
    })),
);
