/**
 * Pong on the GPU.
 *
 * @module
 */

import type { BuiltInGpuEnv } from "./gpu_env.ts";

/** Pong, seen as pixels. */
export const GPU_ENVS_PONG: readonly BuiltInGpuEnv[] = [
  {
    id: "DinoQ/Pong-v0",
    file: "envs/pong",
    overrides: ({ opponentSpeed, pointsToWin }) => ({
      opponentSpeed: Number(opponentSpeed),
      pointsToWin: Number(pointsToWin),
    }),
  },
];
