/**
 * The errors for drawing what cannot be drawn.
 *
 * @module
 */

import type { EpisodePhase } from "../episode_phase.ts";

/**
 * Throws unless an environment can be drawn.
 *
 * @param name the environment's
 * @param phase where its episode stands
 * @param mode what was asked for
 * @param modes what there is
 */
export function checkCanRender(
  name: string,
  phase: EpisodePhase,
  mode: unknown,
  modes: readonly string[] = ["rgb_array"],
): void {
  if (!modes.includes(mode as string)) {
    throw new RangeError(
      `${name}: render mode must be ${modes.map((known) => `"${known}"`).join(" or ")}, got ${
        typeof mode === "string" ? JSON.stringify(mode) : String(mode)
      }`,
    );
  }
  if (phase === "unreset") {
    throw new Error(`${name}: render() before the first reset(); call reset() to start an episode`);
  }
}
