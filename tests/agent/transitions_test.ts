/** Tests of transitions outside the replay buffer: the checks, how they hang together, and files. @module */

import assert from "node:assert/strict";
import { share } from "../../src/agent/replay_layout.ts";
import {
  checkTransitions,
  type StoredTransitions,
  type TransitionData,
  type TransitionNeeds,
} from "../../src/agent/transitions.ts";
import { decodeTransitions, encodeTransitions } from "../../src/agent/transitions_file.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../src/io/safetensors.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import { Box, Discrete } from "../../src/envs/mod.ts";

const SHAPE = shapeOf({
  observationSpace: new Box(-Infinity, Infinity, [2]),
  actionSpace: new Discrete(3, { start: 10 }),
});
const PLAIN: TransitionNeeds = { shape: SHAPE, usesMasks: false, usesNextActions: false };
const MASKED: TransitionNeeds = { ...PLAIN, usesMasks: true };
const SARSA: TransitionNeeds = { ...PLAIN, usesNextActions: true };

/** Five transitions from (i, −i) to (i + 1, −i − 1). */
const WALK: StoredTransitions = {
  observations: Float32Array.of(0, 0, 1, -1, 2, -2, 3, -3, 4, -4),
  nextObservations: Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4, 5, -5),
  actions: Int32Array.of(10, 11, 12, 11, 10),
  rewards: Float32Array.of(0.5, 1, -1, 2, 0),
  terminated: Uint8Array.of(0, 0, 0, 0, 0),
  truncated: Uint8Array.of(0, 0, 0, 0, 0),
};

const MASKS = {
  actionMasks: Uint8Array.of(1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1),
  nextActionMasks: Uint8Array.of(0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1),
};

const goesOn = (data: TransitionData, needs = PLAIN) => [...checkTransitions(data, needs).goesOn];

Deno.test("transitions: are checked and put into the learner's numbers", () => {
  const checked = checkTransitions({ ...WALK, ...MASKS }, MASKED);
  assert.deepEqual([...checked.actions], [0, 1, 2, 1, 0]);
  assert.deepEqual([...checked.masks!], [0b111, 0b010, 0b101, 0b011, 0b111]);
  assert.deepEqual([...checked.nextMasks!], [0b010, 0b101, 0b011, 0b111, 0b100]);
  assert.equal(checked.nextActions, undefined);
  // Nothing is shared with what was given.
  assert.notEqual(checked.observations.buffer, WALK.observations.buffer);
  assert.equal(checkTransitions({ ...WALK, ...MASKS }, PLAIN).masks, undefined);
  // Plain arrays and booleans will do.
  const plain = {
    observations: [0, 0, 1, -1],
    nextObservations: [1, -1, 2, -2],
    actions: [10, 11],
    rewards: [1, 2],
    terminated: [false, true],
  };
  assert.deepEqual([...checkTransitions(plain, PLAIN).terminated], [0, 1]);
});

Deno.test("transitions: one goes on in the next where the next observation is the one that follows", () => {
  assert.deepEqual(goesOn(WALK), [1, 1, 1, 1, 0]);
  assert.deepEqual(goesOn({ ...WALK, terminated: [0, 1, 0, 0, 0] }), [1, 0, 1, 1, 0]);
  assert.deepEqual(goesOn({ ...WALK, truncated: [0, 0, 0, 1, 0] }), [1, 1, 1, 0, 0]);
  const jump = WALK.observations.map((x, i) => i === 5 ? x + 1e-6 : x);
  assert.deepEqual(goesOn({ ...WALK, observations: jump }), [1, 0, 1, 1, 0]);
  assert.deepEqual(goesOn({ ...WALK, truncated: undefined }), [1, 1, 1, 1, 0]);
});

Deno.test("transitions: masks and next actions that differ part them too", () => {
  assert.deepEqual(goesOn({ ...WALK, ...MASKS }, MASKED), [1, 1, 1, 1, 0]);
  const nextActionMasks = MASKS.nextActionMasks.map((x, i) => i === 8 ? 1 - x : x);
  assert.deepEqual(goesOn({ ...WALK, ...MASKS, nextActionMasks }, MASKED), [1, 1, 0, 1, 0]);
  assert.deepEqual(goesOn({ ...WALK, ...MASKS, nextActionMasks }, PLAIN), [1, 1, 1, 1, 0]);
  const nextActions = Int32Array.of(11, 12, 10, 10, 12);
  assert.deepEqual(goesOn({ ...WALK, nextActions }, SARSA), [1, 1, 0, 1, 0]);
  assert.deepEqual(goesOn({ ...WALK, nextActions }, PLAIN), [1, 1, 1, 1, 0]);
});

