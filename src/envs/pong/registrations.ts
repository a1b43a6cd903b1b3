/**
 * Pong's id, limit and threshold.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { Pong } from "./pong.ts";

/** What `register` would have been called with. */
export const PONG: readonly Registration[] = [
  {
    id: "DinoQ/Pong-v0",
    entryPoint: (options) => new Pong(options),
    options: { opponentSpeed: 12, pointsToWin: 21 },
    maxEpisodeSteps: 10_000,
    rewardThreshold: 15,
  },
];
