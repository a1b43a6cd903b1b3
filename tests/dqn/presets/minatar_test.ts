import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { minatarPresets } from "../../../src/dqn/presets/minatar.ts";

const presets = minatarPresets("MinAtar/Freeway-v1");

Deno.test("minatar: each resolves and says where it is from", () => {
  for (const [name, { source, env, config }] of Object.entries(presets)) {
    assert.equal(env, "MinAtar/Freeway-v1", name);
    assert.ok(source.length > 0, name);
    assert.equal(resolveConfig(config).bufferSize, 100_000, name);
  }
});

Deno.test("minatar: the authors' is dqn.py", () => {
  const { config, length } = presets.authors;
  const all = resolveConfig(config);
  assert.deepEqual(length, { steps: 5_000_000 });
  assert.deepEqual([all.network, all.hiddenLayers], ["minatar-cnn", [128]]);
  assert.deepEqual(
    [all.learningRate, all.batchSize, all.learningStarts, all.gamma, all.loss],
    [2.5e-4, 32, 5_000, 0.99, "huber"],
  );
  assert.deepEqual(
    [all.optimizer, all.rmspropAlpha, all.rmspropCentered, all.momentum, all.adamEps],
    ["rmsprop", 0.95, true, 0.95, 0.01],
  );
  assert.deepEqual(all.trainFreq, { every: 1, unit: "step" });
  assert.deepEqual(all.targetUpdateInterval, { every: 1_000, unit: "update" });
  // 100,000 of 5,000,000 frames.
  assert.equal(all.explorationFraction * 5_000_000, 100_000);
  assert.equal(all.explorationFinalEps, 0.1);
});

Deno.test("minatar: Dopamine's have no hidden layer, and three of Rainbow's parts", () => {
  const rainbow = resolveConfig(presets["dopamine-rainbow"].config);
  const quantile = resolveConfig(presets["dopamine-quantile"].config);
  for (const name of ["dopamine-dqn", "dopamine-rainbow", "dopamine-quantile"]) {
    const all = resolveConfig(presets[name].config);
    assert.deepEqual(all.network, [{ kind: "conv", channels: 16, kernel: 3, padding: 1 }]);
    assert.deepEqual(all.hiddenLayers, []);
    assert.deepEqual([all.learningRate, all.adamEps], [2.5e-4, 3.125e-4]);
    assert.deepEqual(all.trainFreq, { every: 4, unit: "step" });
    assert.equal(all.explorationFraction * 10_000_000, 250_000);
  }
  assert.equal(presets["dopamine-dqn"].config.loss, "mse");
  for (const all of [rainbow, quantile]) {
    assert.deepEqual([all.nSteps, all.sampling, all.doubleQ], [3, "prioritized", false]);
  }
  assert.deepEqual([rainbow.atoms, rainbow.vMin, rainbow.vMax], [51, -100, 100]);
  assert.equal(quantile.quantiles, 200);
});
