/** Tests of distributions of returns read out of raw outputs: where what lies, and what is made of it. */

import assert from "node:assert/strict";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import { readDistributions } from "../../src/dqn/distribution.ts";
import type { OutputLayout } from "../../src/nn/network.ts";
import { distance } from "../nn/harness.ts";

/** What the rows give for two actions. */
function read(config: DQNConfig, rows: number[][], layout: Partial<OutputLayout>) {
  const outputs = Float32Array.from(rows.flat());
  const whole = { block: 0, actions: 2, atoms: 1, valueAt: undefined, ...layout };
  return readDistributions(outputs, rows[0].length, whole, resolveConfig(config));
}

/** What padding may hold. */
const X = 99;

Deno.test("distribution: quantiles are the values, each as likely", () => {
  const rows = [[1, 2, 3, 4, 5, 6, X, X], [-1, -2, -3, 10, 20, 30, X, X]];
  const { atoms, values, probabilities } = read({ distribution: "qr", quantiles: 3 }, rows, {
    atoms: 3,
  });
  assert.equal(atoms, 3);
  assert.deepEqual([...values], [1, 2, 3, 4, 5, 6, -1, -2, -3, 10, 20, 30]);
  assert.deepEqual(probabilities, new Float32Array(12).fill(1 / 3));
});

Deno.test("distribution: a sampled network has a row for each sample, turned into one for each action", () => {
  const rows = [[1, 10, X, X], [2, 20, X, X], [3, 30, X, X], [4, 40, X, X]];
  const config = { distribution: "iqn", actingTaus: 2 } as const;
  const { atoms, values, probabilities } = read(config, rows, {});
  assert.equal(atoms, 2);
  assert.deepEqual([...values], [1, 2, 10, 20, 3, 4, 30, 40]);
  assert.deepEqual(probabilities, new Float32Array(8).fill(1 / 2));
});

Deno.test("distribution: logits become probabilities over the support, be they ever so large", () => {
  const config = { distribution: "c51", atoms: 3, vMin: -2, vMax: 2 } as const;
  const [a, b] = [Math.log(2), Math.log(5)];
  const rows = [[0, a, b, 1e4, 1e4 + a, 1e4 + b, X, X], [-1e4, 0, 1e4, 7, 7, 7, X, X]];
  const { atoms, values, probabilities } = read(config, rows, { atoms: 3 });
  assert.equal(atoms, 3);
  assert.deepEqual([...values], [-2, 0, 2, -2, 0, 2, -2, 0, 2, -2, 0, 2]);
  const eighths = [1 / 8, 2 / 8, 5 / 8];
  // 10⁴ + ln 2 has three digits behind the point.
  assert(distance(probabilities.subarray(0, 3), eighths) < 1e-7);
  assert(distance(probabilities.subarray(3, 6), eighths) < 1e-3);
  assert(distance(probabilities.subarray(6), [0, 0, 1, 1 / 3, 1 / 3, 1 / 3]) < 1e-7);
});

Deno.test("distribution: dueling streams are put together, atom by atom", () => {
  // Advantages of two quantiles for two actions, then the values.
  const rows = [[1, 2, 5, 10, 100, 200, X, X]];
  const config = { distribution: "qr", quantiles: 2, dueling: true } as const;
  const { values } = read(config, rows, { atoms: 2, valueAt: 4 });
  assert.deepEqual([...values], [100 - 2, 200 - 4, 100 + 2, 200 + 4]);

  const sampled = [[1, 5, X, X, 100, X], [2, 10, X, X, 200, X]];
  const iqn = { distribution: "iqn", actingTaus: 2, dueling: true } as const;
  assert.deepEqual([...read(iqn, sampled, { valueAt: 4 }).values], [98, 196, 102, 204]);

  // Of logits, before the softmax: what all actions share by atom decides too.
  const c51 = { distribution: "c51", atoms: 2, vMin: 0, vMax: 1, dueling: true } as const;
  const log = Math.log(3);
  const { probabilities } = read(c51, [[0, 0, 0, 0, 0, log]], { atoms: 2, valueAt: 4 });
  assert(distance(probabilities, [0.25, 0.75, 0.25, 0.75]) < 1e-7);
});
