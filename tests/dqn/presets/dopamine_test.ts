/** Tests that Dopamine's presets are those of its gin files. @module */

import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import {
  DOPAMINE_ACROBOT,
  DOPAMINE_CARTPOLE,
  DOPAMINE_LUNAR_LANDER,
  DOPAMINE_MOUNTAIN_CAR,
} from "../../../src/dqn/presets/dopamine.ts";
import { epsilonAt } from "../../../src/dqn/schedule.ts";

const ALL = [DOPAMINE_CARTPOLE, DOPAMINE_ACROBOT, DOPAMINE_MOUNTAIN_CAR, DOPAMINE_LUNAR_LANDER];

Deno.test("dopamine: what all have", () => {
  for (const presets of ALL) {
    assert.deepEqual(Object.keys(presets), ["dopamine-rainbow", "dopamine-c51", "dopamine-iqn"]);
    for (const { config, length } of Object.values(presets)) {
      const c = resolveConfig(config);
      assert.deepEqual(length, { steps: 500_000 });
      assert.deepEqual(
        [c.batchSize, c.bufferSize, c.learningStarts, c.gamma, c.gradientSteps],
        [128, 50_000, 500, 0.99, 1],
      );
      assert.deepEqual([c.hiddenLayers, c.init, c.maxGradNorm], [[512, 512], "xavier", null]);
      assert.deepEqual([0, 1e5].map((step) => epsilonAt(c, step, 5e5)), [0.01, 0.01]);
      assert.deepEqual([c.doubleQ, c.dueling, c.noisy], [false, false, false]);
    }
  }
});

Deno.test("dopamine: Rainbow", () => {
  for (const presets of ALL) {
    const c = resolveConfig(presets["dopamine-rainbow"].config);
    assert.deepEqual(
      [c.distribution, c.atoms, c.vMin, c.vMax, c.nSteps, c.sampling],
      ["c51", 201, -10, 10, 3, "prioritized"],
    );
    assert.deepEqual(
      [c.priorityAlpha, c.priorityBeta, c.priorityBetaEnd, c.learningRate, c.adamEps],
      [0.5, 0.5, 0.5, 0.09, 0.0003125],
    );
    assert.deepEqual([c.trainFreq.every, c.targetUpdateInterval.every], [4, 100]);
  }
});

Deno.test("dopamine: C51, with Acrobot's apart", () => {
  for (const presets of ALL) {
    const c = resolveConfig(presets["dopamine-c51"].config);
    assert.deepEqual(
      [
        c.atoms,
        c.vMax,
        c.learningRate,
        c.adamEps,
        c.trainFreq.every,
        c.targetUpdateInterval.every,
        c.nSteps,
        c.sampling,
        c.vMin,
      ],
      presets === DOPAMINE_ACROBOT
        ? [51, 10, 0.1, 0.0003125, 4, 100, 1, "uniform", -10]
        : [201, 100, 1e-5, 0.00000390625, 1, 1, 1, "uniform", -100],
    );
  }
});

Deno.test("dopamine: IQN", () => {
  for (const presets of ALL) {
    const c = resolveConfig(presets["dopamine-iqn"].config);
    assert.deepEqual(
      [c.distribution, c.taus, c.targetTaus, c.actingTaus, c.kappa, c.nSteps, c.adamEps],
      ["iqn", 64, 64, 32, 1, 3, 0.0003125],
    );
  }
});
