/**
 * Tests of Munchausen's target against the equations in float64: with every head, with masks on both
 * observations, and where its policy is all but certain.
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
  passesOf,
  runErrors,
} from "./error_bench.ts";
import { wantedErrors } from "./error_reference.ts";

const gpu = await Gpu.open();
/**
 * Float32 against float64: errors of 1e-7 in values are divided by τ on their way into probabilities,
 * and come out again multiplied by differences of values.
 */
const TOLERANCE = 3e-5;

/** Values differ by about 1, so τ decides whether policies are spread or nearly certain. */
const CASES: readonly [config: DQNConfig, batch: number, actions: number][] = [
  [{ munchausenTau: 1, munchausenAlpha: 0.5, munchausenClip: -0.7 }, 70, 5],
  [{ dueling: true }, 17, 3],
  [{ munchausenTau: 0.5, munchausenClip: 0 }, 3, 1],
  [{ distribution: "c51", atoms: 7, vMin: -4, vMax: 4, munchausenTau: 0.3 }, 7, 3],
  [{ distribution: "qr", quantiles: 5, dueling: true, munchausenTau: 0.1 }, 7, 32],
  [
    { distribution: "iqn", taus: 3, targetTaus: 5, actingTaus: 7, munchausenTau: 0.3 },
    7,
    3,
  ],
];

for (const [given, batch, actions] of CASES) {
  Deno.test(`munchausen: ${JSON.stringify(given)}, masked, is the equations'`, async () => {
    const config: DQNConfig = { target: "munchausen", actionMasks: true, ...given };
    const choice: Choice = { config, batch, actions };
    const all = [1, 2].map((seed): Given => {
      const each = makeGiven(choice, seed, 1);
      return {
        ...each,
        masks: makeMasks(choice, each.actions, seed),
        nextMasks: makeMasks(choice, each.nextActions, 10 + seed),
      };
    });
    const results = await runErrors(gpu, choice, all);
    results.forEach((result, agent) =>
      assertResult(result, wantedErrors(choice, all[agent]), TOLERANCE, `agent ${agent}`)
    );
  });
}

/** One row of two actions with scalar values. */
async function tdError(
  config: DQNConfig,
  values: { next: number[]; now: number[] },
  given: Partial<Given>,
): Promise<number> {
  const choice: Choice = {
    config: { target: "munchausen", actionMasks: true, ...config },
    batch: 1,
    actions: 2,
  };
  assert.equal(passesOf(choice).length, 3);
  const [result] = await runErrors(gpu, choice, [{
    outputs: [[0, 0], values.next, values.now],
    actions: Uint32Array.of(0),
    nextActions: Uint32Array.of(0),
    rewards: Float32Array.of(0),
    discounts: Float32Array.of(1),
    weights: Float32Array.of(1),
    ...given,
  }]);
  assert.equal(result.health, 0);
  return result.tdErrors[0];
}

Deno.test("munchausen: of two equal values, half of each, and an entropy of τ ln 2", async () => {
  const config = { munchausenTau: 0.5, munchausenAlpha: 0.9, munchausenClip: -10 };
  const log = 0.5 * Math.log(2);
  const values = { next: [3, 3], now: [7, 7] };
  const off = await tdError(config, values, {}) - (0.9 * -log + 3 + log);
  assert(Math.abs(off) < 1e-6);
  // Of one allowed action all, and no entropy.
  const one = { masks: Uint32Array.of(1), nextMasks: Uint32Array.of(2) };
  assert.equal(await tdError(config, { next: [9, 3], now: [7, 9] }, one), 3);
});

Deno.test("munchausen: the log is clipped, also where the probability is no float any more", async () => {
  const config = { munchausenTau: 0.03, munchausenAlpha: 0.5, munchausenClip: -1 };
  const terminal = { discounts: Float32Array.of(0) };
  // τ ln π is −4 here, and π some 1e-58.
  assert.equal(await tdError(config, { next: [0, 0], now: [1, 5] }, terminal), -0.5);
  const deep = { ...config, munchausenClip: -100 };
  const off = await tdError(deep, { next: [0, 0], now: [1, 5] }, terminal) + 0.5 * 4;
  assert(Math.abs(off) < 1e-6);
  // And at the next observation the action of no probability does not count.
  assert.equal(await tdError(config, { next: [1, 50], now: [5, 1] }, {}), 50);
  assert.equal(await tdError(config, { next: [-1e30, 50], now: [5, 1] }, {}), 50);
});
