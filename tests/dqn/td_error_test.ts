/**
 * Tests of TD errors, loss and ∂loss/∂Q against the equations in float64: every loss and target, two
 * agents, odd batches and numbers of actions, masks, dueling streams, ties, and what is not finite.
 */

import assert from "node:assert/strict";
import type { Target } from "../../src/dqn/config.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { distance } from "../nn/harness.ts";
import { type Loss, lossSlope, meanLoss } from "../reference/losses.ts";
import { assertResult, type Given, makeGiven, makeMasks, runErrors } from "./error_bench.ts";
import { wantedErrors } from "./error_reference.ts";

const gpu = await Gpu.open();
const NOT_FINITE = 1;

/** What decides how the TD error is made. */
interface Choice {
  readonly loss: Loss;
  readonly target: Target;
  readonly doubleQ: boolean;
}

/** The targets there are. */
const TARGETS = {
  max: { target: "max", doubleQ: false },
  double: { target: "max", doubleQ: true },
  sarsa: { target: "sarsa", doubleQ: false },
} as const;

/** Runs the step once on the GPU. */
function run(config: Choice, batch: number, actions: number, given: readonly Given[]) {
  return runErrors(gpu, { config, batch, actions }, given);
}

/** The same in float64. */
function reference(choice: Choice, actions: number, given: Given) {
  const [online, target, onlineNext] = given.outputs;
  const batch = given.actions.length;
  const chooser = choice.doubleQ ? onlineNext : target;
  const deltas = new Float64Array(batch * actions);
  const q = new Float64Array(batch);
  const tdErrors = Float64Array.from(given.actions, (action, row) => {
    let best = 0;
    for (let a = 1; a < actions; a++) {
      if (chooser[row * actions + a] > chooser[row * actions + best]) best = a;
    }
    q[row] = online[row * actions + action];
    const chosen = choice.target === "sarsa" ? given.nextActions[row] : best;
    const next = target[row * actions + chosen];
    const tdError = given.rewards[row] + given.discounts[row] * next - q[row];
    deltas[row * actions + action] = -given.weights[row] * lossSlope(choice.loss, tdError) / batch;
    return tdError;
  });
  const mean = (numbers: Float64Array) => numbers.reduce((a, b) => a + b, 0) / batch;
  const history = [
    meanLoss(choice.loss, tdErrors, given.weights),
    mean(q),
    mean(tdErrors.map(Math.abs)),
  ];
  return { deltas, tdErrors, history };
}

for (const loss of ["huber", "mse"] as const) {
  for (const [name, target] of Object.entries(TARGETS)) {
    Deno.test(`td_error: ${loss}, ${name} target, is the equations'`, async () => {
      for (const [batch, actions] of [[1, 1], [7, 2], [65, 5], [130, 3]]) {
        const choice = { config: { loss, ...target }, batch, actions };
        const given = [makeGiven(choice, 1), makeGiven(choice, 2)];
        const results = await runErrors(gpu, choice, given);
        results.forEach((result, agent) => {
          const wanted = reference({ loss, ...target }, actions, given[agent]);
          for (const key of ["deltas", "tdErrors", "history"] as const) {
            const off = distance(result[key], wanted[key]);
            assert(off < 2e-6, `batch ${batch}, agent ${agent}: ${key} off by ${off}`);
          }
          assert.deepEqual(result.priorities, result.tdErrors.map(Math.abs));
          assert.equal(result.health, 0);
        });
      }
    });
  }
}

for (const [name, target] of Object.entries(TARGETS)) {
  Deno.test(`td_error: ${name} target, with dueling streams and masks, is the equations'`, async () => {
    for (const [batch, actions] of [name === "max" ? [65, 32] : [7, 3]]) {
      const config = { ...target, dueling: true, actionMasks: true };
      const choice = { config, batch, actions };
      const given = [1, 2].map((seed) => {
        const each = makeGiven(choice, seed);
        return { ...each, nextMasks: makeMasks(choice, each.nextActions, seed) };
      });
      const results = await runErrors(gpu, choice, given);
      results.forEach((result, agent) =>
        assertResult(result, wantedErrors(choice, given[agent]), 4e-6, `batch ${batch}`)
      );
    }
  });
}

