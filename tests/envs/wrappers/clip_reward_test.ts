import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import { ClipReward, Discrete, make } from "../../../src/envs/mod.ts";
import { number } from "../fixture.ts";
import { ReplayEnv } from "./replay_env.ts";

Deno.test("clip_reward: rewards are Gymnasium's", () => {
  for (const { minReward, maxReward, rewards, clipped } of recorded.clipReward) {
    const inner = new ReplayEnv(new Discrete(2), [0], { rewards: [0, ...rewards.map(number)] });
    const env = new ClipReward(inner, {
      minReward: minReward ?? undefined,
      maxReward: maxReward ?? undefined,
    });
    env.reset();
    assert.deepEqual(rewards.map(() => env.step(0)[1]), clipped.map(number));
  }
});

Deno.test("clip_reward: its name, and what it refuses", () => {
  const env = make("CartPole-v1");
  assert.equal(
    `${new ClipReward(env, { maxReward: 1 })}`,
    "<ClipReward<TimeLimit<CartPole<CartPole-v1>>>>",
  );
  assert.throws(
    () => new ClipReward(env, {}),
    /ClipReward: wanted minReward, maxReward or both, got neither/,
  );
  assert.throws(() => new ClipReward(env, undefined as never), /ClipReward: wanted minReward/);
  assert.throws(
    () => new ClipReward(env, { minReward: 2, maxReward: 1 }),
    /ClipReward: minReward must not exceed maxReward, got 2 and 1/,
  );
  assert.throws(
    () => new ClipReward(env, { minReward: NaN }),
    /ClipReward: minReward must be a number, got NaN/,
  );
});
