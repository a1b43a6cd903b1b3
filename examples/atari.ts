/**
 * Plays Atari: trains a DQN on a game from its pixels, behind DeepMind's wrappers, and evaluates it in whole
 * games.
 *
 *   deno run -A examples/atari.ts --game Pong                       Stable-Baselines3's zoo's preset
 *   deno run -A examples/atari.ts --game Breakout --preset dopamine-full-rainbow
 *   deno run -A examples/atari.ts --game Pong --steps 2000000 --algorithm double+dueling
 *   deno run -A examples/atari.ts --optimizer rmsprop --learning-rate 2.5e-4
 *   deno run -A examples/atari.ts --save pong.safetensors --save-every 100000 --plot pong.svg
 *   deno run -A examples/atari.ts --train --pretrained pong.safetensors --exploration-max 0.1
 *   deno run -A examples/atari.ts --play --pretrained pong.safetensors --gif pong.gif
 *   deno run -A examples/atari.ts --python .venv/bin/python         another Python than python3
 *   deno run examples/atari.ts --help                               games, presets and all flags
 *
 * The games run in Python, which needs Gymnasium, ale-py and OpenCV, in an environment of its own or not:
 *
 *   python3 -m venv .venv
 *   .venv/bin/python -m pip install "gymnasium[atari]==1.4.0" opencv-python
 *
 * In place of -A, --allow-run=python3 (or what --python names) is enough without files.
 *
 * @module
 */

import { ATARI_GAMES } from "../src/cli/atari_games.ts";
import { ATARI, gamePresets } from "../src/cli/atari_program.ts";
import { runProgram } from "../src/cli/main.ts";

if (import.meta.main) {
  Deno.exit(
    await runProgram(Deno.args, {
      ...ATARI,
      command: "deno run -A examples/atari.ts",
      summary:
        "Trains a DQN on an Atari game from its pixels, all of its learner on the GPU, and " +
        "evaluates it in whole games.",
      presets: {},
      environments: {
        flag: "game",
        default: "Pong",
        ids: ATARI_GAMES,
        presetsFor: gamePresets,
      },
    }),
  );
}
