/** Tests of asking for the distribution of returns. @module */

import assert from "node:assert/strict";
import { ALGORITHMS, Box, Discrete, DQN, type DQNConfig, make, makeGpu } from "../../mod.ts";
import { smallAgent } from "./support.ts";

const SPACES = {
  observationSpace: new Box(-1, 1, [3]),
  actionSpace: new Discrete(4, { start: 2 }),
};
const SEEN = Float32Array.of(0.3, -0.9, 0.1);

/** Each kind, and how many values its distribution has. */
const KINDS: Record<string, [config: DQNConfig, atoms: number]> = {
  c51: [{ distribution: "c51", atoms: 11, vMin: -3, vMax: 7 }, 11],
  qr: [{ distribution: "qr", quantiles: 9 }, 9],
  iqn: [{ distribution: "iqn", actingTaus: 16, cosines: 8 }, 16],
  "c51, dueling, noisy": [
    { distribution: "c51", vMin: -10, vMax: 10, dueling: true, noisy: true },
    51,
  ],
};

for (const [kind, [config, atoms]] of Object.entries(KINDS)) {
  Deno.test(`distribution: of ${kind} has the Q-values as its means`, async () => {
    using agent = await smallAgent(SPACES, config);
    const distribution = await agent.distribution(SEEN);
    const { values, probabilities } = distribution;
    assert.equal(distribution.atoms, atoms);
    assert.deepEqual([values.length, probabilities.length], [4 * atoms, 4 * atoms]);
    const qValues = await agent.qValues(SEEN);
    for (let action = 0; action < 4; action++) {
      let [sum, mean] = [0, 0];
      for (let i = action * atoms; i < (action + 1) * atoms; i++) {
        assert.ok(probabilities[i] >= 0);
        sum += probabilities[i];
        mean += probabilities[i] * values[i];
      }
      assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`);
      assert.ok(Math.abs(mean - qValues[action]) < 1e-5, `${mean}, not ${qValues[action]}`);
    }
    // Asked again it is the same: no noise, no random quantiles.
    assert.deepEqual(await agent.distribution(SEEN), distribution);
  });
}

Deno.test("distribution: C51's values are its support, quantiles are equally likely", async () => {
  using categorical = await smallAgent(SPACES, KINDS.c51[0]);
  const { values } = await categorical.distribution(SEEN);
  for (let action = 0; action < 4; action++) {
    const support = [...values.subarray(11 * action, 11 * (action + 1))];
    assert.deepEqual(support, [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7]);
  }
  using quantile = await smallAgent(SPACES, KINDS.qr[0]);
  const { probabilities } = await quantile.distribution(SEEN);
  assert.ok(probabilities.every((p) => p === Math.fround(1 / 9)));
});

Deno.test("distribution: C51's support is the environment's, or must be given", async () => {
  const small = { learningStarts: 100, bufferSize: 100, hiddenLayers: [3] };
  const rainbow = { ...small, ...ALGORITHMS.rainbow.config };
  using known = await DQN.create(make("CartPole-v1"), { ...rainbow, gamma: 0.98 });
  assert.deepEqual([known.config.vMin, known.config.vMax], [0, 50]);
  using lanes = await DQN.create([make("Acrobot-v1"), make("Acrobot-v1")], rainbow);
  assert.deepEqual([lanes.config.vMin, lanes.config.vMax], [-100, 0]);
  const open = { ...rainbow, vMin: undefined, vMax: 300 };
  using half = await DQN.create(make("CartPole-v1"), open);
  assert.deepEqual([half.config.vMin, half.config.vMax], [0, 300]);
  using onGpu = await DQN.create(makeGpu("CartPole-v1", 2), { ...rainbow, vMax: 200 });
  assert.deepEqual([onGpu.config.vMin, onGpu.config.vMax], [0, 200]);
  await assert.rejects(DQN.create(SPACES, { distribution: "c51" }), {
    name: "RangeError",
    message:
      "C51 needs the range of returns, and for this environment at a gamma of 0.99 it is not " +
      "known: give vMin and vMax (on a command line --v-min and --v-max)",
  });
  await assert.rejects(
    DQN.population(makeGpu("CartPole-v1", 2), [{ gamma: 0.9 }, { gamma: 0.99 }], rainbow),
    /must have the same vMax: agent 0 has 10, agent 1 100 \(C51's range follows from gamma and what/,
  );
});

Deno.test("distribution: an agent without one says which option gives one", async () => {
  using agent = await smallAgent(SPACES);
  await assert.rejects(agent.distribution(SEEN), {
    name: "Error",
    message: "this agent's network predicts mean returns only: create it with distribution " +
      '"c51", "qr" or "iqn" to learn distributions',
  });
});

Deno.test("distribution: of something that is no observation is refused", async () => {
  using agent = await smallAgent(SPACES, KINDS.qr[0]);
  await assert.rejects(agent.distribution(Float32Array.of(1, 2)), {
    name: "TypeError",
    message: "distribution: wanted a typed array of 3 numbers, got 2 numbers",
  });
  await assert.rejects(agent.distribution(Float32Array.of(1, NaN, 2)), {
    name: "RangeError",
    message: "distribution: number 1 of the observation is NaN",
  });
});
