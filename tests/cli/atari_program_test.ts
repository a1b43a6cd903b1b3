/** Tests of what programs that learn Atari games share; the games themselves need Python, see tests/examples. @module */

import assert from "node:assert/strict";
import { ATARI_GAMES, atariId } from "../../src/cli/atari_games.ts";
import { ATARI, gamePresets } from "../../src/cli/atari_program.ts";
import { parseArguments } from "../../src/cli/args.ts";
import type { Program } from "../../src/cli/program.ts";
import { resolveConfig } from "../../src/dqn/config.ts";

Deno.test("atari program: every game is named once, in order, and has presets that resolve", () => {
  assert.deepEqual([...new Set(ATARI_GAMES)].sort(), [...ATARI_GAMES].sort());
  assert.deepEqual(ATARI_GAMES.length, 104);
  assert.equal(atariId("SpaceInvaders"), "ALE/SpaceInvaders-v5");
  for (const preset of Object.values(gamePresets("Qbert"))) {
    assert.equal(preset.env, "ALE/Qbert-v5");
    const { network, frameStack, rewardClip } = resolveConfig(preset.config);
    // What is not done in Python.
    assert.deepEqual([network, frameStack, rewardClip], ["nature-cnn", 4, 1]);
    assert.ok(preset.evaluation!.every > 0);
  }
});

Deno.test("atari program: games and options by flags", () => {
  const program: Program = {
    ...ATARI,
    command: "a test",
    summary: "",
    presets: {},
    environments: {
      flag: "game",
      default: "Pong",
      ids: ATARI_GAMES,
      presetsFor: gamePresets,
    },
  };
  const line = "--game ms_pacman --preset dopamine-dqn --optimizer rmsprop --steps 1e6 --python py";
  const args = parseArguments(line.split(" "), program);
  assert.equal(args.presets[args.preset].env, "ALE/MsPacman-v5");
  const { preset, steps, python, evalEpisodes } = args;
  assert.deepEqual([preset, steps, python, evalEpisodes], ["dopamine-dqn", 1_000_000, "py", 10]);
  assert.equal(args.config.optimizer, "rmsprop");
});
