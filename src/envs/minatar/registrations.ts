/**
 * The MinAtar environments' ids, limits and thresholds.
 *
 * @module
 */

import type { Registration } from "../registration.ts";
import { Asterix } from "./asterix.ts";
import { Breakout } from "./breakout.ts";
import { Freeway } from "./freeway.ts";
import type { MinAtarGame, MinAtarOptions } from "./game.ts";
import { Seaquest } from "./seaquest.ts";
import { SpaceInvaders } from "./space_invaders.ts";

const GAMES: Readonly<Record<string, new (options: MinAtarOptions) => MinAtarGame>> = {
  Asterix,
  Breakout,
  Freeway,
  Seaquest,
  SpaceInvaders,
};

/** What `register` would have been called with; the package sets no limits and no thresholds. */
export const MINATAR: readonly Registration[] = Object.entries(GAMES).flatMap(([name, Game]) =>
  [false, true].map((useMinimalActionSet) => ({
    id: `MinAtar/${name}-v${useMinimalActionSet ? 1 : 0}`,
    entryPoint: (options: MinAtarOptions) => new Game(options),
    options: { stickyActionProb: 0.1, difficultyRamping: true, useMinimalActionSet },
  }))
);
