/** Tests of what the engines' commands mean. @module */

import assert from "node:assert/strict";
import { make } from "../../../mod.ts";
import { continuousThrust, DISCRETE_THRUST } from "../../../src/envs/box2d/engines.ts";

Deno.test("engines: the four actions fire one engine each", () => {
  assert.deepEqual(DISCRETE_THRUST.map(({ main }) => main), [0, 0, 1, 0]);
  assert.deepEqual(DISCRETE_THRUST.map(({ side, direction }) => side * direction), [0, -1, 0, 1]);
});

Deno.test("engines: throttles have a dead zone, go from half to full power and are clipped", () => {
  const off = { main: 0, side: 0, direction: 0 };
  for (const [main, side] of [[0, 0], [-1, 0.5], [-3, -0.5]]) {
    assert.deepEqual(continuousThrust(main, side), off);
  }
  assert.deepEqual(continuousThrust(0.5, -0.75), { main: 0.75, side: 0.75, direction: -1 });
  assert.deepEqual(continuousThrust(1e-9, 0.6).main, (1e-9 + 1) / 2);
  assert.deepEqual(continuousThrust(7, 7), { main: 1, side: 1, direction: 1 });
});

Deno.test("engines: the left one turns and pushes to the left, the right one to the right", () => {
  const [nothing, left, main, right] = [0, 1, 2, 3].map((action) => {
    const env = make("LunarLander-v3");
    let [observation] = env.reset({ seed: 7 });
    for (let i = 0; i < 20; i++) [observation] = env.step(action);
    return observation;
  });
  assert.ok(left[4] > nothing[4] + 0.1 && right[4] < nothing[4] - 0.1, "angle");
  assert.ok(left[2] < nothing[2] - 0.1 && right[2] > nothing[2] + 0.1, "velocity along x");
  assert.ok(main[3] > nothing[3] + 0.1, "velocity along y");
});
