import assert from "node:assert/strict";
import { make, TransformReward } from "../../../src/envs/mod.ts";
import { savedState } from "./replay_env.ts";

Deno.test("transform_reward: puts rewards through the function and leaves the rest", () => {
  const env = new TransformReward(make("CartPole-v1"), (reward) => 2 * reward + 1);
  const plain = make("CartPole-v1");
  assert.deepEqual(env.reset({ seed: 1 }), plain.reset({ seed: 1 }));
  for (let i = 0; i < 5; i++) {
    const [observation, , ...rest] = plain.step(0);
    assert.deepEqual(env.step(0), [observation, 3, ...rest]);
  }
  assert.deepEqual(savedState(env), { own: null, env: savedState(plain) });
  assert.equal(`${env}`, "<TransformReward<TimeLimit<CartPole<CartPole-v1>>>>");
});

Deno.test("transform_reward: wants a function", () => {
  assert.throws(() => new TransformReward(make("CartPole-v1"), 2 as never), {
    name: "TypeError",
    message: "TransformReward: transform must be a function, got 2",
  });
});
