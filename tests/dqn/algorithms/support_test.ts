/** Tests of the range of returns that C51's atoms span. @module */

import assert from "node:assert/strict";
import { SUPPORT_IDS, supportFor } from "../../../src/dqn/algorithms/support.ts";
import { make, registry } from "../../../src/envs/registry.ts";

const PLAIN = { gamma: 0.99, rewardScale: 1, rewardClip: null };

Deno.test("support: the bounds of discounted returns", () => {
  assert.deepEqual(supportFor("CartPole-v1", PLAIN), { vMin: 0, vMax: 100 });
  assert.deepEqual(supportFor("CartPole-v0", { ...PLAIN, gamma: 0.95 }), { vMin: 0, vMax: 20 });
  assert.deepEqual(supportFor("Acrobot-v1", PLAIN), { vMin: -100, vMax: 0 });
  assert.deepEqual(supportFor("MountainCar-v0", { ...PLAIN, gamma: 0.98 }), { vMin: -50, vMax: 0 });
  assert.deepEqual(supportFor("LunarLander-v3", PLAIN), { vMin: -300, vMax: 300 });
  assert.deepEqual(supportFor("FrozenLake-v1", { ...PLAIN, gamma: 1 }), { vMin: 0, vMax: 1 });
});

Deno.test("support: rewards are scaled, then clipped", () => {
  assert.deepEqual(supportFor("CartPole-v1", { ...PLAIN, rewardScale: 0.01 }), {
    vMin: 0,
    vMax: 1,
  });
  assert.deepEqual(supportFor("LunarLander-v3", { ...PLAIN, rewardClip: 1 }), {
    vMin: -100,
    vMax: 100,
  });
  assert.deepEqual(supportFor("Acrobot-v1", { ...PLAIN, rewardScale: 2, rewardClip: 0.5 }), {
    vMin: -50,
    vMax: 0,
  });
});

Deno.test("support: none where returns are not known, or have no bound", () => {
  assert.equal(supportFor("Taxi-v3", PLAIN), undefined);
  assert.equal(supportFor("ALE/Pong-v5", PLAIN), undefined);
  assert.deepEqual(supportFor("ALE/Pong-v5", { ...PLAIN, rewardClip: 1 }), { vMin: -10, vMax: 10 });
  assert.equal(supportFor("toString", PLAIN), undefined);
  assert.equal(supportFor("CartPole-v1", { ...PLAIN, gamma: 1 }), undefined);
});

Deno.test("support: holds the returns of random play, from each state on", () => {
  for (const id of SUPPORT_IDS) {
    assert.ok(registry().has(id), id);
    // Its range is of the policies that matter, and not a bound.
    if (id.startsWith("LunarLander")) continue;
    const env = make(id);
    env.actionSpace.seed(1);
    const { vMin, vMax } = supportFor(id, PLAIN)!;
    for (let episode = 0; episode < 3; episode++) {
      env.reset({ seed: episode });
      const rewards: number[] = [];
      for (let isOver = false; !isOver;) {
        const [, reward, terminated, truncated] = env.step(env.actionSpace.sample() as never);
        rewards.push(reward);
        isOver = terminated || truncated;
      }
      let value = 0;
      for (const reward of rewards.reverse()) {
        value = reward + 0.99 * value;
        assert.ok(value >= vMin && value <= vMax, `${id}: ${value}`);
      }
    }
    env.close();
  }
});
