/** Tests that the zoo's QR-DQN presets are rl-baselines3-zoo's (hyperparams/qrdqn.yml). @module */

import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import type { Preset } from "../../../src/dqn/presets/preset.ts";
import {
  ZOO_QR_ACROBOT,
  ZOO_QR_CARTPOLE,
  ZOO_QR_LUNAR_LANDER,
  ZOO_QR_MOUNTAIN_CAR,
} from "../../../src/dqn/presets/zoo_qr.ts";

/** A preset's numbers in the order of the file. */
function numbers({ config, length }: Preset) {
  const c = resolveConfig(config);
  // What all of them have: 256-256, Adam's ε from the batch size, no clipping, κ of 1.
  assert.deepEqual(
    [c.distribution, c.hiddenLayers, c.adamEps, c.maxGradNorm, c.kappa, c.explorationInitialEps],
    ["qr", [256, 256], 0.01 / c.batchSize, null, 1, 1],
  );
  assert.deepEqual([c.trainFreq.unit, c.targetUpdateInterval.unit], ["step", "step"]);
  return [
    "steps" in length && length.steps,
    c.learningRate,
    c.batchSize,
    c.bufferSize,
    c.learningStarts,
    c.gamma,
    c.targetUpdateInterval.every,
    c.trainFreq.every,
    c.gradientSteps,
    c.explorationFraction,
    c.explorationFinalEps,
    c.quantiles,
  ];
}

Deno.test("zoo-qr: the file's numbers", () => {
  assert.deepEqual(
    numbers(ZOO_QR_CARTPOLE),
    [50_000, 2.3e-3, 64, 100_000, 1_000, 0.99, 10, 256, 128, 0.16, 0.04, 10],
  );
  assert.deepEqual(
    numbers(ZOO_QR_MOUNTAIN_CAR),
    [120_000, 4e-3, 128, 10_000, 1_000, 0.98, 600, 16, 8, 0.2, 0.07, 25],
  );
  assert.deepEqual(
    numbers(ZOO_QR_ACROBOT),
    [100_000, 6.3e-4, 128, 50_000, 0, 0.99, 250, 4, -1, 0.12, 0.1, 25],
  );
  assert.deepEqual(
    numbers(ZOO_QR_LUNAR_LANDER),
    [100_000, 1.5e-3, 128, 100_000, 10_000, 0.995, 1, 256, -1, 0.24, 0.18, 170],
  );
});

Deno.test("zoo-qr: LunarLander's learning rate falls to 0, the others' stay", () => {
  const falling = resolveConfig(ZOO_QR_LUNAR_LANDER.config);
  assert.deepEqual([falling.learningRateSchedule, falling.learningRateFinal], ["linear", 0]);
  for (const { config } of [ZOO_QR_CARTPOLE, ZOO_QR_ACROBOT, ZOO_QR_MOUNTAIN_CAR]) {
    assert.equal(resolveConfig(config).learningRateSchedule, "constant");
  }
});
