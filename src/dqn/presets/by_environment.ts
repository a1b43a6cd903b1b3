/**
 * Which presets there are for an environment.
 *
 * @module
 */

import { ACROBOT_PRESETS } from "./acrobot.ts";
import { CARTPOLE_PRESETS } from "./cartpole.ts";
import { LUNAR_LANDER_PRESETS } from "./lunar_lander.ts";
import { minatarPresets } from "./minatar.ts";
import { MOUNTAIN_CAR_PRESETS } from "./mountain_car.ts";
import { PONG_PRESETS } from "./pong.ts";
import type { Preset, Presets } from "./preset.ts";

export type { Presets } from "./preset.ts";

const BY_ID: Readonly<Record<string, Presets>> = {
  "MountainCar-v0": MOUNTAIN_CAR_PRESETS,
  "Acrobot-v1": ACROBOT_PRESETS,
  "DinoQ/Pong-v0": PONG_PRESETS,
  "LunarLander-v2": LUNAR_LANDER_PRESETS,
  "LunarLander-v3": LUNAR_LANDER_PRESETS,
};

/** What there is for an environment without presets of its own. */
const PLAIN: Omit<Preset, "env"> = {
  description: "the library's defaults, which are Stable-Baselines3's, with 50,000 rows of replay",
  source: "Stable-Baselines3, DQN",
  config: { bufferSize: 50_000 },
  length: { steps: 50_000 },
};

/** Ids of the environments that have presets of their own. */
export const PRESET_IDS: readonly string[] = ["CartPole-v0", "CartPole-v1", ...Object.keys(BY_ID)];

/**
 * Presets for an environment.
 *
 * @param id Its registered name.
 */
export function presetsFor(id: string): Presets {
  if (id.startsWith("MinAtar/")) return minatarPresets(id);
  // Versions that are close enough share presets, each of which then runs in the one asked for.
  const own = id in BY_ID
    ? BY_ID[id]
    : Object.fromEntries(Object.entries(CARTPOLE_PRESETS).filter(([, { env }]) => env === id));
  const presets = Object.keys(own).length > 0 ? own : { plain: { ...PLAIN, env: id } };
  return Object.fromEntries(
    Object.entries(presets).map(([name, preset]) => [name, { ...preset, env: id }]),
  );
}
