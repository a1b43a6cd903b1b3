/** Tests that the lander's state is exact: flights go on from it bit for bit. @module */

import assert from "node:assert/strict";
import { LunarLander, LunarLanderContinuous, lunarLanderPilot, make } from "../../../mod.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";

const STATES: readonly [where: string, options: Record<string, unknown>, steps: number][] = [
  ["before the first step", {}, 0],
  ["in free flight", {}, 40],
  ["in wind", { enableWind: true }, 60],
  ["on the ground", {}, 190],
  ["on the ground in wind", { enableWind: true, turbulencePower: 0.5 }, 195],
];
for (const [where, options, steps] of STATES) {
  Deno.test(`lander's state: goes on bit for bit ${where}`, () => {
    const env = make("LunarLander-v3", options);
    let [observation] = env.reset({ seed: 5 });
    for (let i = 0; i < steps; i++) {
      const [next, , terminated] = env.step(lunarLanderPilot(observation));
      observation = next;
      assert.equal(terminated, false, `step ${i}`);
    }
    assert.equal(observation[6] + observation[7] > 0, where.startsWith("on the ground"));
    const state = JSON.parse(JSON.stringify(env.getState!()));
    const other = make("LunarLander-v3", options);
    other.setState!(state);
    assert.deepEqual(other.getState!(), env.getState!());
    const random = new PCG64(3);
    for (let i = 0, ended = false; i < 400; i++) {
      const action = Math.floor(4 * random.nextDouble());
      if (ended) assert.deepEqual(other.reset(), env.reset());
      const wanted = env.step(action);
      assert.deepEqual(other.step(action), wanted, `step ${i}`);
      ended = wanted[2];
    }
  });
}

Deno.test("lander's state: a flight that has ended, and one that has not begun", () => {
  const env = new LunarLander();
  const other = new LunarLander();
  other.setState(JSON.parse(JSON.stringify(env.getState())));
  assert.throws(() => other.step(0), /before the first reset/);
  env.reset({ seed: 1 });
  while (!env.step(0)[2]);
  other.setState(JSON.parse(JSON.stringify(env.getState())));
  assert.throws(() => other.step(0), /after the episode was terminated/);
  assert.deepEqual(other.reset(), env.reset());
});

Deno.test("lander's state: throttles, also where the caller changes an action later", () => {
  const env = new LunarLanderContinuous();
  env.reset({ seed: 2 });
  const action = Float32Array.of(0.8, -0.9);
  for (let i = 0; i < 20; i++) env.step(action);
  action.fill(0);
  const other = new LunarLanderContinuous();
  other.setState(JSON.parse(JSON.stringify(env.getState())));
  assert.deepEqual(other.step(action), env.step(action));
});

Deno.test("lander's state: a bad one leaves all as it was", () => {
  const env = new LunarLander();
  env.reset({ seed: 2 });
  env.step(2);
  const before = JSON.stringify(env.getState());
  const state = JSON.parse(before);
  for (
    const bad of [
      null,
      { ...state, actions: [7] },
      { ...state, actions: "none" },
      { ...state, actions: [2, 2] },
      { ...state, start: null },
      { ...state, phase: "landed" },
      { ...state, phase: "terminated" },
      { ...state, rng: { bad: true } },
      { ...state, observation: [0, 0, 0, 0, 0, 0, 0, 0] },
      { ...state, actionSpace: 3 },
    ]
  ) {
    assert.throws(() => env.setState(bad), Error, JSON.stringify(bad));
    assert.equal(JSON.stringify(env.getState()), before);
  }
});

Deno.test("lander's state: one saved under other options is an error that says so", () => {
  const env = make("LunarLander-v3", { gravity: -5 });
  env.reset({ seed: 2 });
  env.step(2);
  const wanted = /LunarLander-v3 can't be restored.*other options/;
  assert.throws(() => make("LunarLander-v3").setState!(env.getState!()), wanted);
});
