import assert from "node:assert/strict";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import { OPTION_NAMES, OPTION_TABLE } from "../../src/dqn/options.ts";

/** Passes options that the types would refuse. */
function resolve(config: unknown) {
  return resolveConfig(config as DQNConfig);
}

Deno.test("config: defaults are Stable-Baselines3's, and torch.optim's", () => {
  assert.deepEqual({ ...resolveConfig() }, {
    learningRate: 1e-4,
    learningRateSchedule: "constant",
    learningRateFinal: 0,
    batchSize: 32,
    gamma: 0.99,
    nSteps: 1,
    doubleQ: false,
    target: "max",
    munchausenTau: 0.03,
    munchausenAlpha: 0.9,
    munchausenClip: -1,
    distribution: "none",
    atoms: 51,
    vMin: -10,
    vMax: 10,
    quantiles: 50,
    taus: 8,
    targetTaus: 8,
    actingTaus: 32,
    cosines: 64,
    kappa: 1,
    loss: "huber",
    rewardScale: 1,
    rewardClip: null,
    actionMasks: false,
    maxGradNorm: 10,
    maxGradValue: null,
    bufferSize: 100_000,
    learningStarts: 100,
    sampling: "uniform",
    replacement: true,
    priorityAlpha: 0.6,
    priorityBeta: 0.4,
    priorityBetaEnd: 1,
    priorityEps: 1e-6,
    trainFreq: { every: 4, unit: "step" },
    gradientSteps: 1,
    targetUpdateInterval: { every: 10_000, unit: "step" },
    tau: 1,
    exploration: "epsilon-greedy",
    temperature: 1,
    temperatureFinal: null,
    explorationSchedule: "linear",
    explorationInitialEps: 1,
    explorationFinalEps: 0.05,
    explorationFraction: 0.1,
    explorationDecay: null,
    network: "mlp",
    frameStack: 1,
    hiddenLayers: [64, 64],
    headLayers: [],
    activation: "relu",
    init: "pytorch",
    layerNorm: false,
    dueling: false,
    noisy: false,
    noisySigma: 0.5,
    optimizer: "adam",
    adamBeta1: 0.9,
    adamBeta2: 0.999,
    adamEps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    rmspropAlpha: 0.99,
    rmspropCentered: false,
    seed: 0,
  });
});

Deno.test("config: optimizers have torch.optim's own defaults, and keep what is given", () => {
  const defaults = (["adam", "adamw", "rmsprop", "adagrad", "sgd"] as const).map((optimizer) => {
    const { adamEps, weightDecay } = resolveConfig({ optimizer });
    return [optimizer, adamEps, weightDecay];
  });
  assert.deepEqual(defaults, [
    ["adam", 1e-8, 0],
    ["adamw", 1e-8, 1e-2],
    ["rmsprop", 1e-8, 0],
    ["adagrad", 1e-10, 0],
    ["sgd", 1e-8, 0],
  ]);
  const given = resolveConfig({ optimizer: "adamw", weightDecay: 0, adamEps: 1e-5 });
  assert.equal(given.weightDecay, 0);
  assert.equal(given.adamEps, 1e-5);
});

Deno.test("config: noisy explores by itself, unless exploration is given", () => {
  assert.equal(resolveConfig({ noisy: true }).exploration, "greedy");
  assert.equal(resolveConfig({ noisy: false }).exploration, "epsilon-greedy");
  const both = resolveConfig({
    noisy: true,
    exploration: "epsilon-greedy",
    explorationInitialEps: 0.5,
  });
  assert.equal(both.exploration, "epsilon-greedy");
});

Deno.test("config: numbers of steps become intervals, and units stay", () => {
  const steps = resolveConfig({ trainFreq: 16, targetUpdateInterval: 600 });
  assert.deepEqual(steps.trainFreq, { every: 16, unit: "step" });
  assert.deepEqual(steps.targetUpdateInterval, { every: 600, unit: "step" });
  const units = resolveConfig({
    trainFreq: { every: 1, unit: "episode" },
    targetUpdateInterval: { every: 5, unit: "update" },
  });
  assert.deepEqual(units.trainFreq, { every: 1, unit: "episode" });
  assert.deepEqual(units.targetUpdateInterval, { every: 5, unit: "update" });
});

