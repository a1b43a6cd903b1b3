/** Tests of games' scores, read from infos. @module */

import assert from "node:assert/strict";
import type { ParallelEnv, SingleEnv } from "../../src/agent/feed.ts";
import { GameScores } from "../../src/cli/game_scores.ts";
import type { JsonValue, StepResult } from "../../src/envs/env.ts";
import { Box } from "../../src/envs/spaces/box.ts";
import { Discrete } from "../../src/envs/spaces/discrete.ts";
import { SyncVectorEnv } from "../../src/envs/vector/sync_vector_env.ts";
import type { AutoresetMode } from "../../src/envs/vector/vector_env.ts";

/** A game of two lives with so many steps each; action 1 gives a point. It tells its score as Python's does. */
function game(lifeLength: number): SingleEnv {
  let [score, steps, goesOn] = [0, 0, false];
  return {
    observationSpace: new Box(0, 100, [1]),
    actionSpace: new Discrete(2),
    reset() {
      if (!goesOn) [score, steps] = [0, 0];
      return [Float32Array.of(steps), {}];
    },
    step(action): StepResult<Float32Array> {
      score += action;
      steps++;
      const isLifeOver = steps % lifeLength === 0;
      goesOn = steps < 2 * lifeLength;
      const info = goesOn ? {} : { game: { r: score, l: steps } };
      return [Float32Array.of(steps), action, isLifeOver, false, info];
    },
    close() {},
    toString: () => "<Game>",
  } as SingleEnv;
}

function scores(autoresetMode: AutoresetMode, ...lives: readonly number[]): GameScores {
  const env = new SyncVectorEnv(lives.map((life) => () => game(life)), { autoresetMode });
  return new GameScores(env as unknown as ParallelEnv);
}

Deno.test("game scores: of whole games, told once, lane by lane", async () => {
  // A life of two steps and the reset after it; a life of five.
  const env = scores("next_step", 2, 5);
  await env.reset({ seed: 1 });
  const told: unknown[] = [];
  for (let step = 1; step <= 13; step++) {
    await env.step([1, step % 2]);
    for (const lane of [0, 1]) {
      for (const one of env.take(lane)) told.push([step, lane, one.return, one.length]);
    }
  }
  assert.deepEqual(told, [[5, 0, 4, 4], [11, 0, 4, 4], [11, 1, 6, 10]]);
});

Deno.test("game scores: also where the next game has begun in the same step", async () => {
  const env = scores("same_step", 2);
  await env.reset();
  for (let step = 0; step < 3; step++) await env.step([1]);
  assert.deepEqual(env.take(0), []);
  await env.step([1]);
  assert.deepEqual(env.take(0), [{ return: 4, length: 4 }]);
  assert.deepEqual(env.take(0), []);
});

Deno.test("game scores: all else is the environment's own", async () => {
  const inner = new SyncVectorEnv([() => game(2)]) as unknown as ParallelEnv;
  const env = new GameScores(inner);
  assert.deepEqual(
    [env.numEnvs, env.autoresetMode, String(env), env.getState],
    [1, "next_step", String(inner), undefined],
  );
  assert.equal(env.singleObservationSpace, inner.singleObservationSpace);
  const states: JsonValue[] = [];
  const saved = new GameScores({
    ...inner,
    numEnvs: 1,
    getState: () => Promise.resolve("where it is"),
    setState: (state) => void states.push(state),
  });
  assert.equal(await saved.getState!(), "where it is");
  await saved.setState!("there");
  assert.deepEqual(states, ["there"]);
});
