/**
 * Tests of the DQN family's update on the GPU against the float64 reference, over combinations that hold
 * every pair of choices that can be made together, in sizes that are no multiples of anything.
 *
 * The reference is itself compared with PyTorch, part by part; here parts meet. Updates are compared by
 * how they move parameters, which for plain gradient descent is the gradient.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../mod.ts";
import { type FamilyOptions, ReferenceFamily } from "../reference/family.ts";
import { randomBatch, randomParameters } from "../reference/family_random.ts";
import { assertClose, createAgent, parametersOf } from "./family_agent.ts";
import { openDevice } from "./update_path.ts";

const device = await openDevice();

/** Everything that a combination chooses one of. */
const CHOICES = {
  distribution: ["none", "c51", "qr", "iqn"],
  target: ["max", "double", "sarsa", "munchausen"],
  size: [0, 1, 2, 3],
  optimizer: ["sgd", "adamw"],
  dueling: [false, true],
  noisy: [false, true],
  layerNorm: [false, true],
  headLayers: [0, 1],
  activation: ["relu", "tanh"],
  masks: [false, true],
  weights: [false, true],
  discounts: [false, true],
  clip: [false, true],
} as const;

type Name = keyof typeof CHOICES;
type Row = { -readonly [N in Name]: typeof CHOICES[N][number] };

/** Sizes that meet each other; taus of the online pass, the target's, and those that choose. */
const SIZES = [{
  observationSize: 3,
  batch: 1,
  hiddenLayers: [3],
  actions: 3,
  atoms: 129,
  quantiles: 129,
  taus: [1, 1, 1],
  cosines: 1,
}, {
  observationSize: 7,
  batch: 129,
  hiddenLayers: [],
  actions: 1,
  atoms: 2,
  quantiles: 3,
  taus: [3, 2, 5],
  cosines: 3,
}, {
  observationSize: 1,
  batch: 7,
  hiddenLayers: [129],
  actions: 2,
  atoms: 17,
  quantiles: 1,
  taus: [7, 17, 3],
  cosines: 17,
}, {
  observationSize: 17,
  batch: 17,
  hiddenLayers: [7],
  actions: 17,
  atoms: 3,
  quantiles: 7,
  taus: [2, 3, 7],
  cosines: 129,
}];
const HEAD_LAYERS = [[], [5]];
/**
 * Plain steps show gradients; AdamW's averages and decay must reach every part's parameters. With what is
 * added to its roots, AdamW moves parameters by nearly 0 along gradients of nearly 0.
 */
const OPTIMIZERS = {
  sgd: { optimizer: "sgd", learningRate: 1 },
  adamw: { optimizer: "adamw", learningRate: 0.1, adamEps: 1, weightDecay: 0.1 },
} as const;

/** All pairs of choices in a row. */
function pairsOf(row: Row): string[] {
  const chosen = Object.entries(row).map(([name, value]) => `${name} ${value}`);
  return chosen.flatMap((a, i) => chosen.slice(i + 1).map((b) => `${a}, ${b}`));
}

/** Pairs of choices that no row has. */
function missingPairs(rows: readonly Row[]): Set<string> {
  const names = Object.keys(CHOICES) as Name[];
  const all = names.flatMap((a, i) =>
    names.slice(i + 1).flatMap((b) =>
      CHOICES[a].flatMap((x) => CHOICES[b].map((y) => `${a} ${x}, ${b} ${y}`))
    )
  );
  const met = new Set(rows.flatMap(pairsOf));
  return new Set(all.filter((pair) => !met.has(pair)));
}

/**
 * Sixteen rows in which every pair of choices occurs. The three of four choices make a Latin square; each
 * row's others are, of many random ones, those with most pairs that no row had before.
 */
function combinations(): Row[] {
  let state = 7;
  const pick = <T>(from: readonly T[]): T => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return from[Math.floor(state / 2 ** 32 * from.length)];
  };
  const rows: Row[] = [];
  CHOICES.distribution.forEach((distribution, d) => {
    CHOICES.target.forEach((target, t) => {
      const size = CHOICES.size[(d + t) % 4];
      const missing = missingPairs(rows);
      let best: Row | undefined;
      let most = -1;
      for (let i = 0; i < 400; i++) {
        const others = Object.entries(CHOICES).slice(3).map(([name, from]) => [
          name,
          pick<unknown>(from),
        ]);
        const row = { distribution, target, size, ...Object.fromEntries(others) } as Row;
        const gain = pairsOf(row).filter((pair) => missing.has(pair)).length;
        if (gain > most) [best, most] = [row, gain];
      }
      rows.push(best!);
    });
  });
  return rows;
}

