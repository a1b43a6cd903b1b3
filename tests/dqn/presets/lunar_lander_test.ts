/** Tests of the presets for LunarLander. @module */

import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { LUNAR_LANDER_PRESETS } from "../../../src/dqn/presets/lunar_lander.ts";
import { epsilonAt, learningRateAt } from "../../../src/dqn/schedule.ts";

Deno.test("lander: the default's learning rate falls to a tenth", () => {
  const c = resolveConfig(LUNAR_LANDER_PRESETS.default.config);
  const rates = [0, 200_000, 400_000].map((step) => learningRateAt(c, step, 400_000));
  [7e-4, 3.85e-4, 7e-5].forEach((rate, i) => assert.ok(Math.abs(rates[i] - rate) < 1e-12));
});

Deno.test("lander: ten times 1,000 episodes and 3 epochs, SARSA from softmax(Q) with ε of 0.1", () => {
  const { config, length, testsExploring } = LUNAR_LANDER_PRESETS.lander;
  assert.equal(testsExploring, true);
  const c = resolveConfig(config);
  assert.deepEqual(length, { episodes: 10_000 });
  assert.deepEqual(c.trainFreq, { every: 1_000, unit: "episode" });
  assert.deepEqual(c.gradientSteps, { epochs: 3 });
  assert.deepEqual(c.targetUpdateInterval, { every: 5, unit: "update" });
  assert.deepEqual([c.target, c.exploration, c.temperature], ["sarsa", "boltzmann", 1]);
  assert.deepEqual([0, 1e5, 1e7].map((step) => epsilonAt(c, step, 1e7)), [0.1, 0.1, 0.1]);
  assert.deepEqual([c.hiddenLayers, c.init], [[32], { uniform: 0.1 }]);
  assert.deepEqual([c.optimizer, c.learningRate, c.batchSize], ["adam", 1e-5, 128]);
});
