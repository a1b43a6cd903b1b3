/** Tests of what options mean together. @module */

import assert from "node:assert/strict";
import { isUsed, layered } from "../../src/dqn/combinations.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";

Deno.test("combinations: options that contradict each other are refused", () => {
  const cases: [DQNConfig, RegExp][] = [
    [
      { learningStarts: 501, bufferSize: 500 },
      /^learningStarts \(501\) must not be larger than bufferSize \(500\)/,
    ],
    [
      { nSteps: 10, bufferSize: 10, learningStarts: 1 },
      /^nSteps \(10\) must be smaller than bufferSize \(10\)$/,
    ],
    [
      { replacement: false, batchSize: 500, bufferSize: 500 },
      /^batchSize \(500\) must be smaller than bufferSize \(500\) where replacement is false/,
    ],
    [{ explorationSchedule: "exponential" }, /time constant in steps, is needed .* got none$/],
    [{ explorationSchedule: "multiplicative" }, /must be between 0 and 1 .* got none$/],
    [
      { explorationSchedule: "multiplicative", explorationDecay: 500 },
      /must be between 0 and 1 .* got 500$/,
    ],
    [
      { explorationInitialEps: 0 },
      /^explorationInitialEps \(0\) must not be less than explorationFinalEps \(0.05\)/,
    ],
    [{ adamBeta1: 1 }, /^adamBeta1 must be less than 1, got 1$/],
    [{ adamBeta2: 1 }, /^adamBeta2 must be less than 1, got 1$/],
    [
      { target: "sarsa", doubleQ: true },
      /^doubleQ chooses .* target "sarsa" takes the action that was taken: set one of them, not both$/,
    ],
    [
      { target: "munchausen", doubleQ: true },
      /^doubleQ chooses .* target "munchausen" chooses none .*: set one of them, not both$/,
    ],
    [
      { target: "munchausen", nSteps: 3 },
      /^nSteps \(3\) must be 1 with target "munchausen": each reward has its own log-policy bonus/,
    ],
    [
      { distribution: "c51", vMin: 10, vMax: 10 },
      /^vMin \(10\) must be less than vMax \(10\): the atoms of "c51" lie between them$/,
    ],
    [
      { noisy: true, exploration: "epsilon-greedy" },
      /^noisy with exploration "epsilon-greedy" and an explorationInitialEps of 1: the noise would not act .* leave exploration out .* or set explorationInitialEps below 1$/,
    ],
    [{ noisy: true, exploration: "boltzmann" }, /^noisy with exploration "boltzmann" and/],
    [
      { learningRate: (p) => 1 - p, learningRateSchedule: "linear" },
      /^learningRate is a function of the progress, and learningRateSchedule "linear" goes from/,
    ],
    [
      { learningRateSchedule: "exponential" },
      /^learningRateSchedule "exponential" multiplies, .* above 0 .*, got 0.0001 and 0$/,
    ],
    [
      { learningRate: 0, learningRateSchedule: "exponential", learningRateFinal: 1e-5 },
      /, got 0 and 0.00001$/,
    ],
  ];
  for (const [config, message] of cases) {
    assert.throws(() => resolveConfig(config), { name: "RangeError", message });
  }
});

Deno.test("combinations: an option of a choice that is not made is refused", () => {
  const cases: [DQNConfig, string][] = [
    [
      { distribution: "qr", atoms: 21 },
      'atoms (21) is an option of distribution "c51", and distribution is "qr": leave atoms out, ' +
      'or set distribution to "c51"',
    ],
    [
      { kappa: 0 },
      'kappa (0) is an option of distribution "qr" and "iqn", and distribution is "none": leave ' +
      'kappa out, or set distribution to "qr" or "iqn"',
    ],
    [
      { distribution: "c51", loss: "mse" },
      'loss ("mse") is an option of distribution "none", and distribution is "c51" (a distribution ' +
      'of returns brings its own loss): leave loss out, or set distribution to "none"',
    ],
    [
      { noisy: true, init: "he" },
      'init ("he") is an option of noisy false, and noisy is true (noisy layers start as their ' +
      "paper says: means U(±1/√inputs), noise by noisySigma): leave init out, or set noisy to false",
    ],
    [
      { momentum: 0.9 },
      'momentum (0.9) is an option of optimizer "sgd" and "rmsprop", and optimizer is "adam": leave ' +
      'momentum out, or set optimizer to "sgd" or "rmsprop"',
    ],
    [
      { learningRateFinal: 1e-5 },
      'learningRateFinal (0.00001) is an option of learningRateSchedule "linear", "cosine" and ' +
      '"exponential", and learningRateSchedule is "constant": leave learningRateFinal out, or set ' +
      'learningRateSchedule to "linear" or "cosine" or "exponential"',
    ],
    [
      { noisy: true, explorationFinalEps: 0.01 },
      'explorationFinalEps (0.01) is an option of exploration "epsilon-greedy" and "boltzmann", and ' +
      'exploration is "greedy": leave explorationFinalEps out, or set exploration to ' +
      '"epsilon-greedy" or "boltzmann"',
    ],
    // Of a choice that plays no part itself.
    [
      { exploration: "greedy", explorationFraction: 0.5 },
      'explorationFraction (0.5) is an option of exploration "epsilon-greedy" and "boltzmann", and ' +
      'exploration is "greedy": leave explorationFraction out, or set exploration to ' +
      '"epsilon-greedy" or "boltzmann"',
    ],
  ];
  for (const [config, message] of cases) {
    assert.throws(() => resolveConfig(config), { name: "RangeError", message });
  }
});

