/**
 * Tests of the learner with noise, quantile samples, priorities and distributions: the same bits in
 * submits of any size and after a restart, values by mean weights or by noise, and what is refused.
 */

import assert from "node:assert/strict";
import { layOutBatch } from "../../src/dqn/batch.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import type { Learner } from "../../src/dqn/learner.ts";
import type { LearnerTensors } from "../../src/dqn/tensors.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { normalsPerPass } from "../../src/nn/noise.ts";
import type { RingOptions } from "../../src/replay/ring_shape.ts";
import { distance, randomFloats } from "../nn/harness.ts";
import { ReferenceFamily } from "../reference/family.ts";
import { FamilyNetwork, type NetworkOptions, readParameters } from "../reference/family_network.ts";
import { valueOf } from "../reference/family_targets.ts";
import { weightOf } from "../reference/sum_tree.ts";
import { DrawBench } from "../replay/harness.ts";
import { createLearner, fillRing, ringOf, settings, SHAPE } from "./harness.ts";
import { flatTarget } from "./flat_view.ts";

const gpu = await Gpu.open();
// Small tiles compile sooner; which tiles they are makes no difference to what is tested here.
(gpu as { kind: AdapterKind }).kind = "gpu";

/** Members of the family that draw in every way between them. */
const MEMBERS: Record<string, DQNConfig> = {
  "noisy IQN, prioritised": {
    ...{ distribution: "iqn", taus: 3, targetTaus: 2, actingTaus: 4, cosines: 6 },
    ...{ noisy: true, dueling: true, layerNorm: true, sampling: "prioritized" },
  },
  "C51 of sequences, Munchausen": {
    ...{ distribution: "c51", atoms: 7, vMin: -2, vMax: 2, dueling: true },
    ...{ sampling: "sequential", target: "munchausen" },
  },
  "QR without replacement": {
    ...{ distribution: "qr", quantiles: 5, replacement: false, doubleQ: true, headLayers: [3] },
  },
};

/** A batch of six transitions. */
function batchOf(parts: { noise?: Float32Array; taus?: Float32Array }, config: DQNConfig) {
  const rows = 6;
  const batch = {
    observations: randomFloats(rows * SHAPE.observationSize, 1),
    nextObservations: randomFloats(rows * SHAPE.observationSize, 2),
    actions: new Int32Array(rows),
    rewards: randomFloats(rows, 3),
    terminated: new Uint8Array(rows),
    ...parts,
  };
  return layOutBatch(batch, flatTarget(SHAPE), resolveConfig(config));
}

for (const [name, config] of Object.entries(MEMBERS)) {
  Deno.test(`learner: 60 updates of ${name} are the same bits in submits of 1, 7 and 60`, async () => {
    const outcomes: LearnerTensors[] = [];
    for (const size of [1, 7, 60]) {
      const learner = await createLearner(gpu, config);
      for (let made = 0; made < 60;) {
        const updates = Math.min(size, 60 - made);
        await learner.train(
          updates,
          settings({ tauAfter: (update) => update % 9 === 0 ? 0.5 : 0 }),
        );
        made += updates;
        // Looking and acting take no part in learning.
        if (made % 14 === 0) await learner.qValues([new Float32Array(3)], made);
      }
      outcomes.push(await learner.getTensors());
      learner.close();
    }
    assert.deepEqual(outcomes[1], outcomes[0]);
    assert.deepEqual(outcomes[2], outcomes[0]);
  });

  Deno.test(`learner: ${name}, tensors and ring restored, goes on to the same bits`, async () => {
    const original = await createLearner(gpu, config);
    await original.train(13, settings({ tauAfter: () => 0.1 }));
    const tensors = await original.getTensors();
    const restored = await createLearner(gpu, config);
    restored.setTensors(tensors, original.updates);
    restored.ring.setState(await original.ring.getState());
    for (const learner of [original, restored]) {
      fillRing(ringOf(learner), 5, SHAPE.actions, 9);
      await learner.train(20, settings({ tauAfter: () => 0.1 }));
    }
    assert.deepEqual(await restored.getTensors(), await original.getTensors());
    assert.deepEqual(await restored.ring.getState(), await original.ring.getState());
    assert.notDeepEqual((await original.getTensors()).online, tensors.online);
    original.close();
    restored.close();
  });

  Deno.test(`learner: ${name}, Q-values and distributions are the reference's, noise left out`, async () => {
    const learner = await createLearner(gpu, config);
    await learner.train(20, settings());
    const resolved = resolveConfig(config);
    const options = { ...resolved, ...SHAPE, hiddenLayers: [5], activation: "tanh" } as const;
    const seen = [1, 2, 3].map((seed) => randomFloats(SHAPE.observationSize, seed));
    const wanted = await referenceNumbers(learner, options, seen);
    const values = await learner.qValues(seen);
    const means = wanted.map((numbers) => valueOf(options, numbers));
    assert(distance(values, means) < 3e-6, `values off by ${distance(values, means)}`);

    const got = await learner.distributions(seen);
    const count = wanted[0].length;
    assert.equal(got.atoms, count);
    assert.equal(got.values.length, 3 * SHAPE.actions * count);
    wanted.forEach((numbers, i) => {
      const part = (all: Float32Array) => [...all.subarray(i * count, (i + 1) * count)];
      const probabilities = part(got.probabilities);
      assert(Math.abs(probabilities.reduce((a, b) => a + b) - 1) < 1e-6);
      if (config.distribution !== "c51") assert(distance(part(got.values), numbers) < 3e-6);
      const mean = part(got.values).reduce((sum, z, k) => sum + z * probabilities[k], 0);
      assert(Math.abs(mean - values[i]) < 3e-6, `mean ${mean}, Q ${values[i]}`);
    });
    learner.close();
  });
}