Deno.test("td_error: an action that is not allowed is never the best, however high its value", async () => {
  const outputs = [[0, 0, 0, 0], [9, 3, 5, 7]];
  const given = (mask: number): Given => ({
    outputs,
    actions: Uint32Array.of(0),
    nextActions: Uint32Array.of(0),
    rewards: Float32Array.of(0),
    discounts: Float32Array.of(1),
    weights: Float32Array.of(1),
    nextMasks: Uint32Array.of(mask),
  });
  for (const [mask, wanted] of [[0b1111, 9], [0b1110, 7], [0b0110, 5], [0b0010, 3], [0b1011, 9]]) {
    // Negative values too: a best of zero must not stand for none.
    const low = { ...given(mask), outputs: [outputs[0], outputs[1].map((x) => x - 20)] };
    const [high, below] = await run({ loss: "mse", ...TARGETS.max }, 1, 4, [given(mask), low]);
    assert.equal(high.tdErrors[0], wanted);
    assert.equal(below.tdErrors[0], wanted - 20);
  }
});

Deno.test("td_error: beyond 32 actions all are allowed", async () => {
  const choice = { config: TARGETS.max, batch: 3, actions: 40 };
  const given = [1, 2].map((seed) => makeGiven(choice, seed));
  // The highest value is the last action's, of which a mask of 32 bits says nothing.
  for (const { outputs } of given) for (let row = 0; row < 3; row++) outputs[1][40 * row + 39] = 9;
  const results = await runErrors(gpu, choice, given);
  results.forEach((result, agent) =>
    assertResult(result, wantedErrors(choice, given[agent]), 2e-6, `agent ${agent}`)
  );
});

Deno.test("td_error: at ties the lowest action is chosen", async () => {
  // Actions 1 and 3 are as good to who chooses; the target network values them differently.
  const chooser = [0, 4, 1, 4, 2];
  const values = [10, 20, 30, 40, 50];
  const given: Given = {
    outputs: [[0, 0, 0, 0, 0], values, chooser],
    actions: Uint32Array.of(0),
    nextActions: Uint32Array.of(3),
    rewards: Float32Array.of(0),
    discounts: Float32Array.of(1),
    weights: Float32Array.of(1),
  };
  const [double] = await run({ loss: "mse", ...TARGETS.double }, 1, 5, [given, given]);
  assert.equal(double.tdErrors[0], 20);
  const equal = { ...given, outputs: [[0, 0, 0, 0, 0], new Array(5).fill(6)] };
  const [max] = await run({ loss: "mse", ...TARGETS.max }, 1, 5, [equal, equal]);
  assert.equal(max.tdErrors[0], 6);
  // SARSA takes the action that was taken, good or bad.
  const two = { ...given, outputs: given.outputs.slice(0, 2) };
  const [sarsa] = await run({ loss: "mse", ...TARGETS.sarsa }, 1, 5, [two, two]);
  assert.equal(sarsa.tdErrors[0], 40);
});

Deno.test("td_error: a loss that is not finite is noted for its agent alone", async () => {
  const good = makeGiven({ config: TARGETS.max, batch: 70, actions: 2 }, 1);
  const spoil = (key: "rewards" | "weights" | "discounts", value: number): Given => {
    const numbers = good[key].slice();
    numbers[66] = value;
    return { ...good, [key]: numbers };
  };
  const outputs = good.outputs.map((block) => Float32Array.from(block));
  // The Q-value of the action in the last row.
  outputs[0][2 * 69 + good.actions[69]] = NaN;
  const bad: Given[] = [
    spoil("rewards", NaN),
    spoil("rewards", Infinity),
    spoil("rewards", 1e30),
    spoil("weights", Infinity),
    spoil("discounts", NaN),
    { ...good, outputs },
  ];
  for (const [i, each] of bad.entries()) {
    for (const loss of ["huber", "mse"] as const) {
      // 1e30 is beyond float32 only when squared.
      const wanted = i === 2 && loss === "huber" ? 0 : NOT_FINITE;
      const choice = { loss, ...TARGETS.max };
      // Case by case the first agent or the second.
      const results = await run(choice, 70, 2, i % 2 === 0 ? [each, good] : [good, each]);
      assert.equal(results[i % 2].health, wanted, `case ${i}, ${loss}`);
      assert.equal(results[1 - i % 2].health, 0, `case ${i}, ${loss}: the other agent`);
    }
  }
});