Deno.test("combinations: so is each of them", () => {
  const strays: DQNConfig[] = [
    { vMin: 0 },
    { distribution: "iqn", vMax: 100 },
    { distribution: "c51", quantiles: 10 },
    { distribution: "qr", taus: 16 },
    { distribution: "qr", targetTaus: 16 },
    { distribution: "c51", actingTaus: 16 },
    { cosines: 16 },
    { distribution: "c51", kappa: 0.5 },
    { distribution: "iqn", loss: "mse" },
    { noisySigma: 0.1 },
    { priorityAlpha: 0.5 },
    { priorityBeta: 0.5 },
    { sampling: "sequential", priorityBetaEnd: 0.5 },
    { priorityEps: 1e-3 },
    { sampling: "prioritized", replacement: false },
    { sampling: "sequential", replacement: false },
    { munchausenTau: 0.1 },
    { target: "sarsa", munchausenAlpha: 0.5 },
    { munchausenClip: -2 },
    { temperature: 0.5 },
    { temperatureFinal: 0.1 },
    { noisy: true, explorationInitialEps: 0.1 },
    { exploration: "greedy", explorationSchedule: "exponential" },
    { explorationSchedule: "exponential", explorationDecay: 500, explorationFraction: 0.2 },
    { explorationDecay: 500 },
    { optimizer: "sgd", adamBeta1: 0.5 },
    { optimizer: "rmsprop", adamBeta2: 0.5 },
    { optimizer: "sgd", adamEps: 1e-3 },
    { rmspropAlpha: 0.95 },
    { rmspropCentered: true },
  ];
  for (const config of strays) {
    const name = Object.keys(config).at(-1)!;
    assert.throws(() => resolveConfig(config), {
      name: "RangeError",
      message: new RegExp(`^${name} .* is an option of .*: leave ${name} out, or set `),
    });
  }
});

Deno.test("combinations: parts that make sense together resolve together", () => {
  const parts: DQNConfig[] = [
    { doubleQ: true },
    { dueling: true, headLayers: [16], layerNorm: true },
    { noisy: true },
    { sampling: "prioritized" },
    { distribution: "qr", quantiles: 20, kappa: 0.5 },
    { nSteps: 3, actionMasks: true },
  ];
  // Every subset of them.
  for (let set = 0; set < 2 ** parts.length; set++) {
    const config = Object.assign({}, ...parts.filter((_, i) => set & (1 << i)));
    assert.doesNotThrow(() => resolveConfig(config), JSON.stringify(config));
  }
  const others: DQNConfig[] = [
    { target: "munchausen", distribution: "iqn", dueling: true, sampling: "prioritized" },
    { target: "munchausen", distribution: "c51", noisy: true },
    { target: "sarsa", noisy: true, nSteps: 3, distribution: "qr" },
    { sampling: "sequential", nSteps: 3 },
    { noisy: true, exploration: "boltzmann", explorationInitialEps: 0.1, temperatureFinal: 0.1 },
    { learningRate: 1e-3, learningRateSchedule: "exponential", learningRateFinal: 1e-5 },
    // The temperature falls over that share, whatever ε does.
    {
      ...{ exploration: "boltzmann", temperatureFinal: 0.1, explorationFraction: 0.5 },
      ...{ explorationSchedule: "exponential", explorationDecay: 500 },
    },
    { noisy: true, exploration: "epsilon-greedy", explorationInitialEps: 0.1 },
    { optimizer: "adagrad", adamEps: 1e-6 },
  ];
  for (const config of others) {
    assert.doesNotThrow(() => resolveConfig(config), JSON.stringify(config));
  }
});

Deno.test("combinations: whether an option plays a part", () => {
  assert.equal(isUsed("quantiles", { distribution: "qr" }), true);
  assert.equal(isUsed("quantiles", {}), false);
  assert.equal(isUsed("gamma", {}), true);
  // What is left out has its default.
  assert.equal(isUsed("replacement", {}), true);
  assert.equal(isUsed("loss", {}), true);
  assert.equal(isUsed("init", { noisy: true }), false);
});

Deno.test("combinations: of layers the upper one counts, and takes what was a replaced choice's along", () => {
  const under: DQNConfig = { gamma: 0.9, distribution: "qr", quantiles: 25, kappa: 0.5 };
  assert.deepEqual(layered(under, { gamma: 0.5 }), { ...under, gamma: 0.5 });
  assert.deepEqual(layered(under, { gamma: undefined }), under);
  assert.deepEqual(layered(under, { distribution: "iqn" }), {
    gamma: 0.9,
    distribution: "iqn",
    kappa: 0.5,
  });
  // What follows from a choice follows from the new one.
  const explored: DQNConfig = { exploration: "boltzmann", temperature: 0.5, weightDecay: 1e-4 };
  assert.deepEqual(layered(explored, { noisy: true }), { weightDecay: 1e-4, noisy: true });
  assert.deepEqual(layered(explored, { noisy: false }), { ...explored, noisy: false });
  assert.equal(layered(explored, { optimizer: "adamw" }).weightDecay, 1e-4);
  assert.equal(
    resolveConfig(layered<DQNConfig>(resolveConfig(), { optimizer: "adamw" })).weightDecay,
    0.01,
  );
  // A mistake of the upper layer stays to be found.
  const wrong = layered(under, { distribution: "none", quantiles: 5 });
  assert.throws(() => resolveConfig(wrong), /^RangeError: quantiles \(5\) is an option of/);
});