Deno.test("transitions: after a termination neither mask nor next action is read", () => {
  const terminated = [0, 0, 0, 0, 1];
  const nextActionMasks = MASKS.nextActionMasks.map((x, i) => i >= 12 ? 0 : x);
  const masked = checkTransitions({ ...WALK, ...MASKS, nextActionMasks, terminated }, MASKED);
  assert.equal(masked.nextMasks![4], 0b111);
  const nextActions = [11, 12, 11, 10, -1];
  const sarsa = checkTransitions({ ...WALK, nextActions, terminated }, SARSA);
  assert.deepEqual([...sarsa.nextActions!], [1, 2, 1, 0, 0]);
});

Deno.test("transitions: what can't be stored is refused, with what is wanted", () => {
  const refused = (
    change: Partial<Record<keyof TransitionData, unknown>>,
    message: string | RegExp,
    needs = PLAIN,
    name = "RangeError",
  ) =>
    assert.throws(() => checkTransitions({ ...WALK, ...change } as TransitionData, needs), {
      name,
      message,
    });
  refused({ rewards: [1, 2] }, "rewards must have 5 entries for 5 actions, got 2");
  refused({ observations: [1] }, "observations must have 10 entries for 5 actions, got 1");
  refused({ truncated: [1] }, "truncated must have 5 entries for 5 actions, got 1");
  refused(
    { rewards: undefined },
    "transitions lack rewards: an array of numbers is wanted",
    PLAIN,
    "TypeError",
  );
  refused(
    {},
    "transitions lack actionMasks, which the option actionMasks needs: an array of numbers is wanted",
    MASKED,
    "TypeError",
  );
  refused(
    { rewards: [0, 0, NaN, 0, 0] },
    "rewards[2] must be a finite number in float32, got NaN",
  );
  refused(
    { rewards: [0, 0, 0, 1e39, 0] },
    "rewards[3] must be a finite number in float32, got 1e+39",
  );
  refused(
    { nextObservations: WALK.nextObservations.map((x, i) => i === 7 ? Infinity : x) },
    "nextObservations[7] must be a finite number in float32, got Infinity",
  );
  for (const wrong of [9, 13, 10.5, NaN]) {
    refused(
      { actions: [10, wrong, 10, 10, 10] },
      `actions[1] must be an integer from 10 to 12, got ${wrong}`,
    );
  }
  refused(
    { nextActions: [10, 11, 12, 13, 10] },
    "nextActions[3] must be an integer from 10 to 12, got 13",
    SARSA,
  );
  refused({ terminated: [0, 2, 0, 0, 0] }, "terminated[1] must be 0 or 1, got 2");
  refused(
    { ...MASKS, actionMasks: new Uint8Array(15) },
    "actionMasks of transition 0 allows no action: at least one must be 1",
    MASKED,
  );
});

/** The rows that stretches take, one more where each episode ends. */
function rowsOf(goesOn: Uint8Array, [from, to]: [number, number]): number {
  let rows = 0;
  for (let i = from; i < to; i++) rows += goesOn[i] && i + 1 < to ? 1 : 2;
  return rows;
}

Deno.test("transitions: lanes get stretches of about equal length, the newest where room is short", () => {
  const together = Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 0);
  assert.deepEqual(share(together, [20]), [[0, 8]]);
  assert.deepEqual(share(together, [20, 20]), [[0, 4], [4, 8]]);
  assert.deepEqual(share(together, [5]), [[4, 8]]);
  assert.deepEqual(share(together, [3, 3]), [[4, 6], [6, 8]]);
  const apart = new Uint8Array(6);
  assert.deepEqual(share(apart, [20, 20, 20]), [[0, 2], [2, 4], [4, 6]]);
  assert.deepEqual(share(apart, [4, 5]), [[2, 4], [4, 6]]);
  assert.deepEqual(share(new Uint8Array(), [4, 5]), [[0, 0], [0, 0]]);
});

