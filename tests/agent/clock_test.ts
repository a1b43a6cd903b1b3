/**
 * Tests of the clock: when updates and target syncs fall due. The expected tables were worked out by hand
 * from the order of events in Stable-Baselines3's DQN: a step is stored and counted, the target follows
 * if its steps have passed, then, when as many steps as asked for are collected and more than
 * learningStarts have been made, it trains.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Clock } from "../../src/agent/clock.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";

/** What fell due: after how many steps, how many updates, and the target's share before them. */
type Due = [steps: number, updates: number, tauBefore: number];

/**
 * Runs a clock and makes what falls due at once, as the training loop does.
 *
 * @param ends Episodes that end with each tick.
 * @returns The moments at which something fell due.
 */
function run(config: DQNConfig, ticks: number, lanes = 1, ends: readonly number[] = []): Due[] {
  const clock = new Clock(resolveConfig({ targetUpdateInterval: 1_000_000, ...config }));
  const { state } = clock;
  const due: Due[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const before = state.tauBefore;
    clock.tick(lanes, ends[tick] ?? 0, 0);
    if (state.owed > 0 || state.tauBefore !== before) {
      due.push([state.steps, state.owed, state.tauBefore]);
    }
    // An update takes the pending sync with it.
    if (state.owed > 0) state.tauBefore = 0;
    state.owed = 0;
  }
  return due;
}

Deno.test("clock: trains every trainFreq steps once more than learningStarts are made", () => {
  assert.deepEqual(run({ trainFreq: 4, gradientSteps: 3, learningStarts: 10 }, 20), [
    [12, 3, 0],
    [16, 3, 0],
    [20, 3, 0],
  ]);
  // At exactly learningStarts it does not train yet; with none it does from the first cycle on.
  const config: DQNConfig = { trainFreq: 4, gradientSteps: 1 };
  assert.deepEqual(run({ ...config, learningStarts: 12 }, 20), [[16, 1, 0], [20, 1, 0]]);
  assert.deepEqual(run({ ...config, learningStarts: 11 }, 16), [[12, 1, 0], [16, 1, 0]]);
  assert.deepEqual(run({ ...config, learningStarts: 0 }, 8), [[4, 1, 0], [8, 1, 0]]);
});

Deno.test("clock: gradientSteps -1 means as many updates as steps were collected in the cycle", () => {
  const config: DQNConfig = { gradientSteps: -1, learningStarts: 5 };
  // Steps of cycles before learningStarts are not made up for.
  assert.deepEqual(run({ ...config, trainFreq: 3 }, 12), [[6, 3, 0], [9, 3, 0], [12, 3, 0]]);
  // Episodes of 2, 4 and 3 steps; the first ends before learning starts.
  const ends = [0, 1, 0, 0, 0, 1, 0, 0, 1];
  const byEpisode: DQNConfig = { ...config, trainFreq: { every: 1, unit: "episode" } };
  assert.deepEqual(run(byEpisode, 9, 1, ends), [[6, 4, 0], [9, 3, 0]]);
});

Deno.test("clock: trainFreq in episodes", () => {
  const config: DQNConfig = {
    trainFreq: { every: 2, unit: "episode" },
    gradientSteps: 5,
    learningStarts: 3,
  };
  // The cycle's two episodes end at steps 1 and 3, then 6 and 7, then 8 and 11.
  const ends = [1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1];
  assert.deepEqual(run(config, 11, 1, ends), [[7, 5, 0], [11, 5, 0]]);
});

Deno.test("clock: the target follows steps, and does so before the updates of the same step", () => {
  const config: DQNConfig = { trainFreq: 4, gradientSteps: 2, learningStarts: 0 };
  assert.deepEqual(run({ ...config, targetUpdateInterval: 6 }, 13), [
    [4, 2, 0],
    [6, 0, 1],
    [8, 2, 1],
    [12, 2, 1],
  ]);
});

Deno.test("clock: shares of syncs that meet no update between them add up", () => {
  const config: DQNConfig = {
    trainFreq: 6,
    gradientSteps: 1,
    learningStarts: 0,
    targetUpdateInterval: 2,
    tau: 0.5,
  };
  // θ⁻ goes half of the way, then half of the rest, then again: 1 − 0.5³.
  assert.deepEqual(run(config, 7), [[2, 0, 0.5], [4, 0, 0.75], [6, 1, 0.875]]);
});

Deno.test("clock: the target follows episodes", () => {
  const config: DQNConfig = {
    trainFreq: 100,
    targetUpdateInterval: { every: 2, unit: "episode" },
    tau: 0.25,
  };
  assert.deepEqual(run(config, 6, 1, [1, 0, 1, 1, 0, 1]), [
    [3, 0, 0.25],
    [6, 0, 1 - 0.75 ** 2],
  ]);
});