/** A combination as the reference's options; what plays no part in it is left out. */
function optionsOf(row: Row): FamilyOptions {
  const { distribution, target, activation, dueling, noisy, layerNorm } = row;
  // Of scalar values and of quantiles alone, so they take turns with another choice.
  const loss = row.weights ? "huber" : "mse";
  const kappa = row.weights ? 0.5 : 0;
  const { batch: _, taus, atoms, quantiles, cosines, ...sizes } = SIZES[row.size];
  return {
    ...sizes,
    headLayers: HEAD_LAYERS[row.headLayers],
    activation,
    dueling,
    noisy,
    layerNorm,
    distribution,
    target: target === "double" ? "max" : target,
    doubleQ: target === "double",
    gamma: 0.9,
    maxGradNorm: row.clip ? 0.3 : null,
    ...OPTIMIZERS[row.optimizer],
    ...(target === "munchausen" && { munchausenTau: 0.2, munchausenAlpha: 0.8 }),
    ...(distribution === "none" && { loss }),
    ...(distribution === "c51" && { atoms, vMin: -3, vMax: 4 }),
    ...(distribution === "qr" && { quantiles, kappa }),
    ...(distribution === "iqn" && {
      taus: taus[0],
      targetTaus: taus[1],
      actingTaus: taus[2],
      cosines,
      kappa,
    }),
  };
}

/** Two updates by both, with a target update between. */
async function compare(row: Row, seed: number): Promise<void> {
  const { observationSize, actions, ...config } = optionsOf(row);
  const options = { observationSize, actions, ...config };
  const { batch } = SIZES[row.size];
  const parameters = randomParameters(options, seed);
  const reference = new ReferenceFamily(parameters, options);
  using agent = await createAgent(device, observationSize, actions, {
    ...config as DQNConfig,
    batchSize: batch,
    actionMasks: row.masks,
  });
  await agent.setParameters(parameters);
  for (let i = 0; i < 2; i++) {
    const transitions = randomBatch(options, batch, row, 100 * seed + i);
    const held = await parametersOf(agent);
    const start = Object.entries(reference.parameters()).map(([name, data]) =>
      [name, data.slice()] as const
    );
    const wanted = reference.update(transitions);
    const { loss, tdErrors, priorities } = await agent.trainOnBatch(transitions);
    const { gradNorm, meanQ } = await agent.diagnostics();
    const at = `update ${i}:`;
    assertClose(`${at} loss`, [loss], [wanted.loss]);
    assertClose(`${at} TD errors`, tdErrors, wanted.tdErrors);
    assertClose(`${at} priorities`, priorities, wanted.priorities, { atLeast: wanted.loss });
    assertClose(`${at} gradient norm`, [gradNorm], [wanted.gradNorm]);
    assertClose(`${at} mean Q`, [meanQ], [wanted.meanQ], { atLeast: 1 });
    const after = await parametersOf(agent);
    const end = reference.parameters();
    for (const [name, from] of start) {
      const to = end[name];
      if (name.startsWith("target.")) {
        assertClose(`${at} ${name}`, after[name], to);
        continue;
      }
      const moved = to.map((x, k) => x - from[k]);
      const movedByAgent = after[name].map((x, k) => x - held[name][k]);
      // What float32 leaves of a difference between the parameters themselves.
      const largest = to.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      assertClose(`${at} ${name} moved`, movedByAgent, moved, { slack: largest * 2 ** -22 });
    }
    reference.updateTarget(0.5);
    await agent.updateTarget(0.5);
  }
}

const rows = combinations();

Deno.test("trainOnBatch: the combinations hold every pair of choices", () => {
  assert.deepEqual([...missingPairs(rows)], []);
});

rows.forEach((row, i) => {
  const described = Object.entries(row)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => value === true ? name : `${name} ${value}`);
  Deno.test(`trainOnBatch: combination ${i}: ${described.join(", ")}`, () => compare(row, i + 1));
});