Deno.test("config: survives JSON, and resolves to itself", () => {
  const config = resolveConfig({ init: { uniform: 0.1 }, optimizer: "adamw", trainFreq: 256 });
  assert.deepEqual(resolve(JSON.parse(JSON.stringify(config))), config);
  assert.deepEqual(resolveConfig(config), config);
  const parts: DQNConfig[] = [
    { noisy: true, noisySigma: 0.1, dueling: true, headLayers: [32], layerNorm: true },
    { distribution: "c51", atoms: 21, vMin: 0, vMax: 100, doubleQ: true },
    { distribution: "qr", quantiles: 10, kappa: 0 },
    { distribution: "iqn", taus: 4, targetTaus: 5, actingTaus: 6, cosines: 7 },
    { target: "munchausen", munchausenTau: 0.1, munchausenAlpha: 0.5, munchausenClip: -2 },
    { sampling: "prioritized", priorityAlpha: 0.5, priorityBeta: 0.5, priorityEps: 1e-3 },
    { replacement: false, actionMasks: true },
    { learningRateSchedule: "cosine", learningRateFinal: 1e-5 },
    { exploration: "boltzmann", temperatureFinal: 0.1 },
  ];
  for (const part of parts) {
    const resolved = resolveConfig(part);
    assert.deepEqual(resolve(JSON.parse(JSON.stringify(resolved))), resolved);
    for (const [name, value] of Object.entries(part)) {
      assert.deepEqual((resolved as unknown as Record<string, unknown>)[name], value, name);
    }
  }
});

Deno.test("config: shares nothing with what was passed, and can't be changed", () => {
  const hiddenLayers = [32, 16];
  const config = resolveConfig({ hiddenLayers });
  hiddenLayers[0] = 1;
  assert.deepEqual(config.hiddenLayers, [32, 16]);
  assert.throws(() => Object.assign(config, { gamma: 2 }), TypeError);
});

Deno.test("config: undefined means the default, and a learning rate may be a function", () => {
  assert.equal(resolveConfig({ batchSize: undefined }).batchSize, 32);
  const learningRate = (progress: number) => 1e-3 * (1 - progress);
  assert.equal(resolveConfig({ learningRate }).learningRate, learningRate);
});

Deno.test("config: an unknown option is an error that suggests the nearest", () => {
  const cases: [string, string][] = [
    ["learning_rate", 'unknown option "learning_rate" (did you mean "learningRate"?)'],
    ["batchsize", 'unknown option "batchsize" (did you mean "batchSize"?)'],
    ["gama", 'unknown option "gama" (did you mean "gamma"?)'],
    ["hidden", 'unknown option "hidden" (did you mean "hiddenLayers"?)'],
    ["toString", 'unknown option "toString"'],
    ["duelling", 'unknown option "duelling" (did you mean "dueling"?)'],
    ["n_quantiles", 'unknown option "n_quantiles" (did you mean "quantiles"?)'],
  ];
  for (const [name, message] of cases) {
    assert.throws(() => resolve({ [name]: 1 }), { name: "TypeError", message });
  }
});

