/** Tests that the zoo's presets are rl-baselines3-zoo's (hyperparams/dqn.yml). @module */

import assert from "node:assert/strict";
import { type DQNConfig, resolveConfig } from "../../../src/dqn/config.ts";
import { ZOO_ACROBOT, ZOO_LUNAR_LANDER, ZOO_MOUNTAIN_CAR } from "../../../src/dqn/presets/zoo.ts";

/** What all of them have: 256-256 by ReLU, Huber loss, gradients clipped to a norm of 10. */
function assertShared(config: DQNConfig): void {
  const c = resolveConfig(config);
  assert.deepEqual(
    [c.hiddenLayers, c.activation, c.loss, c.maxGradNorm, c.optimizer, c.doubleQ, c.nSteps, c.tau],
    [[256, 256], "relu", "huber", 10, "adam", false, 1, 1],
  );
  assert.deepEqual([c.explorationSchedule, c.explorationInitialEps], ["linear", 1]);
}

Deno.test("zoo: MountainCar-v0", () => {
  const { config, length, env } = ZOO_MOUNTAIN_CAR;
  assertShared(config);
  const c = resolveConfig(config);
  assert.deepEqual([env, length], ["MountainCar-v0", { steps: 120_000 }]);
  assert.deepEqual(
    [c.learningRate, c.batchSize, c.bufferSize, c.learningStarts, c.gamma],
    [4e-3, 128, 10_000, 1_000, 0.98],
  );
  assert.deepEqual(
    [c.targetUpdateInterval.every, c.trainFreq.every, c.gradientSteps],
    [600, 16, 8],
  );
  assert.deepEqual([c.explorationFraction, c.explorationFinalEps], [0.2, 0.07]);
});

Deno.test("zoo: Acrobot-v1 and LunarLander share theirs", () => {
  assert.deepEqual([ZOO_ACROBOT.env, ZOO_LUNAR_LANDER.env], ["Acrobot-v1", "LunarLander-v3"]);
  for (const { config, length } of [ZOO_ACROBOT, ZOO_LUNAR_LANDER]) {
    assertShared(config);
    const c = resolveConfig(config);
    assert.deepEqual(length, { steps: 100_000 });
    assert.deepEqual(
      [c.learningRate, c.batchSize, c.bufferSize, c.learningStarts, c.gamma],
      [6.3e-4, 128, 50_000, 0, 0.99],
    );
    assert.deepEqual(
      [c.targetUpdateInterval.every, c.trainFreq.every, c.gradientSteps],
      [250, 4, -1],
    );
    assert.deepEqual([c.explorationFraction, c.explorationFinalEps], [0.12, 0.1]);
  }
});
