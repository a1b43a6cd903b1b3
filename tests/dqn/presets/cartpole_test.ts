import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { CARTPOLE_PRESETS } from "../../../src/dqn/presets/cartpole.ts";
import { epsilonAt } from "../../../src/dqn/schedule.ts";
import { checkGpuConfig } from "../../../src/agent/gpu_source.ts";
import { gpuEnvIds } from "../../../src/envs/gpu/make_gpu.ts";
import { make } from "../../../src/envs/registry.ts";

Deno.test("presets: each resolves, says where it is from, and runs in an environment that exists", () => {
  for (const [name, preset] of Object.entries(CARTPOLE_PRESETS)) {
    assert.doesNotThrow(() => resolveConfig(preset.config), name);
    assert.ok(preset.source.length > 0 && preset.description.length > 0, name);
    const env = make(preset.env);
    assert.ok(env.spec?.maxEpisodeSteps, name);
    env.close();
  }
  assert.equal(Object.keys(CARTPOLE_PRESETS)[0], "default");
});

Deno.test("presets: the default evaluates, and stops at no less than what counts as solved", () => {
  const { env, evaluation } = CARTPOLE_PRESETS.default;
  assert.ok(evaluation?.stopAt !== undefined);
  assert.ok(evaluation.stopAt >= make(env).spec!.rewardThreshold!);
});

Deno.test("presets: gpu has its environments on the GPU, and stops at no less than what counts as solved", () => {
  const { env, evaluation, gpuEnvs, numEnvs, config } = CARTPOLE_PRESETS.gpu;
  assert.ok(gpuEnvIds().includes(env) && gpuEnvs !== undefined && gpuEnvs > 1);
  assert.equal(numEnvs, undefined);
  assert.ok(evaluation?.stopAt !== undefined);
  assert.ok(evaluation.stopAt >= make(env).spec!.rewardThreshold!);
  // An evaluation follows a step of all lanes.
  assert.equal(evaluation.every % gpuEnvs, 0);
  // On the host nobody knows when an episode ends.
  assert.doesNotThrow(() => checkGpuConfig(resolveConfig(config)));
});

Deno.test("presets: zoo is rl-baselines3-zoo's CartPole-v1", () => {
  const { config, length, env } = CARTPOLE_PRESETS.zoo;
  const c = resolveConfig(config);
  assert.equal(env, "CartPole-v1");
  assert.deepEqual(length, { steps: 50_000 });
  assert.deepEqual(
    [c.learningRate, c.batchSize, c.bufferSize, c.learningStarts, c.gamma, c.tau],
    [2.3e-3, 64, 100_000, 1_000, 0.99, 1],
  );
  assert.deepEqual(c.targetUpdateInterval, { every: 10, unit: "step" });
  assert.deepEqual(c.trainFreq, { every: 256, unit: "step" });
  assert.equal(c.gradientSteps, 128);
  assert.deepEqual(
    [c.explorationSchedule, c.explorationFraction, c.explorationInitialEps, c.explorationFinalEps],
    ["linear", 0.16, 1, 0.04],
  );
  assert.deepEqual(
    [c.hiddenLayers, c.activation, c.loss, c.maxGradNorm, c.optimizer, c.doubleQ],
    [[256, 256], "relu", "huber", 10, "adam", false],
  );
});

Deno.test("presets: cleanrl is dqn.py", () => {
  const { config, length, env } = CARTPOLE_PRESETS.cleanrl;
  const c = resolveConfig(config);
  assert.equal(env, "CartPole-v1");
  assert.deepEqual(length, { steps: 500_000 });
  assert.deepEqual(
    [c.learningRate, c.batchSize, c.bufferSize, c.learningStarts, c.gamma, c.tau],
    [2.5e-4, 128, 10_000, 10_000, 0.99, 1],
  );
  assert.deepEqual(c.targetUpdateInterval, { every: 500, unit: "step" });
  assert.deepEqual(c.trainFreq, { every: 10, unit: "step" });
  assert.equal(c.gradientSteps, 1);
  // 1 → 0.05 over half of the run.
  assert.equal(epsilonAt(c, 0, 500_000), 1);
  assert.ok(Math.abs(epsilonAt(c, 125_000, 500_000) - 0.525) < 1e-12);
  assert.equal(epsilonAt(c, 250_000, 500_000), 0.05);
  assert.deepEqual(
    [c.hiddenLayers, c.loss, c.maxGradNorm, c.maxGradValue, c.optimizer],
    [[120, 84], "mse", null, null, "adam"],
  );
});

Deno.test("presets: cleanrl-c51 is c51.py, which is dqn.py but for its head and Adam's epsilon", () => {
  const { config, length } = CARTPOLE_PRESETS["cleanrl-c51"];
  const c = resolveConfig(config);
  assert.deepEqual(length, { steps: 500_000 });
  assert.deepEqual([c.distribution, c.atoms, c.vMin, c.vMax], ["c51", 101, -100, 100]);
  assert.equal(c.adamEps, 0.01 / 128);
  const plain = resolveConfig(CARTPOLE_PRESETS.cleanrl.config);
  const { distribution, atoms, vMin, vMax, loss, adamEps } = plain;
  assert.deepEqual({ ...c, distribution, atoms, vMin, vMax, loss, adamEps }, plain);
});

Deno.test("presets: notes is the plain DQN of its tutorial", () => {
  const { config, length, env, showsTable } = CARTPOLE_PRESETS.notes;
  const c = resolveConfig(config);
  assert.equal(env, "CartPole-v1");
  assert.deepEqual(length, { episodes: 1_000 });
  assert.deepEqual(
    [c.learningRate, c.batchSize, c.bufferSize, c.gamma, c.rewardScale, c.optimizer],
    [5e-3, 32, 10_000, 0.95, 0.01, "adam"],
  );
  assert.deepEqual(c.trainFreq, { every: 1, unit: "episode" });
  assert.equal(c.gradientSteps, 10);
  assert.deepEqual(c.targetUpdateInterval, { every: 1, unit: "episode" });
  assert.deepEqual(c.hiddenLayers, [32, 16]);
  assert.ok(Math.abs(epsilonAt(c, 2, 1) - 0.995 ** 2) < 1e-12);
  assert.equal(epsilonAt(c, 5_000, 1), 0.01);
  assert.equal(showsTable, true);
});

Deno.test("presets: joyrl is its tutorial's", () => {
  const { config, length, env, testEpisodes, showsTable, logsEpisodes } = CARTPOLE_PRESETS.joyrl;
  const c = resolveConfig(config);
  assert.equal(env, "CartPole-v0");
  assert.deepEqual(length, { episodes: 120 });
  assert.deepEqual([testEpisodes, showsTable, logsEpisodes], [20, true, true]);
  assert.deepEqual(
    [c.learningRate, c.batchSize, c.bufferSize, c.gamma, c.maxGradValue, c.maxGradNorm],
    [1e-4, 64, 100_000, 0.95, 1, null],
  );
  assert.deepEqual(c.hiddenLayers, [256, 256]);
  assert.deepEqual(c.targetUpdateInterval, { every: 4, unit: "episode" });
  assert.ok(Math.abs(epsilonAt(c, 700, 1) - (0.01 + 0.94 * Math.exp(-700 / 500))) < 1e-12);
});