Deno.test("clock: the target follows updates, after each so many of the learner's life", () => {
  const config = resolveConfig({
    trainFreq: 1,
    learningStarts: 0,
    targetUpdateInterval: { every: 3, unit: "update" },
    tau: 0.5,
  });
  const clock = new Clock(config);
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map((n) => clock.tauAfter(n)), [0, 0, 0.5, 0, 0, 0.5, 0]);
  for (let i = 0; i < 10; i++) clock.tick(1, 1, 0);
  assert.equal(clock.state.tauBefore, 0);
  // And where it follows steps or episodes, updates alone move nothing.
  for (const unit of ["step", "episode"] as const) {
    const other = new Clock(resolveConfig({ targetUpdateInterval: { every: 1, unit } }));
    assert.equal(other.tauAfter(1), 0);
  }
});

Deno.test("clock: steps of all lanes count, and what is beyond a multiple counts on", () => {
  const config: DQNConfig = { trainFreq: 4, gradientSteps: -1, learningStarts: 6 };
  // Three lanes: 3, 6, 9, … steps; cycles of 4 are full at 6 (too early to train), 9, 12 and, with two
  // left over from 18, at 18, 21 and 24.
  assert.deepEqual(run({ ...config, targetUpdateInterval: 9 }, 8, 3), [
    [9, 4, 1],
    [12, 4, 0],
    [18, 4, 1],
    [21, 4, 0],
    [24, 4, 0],
  ]);
});

Deno.test("clock: a tick of many lanes can fill several cycles", () => {
  const config: DQNConfig = { trainFreq: 4, gradientSteps: 3, learningStarts: 0, tau: 0.5 };
  // Ten lanes: two cycles and a half a tick. Every eight steps the target goes half of the way.
  assert.deepEqual(run({ ...config, targetUpdateInterval: 8 }, 4, 10), [
    [10, 6, 0.5],
    [20, 9, 0.5],
    [30, 6, 0.5],
    [40, 9, 0.75],
  ]);
  // Five episodes end at once: two cycles of two, and one towards the next.
  const byEpisode: DQNConfig = {
    ...config,
    trainFreq: { every: 2, unit: "episode" },
    targetUpdateInterval: { every: 2, unit: "episode" },
  };
  assert.deepEqual(run(byEpisode, 2, 10, [5, 1]), [[10, 6, 0.75], [20, 3, 0.5]]);
});

Deno.test("clock: counts steps and episodes", () => {
  const clock = new Clock(resolveConfig());
  clock.tick(3, 2, 0);
  clock.tick(3, 0, 0);
  clock.tick(3, 1, 0);
  assert.deepEqual([clock.state.steps, clock.state.episodes], [9, 3]);
});

Deno.test("clock: what is owed adds up until it is made", () => {
  const clock = new Clock(resolveConfig({ trainFreq: 2, gradientSteps: 3, learningStarts: 0 }));
  for (let i = 0; i < 4; i++) clock.tick(1, 0, 0);
  assert.equal(clock.state.owed, 6);
});

Deno.test("clock: epochs are passes over what the replay buffer holds, batch by batch", () => {
  const clock = new Clock(resolveConfig({
    trainFreq: { every: 2, unit: "episode" },
    gradientSteps: { epochs: 3 },
    batchSize: 32,
    learningStarts: 0,
  }));
  clock.tick(10, 1, 10);
  assert.deepEqual([clock.state.owed, clock.state.burst], [0, 0]);
  clock.tick(10, 1, 65);
  // Three batches hold 65 transitions.
  assert.deepEqual([clock.state.owed, clock.state.burst], [9, 9]);
  clock.state.owed = 0;
  clock.tick(1, 4, 64);
  assert.deepEqual([clock.state.owed, clock.state.burst], [12, 12]);
});

Deno.test("clock: without its replay buffer a run collects as at the start before it learns again", () => {
  const config = resolveConfig({ learningStarts: 10, trainFreq: 4, gradientSteps: 2 });
  const clock = new Clock(config);
  for (let step = 0; step < 20; step++) clock.tick(1, 0, step);
  assert.ok(clock.state.owed > 0);
  clock.startAnew();
  assert.equal(clock.state.owed, 0);
  for (let step = 20; step < 28; step++) clock.tick(1, 0, step);
  assert.equal(clock.state.owed, 0);
  for (let step = 28; step < 36; step++) clock.tick(1, 0, step);
  assert.equal(clock.state.owed, 4);
});
