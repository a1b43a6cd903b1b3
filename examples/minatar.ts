/**
 * Plays MinAtar: trains a DQN on one of the five games, 10 × 10 pixels each, then evaluates it greedily.
 *
 *   deno run examples/minatar.ts                                    Breakout, DinoQ's own preset
 *   deno run examples/minatar.ts --game seaquest --steps 3000000
 *   deno run examples/minatar.ts --game freeway --preset authors    the MinAtar authors' DQN
 *   deno run examples/minatar.ts --preset dopamine-rainbow          Dopamine's; also -dqn and -quantile
 *   deno run examples/minatar.ts --algorithm dueling+per
 *   deno run -RW examples/minatar.ts --save b.safetensors --save-every 100000 --plot b.svg
 *   deno run -RW examples/minatar.ts --load b.safetensors           goes on where that stopped
 *   deno run -RW examples/minatar.ts --play --load b.safetensors --gif b.gif
 *   deno run examples/minatar.ts --help                             games, presets and all flags
 *
 * It needs no permission but for the files that flags name.
 *
 * @module
 */

import { runProgram } from "../src/cli/main.ts";
import { presetsFor } from "../src/dqn/presets/by_environment.ts";

/** With the actions that each game needs, and no others. */
const GAMES: Readonly<Record<string, string>> = {
  asterix: "MinAtar/Asterix-v1",
  breakout: "MinAtar/Breakout-v1",
  freeway: "MinAtar/Freeway-v1",
  seaquest: "MinAtar/Seaquest-v1",
  space_invaders: "MinAtar/SpaceInvaders-v1",
};

if (import.meta.main) {
  Deno.exit(
    await runProgram(Deno.args, {
      command: "deno run examples/minatar.ts",
      summary:
        "Trains a DQN on a game of MinAtar, all of its learner on the GPU, then evaluates it.",
      presets: {},
      environments: {
        flag: "game",
        default: "breakout",
        ids: Object.keys(GAMES),
        presetsFor: (game) => presetsFor(GAMES[game]),
      },
    }),
  );
}
