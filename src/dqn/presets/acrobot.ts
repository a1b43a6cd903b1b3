/**
 * Presets for Acrobot.
 *
 * @module
 */

import { DOPAMINE_ACROBOT } from "./dopamine.ts";
import type { Preset } from "./preset.ts";
import { SMALL_ACROBOT } from "./small.ts";
import { ZOO_ACROBOT } from "./zoo.ts";
import { ZOO_QR_ACROBOT } from "./zoo_qr.ts";

/** Presets for Acrobot; "default" is DinoQ's own. */
export const ACROBOT_PRESETS: Readonly<Record<string, Preset>> = {
  default: {
    ...ZOO_QR_ACROBOT,
    description: "the zoo's QR-DQN; keeps the best network of 50",
    source: "DinoQ",
    // Good networks come and go to the end. A hundred episodes tell them apart within a step or two: an
    // episode's return varies by ten, as one swing more or less is needed.
    evaluation: { every: 2_000, episodes: 100 },
  },
  zoo: ZOO_ACROBOT,
  "zoo-qr": ZOO_QR_ACROBOT,
  ...DOPAMINE_ACROBOT,
  small: SMALL_ACROBOT,
};