/** What the online network gives each action of each observation, by its mean weights. */
async function referenceNumbers(
  learner: Learner,
  options: NetworkOptions & { actingTaus: number },
  seen: readonly Float32Array[],
): Promise<number[][]> {
  const { online } = await learner.getTensors();
  const named = Object.fromEntries(Object.entries(online).map(([name, x]) => [`q.${name}`, x]));
  const network = new FamilyNetwork(options, readParameters(options, named, "q"));
  const { actingTaus: k } = options;
  const { value } = network.forward(seen.flatMap((each) => [...each]), {
    noise: new Float32Array(normalsPerPass(learner.network)),
    taus: Array.from({ length: seen.length * k }, (_, i) => (i % k + 0.5) / k),
  });
  const rows = seen.length * SHAPE.actions;
  const count = value.length / rows;
  return Array.from({ length: rows }, (_, i) => [...value.subarray(i * count, (i + 1) * count)]);
}

Deno.test("learner: a noisy network acts by the noise of a number, the same for the same seed", async () => {
  const config = { ...MEMBERS["noisy IQN, prioritised"], sampling: "uniform" } as const;
  const [learner, twin] = [await createLearner(gpu, config), await createLearner(gpu, config)];
  const other = await createLearner(gpu, { ...config, seed: 4 });
  const [{ online, target }] = [await learner.getTensors()];
  other.setTensors({ online, target });
  const seen = [1, 2].map((seed) => randomFloats(SHAPE.observationSize, seed));
  const still = await learner.qValues(seen);
  const noisy = await learner.qValues(seen, 5);
  assert(distance(noisy, still) > 0.01);
  // Counters have 64 bits.
  for (const number of [6, 5 + 2 ** 32]) {
    assert(distance(await learner.qValues(seen, number), noisy) > 0.01, `number ${number}`);
  }
  assert.deepEqual(await learner.qValues(seen, 5), noisy);
  assert.deepEqual(await twin.qValues(seen, 5), noisy);
  assert.deepEqual(await other.qValues(seen), still);
  assert(distance(await other.qValues(seen, 5), noisy) > 0.01, "another seed");
  for (const each of [learner, twin, other]) each.close();
});

