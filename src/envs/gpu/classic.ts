/**
 * The classic control environments that run on the GPU.
 *
 * @module
 */

import type { BuiltInGpuEnv } from "./gpu_env.ts";

/** CartPole, MountainCar and Acrobot. */
export const GPU_ENVS_CLASSIC: readonly BuiltInGpuEnv[] = [
  ...["CartPole-v0", "CartPole-v1"].map((id) => ({
    id,
    file: "envs/cartpole",
    overrides: ({ suttonBartoReward }: Readonly<Record<string, unknown>>) => ({
      suttonBartoReward: Number(suttonBartoReward),
    }),
  })),
  {
    id: "MountainCar-v0",
    file: "envs/mountain_car",
    overrides: ({ goalVelocity }) => ({ goalVelocity: Number(goalVelocity) }),
  },
  { id: "Acrobot-v1", file: "envs/acrobot" },
];
