/** Tests of configurations put together from presets, algorithms and options. @module */

import assert from "node:assert/strict";
import { ALGORITHM_NAMES } from "../../../src/dqn/algorithms/by_name.ts";
import { configure } from "../../../src/dqn/algorithms/configure.ts";
import { type DQNConfig, resolveConfig } from "../../../src/dqn/config.ts";
import { PRESET_IDS, presetsFor } from "../../../src/dqn/presets/by_environment.ts";

function resolved(preset: DQNConfig, algorithms: string[], options: DQNConfig = {}) {
  return resolveConfig(configure({ env: "CartPole-v1", preset, algorithms, options }));
}

Deno.test("configure: every preset of every environment takes every algorithm", () => {
  for (const env of PRESET_IDS) {
    for (const [name, { config: preset }] of Object.entries(presetsFor(env))) {
      for (const algorithm of ALGORITHM_NAMES) {
        const what = `${env}, ${name}, ${algorithm}`;
        const config = resolveConfig(configure({ env, preset, algorithms: [algorithm] }));
        if (algorithm !== "dqn") continue;
        const { doubleQ, dueling, noisy, sampling, nSteps, distribution, target } = config;
        assert.deepEqual(
          [doubleQ, dueling, noisy, sampling, nSteps, distribution, target],
          [false, false, false, "uniform", 1, "none", "max"],
          what,
        );
      }
    }
  }
});

Deno.test("configure: without an algorithm a preset stays as it is, under single options", () => {
  const preset: DQNConfig = { doubleQ: true, nSteps: 3, gamma: 0.9 };
  assert.deepEqual(configure({ env: "CartPole-v1", preset }), preset);
  const config = resolved(preset, [], { dueling: true, gamma: 0.5 });
  assert.deepEqual([config.doubleQ, config.dueling, config.gamma], [true, true, 0.5]);
});

Deno.test("configure: an algorithm replaces a preset's parts, single options replace the algorithm's", () => {
  const preset: DQNConfig = { doubleQ: true, distribution: "qr", quantiles: 25, batchSize: 16 };
  const dueling = resolved(preset, ["dueling"]);
  assert.deepEqual(
    [dueling.doubleQ, dueling.dueling, dueling.distribution, dueling.quantiles, dueling.batchSize],
    [false, true, "none", 50, 16],
  );
  assert.equal(resolved(preset, ["double", "qr"]).quantiles, 25);
  const rainbow = resolved(preset, ["rainbow"], { distribution: "qr", quantiles: 7, nSteps: 5 });
  assert.deepEqual(
    [rainbow.distribution, rainbow.quantiles, rainbow.nSteps, rainbow.noisy],
    ["qr", 7, 5, true],
  );
});

Deno.test("configure: what a preset can't have with an algorithm goes: loss, init, exploration", () => {
  const preset: DQNConfig = {
    loss: "mse",
    init: { uniform: 0.1 },
    exploration: "boltzmann",
    target: "sarsa",
  };
  const config = resolved(preset, ["noisy", "iqn"]);
  assert.deepEqual(
    [config.loss, config.init, config.exploration, config.target],
    ["huber", "pytorch", "greedy", "max"],
  );
});

Deno.test("configure: an algorithm without one of its parts has the preset's in its place", () => {
  const preset: DQNConfig = { explorationFinalEps: 0.01, explorationFraction: 0.3 };
  const config = resolved(preset, ["rainbow"], { noisy: false, sampling: "uniform" });
  assert.deepEqual(
    [config.noisy, config.exploration, config.explorationFinalEps, config.explorationFraction],
    [false, "epsilon-greedy", 0.01, 0.3],
  );
  assert.deepEqual([config.sampling, config.priorityAlpha], ["uniform", 0.6]);
  assert.equal(resolved({ exploration: "boltzmann" }, ["rainbow"]).exploration, "greedy");
  assert.equal(
    resolved({ exploration: "boltzmann" }, ["rainbow"], { noisy: false }).exploration,
    "boltzmann",
  );
});

Deno.test("configure: an algorithm that is noisy explores by noise, over a preset that is noisy already", () => {
  const preset: DQNConfig = {
    noisy: true,
    exploration: "epsilon-greedy",
    explorationInitialEps: 0.9,
  };
  assert.equal(resolved(preset, []).exploration, "epsilon-greedy");
  assert.equal(resolved(preset, ["double"]).exploration, "epsilon-greedy");
  assert.equal(resolved(preset, ["rainbow"]).exploration, "greedy");
  assert.equal(resolved(preset, ["rainbow"], { exploration: "greedy" }).exploration, "greedy");
});

Deno.test("configure: the notes preset takes the improvements that its tutorial names", () => {
  const config = resolved(presetsFor("CartPole-v1").notes.config, ["per", "double", "dueling"]);
  assert.deepEqual(
    [config.sampling, config.doubleQ, config.dueling, config.loss, config.hiddenLayers],
    ["prioritized", true, true, "mse", [32, 16]],
  );
});

Deno.test("configure: C51's support is the environment's, unless a layer names it", () => {
  const support = (preset: DQNConfig, options?: DQNConfig) => {
    const { vMin, vMax } = resolved(preset, ["c51"], options);
    return [vMin, vMax];
  };
  assert.deepEqual(support({}), [0, 100]);
  assert.deepEqual(support({ gamma: 0.9 }), [0, 10]);
  assert.deepEqual(support({ gamma: 0.9 }, { gamma: 0.5 }), [0, 2]);
  assert.deepEqual(support({ rewardScale: 0.01 }), [0, 1]);
  assert.deepEqual(support({}, { vMax: 500 }), [0, 500]);
  assert.deepEqual(support({ distribution: "c51", vMin: -5, vMax: 5 }), [-5, 5]);
  // The same for the option by itself.
  const { vMax } = resolveConfig(
    configure({ env: "CartPole-v1", preset: {}, options: { distribution: "c51" } }),
  );
  assert.equal(vMax, 100);
});

Deno.test("configure: C51 in an environment whose returns are not known needs them", () => {
  const layers = { env: "Taxi-v3", preset: {}, algorithms: ["rainbow"] };
  const message =
    "C51 needs the range of returns, and for Taxi-v3 at a gamma of 0.99 it is not known: give vMin " +
    "and vMax (on a command line --v-min and --v-max)";
  assert.throws(() => configure(layers), { name: "RangeError", message });
  assert.throws(() => configure({ ...layers, options: { vMin: -10 } }), { message });
  const config = configure({ ...layers, options: { vMin: -10, vMax: 20 } });
  assert.deepEqual([config.vMin, config.vMax], [-10, 20]);
  // Others do without.
  assert.doesNotThrow(() => configure({ ...layers, algorithms: ["qr"] }));
});

Deno.test("configure: a preset's hidden layers go with its network, unless a layer over it names some", () => {
  const preset: DQNConfig = { network: "minatar-cnn", hiddenLayers: [] };
  assert.deepEqual(resolved(preset, []).hiddenLayers, []);
  assert.deepEqual(resolved(preset, [], { network: "minatar-cnn" }).hiddenLayers, []);
  assert.deepEqual(resolved(preset, [], { network: "nature-cnn" }).hiddenLayers, [512]);
  assert.deepEqual(resolved({ hiddenLayers: [7] }, [], { network: "mlp" }).hiddenLayers, [7]);
  const named = resolved(preset, ["double"], { network: "nature-cnn", hiddenLayers: [9] });
  assert.deepEqual(named.hiddenLayers, [9]);
});
