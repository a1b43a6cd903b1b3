/**
 * Tests of the quantile Huber loss against the equations in float64: every κ, odd numbers of quantiles
 * (fixed ones and sampled ones), every target, dueling streams, two agents, and what is not finite.
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import {
  assertResult,
  type Choice,
  type Given,
  makeGiven,
  makeMasks,
  runErrors,
} from "./error_bench.ts";
import { wantedErrors } from "./error_reference.ts";

const gpu = await Gpu.open();
const NOT_FINITE = 1;
const KINDS = ["cpu", "gpu"] as const;
/** Float32 against float64, for losses that sum up to 129 terms around 1. */
const TOLERANCE = 2e-5;

/** One quantile, fewer than a workgroup has invocations, as many and one, more. */
const FIXED: readonly [config: DQNConfig, batch: number, actions: number][] = [
  [{ quantiles: 1, kappa: 0 }, 7, 1],
  [{ quantiles: 3, kappa: 0.5, doubleQ: true }, 17, 3],
  [{ quantiles: 7, kappa: 2, dueling: true }, 70, 5],
  [{ quantiles: 51, kappa: 1, target: "sarsa" }, 3, 2],
  [{ quantiles: 65, kappa: 0, dueling: true, doubleQ: true }, 2, 2],
  [{ quantiles: 129, kappa: 1 }, 2, 7],
];

/** N, N′ and K apart from each other, so that no one is taken for another. */
const SAMPLED: readonly [config: DQNConfig, batch: number, actions: number][] = [
  [{ taus: 1, targetTaus: 1, actingTaus: 1, kappa: 0 }, 3, 1],
  [{ taus: 3, targetTaus: 7, actingTaus: 2, kappa: 0.5 }, 17, 3],
  [{ taus: 7, targetTaus: 3, actingTaus: 5, kappa: 2, target: "sarsa" }, 70, 2],
  [{ taus: 51, targetTaus: 2, actingTaus: 3, kappa: 1, doubleQ: true, dueling: true }, 2, 5],
  [{ taus: 65, targetTaus: 129, actingTaus: 1, kappa: 1, dueling: true }, 2, 2],
];

const CASES = [
  ...FIXED.map(([config, ...sizes]) => [{ distribution: "qr", ...config }, ...sizes] as const),
  ...SAMPLED.map(([config, ...sizes]) => [{ distribution: "iqn", ...config }, ...sizes] as const),
];

for (const [i, [given, batch, actions]] of CASES.entries()) {
  const kind = KINDS[i % KINDS.length];
  Deno.test(`quantile_error: ${JSON.stringify(given)}, on a ${kind}, is the equations'`, async () => {
    const choice: Choice = { config: { actionMasks: true, ...given } as DQNConfig, batch, actions };
    const all = [1, 2].map((seed): Given => {
      const each = makeGiven(choice, seed);
      return { ...each, nextMasks: makeMasks(choice, each.nextActions, seed) };
    });
    const results = await runErrors(gpu, choice, all, kind);
    results.forEach((result, agent) => {
      assertResult(result, wantedErrors(choice, all[agent]), TOLERANCE, `agent ${agent}`);
      assert(result.priorities.every((p) => p >= 0));
    });
  });
}

Deno.test("quantile_error: single pairs, on both sides of the corner and on it", async () => {
  // One row for each error; θ = 0, and T = the error, which is the reward after a termination.
  const errors = [-3, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 3];
  const n = errors.length;
  const weight = (u: number) => u < 0 ? 0.75 : 0.25;
  const cases: [kappa: number, loss: (u: number) => number, slope: (u: number) => number][] = [
    [0, Math.abs, Math.sign],
    [
      1,
      (u) => Math.abs(u) <= 1 ? u * u / 2 : Math.abs(u) - 0.5,
      (u) => Math.max(-1, Math.min(1, u)),
    ],
    // H₂(u) / 2.
    [
      2,
      (u) => Math.abs(u) <= 2 ? u * u / 4 : Math.abs(u) - 1,
      (u) => Math.max(-1, Math.min(1, u / 2)),
    ],
  ];
  for (const [kappa, loss, slope] of cases) {
    const config: DQNConfig = { distribution: "iqn", taus: 1, targetTaus: 1, actingTaus: 1, kappa };
    const [result] = await runErrors(gpu, { config, batch: n, actions: 1 }, [{
      outputs: [new Float32Array(n), new Float32Array(n), new Float32Array(n)],
      actions: new Uint32Array(n),
      nextActions: new Uint32Array(n),
      rewards: Float32Array.from(errors),
      discounts: new Float32Array(n),
      weights: new Float32Array(n).fill(1),
      taus: new Float32Array(3 * n).fill(0.25),
    }]);
    errors.forEach((error, row) => {
      const u = Math.fround(error);
      const message = `κ ${kappa}, error ${error}`;
      assert(Math.abs(result.priorities[row] - weight(u) * loss(u)) < 1e-7, message);
      assert(Math.abs(result.deltas[row] + weight(u) * slope(u) / n) < 1e-7, message);
      assert.equal(result.tdErrors[row], u);
    });
  }
});

Deno.test("quantile_error: a loss that is not finite is noted for its agent alone", async () => {
  for (
    const config of [
      { distribution: "qr", quantiles: 3 },
      { distribution: "iqn", taus: 3, targetTaus: 3, actingTaus: 1 },
    ] as const
  ) {
    const choice: Choice = { config, batch: 70, actions: 2 };
    const good = makeGiven(choice, 1);
    const spoil = (key: "rewards" | "weights" | "discounts", value: number): Given => {
      const numbers = good[key].slice();
      numbers[66] = value;
      return { ...good, [key]: numbers };
    };
    const outputs = good.outputs.map((block) => Float32Array.from(block));
    outputs[1].fill(NaN);
    const cases = [
      spoil("rewards", NaN),
      spoil("rewards", Infinity),
      spoil("weights", NaN),
      spoil("discounts", NaN),
      { ...good, outputs },
    ];
    for (const [i, each] of cases.entries()) {
      const results = await runErrors(gpu, choice, i % 2 === 0 ? [each, good] : [good, each]);
      assert.equal(results[i % 2].health, NOT_FINITE, `${config.distribution}, case ${i}`);
      assert.equal(results[1 - i % 2].health, 0, `${config.distribution}, case ${i}: the other`);
    }
  }
});