Deno.test("learner: what has been learnt about drawn rows becomes their priorities", async () => {
  const [alpha, eps, seed, batch] = [0.5, 0.01, 3, 4];
  const learner = await createLearner(gpu, {
    ...{ sampling: "prioritized", priorityAlpha: alpha, priorityEps: eps, batchSize: batch, seed },
  });
  await learner.train(9, settings());
  const state = await learner.ring.getState();
  const { online, target } = await learner.getTensors();
  await learner.train(1, settings());
  const after = (await learner.ring.getState()).priorities!;

  // The same draw from a ring of its own, and what float64 finds of it.
  const { observationSize } = SHAPE;
  const sizes: RingOptions = {
    ...{ observationSize, lanes: 1, capacity: 100, nSteps: 1, sampling: "prioritized" },
  };
  const draws = await DrawBench.create(gpu, sizes, batch);
  draws.ring.setState(state);
  const drawn = await draws.draw(9, { gamma: 0.99, seed });
  const named = [["q", online], ["target", target]].flatMap(([prefix, parameters]) =>
    Object.entries(parameters).map(([name, each]) => [`${prefix}.${name}`, each])
  );
  const reference = new ReferenceFamily(Object.fromEntries(named), {
    ...SHAPE,
    ...{ hiddenLayers: [5], activation: "tanh", loss: "huber", gamma: 0.99 },
    ...{ optimizer: "adam", learningRate: 0.01, maxGradNorm: 10 },
  });
  const { priorities } = reference.update({
    observations: drawn.flatMap(({ observation }) => observation),
    nextObservations: drawn.flatMap(({ nextObservation }) => nextObservation),
    actions: drawn.map(({ action }) => action),
    rewards: drawn.map((each) => each.return),
    terminated: drawn.map(() => false),
    discounts: drawn.map(({ discount }) => discount),
    weights: drawn.map(({ weight }) => weight),
  });
  const wanted = Float64Array.from(state.priorities!);
  const rows = drawn.map(({ observation }) => rowOf(state.observations, observation));
  rows.forEach((row, place) => wanted[row] = weightOf(priorities[place], alpha, eps));
  assert(new Set(rows).size > 1);
  after.forEach((weight, row) => {
    const off = Math.abs(weight - wanted[row]);
    const limit = rows.includes(row) ? 1e-5 * wanted[row] : 0;
    assert(off <= limit, `row ${row} weighs ${weight}, wanted ${wanted[row]}`);
  });
  assert(rows.every((row) => after[row] !== state.priorities![row]));
  draws.buffers.destroy();
  // An explicit batch is no part of the ring.
  const plain = resolveConfig({ sampling: "prioritized" });
  await learner.trainOnBatch(batchOf({}, plain), settings());
  assert.deepEqual((await learner.ring.getState()).priorities, after);
  learner.close();
});

/** Which of the observations, one after the other, this one is. */
function rowOf(observations: ArrayLike<number>, wanted: readonly number[]): number {
  const rows = Array.from({ length: observations.length / wanted.length }, (_, row) => row);
  const found = rows.filter((row) =>
    wanted.every((x, i) => observations[row * wanted.length + i] === x)
  );
  assert.equal(found.length, 1, `${wanted} is in one row`);
  return found[0];
}

Deno.test("learner: noise and quantile samples of another number are refused, and no update is counted", async () => {
  const config = MEMBERS["noisy IQN, prioritised"];
  const learner = await createLearner(gpu, config);
  const normals = 3 * normalsPerPass(learner.network);
  const samples = 6 * (3 + 2 + 4);
  const half = (length: number) => new Float32Array(length).fill(0.5);
  const cases: [{ noise?: Float32Array; taus?: Float32Array }, string][] = [
    [
      { noise: half(normals - 1) },
      `noise must have ${normals} entries for this network and batch, got ${normals - 1}`,
    ],
    [
      { noise: half(normals), taus: half(samples + 1) },
      `taus must have ${samples} entries for this network and batch, got ${samples + 1}`,
    ],
  ];
  const before = await learner.getTensors();
  for (const [parts, message] of cases) {
    const batch = batchOf(parts, config);
    const given = learner.trainOnBatch(batch, settings());
    await assert.rejects(given, { name: "RangeError", message });
  }
  assert.equal(learner.updates, 0);
  assert.deepEqual(await learner.getTensors(), before);
  // Given by hand the same update comes out twice; drawn it depends on its number.
  const run = async (parts: { noise?: Float32Array; taus?: Float32Array }, updates: number) => {
    learner.setTensors(before, updates);
    const { tdErrors } = await learner.trainOnBatch(batchOf(parts, config), settings());
    return tdErrors;
  };
  const both = { noise: half(normals), taus: half(samples) };
  assert.deepEqual(await run(both, 0), await run(both, 7));
  assert.notDeepEqual(await run({}, 0), await run({}, 7));
  assert.deepEqual(await run({}, 7), await run({}, 7));
  learner.close();
});
