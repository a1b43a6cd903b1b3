/**
 * Presets for MountainCar.
 *
 * @module
 */

import { DOPAMINE_MOUNTAIN_CAR } from "./dopamine.ts";
import type { Preset } from "./preset.ts";
import { SMALL_MOUNTAIN_CAR } from "./small.ts";
import { ZOO_MOUNTAIN_CAR } from "./zoo.ts";
import { ZOO_QR_MOUNTAIN_CAR } from "./zoo_qr.ts";

/** Presets for MountainCar; "default" is DinoQ's own. */
export const MOUNTAIN_CAR_PRESETS: Readonly<Record<string, Preset>> = {
  default: {
    description: "the zoo's as Double DQN with a falling learning rate; keeps the best network",
    source: "DinoQ",
    env: "MountainCar-v0",
    config: {
      ...ZOO_MOUNTAIN_CAR.config,
      // Down to nothing in the end: at a constant rate, good networks come and go.
      learningRateSchedule: "linear",
      learningRateFinal: 1e-5,
      hiddenLayers: [128, 128],
      doubleQ: true,
    },
    length: { steps: 200_000 },
    evaluation: { every: 5_000, episodes: 50 },
  },
  zoo: ZOO_MOUNTAIN_CAR,
  "zoo-qr": ZOO_QR_MOUNTAIN_CAR,
  ...DOPAMINE_MOUNTAIN_CAR,
  small: SMALL_MOUNTAIN_CAR,
};
