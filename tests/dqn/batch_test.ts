/** Tests of explicit batches: laid out as the gather kernel would leave them, or refused. */

import assert from "node:assert/strict";
import { type Batch, type BatchConfig, layOutBatch, SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import { viewOf } from "../../src/dqn/view.ts";
import { flatTarget } from "./flat_view.ts";

/** Two transitions of three numbers, with three actions to choose from. */
const BATCH: Batch = {
  observations: Float32Array.of(1, 2, 3, 4, 5, 6),
  nextObservations: Float32Array.of(10, 20, 30, 40, 50, 60),
  actions: Int32Array.of(2, 0),
  rewards: Float32Array.of(0.5, -1),
  terminated: [false, true],
};

/** What else of a configuration a batch has to fit. */
const CONFIG: BatchConfig = {
  gamma: 0.75,
  target: "max",
  actionMasks: false,
  noisy: false,
  distribution: "none",
};

/** Lays a batch out for three numbers and three actions, unless told otherwise. */
function layOut(batch: Batch, config: Partial<BatchConfig> = {}, observationSize = 3) {
  return layOutBatch(batch, flatTarget({ observationSize, actions: 3 }), { ...CONFIG, ...config });
}

/** Rows of [action, reward, discount, weight]. */
function samplesOf(batch: Batch): number[][] {
  const { rows, samples } = layOut(batch);
  const actions = new Uint32Array(samples.buffer);
  return Array.from(
    { length: rows },
    (_, row) => [
      actions[SAMPLE_WORDS * row],
      ...samples.subarray(SAMPLE_WORDS * row + 1, SAMPLE_WORDS * row + 4),
    ],
  );
}

Deno.test("batch: observations, then next observations, each row padded to a vec4", () => {
  const { rows, inputs } = layOut(BATCH);
  assert.equal(rows, 2);
  assert.deepEqual([...inputs], [1, 2, 3, 0, 4, 5, 6, 0, 10, 20, 30, 0, 40, 50, 60, 0]);
  const five = layOut(
    {
      ...BATCH,
      observations: new Float32Array(10).fill(1),
      nextObservations: new Float32Array(10).fill(2),
    },
    {},
    5,
  );
  const row = (x: number) => [x, x, x, x, x, 0, 0, 0];
  assert.deepEqual([...five.inputs], [...row(1), ...row(1), ...row(2), ...row(2)]);
});

Deno.test("batch: discounts are gamma, and weights 1, where none are given", () => {
  assert.deepEqual(samplesOf(BATCH), [[2, 0.5, 0.75, 1], [0, -1, 0, 1]]);
});

Deno.test("batch: given discounts and weights count, but not the discount of a termination", () => {
  const discounts = Float32Array.of(0.5, 0.25);
  const weights = Float32Array.of(2, 0);
  assert.deepEqual(samplesOf({ ...BATCH, discounts, weights }), [[2, 0.5, 0.5, 2], [0, -1, 0, 0]]);
});

Deno.test("batch: terminations may be booleans or numbers", () => {
  const wanted = samplesOf(BATCH);
  assert.deepEqual(samplesOf({ ...BATCH, terminated: Uint8Array.of(0, 1) }), wanted);
  assert.deepEqual(samplesOf({ ...BATCH, terminated: [0, 1] }), wanted);
});

Deno.test("batch: it is copied", () => {
  const observations = BATCH.observations.slice();
  const { inputs } = layOut({ ...BATCH, observations });
  observations.fill(99);
  assert.equal(inputs[0], 1);
});

Deno.test("batch: what does not fit is refused, with what was wanted and given", () => {
  const floats = (...numbers: number[]) => Float32Array.from(numbers);
  const cases: [Partial<Batch>, string][] = [
    [{ actions: new Int32Array(0) }, "a batch must hold at least one transition, got none"],
    [{ observations: floats(1) }, "observations must have 6 entries for 2 actions, got 1"],
    [{ nextObservations: floats() }, "nextObservations must have 6 entries for 2 actions, got 0"],
    [{ rewards: floats(1, 2, 3) }, "rewards must have 2 entries for 2 actions, got 3"],
    [{ terminated: [true] }, "terminated must have 2 entries for 2 actions, got 1"],
    [{ weights: floats(1) }, "weights must have 2 entries for 2 actions, got 1"],
    [{ discounts: floats(1) }, "discounts must have 2 entries for 2 actions, got 1"],
    [{ actions: Int32Array.of(0, 3) }, "actions[1] must lie in 0 to 2, got 3"],
    [{ actions: Int32Array.of(-1, 0) }, "actions[0] must lie in 0 to 2, got -1"],
    [{ rewards: floats(0, NaN) }, "rewards[1] must be a finite number, got NaN"],
    [{ weights: floats(Infinity, 0) }, "weights[0] must be a finite number, got Infinity"],
    [{ discounts: floats(0, -Infinity) }, "discounts[1] must be a finite number, got -Infinity"],
    [
      { observations: floats(1, 2, NaN, 4, 5, 6) },
      "observations[2] must be a finite number, got NaN",
    ],
    [
      { nextObservations: floats(1, 2, 3, 4, 5, Infinity) },
      "nextObservations[5] must be a finite number, got Infinity",
    ],
  ];
  for (const [change, message] of cases) {
    assert.throws(() => layOut({ ...BATCH, ...change }), { name: "RangeError", message });
  }
});

/** A row's words from the fourth on: next action, masks, and the spare one. */
function wordsOf(batch: Batch, config: Partial<BatchConfig>): number[][] {
  const { rows, samples } = layOut(batch, config);
  const words = new Uint32Array(samples.buffer);
  return Array.from(
    { length: rows },
    (_, row) => [...words.subarray(SAMPLE_WORDS * row + 4, SAMPLE_WORDS * (row + 1))],
  );
}

const ALL = 0xffffffff;
/** The batch, neither of whose transitions ends its episode. */
const GOING_ON: Batch = { ...BATCH, terminated: [false, false] };

Deno.test("batch: next actions where the target wants them, masks as sets of bits", () => {
  assert.deepEqual(wordsOf(GOING_ON, {}), [[0, ALL, ALL, 0], [0, ALL, ALL, 0]]);
  const nextActions = Int32Array.of(1, 2);
  const sarsa = wordsOf({ ...GOING_ON, nextActions }, { target: "sarsa" });
  assert.deepEqual(sarsa, [[1, ALL, ALL, 0], [2, ALL, ALL, 0]]);
  const masks = {
    actionMasks: [true, false, true, true, true, false],
    nextActionMasks: Uint8Array.of(0, 0, 1, 1, 1, 0),
  };
  const masked = wordsOf({ ...GOING_ON, ...masks }, { actionMasks: true });
  assert.deepEqual(masked, [[0, 0b101, 0b100, 0], [0, 0b011, 0b011, 0]]);
  // Each alone; who is left out allows all.
  const { actionMasks, nextActionMasks } = masks;
  const now = wordsOf({ ...GOING_ON, actionMasks }, { actionMasks: true });
  assert.deepEqual(now, [[0, 0b101, ALL, 0], [0, 0b011, ALL, 0]]);
  const next = wordsOf({ ...GOING_ON, nextActionMasks }, { actionMasks: true });
  assert.deepEqual(next, [[0, ALL, 0b100, 0], [0, ALL, 0b011, 0]]);
  assert.deepEqual(wordsOf(GOING_ON, { actionMasks: true }), wordsOf(GOING_ON, {}));
});

Deno.test("batch: what is given for the time after an episode's end is not read", () => {
  const ended = { ...BATCH, terminated: [true, true] };
  const nextActions = Int32Array.of(-1, 99);
  const sarsa = wordsOf({ ...ended, nextActions }, { target: "sarsa" });
  assert.deepEqual(sarsa, [[0, ALL, ALL, 0], [0, ALL, ALL, 0]]);
  const masked = wordsOf({ ...ended, nextActionMasks: new Uint8Array(6) }, { actionMasks: true });
  assert.deepEqual(masked, [[0, ALL, ALL, 0], [0, ALL, ALL, 0]]);
});

Deno.test("batch: the 32nd action has a bit of its own", () => {
  const mask = Array.from({ length: 32 }, (_, action) => action % 2 === 1);
  const one: Batch = {
    observations: Float32Array.of(0),
    nextObservations: Float32Array.of(0),
    actions: Int32Array.of(31),
    rewards: Float32Array.of(0),
    terminated: [0],
    actionMasks: mask,
    nextActionMasks: mask.map((allowed) => !allowed),
  };
  const shape = { observationSize: 1, actions: 32 };
  const { samples } = layOutBatch(one, flatTarget(shape), { ...CONFIG, actionMasks: true });
  assert.deepEqual([...new Uint32Array(samples.buffer).subarray(4, 8)], [
    0,
    0xaaaaaaaa,
    0x55555555,
    0,
  ]);
});

Deno.test("batch: noise and quantile samples go through as they are, where they belong", () => {
  const noise = Float32Array.of(1, -2, 3);
  const taus = Float32Array.of(0.1, 0.9);
  assert.deepEqual(layOut({ ...BATCH, noise }, { noisy: true }).noise, noise);
  assert.deepEqual(layOut({ ...BATCH, taus }, { distribution: "iqn" }).taus, taus);
  const none = layOut(BATCH, { noisy: true, distribution: "iqn" });
  assert.equal(none.noise, undefined);
  assert.equal(none.taus, undefined);
});

Deno.test("batch: what the configuration makes no use of, or lacks, is a TypeError", () => {
  const cases: [Record<string, unknown>, Partial<BatchConfig>, string][] = [
    [
      {},
      { target: "sarsa" },
      'nextActions must be an Int32Array: target "sarsa" learns from them; got none',
    ],
    [
      { nextActions: Int32Array.of(0, 0) },
      { target: "munchausen" },
      'nextActions are for the option target: "sarsa" alone: leave them out',
    ],
    [
      { actionMasks: [1, 1, 1, 1, 1, 1] },
      {},
      "actionMasks are for the option actionMasks: true alone: leave them out",
    ],
    [
      { nextActionMasks: [1, 1, 1, 1, 1, 1] },
      {},
      "nextActionMasks are for the option actionMasks: true alone: leave them out",
    ],
    [
      { noise: Float32Array.of(1) },
      {},
      "noise are for the option noisy: true alone: leave them out",
    ],
    [
      { taus: Float32Array.of(0.5) },
      { distribution: "qr" },
      'taus are for the option distribution: "iqn" alone: leave them out',
    ],
    [
      { observations: undefined },
      {},
      "observations must be a Float32Array, or a Uint8Array of bytes, got Undefined",
    ],
    [{ actions: [0, 1] }, {}, "actions must be an Int32Array, got Array"],
    [{ rewards: Float64Array.of(1, 2) }, {}, "rewards must be a Float32Array, got Float64Array"],
    [{ noise: [1, 2] }, { noisy: true }, "noise must be a Float32Array, got Array"],
    [
      { taus: Float64Array.of(0.5) },
      { distribution: "iqn" },
      "taus must be a Float32Array, got Float64Array",
    ],
    [
      { nextActions: Uint8Array.of(0, 1) },
      { target: "sarsa" },
      "nextActions must be an Int32Array, got Uint8Array",
    ],
  ];
  for (const [change, config, message] of cases) {
    const given = { ...BATCH, ...change } as Batch;
    assert.throws(() => layOut(given, config), { name: "TypeError", message });
  }
});

Deno.test("batch: masks, noise and quantile samples that do not fit are refused", () => {
  const floats = (...numbers: number[]) => Float32Array.from(numbers);
  const masked = { actionMasks: true };
  const iqn = { distribution: "iqn" } as const;
  const cases: [Partial<Batch>, Partial<BatchConfig>, string][] = [
    [{ actionMasks: [1, 1, 1] }, masked, "actionMasks must have 6 entries for 2 actions, got 3"],
    [
      { nextActionMasks: [] },
      masked,
      "nextActionMasks must have 6 entries for 2 actions, got 0",
    ],
    [{ actionMasks: [0, 0, 1, 0, 0, 0] }, masked, "actionMasks allow no action in row 1"],
    [
      { actionMasks: [0, 0, 1, 0, 1, 0] },
      masked,
      "actions[1] is 0, which actionMasks forbid in that row",
    ],
    [
      { nextActionMasks: new Array(6).fill(false) },
      masked,
      "nextActionMasks allow no action in row 0",
    ],
    [
      { nextActions: Int32Array.of(0, 3) },
      { target: "sarsa" },
      "nextActions[1] must lie in 0 to 2, got 3",
    ],
    [
      { nextActions: Int32Array.of(0) },
      { target: "sarsa" },
      "nextActions must have 2 entries for 2 actions, got 1",
    ],
    [{ noise: floats(0, NaN) }, { noisy: true }, "noise[1] must be a finite number, got NaN"],
    [{ taus: floats(0.5, Infinity) }, iqn, "taus[1] must be a finite number, got Infinity"],
    [{ taus: floats(0.5, 0) }, iqn, "taus[1] must lie between 0 and 1, got 0"],
    [{ taus: floats(1, 0.5) }, iqn, "taus[0] must lie between 0 and 1, got 1"],
    [{ taus: floats(-0.25, 0.5) }, iqn, "taus[0] must lie between 0 and 1, got -0.25"],
  ];
  for (const [change, config, message] of cases) {
    assert.throws(() => layOut({ ...GOING_ON, ...change }, config), {
      name: "RangeError",
      message,
    });
  }
});

Deno.test("batch: stacks of bytes become pixels with all channels side by side", () => {
  const view = viewOf(
    { observationSize: 2, observationShape: [1, 2], isBytes: true, isShades: true },
    { network: [{ kind: "conv", channels: 1, kernel: 1 }], frameStack: 2 },
  );
  const target = { view, input: { ...view.input, margin: [0, 0] as const }, actions: 3 };
  const batch: Batch = {
    ...BATCH,
    observations: Uint8Array.of(1, 2, 3, 4, 11, 12, 13, 14),
    nextObservations: Float32Array.of(5, 6, 7, 8, 15, 16, 17, 255),
  };
  const { inputs } = layOutBatch(batch, target, CONFIG);
  assert.ok(inputs instanceof Uint8Array);
  const pixels = (a: number, b: number, c: number, d: number) => [a, c, 0, 0, b, d, 0, 0];
  assert.deepEqual([...inputs], [
    ...[...pixels(1, 2, 3, 4), ...pixels(11, 12, 13, 14)],
    ...[...pixels(5, 6, 7, 8), ...pixels(15, 16, 17, 255)],
  ]);
  for (const wrong of [0.5, -1, 256]) {
    const nextObservations = batch.nextObservations.slice();
    nextObservations[3] = wrong;
    assert.throws(() => layOutBatch({ ...batch, nextObservations }, target, CONFIG), {
      name: "RangeError",
      message: "nextObservations[3] must be a byte, as the environment's observations are: an " +
        `integer from 0 to 255, got ${wrong}`,
    });
  }
});
