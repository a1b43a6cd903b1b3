/** Tests of the reference replay memory on episodes small enough to write down. */

import assert from "node:assert/strict";
import { ReplayReference, type Transition, type WalkOptions } from "./replay.ts";

const PLAIN: WalkOptions = { nSteps: 1, gamma: 0.5 };

/** A transition as [time, observation, action, steps, return, discount, next observation]. */
function brief(transition: Transition): number[] {
  const { time, observation, action, steps, discount, nextObservation } = transition;
  return [time, observation[0], action, steps, transition.return, discount, nextObservation[0]];
}

/** An episode of three steps; observations 10, 11, 12, 13 and rewards 1, 2, 4. */
function threeSteps(end: "terminated" | "truncated" | "running", capacity = 100): ReplayReference {
  const replay = new ReplayReference(1, capacity);
  replay.reset(0, [10]);
  replay.step(0, 0, 1, [11], false, false);
  replay.step(0, 1, 2, [12], false, false);
  replay.step(0, 2, 4, [13], end === "terminated", end === "truncated");
  return replay;
}

Deno.test("reference replay: one-step transitions of a terminated episode", () => {
  assert.deepEqual(threeSteps("terminated").transitions(PLAIN).map(brief), [
    [0, 10, 0, 1, 1, 0.5, 11],
    [1, 11, 1, 1, 2, 0.5, 12],
    [2, 12, 2, 1, 4, 0, 13],
  ]);
});

Deno.test("reference replay: walks stop at a termination, with discount 0", () => {
  assert.deepEqual(threeSteps("terminated").transitions({ ...PLAIN, nSteps: 2 }).map(brief), [
    [0, 10, 0, 2, 2, 0.25, 12],
    [1, 11, 1, 2, 4, 0, 13],
    [2, 12, 2, 1, 4, 0, 13],
  ]);
});

Deno.test("reference replay: a truncated episode bootstraps from its true final observation", () => {
  const replay = threeSteps("truncated");
  replay.reset(0, [20]);
  replay.step(0, 1, 8, [21], false, false);
  const expected = [
    [0, 10, 0, 3, 3, 0.125, 13],
    [1, 11, 1, 2, 4, 0.25, 13],
    [2, 12, 2, 1, 4, 0.5, 13],
    [4, 20, 1, 1, 8, 0.5, 21],
  ];
  assert.deepEqual(replay.transitions({ ...PLAIN, nSteps: 3 }).map(brief), expected);
  assert.deepEqual(replay.rows().map((row) => row.kind), [
    "transition",
    "transition",
    "transition",
    "last",
    "transition",
    "open",
  ]);
});

Deno.test("reference replay: the newest rows bootstrap from the open row", () => {
  const replay = threeSteps("running");
  assert.deepEqual(replay.transitions({ ...PLAIN, nSteps: 5 }).map(brief), [
    [0, 10, 0, 3, 3, 0.125, 13],
    [1, 11, 1, 2, 4, 0.25, 13],
    [2, 12, 2, 1, 4, 0.5, 13],
  ]);
  assert.equal(replay.rows()[3].kind, "open");
});

Deno.test("reference replay: a cut makes the open row a last row", () => {
  const replay = threeSteps("running");
  replay.reset(0, [20]);
  replay.cut(0);
  replay.reset(0, [30]);
  assert.deepEqual(replay.rows().map((row) => [row.observation[0], row.kind]), [
    [10, "transition"],
    [11, "transition"],
    [12, "transition"],
    [13, "last"],
    [20, "last"],
    [30, "open"],
  ]);
  assert.deepEqual(replay.transitions({ ...PLAIN, nSteps: 3 }).map(brief)[2], [
    2,
    12,
    2,
    1,
    4,
    0.5,
    13,
  ]);
});

Deno.test("reference replay: cutting an ended episode does not undo its termination", () => {
  const replay = threeSteps("terminated");
  replay.cut(0);
  assert.equal(replay.transitions(PLAIN)[2].discount, 0);
  assert.throws(() => replay.step(0, 0, 0, [0], false, false), /no running episode/);
});

Deno.test("reference replay: a full ring has lost its oldest rows and only those", () => {
  const replay = threeSteps("terminated", 3);
  // Rows 0…3 in a ring of 3: row 3 has taken row 0's slot.
  assert.deepEqual(replay.rows().map(({ time, slot, kind }) => [time, slot, kind]), [
    [1, 1, "transition"],
    [2, 2, "transition"],
    [3, 0, "last"],
  ]);
  assert.deepEqual(replay.transitions({ ...PLAIN, nSteps: 3 }).map(brief), [
    [1, 11, 1, 2, 4, 0, 13],
    [2, 12, 2, 1, 4, 0, 13],
  ]);
  replay.reset(0, [20]);
  replay.reset(0, [30]);
  replay.reset(0, [40]);
  assert.deepEqual(replay.transitions(PLAIN), []);
});

Deno.test("reference replay: lanes are independent", () => {
  const replay = new ReplayReference(2, 2);
  replay.reset(0, [1]);
  replay.reset(1, [2]);
  replay.step(1, 1, 5, [3], false, true);
  replay.step(0, 0, 7, [4], true, false);
  replay.reset(1, [6]);
  assert.deepEqual(
    replay.rows().map(({ lane, time, slot, kind }) => [lane, time, slot, kind]),
    [[0, 0, 0, "transition"], [0, 1, 1, "last"], [1, 1, 1, "last"], [1, 2, 0, "open"]],
  );
  assert.deepEqual(replay.transitions(PLAIN).map(({ lane }) => lane), [0]);
});

Deno.test("reference replay: rewards are scaled, then clipped, one by one", () => {
  const options = { nSteps: 3, gamma: 0.5, rewardScale: 0.5, rewardClip: 0.75 };
  // 0.5 + 0.5 · 0.75 + 0.25 · 0.75
  assert.equal(threeSteps("terminated").transitions(options)[0].return, 1.0625);
});
