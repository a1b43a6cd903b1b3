/**
 * Tests of C51's loss against the equations in float64: odd numbers of atoms, every target, dueling
 * streams, two agents, returns beyond the support and on its atoms, and what is not finite.
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import {
  assertResult,
  type Choice,
  columnsOf,
  type Given,
  makeGiven,
  makeMasks,
  runErrors,
} from "./error_bench.ts";
import { wantedErrors } from "./error_reference.ts";

const gpu = await Gpu.open();
const NOT_FINITE = 1;
const KINDS = ["cpu", "gpu"] as const;
/** Float32 against float64: places on the support are off by some 1e-6 of an atom. */
const TOLERANCE = 1e-5;

/** As few atoms as there may be, fewer than a workgroup has invocations, as many, and more. */
const CASES: readonly [config: DQNConfig, batch: number, actions: number][] = [
  [{ atoms: 2, vMin: -1, vMax: 1 }, 3, 1],
  [{ atoms: 3, vMin: -4, vMax: 2, doubleQ: true }, 7, 2],
  [{ atoms: 51, target: "sarsa" }, 17, 3],
  [{ atoms: 51, vMin: -2, vMax: 2, dueling: true }, 70, 5],
  [{ atoms: 65, vMin: 0, vMax: 3, dueling: true, doubleQ: true }, 3, 3],
  [{ atoms: 129, vMin: -5, vMax: 5 }, 2, 7],
];

for (const [i, [given, batch, actions]] of CASES.entries()) {
  const kind = KINDS[i % KINDS.length];
  const config: DQNConfig = { distribution: "c51", actionMasks: true, ...given };
  Deno.test(`categorical_error: ${JSON.stringify(given)}, on a ${kind}, is the equations'`, async () => {
    const choice: Choice = { config, batch, actions };
    const all = [1, 2].map((seed): Given => {
      const each = makeGiven(choice, seed);
      return { ...each, nextMasks: makeMasks(choice, each.nextActions, seed) };
    });
    const results = await runErrors(gpu, choice, all, kind);
    results.forEach((result, agent) => {
      assertResult(result, wantedErrors(choice, all[agent]), TOLERANCE, `agent ${agent}`);
      assert(result.priorities.every((p) => p >= 0), "a divergence is never negative");
    });
  });
}

/** One row, one action, five atoms from −2 to 2. */
const FIVE: Choice = {
  config: { distribution: "c51", atoms: 5, vMin: -2, vMax: 2 },
  batch: 1,
  actions: 1,
};

/** Probabilities as logits. */
const logits = (...p: number[]) => p.map((x) => Math.log(Math.max(x, 1e-30)));

/** m of the projection: with logits that are all alike p is 1/5, and the slopes are p − m. */
async function projected(next: number[], reward: number, discount: number): Promise<number[]> {
  const given: Given = {
    outputs: [[3, 3, 3, 3, 3], next],
    actions: Uint32Array.of(0),
    nextActions: Uint32Array.of(0),
    rewards: Float32Array.of(reward),
    discounts: Float32Array.of(discount),
    weights: Float32Array.of(1),
  };
  const [{ deltas }] = await runErrors(gpu, FIVE, [given]);
  return [...deltas].map((slope) => Math.round(1e5 * (0.2 - slope)) / 1e5 + 0);
}

Deno.test("categorical_error: mass goes to the neighbours, whole to an atom that is hit, and stays on the support", async () => {
  const low = logits(1, 0, 0, 0, 0);
  const spread = logits(0.1, 0.2, 0.3, 0.25, 0.15);
  const cases: [number[], number, number, number[]][] = [
    // Nothing happens to a distribution that is its own target.
    [spread, 0, 1, [0.1, 0.2, 0.3, 0.25, 0.15]],
    // Shifted by an atom, what would leave the support stays at its end.
    [spread, 1, 1, [0, 0.1, 0.2, 0.3, 0.4]],
    [spread, -1, 1, [0.3, 0.3, 0.25, 0.15, 0]],
    // Between two atoms: nearer to the second.
    [low, 0.75, 1, [0.25, 0.75, 0, 0, 0]],
    // After a termination all mass is at the reward, wherever it was.
    [spread, 0.5, 0, [0, 0, 0.5, 0.5, 0]],
    [spread, -1, 0, [0, 1, 0, 0, 0]],
    [spread, 2, 0, [0, 0, 0, 0, 1]],
    [spread, -2, 0, [1, 0, 0, 0, 0]],
    [spread, 1e6, 0.5, [0, 0, 0, 0, 1]],
    [spread, -1e6, 0.5, [1, 0, 0, 0, 0]],
    // Half the width.
    [spread, 0, 0.5, [0, 0.2, 0.525, 0.275, 0]],
  ];
  for (const [next, reward, discount, wanted] of cases) {
    assert.deepEqual(await projected(next, reward, discount), wanted, `${reward} ${discount}`);
  }
});

Deno.test("categorical_error: logits of any size, as long as they are finite", async () => {
  const choice: Choice = { config: FIVE.config, batch: 9, actions: 2 };
  const given = [makeGiven(choice, 1, 1e4), makeGiven(choice, 2, 1e-30)];
  const results = await runErrors(gpu, choice, given);
  results.forEach((result, agent) => {
    const wanted = wantedErrors(choice, given[agent]);
    // A cross-entropy of numbers around 1e4 has an error of some 1e-3.
    const relative = agent === 0 ? 1e-3 : TOLERANCE;
    assertResult(result, wanted, relative, `agent ${agent}`);
    assert.equal(result.deltas.length, 9 * columnsOf(choice));
  });
});

// Rewards are refused where they come from when they are not finite; here they would be clamped.
Deno.test("categorical_error: a loss that is not finite is noted for its agent alone", async () => {
  const choice: Choice = { config: FIVE.config, batch: 70, actions: 2 };
  const good = makeGiven(choice, 1);
  const weights = good.weights.slice();
  weights[66] = NaN;
  const [online, target] = good.outputs.map((block) => Float32Array.from(block));
  const bad = [online.slice(), target.slice()];
  bad[0][10 * 69 + 5 * good.actions[69]] = NaN;
  bad[1].fill(NaN, 10 * 69);
  const cases: Given[] = [
    { ...good, weights },
    { ...good, outputs: [bad[0], target] },
    { ...good, outputs: [online, bad[1]] },
  ];
  for (const [i, each] of cases.entries()) {
    const results = await runErrors(gpu, choice, i % 2 === 0 ? [each, good] : [good, each]);
    assert.equal(results[i % 2].health, NOT_FINITE, `case ${i}`);
    assert.equal(results[1 - i % 2].health, 0, `case ${i}: the other agent`);
  }
});
