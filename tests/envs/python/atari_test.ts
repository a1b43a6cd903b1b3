/**
 * Atari games over the bridge, with a real Python: frame for frame what Gymnasium's
 * `AtariPreprocessing` and `FrameStackObservation` give, and lost lives as Stable-Baselines3 takes
 * them. Ignored where python3 or a package is absent.
 *
 * @module
 */

import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/lives.json" with { type: "json" };
import { finishedGames } from "../../../src/envs/python/finished_games.ts";
import { makePython } from "../../../src/envs/python/make_python.ts";
import { integers } from "../../../src/envs/rng/integers.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import { compareWithGymnasium, type Episodes, sha256 } from "./episodes.ts";
import { pythonTest } from "./python_here.ts";

const NEEDS = ["gymnasium", "ale_py", "cv2"] as const;

/** Actions drawn at random, of `n`, for each of `lanes`. */
function randomActions(seed: number, steps: number, lanes: number, n: number): number[][] {
  const rng = new PCG64(seed);
  const row = () => Array.from({ length: lanes }, () => integers(rng, n));
  return Array.from({ length: steps }, row);
}

const PONG = {
  id: "ALE/Pong-v5",
  numEnvs: 3,
  workers: 2,
  steps: 500,
  actions: randomActions(1, 500, 3, 6),
};
const BREAKOUT = { ...PONG, id: "ALE/Breakout-v5", actions: randomActions(2, 500, 3, 4) };

const EPISODES: readonly Episodes[] = [
  // 1003 frames are no multiple of a step's 4: the game is cut short in the middle of one.
  {
    ...PONG,
    kwargs: { max_episode_steps: 1003 },
    wrappers: { kind: "atari" },
    mode: "next_step",
    seeds: [3, 14, 159],
  },
  {
    ...BREAKOUT,
    kwargs: {},
    wrappers: { kind: "atari" },
    mode: "same_step",
    seeds: [265, 35, 8],
  },
  {
    ...BREAKOUT,
    kwargs: { max_episode_steps: 302, repeat_action_probability: 0 },
    wrappers: {
      kind: "atari",
      frameStack: null,
      frameSkip: 3,
      noopMax: 0,
      screenSize: 42,
      terminalOnLifeLoss: true,
    },
    mode: "disabled",
    seeds: [9, 79, 323],
  },
];

for (const task of EPISODES) {
  const { id, mode, wrappers } = task;
  const options = Object.keys(wrappers ?? {}).slice(1).join(", ") || "no options";
  pythonTest(`atari: ${id} equals Gymnasium, ${mode}, ${options}`, NEEDS, () => {
    return compareWithGymnasium(task);
  });
}

for (const game of recorded.games) {
  const name = `atari: ${game.id}, lost lives and FIRE as in Stable-Baselines3, rewards clipped`;
  pythonTest(name, NEEDS, async () => {
    await using env = await makePython<Uint8Array>(game.id, {
      showsOutput: false,
      autoresetMode: "disabled",
      kwargs: game.kwargs as Record<string, number>,
      wrappers: { kind: "atari", episodicLife: true, fireReset: true, clipReward: true },
    });
    const all: Uint8Array[] = [];
    const told = { rewards: [] as number[], ends: [] as number[], games: [] as number[][] };
    all.push((await env.reset({ seed: game.seed }))[0]);
    for (const [k, action] of game.actions.entries()) {
      const [observation, [reward], [terminated], [truncated], infos] = await env.step([action]);
      all.push(observation);
      told.rewards.push(reward);
      for (const { score, length } of finishedGames(infos)) told.games.push([k, score, length]);
      if (!terminated && !truncated) continue;
      told.ends.push(k);
      all.push((await env.reset())[0]);
    }
    const { rewards, ends, games, observations } = game;
    assert.ok(ends.length >= 3 * games.length, "too few lives were lost");
    assert.deepEqual(told, { rewards, ends, games });
    assert.equal(await sha256(all), observations);
  }, recorded.recordedWith);
}
