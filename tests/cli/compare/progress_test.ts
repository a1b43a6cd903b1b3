/** Tests of how far a comparison is said to be. @module */

import assert from "node:assert/strict";
import { ComparisonProgress } from "../../../src/cli/compare/progress.ts";
import { recordOf } from "./fixtures.ts";

const RUNS = ["dqn", "per"].flatMap((algorithm) => [1, 2].map((seed) => ({ algorithm, seed })));
const [DQN_1, DQN_2, PER_1, PER_2] = RUNS;

Deno.test("compare progress: a line for each run that goes on, and one for all", () => {
  const progress = new ComparisonProgress(5, RUNS, 10_000, 2);
  assert.equal(progress.done, 1);
  assert.deepEqual(progress.lines(0), ["  [###-------------] 1 of 5 runs done, -:-- left"]);
  progress.start(DQN_1, 0);
  progress.start(PER_1, 0);
  progress.update(DQN_1, 1_000, null, 2_000);
  progress.update(DQN_1, 5_000, 123.45, 4_000);
  assert.deepEqual(progress.lines(4_000), [
    "  dqn  seed 1  [########--------] 5k/10k  return 123.5  2k steps/s",
    "  per  seed 1  starting",
    "  [#####-----------] 1 of 5 runs done, 0:09 left",
  ]);
  progress.update(DQN_1, 10_000, 500, 6_000);
  assert.match(progress.lines(6_000)[0], /^ {2}dqn {2}seed 1 {2}testing$/);
  progress.end(DQN_1, recordOf("dqn", 1, [1]), 7_000);
  assert.equal(progress.done, 2);
});

Deno.test("compare progress: the time left follows each algorithm's own speed", () => {
  const progress = new ComparisonProgress(4, RUNS, 1_000, 1);
  assert.ok(Number.isNaN(progress.secondsLeft(0)));
  progress.start(DQN_1, 0);
  progress.update(DQN_1, 1, 0, 0);
  progress.end(DQN_1, recordOf("dqn", 1, [1]), 999 * 10);
  // 10 ms a step is all that is known.
  assert.ok(Math.abs(progress.secondsLeft(10_000) - 30) < 0.1);
  progress.start(PER_1, 10_000);
  progress.update(PER_1, 0, 0, 10_000);
  progress.update(PER_1, 500, 0, 20_000);
  // per takes 20 ms: half of this run, one more, and one of dqn.
  assert.ok(Math.abs(progress.secondsLeft(20_000) - (10 + 20 + 10)) < 0.1);
  progress.end(PER_1, recordOf("per", 1, [1]), 30_000);
  for (const run of [DQN_2, PER_2]) {
    progress.start(run, 30_000);
    progress.end(run, recordOf(run.algorithm, 2, [1]), 31_000);
  }
  assert.equal(progress.secondsLeft(31_000), 0);
});

Deno.test("compare progress: a run that failed or was stopped is not done", () => {
  const progress = new ComparisonProgress(4, RUNS, 1_000, 1);
  progress.start(DQN_1, 0);
  progress.end(DQN_1, undefined, 5);
  progress.update(DQN_1, 5, 1, 6);
  assert.equal(progress.done, 0);
  assert.equal(progress.lines(6).length, 1);
});