Deno.test("config: each refusal says what is wanted and what was given", () => {
  const cases: [Record<string, unknown>, string, string][] = [
    [{ batchSize: 0 }, "RangeError", "batchSize must be an integer of at least 1, got 0"],
    [{ batchSize: 1.5 }, "RangeError", "batchSize must be an integer of at least 1, got 1.5"],
    [{ batchSize: "32" }, "TypeError", 'batchSize must be an integer of at least 1, got "32"'],
    [{ batchSize: null }, "TypeError", "batchSize must be an integer of at least 1, got null"],
    [{ gamma: 1.01 }, "RangeError", "gamma must be a number from 0 to 1, got 1.01"],
    [{ gamma: NaN }, "RangeError", "gamma must be a number from 0 to 1, got NaN"],
    [{ tau: 0 }, "RangeError", "tau must be a number above 0, at most 1, got 0"],
    [
      { learningRate: -1 },
      "RangeError",
      "learningRate must be a number of at least 0, or a function of the progress from 0 to 1, got -1",
    ],
    [
      { maxGradNorm: 0 },
      "RangeError",
      "maxGradNorm must be a number greater than 0, or null for none, got 0",
    ],
    [
      { maxGradValue: -1 },
      "RangeError",
      "maxGradValue must be a number greater than 0, or null for none, got -1",
    ],
    [
      { rewardClip: 0 },
      "RangeError",
      "rewardClip must be a number greater than 0, or null for none, got 0",
    ],
    [
      { gradientSteps: 0 },
      "RangeError",
      "gradientSteps must be an integer of at least 1, -1 (as many as steps were " +
      "collected) or { epochs } with an integer of at least 1, got 0",
    ],
    [
      { gradientSteps: -2 },
      "RangeError",
      "gradientSteps must be an integer of at least 1, -1 (as many as steps were " +
      "collected) or { epochs } with an integer of at least 1, got -2",
    ],
    [{ doubleQ: 1 }, "TypeError", "doubleQ must be true or false, got 1"],
    [
      { seed: 2 ** 32 },
      "RangeError",
      "seed must be an integer from 0 to 4294967295, got 4294967296",
    ],
    [
      { exploration: "curiosity" },
      "RangeError",
      'exploration must be one of "epsilon-greedy", "boltzmann", "greedy", got "curiosity"',
    ],
    [{ temperature: 0 }, "RangeError", "temperature must be a number greater than 0, got 0"],
    [
      { target: "q" },
      "RangeError",
      'target must be one of "max", "sarsa", "munchausen", got "q"',
    ],
    [{ atoms: 1 }, "RangeError", "atoms must be an integer of at least 2, got 1"],
    [{ kappa: -1 }, "RangeError", "kappa must be a number of at least 0, got -1"],
    [{ priorityAlpha: 2 }, "RangeError", "priorityAlpha must be a number from 0 to 1, got 2"],
    [{ priorityEps: 0 }, "RangeError", "priorityEps must be a number greater than 0, got 0"],
    [{ munchausenClip: 1 }, "RangeError", "munchausenClip must be a number of at most 0, got 1"],
    [
      { distribution: "qrdqn" },
      "RangeError",
      'distribution must be one of "none", "c51", "qr", "iqn", got "qrdqn"',
    ],
    [
      { sampling: "prioritised" },
      "RangeError",
      'sampling must be one of "uniform", "prioritized", "sequential", got "prioritised" ' +
      '(did you mean "prioritized"?)',
    ],
    [
      { gradientSteps: { epochs: 0 } },
      "RangeError",
      "gradientSteps must be an integer of at least 1, -1 (as many as steps were " +
      'collected) or { epochs } with an integer of at least 1, got {"epochs":0}',
    ],
    [
      { gradientSteps: "3:epochs" },
      "TypeError",
      "gradientSteps must be an integer of at least 1, -1 (as many as steps were " +
      'collected) or { epochs } with an integer of at least 1, got "3:epochs"',
    ],
    [
      { optimizer: "adm" },
      "RangeError",
      'optimizer must be one of "adam", "adamw", "rmsprop", "adagrad", "sgd", got "adm" ' +
      '(did you mean "adam"?)',
    ],
    [{ loss: 3 }, "TypeError", 'loss must be one of "huber", "mse", got 3'],
    [
      { hiddenLayers: [64, 0] },
      "RangeError",
      "hiddenLayers must be a list of integers of at least 1, got [64, 0]",
    ],
    [
      { hiddenLayers: 64 },
      "TypeError",
      "hiddenLayers must be a list of integers of at least 1, got 64",
    ],
    [
      { init: { uniform: 0 } },
      "RangeError",
      "init: uniform must be a number greater than 0, got 0",
    ],
    [
      { init: { normal: 1 } },
      "TypeError",
      'init must be one of "pytorch", "xavier", "orthogonal", "he" or { uniform: x }, got {"normal":1}',
    ],
    [
      { trainFreq: 0 },
      "RangeError",
      "trainFreq must be an integer of at least 1 (environment steps) or { every, unit } with a unit " +
      'of "step", "episode", got 0',
    ],
    [
      { trainFreq: { every: 1, unit: "update" } },
      "RangeError",
      "trainFreq must be an integer of at least 1 (environment steps) or { every, unit } with a unit " +
      'of "step", "episode", got {"every":1,"unit":"update"}',
    ],
    [
      { targetUpdateInterval: { every: 4 } },
      "TypeError",
      "targetUpdateInterval must be an integer of at least 1 (environment steps) or { every, unit } " +
      'with a unit of "step", "update", "episode", got {"every":4}',
    ],
    [{ device: 1 }, "TypeError", "device must be an object, got 1"],
  ];
  for (const [config, name, message] of cases) {
    assert.throws(() => resolve(config), { name, message });
  }
});

Deno.test("config: the configuration itself must be an object", () => {
  for (const config of [null, 3, "zoo", [1]]) {
    assert.throws(() => resolve(config), /the configuration must be an object of options, got/);
  }
});

Deno.test("config: edges that are allowed", () => {
  const edges: DQNConfig[] = [
    { learningStarts: 10_000, bufferSize: 10_000 },
    { learningStarts: 0 },
    { hiddenLayers: [] },
    { gamma: 0 },
    { gradientSteps: -1 },
    { learningRate: 0 },
    { maxGradNorm: null },
    { explorationFraction: 0 },
    { explorationInitialEps: 0, explorationFinalEps: 0 },
    { exploration: "greedy" },
    { optimizer: "sgd", momentum: 0.9 },
    { optimizer: "rmsprop", momentum: 0.9, rmspropCentered: true },
  ];
  for (const config of edges) {
    const resolved = resolveConfig(config) as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(config)) assert.deepEqual(resolved[name], value);
  }
});

Deno.test("config: every option has a help text and a default that its own check accepts", () => {
  for (const name of OPTION_NAMES) {
    const option = OPTION_TABLE[name];
    assert.ok(option.help.length > 10, name);
    if (option.default === undefined) continue;
    assert.doesNotThrow(() => resolve({ [name]: option.default }), name);
  }
});
