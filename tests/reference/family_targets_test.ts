/** Tests of the family's targets on examples worked out by hand; family_test.ts has PyTorch's. */

import assert from "node:assert/strict";
import {
  best,
  logPolicy,
  munchausenReward,
  project,
  shares,
  support,
  targetOf,
  type TargetOptions,
  valueOf,
} from "./family_targets.ts";

const OPTIONS: TargetOptions = {
  observationSize: 1,
  actions: 3,
  hiddenLayers: [],
  activation: "relu",
};
const ALL = [true, true, true];

function near(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  assert.equal(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(Math.abs(actual[i] - wanted[i]) < 1e-12, `${Array.from(actual)}`);
  }
}

Deno.test("reference targets: the best allowed action, the first of several", () => {
  assert.equal(best([1, 3, 3], ALL), 1);
  assert.equal(best([1, 3, 2], [true, false, true]), 2);
  assert.equal(best([-Infinity, -Infinity], [true, true]), 0);
  assert.throws(() => best([1, 2], [false, false]), /no action is allowed/);
});

Deno.test("reference targets: Munchausen's policy and reward", () => {
  // e^(q/τ) is 1, 2, 1 with τ = 0.5.
  const values = [0, 0.5 * Math.LN2, 0];
  near(logPolicy(values, ALL, 0.5).map(Math.exp), [0.25, 0.5, 0.25]);
  near(logPolicy(values, [true, true, false], 0.5).map(Math.exp), [1 / 3, 2 / 3, 0]);
  const options: TargetOptions = {
    ...OPTIONS,
    target: "munchausen",
    munchausenTau: 0.5,
    munchausenAlpha: 0.9,
    munchausenClip: -0.5,
  };
  near([munchausenReward(options, values, ALL, 1)], [0.9 * 0.5 * Math.log(0.5)]);
  // 0.5 · ln 0.25 is −0.69, beyond the clip.
  near([munchausenReward(options, values, ALL, 0)], [0.9 * -0.5]);
  const chosen = shares(options, values, [true, true, false]);
  near(chosen.map(({ probability }) => probability), [1 / 3, 2 / 3]);
  near(chosen.map(({ bonus }) => bonus), [0.5 * Math.log(3), 0.5 * Math.log(1.5)]);
  const next = [[10], [20], [30]];
  near(targetOf(options, next, chosen, 100, 0.5), [
    100 + 0.5 * ((10 + 0.5 * Math.log(3)) / 3 + 2 * (20 + 0.5 * Math.log(1.5)) / 3),
  ]);
});

Deno.test("reference targets: max and SARSA", () => {
  const next = [[10, 11], [20, 21], [30, 31]];
  const max = shares(OPTIONS, [1, 3, 2], ALL);
  assert.deepEqual(targetOf(OPTIONS, next, max, 1, 0.5), [11, 11.5]);
  const sarsa = shares({ ...OPTIONS, target: "sarsa" }, [1, 3, 2], ALL, 2);
  assert.deepEqual(targetOf(OPTIONS, next, sarsa, 1, 0), [1, 1]);
  assert.deepEqual(targetOf(OPTIONS, next, sarsa, 1, 1), [31, 32]);
});

Deno.test("reference targets: C51's values and projection", () => {
  const options: TargetOptions = { ...OPTIONS, distribution: "c51", atoms: 5, vMin: -2, vMax: 2 };
  const z = support(options);
  assert.deepEqual(z, [-2, -1, 0, 1, 2]);
  // Eighths: −2/8 − 1/8 + 0 + 4/8 + 2/8.
  near([valueOf(options, [0, 0, 0, Math.log(4), 0])], [0.375]);
  near(project(z, [0.25], [1]), [0, 0, 0.75, 0.25, 0]);
  near(project(z, [-2, 2, 1], [0.5, 0.25, 0.25]), [0.5, 0, 0, 0.25, 0.25]);
  near(project(z, [-9, 9], [0.25, 0.75]), [0.25, 0, 0, 0, 0.75]);
});
