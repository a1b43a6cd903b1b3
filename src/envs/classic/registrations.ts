/**
 * The classic control environments' ids, limits and thresholds, as in Gymnasium.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { Acrobot } from "./acrobot.ts";
import { CartPole } from "./cartpole.ts";
import { MountainCar } from "./mountain_car.ts";

/** What `register` would have been called with. */
export const CLASSIC: readonly Registration[] = [
  {
    id: "CartPole-v0",
    entryPoint: (options) => new CartPole(options),
    options: { suttonBartoReward: false },
    maxEpisodeSteps: 200,
    rewardThreshold: 195,
  },
  {
    id: "CartPole-v1",
    entryPoint: (options) => new CartPole(options),
    options: { suttonBartoReward: false },
    maxEpisodeSteps: 500,
    rewardThreshold: 475,
  },
  {
    id: "MountainCar-v0",
    entryPoint: (options) => new MountainCar(options),
    options: { goalVelocity: 0 },
    maxEpisodeSteps: 200,
    rewardThreshold: -110,
  },
  {
    id: "Acrobot-v1",
    entryPoint: () => new Acrobot(),
    maxEpisodeSteps: 500,
    rewardThreshold: -100,
  },
];
