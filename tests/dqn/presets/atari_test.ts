import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { atariPresets } from "../../../src/dqn/presets/atari.ts";

const presets = atariPresets("ALE/Breakout-v5");

Deno.test("atari: each sees four frames by the network of Nature, and clips rewards", () => {
  assert.deepEqual(Object.keys(presets), [
    "zoo",
    "cleanrl",
    "dopamine-dqn",
    "dopamine-full-rainbow",
  ]);
  for (const [name, { env, config, source }] of Object.entries(presets)) {
    const all = resolveConfig(config);
    assert.equal(env, "ALE/Breakout-v5");
    assert.ok(source.length > 0, name);
    assert.deepEqual([all.network, all.frameStack, all.rewardClip], ["nature-cnn", 4, 1], name);
    assert.deepEqual([all.batchSize, all.gamma], [32, 0.99], name);
    assert.deepEqual(all.trainFreq, { every: 4, unit: "step" }, name);
  }
});

Deno.test("atari: the sources' numbers", () => {
  const numbers = (name: string) => {
    const { config, length } = presets[name];
    const all = resolveConfig(config);
    return [
      all.learningRate,
      all.bufferSize,
      all.learningStarts,
      all.targetUpdateInterval.every,
      "steps" in length && all.explorationFraction * length.steps,
      all.explorationFinalEps,
    ];
  };
  assert.deepEqual(numbers("zoo"), [1e-4, 100_000, 100_000, 1_000, 1_000_000, 0.01]);
  assert.deepEqual(numbers("cleanrl"), [1e-4, 1_000_000, 80_000, 1_000, 1_000_000, 0.01]);
  const dopamine = [6.25e-5, 1_000_000, 20_000, 8_000, 250_000, 0.01];
  assert.deepEqual(numbers("dopamine-dqn"), dopamine);
  assert.deepEqual(numbers("dopamine-full-rainbow"), dopamine);
  const { noisy, dueling, doubleQ, nSteps, sampling, distribution } = resolveConfig(
    presets["dopamine-full-rainbow"].config,
  );
  assert.deepEqual(
    [noisy, dueling, doubleQ, nSteps, sampling, distribution],
    [true, true, true, 3, "prioritized", "c51"],
  );
});
