/**
 * The toy text environments' ids, limits and thresholds, as in Gymnasium; and Taxi-v3, which it has
 * retired.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { Blackjack } from "./blackjack.ts";
import { CliffWalking } from "./cliff_walking.ts";
import { FrozenLake } from "./frozen_lake.ts";
import { Taxi } from "./taxi.ts";

const LAKE = { desc: null, isSlippery: true, successRate: 1 / 3, rewardSchedule: [1, 0, 0] };

const TAXI = {
  entryPoint: (options: Readonly<Record<string, unknown>>): Taxi => new Taxi(options),
  options: {
    isRainy: false,
    ficklePassenger: false,
    rainyProbability: 0.8,
    fickleProbability: 0.3,
  },
  maxEpisodeSteps: 200,
  rewardThreshold: 8,
};

/** What `register` would have been called with. */
export const TOY_TEXT: readonly Registration[] = [
  {
    id: "Blackjack-v1",
    entryPoint: (options) => new Blackjack(options),
    options: { natural: false, sab: true },
  },
  {
    id: "FrozenLake-v1",
    entryPoint: (options) => new FrozenLake(options),
    options: { ...LAKE, mapName: "4x4" },
    maxEpisodeSteps: 100,
    rewardThreshold: 0.7,
  },
  {
    id: "FrozenLake8x8-v1",
    entryPoint: (options) => new FrozenLake(options),
    options: { ...LAKE, mapName: "8x8" },
    maxEpisodeSteps: 200,
    rewardThreshold: 0.85,
  },
  {
    id: "CliffWalking-v1",
    entryPoint: (options) => new CliffWalking(options),
    options: { isSlippery: false },
  },
  {
    id: "CliffWalkingSlippery-v1",
    entryPoint: (options) => new CliffWalking(options),
    options: { isSlippery: true },
  },
  { id: "Taxi-v3", ...TAXI },
  { id: "Taxi-v4", ...TAXI },
];
