/**
 * What programs that learn Atari games have in common.
 *
 * @module
 */

import { atariPresets } from "../dqn/presets/atari.ts";
import type { Presets } from "../dqn/presets/preset.ts";
import type { Program } from "./program.ts";
import { atariId } from "./atari_games.ts";
import { atariStage } from "./atari_stage.ts";

/** How they run: the games are Python's, and long. */
export const ATARI: Pick<Program, "open" | "specialFlags" | "evalEpisodes"> = {
  open: atariStage,
  specialFlags: ["python"],
  evalEpisodes: 10,
};

/** Presets for a game, such as "Pong". */
export function gamePresets(game: string): Presets {
  return atariPresets(atariId(game));
}