Deno.test("transitions: whatever is shared out fits, is in order, and leaves out the oldest alone", () => {
  let word = 12345;
  const random = (n: number) => (word = word * 1103515245 + 12345 & 0x7fffffff) % n;
  for (let trial = 0; trial < 300; trial++) {
    const goesOn = Uint8Array.from({ length: random(40) }, () => Number(random(4) > 0));
    if (goesOn.length > 0) goesOn[goesOn.length - 1] = 0;
    const room = Array.from({ length: 1 + random(5) }, () => 2 + random(12));
    const stretches = share(goesOn, room);
    assert.equal(stretches.length, room.length);
    assert.equal(stretches.at(-1)![1], goesOn.length);
    stretches.forEach((stretch, lane) => {
      assert.ok(rowsOf(goesOn, stretch) <= room[lane], `${goesOn} into ${room}: ${stretches}`);
      if (lane > 0) assert.equal(stretch[0], stretches[lane - 1][1]);
    });
    // Where something was left out, the first lane has no room for one more.
    const [from, to] = stretches[0];
    if (from > 0) {
      assert.ok(rowsOf(goesOn, [from - 1, to]) > room[0], `${goesOn} into ${room}: ${stretches}`);
    }
  }
});

Deno.test("transitions: a file has plain names and goes both ways", () => {
  const full: StoredTransitions = {
    ...WALK,
    ...MASKS,
    nextActions: Int32Array.of(11, 12, 11, 10, 12),
  };
  const bytes = encodeTransitions(full, SHAPE);
  const { tensors, metadata } = decodeSafetensors(bytes);
  assert.deepEqual(
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape])),
    {
      observations: [5, 2],
      next_observations: [5, 2],
      actions: [5],
      rewards: [5],
      terminations: [5],
      truncations: [5],
      action_masks: [5, 3],
      next_action_masks: [5, 3],
      next_actions: [5],
    },
  );
  assert.deepEqual({ ...metadata }, { format: "dinoq-transitions", version: "1" });
  assert.deepEqual(decodeTransitions(bytes, SHAPE), full);
  assert.deepEqual(decodeTransitions(encodeTransitions(WALK, SHAPE), SHAPE), WALK);
});

/** The tensors of the walk as NumPy would have them: wide numbers, and a picture's extents. */
function numpyTensors(): Record<string, Tensor> {
  return {
    observations: { shape: [5, 1, 2], data: Float64Array.from(WALK.observations) },
    next_observations: { shape: [5, 1, 2], data: Float64Array.from(WALK.nextObservations) },
    actions: { shape: [5], data: BigInt64Array.from([...WALK.actions].map(BigInt)) },
    rewards: { shape: [5], data: Float64Array.from(WALK.rewards) },
    terminations: { shape: [5], data: Int8Array.from(WALK.terminated) },
  };
}

Deno.test("transitions: a file from elsewhere may have other dtypes and no metadata", () => {
  const data = decodeTransitions(encodeSafetensors(numpyTensors()), SHAPE);
  const checked = checkTransitions(data, PLAIN);
  assert.deepEqual(checked, checkTransitions(WALK, PLAIN));
});

Deno.test("transitions: a file that does not fit is refused", () => {
  const refused = (change: Record<string, Tensor | undefined>, message: string | RegExp) => {
    const tensors = Object.fromEntries(
      Object.entries({ ...numpyTensors(), ...change }).filter(([, tensor]) => tensor),
    ) as Record<string, Tensor>;
    assert.throws(() => decodeTransitions(encodeSafetensors(tensors), SHAPE), {
      name: "Error",
      message,
    });
  };
  refused(
    { rewards: undefined },
    'a file of transitions needs the tensor "rewards"; it has actions, next_observations, ' +
      "observations, terminations",
  );
  refused(
    { rewards: { shape: [5, 1], data: new Float32Array(5) } },
    '"rewards" must have shape [5] for 5 actions, got [5, 1]',
  );
  refused(
    { next_observations: { shape: [5, 3], data: new Float32Array(15) } },
    '"next_observations" must have shape [5, 2] for 5 actions, got [5, 3]',
  );
  refused(
    { observations: { shape: [10], data: new Float32Array(10) } },
    '"observations" must have shape [5, 2] for 5 actions, got [10]',
  );
  refused(
    { action_masks: { shape: [5, 2], data: new Uint8Array(10) } },
    '"action_masks" must have shape [5, 3] for 5 actions, got [5, 2]',
  );
  const withMetadata = (metadata: Record<string, string>) => () =>
    decodeTransitions(encodeSafetensors(numpyTensors(), metadata), SHAPE);
  assert.throws(withMetadata({ format: "dinoq", version: "1" }), /is a whole agent/);
  assert.throws(withMetadata({ format: "dinoq-transitions", version: "7" }), {
    message: "these transitions have format version 7, and this DinoQ reads 1",
  });
  // Another program's notes are no concern of ours.
  assert.doesNotThrow(withMetadata({ format: "np", version: "9" }));
});
