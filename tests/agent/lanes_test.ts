/** Tests of the lanes: what of an environment reaches the replay buffer, and what does not. @module */

import assert from "node:assert/strict";
import { Box, Discrete, type Env, make } from "../../mod.ts";
import { Lanes, shapeOf } from "../../src/agent/lanes.ts";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Ring, type RingState } from "../../src/replay/ring.ts";
import { ends, StatefulStubEnv, StubEnv, type StubMoment } from "./stub_env.ts";
import { device } from "./support.ts";

const gpu = await Gpu.open({ device });

/** Runs the body with lanes that feed a ring of their own. */
async function withLanes(
  envs: readonly Env<Float32Array, number>[],
  body: (lanes: Lanes, ring: Ring) => Promise<void> | void,
  { seed = 7, capacity = 40 } = {},
): Promise<void> {
  const buffers = new Buffers(gpu);
  try {
    const shape = shapeOf(envs[0]);
    const { observationSize } = shape;
    const options = { observationSize, lanes: envs.length, capacity, nSteps: 1 };
    const ring = await Ring.create(gpu, buffers, options);
    await body(new Lanes(envs, shape, ring, seed), ring);
  } finally {
    buffers.destroy();
  }
}

/** A lane's rows: what was seen (its second number), done, got, and what kind of row it is. */
function rows(state: RingState, lane = 0, size = 2): [number, number, number, number][] {
  return Array.from({ length: state.lanes[lane].size }, (_, i) => {
    const at = lane * state.filled + i;
    return [
      state.observations[at * size + 1],
      state.actions[at],
      state.rewards[at],
      state.kinds[at],
    ];
  });
}

/** Kinds of rows, as src/replay/ring.ts has them. */
const [NONE, TERMINATES, CONTINUES] = [0, 1, 2];

Deno.test("lanes: sizes are read from the spaces", () => {
  assert.deepEqual(shapeOf(make("CartPole-v1")), {
    observationSize: 4,
    actions: 2,
    firstAction: 0,
  });
  const spaces = {
    observationSpace: new Box(0, 1, [2, 3]),
    actionSpace: new Discrete(5, { start: -2 }),
  };
  assert.deepEqual(shapeOf(spaces), { observationSize: 6, actions: 5, firstAction: -2 });
});

Deno.test("lanes: other spaces are refused", () => {
  const good = new StubEnv();
  const { observationSpace, actionSpace } = good;
  // The types refuse these too; a program in JavaScript has no types.
  const spaces = (parts: Record<string, unknown>) => () =>
    shapeOf({ ...{ observationSpace, actionSpace }, ...parts } as unknown as typeof good);
  assert.throws(spaces({ observationSpace: new Discrete(16) }), {
    name: "TypeError",
    message: "DQN needs observations in a float32 Box, got Discrete(16)",
  });
  assert.throws(spaces({ observationSpace: new Box(0, 255, [4], "uint8") }), {
    name: "TypeError",
    message: "DQN needs observations in a float32 Box, got Box(0, 255, [4], uint8)",
  });
  assert.throws(spaces({ actionSpace: new Box(-1, 1, [1]) }), {
    name: "TypeError",
    message: "DQN needs a Discrete action space, got Box(-1, 1, [1], float32)",
  });
  assert.throws(spaces({ actionSpace: undefined }), /^TypeError: .*got undefined$/);
});

Deno.test("lanes: lane i is first reset with seed + i, later without one", async () => {
  const envs = [1, 2, 3].map((length) => new StubEnv(ends(length, "terminated")));
  await withLanes(envs, (lanes) => {
    lanes.open();
    for (let step = 0; step < 3; step++) {
      for (let lane = 0; lane < 3; lane++) lanes.step(lane, 0);
    }
    lanes.open();
  }, { seed: 100 });
  const seeds = envs.map(({ resets }) => resets.map((options) => options?.seed));
  const none = undefined;
  assert.deepEqual(seeds, [[100, none, none, none], [101, none], [102, none]]);
});

Deno.test("lanes: an episode that terminates, and one that is truncated, as rows", async () => {
  const env = new StubEnv(({ step, episode }: StubMoment) => ({
    reward: 10 * episode + step,
    terminated: episode === 1 && step === 2,
    truncated: episode === 2 && step === 3,
  }));
  await withLanes([env], async (lanes, ring) => {
    lanes.open();
    const told = [1, 0, 0, 1, 1].map((action) => lanes.step(0, action));
    assert.deepEqual(told, [
      undefined,
      { return: 11 + 12, length: 2, lane: 0, terminated: true },
      undefined,
      undefined,
      { return: 21 + 22 + 23, length: 3, lane: 0, terminated: false },
    ]);
    lanes.step(0, 1);
    assert.deepEqual(rows(await ring.getState()), [
      [0, 1, 11, CONTINUES],
      [1, 0, 12, TERMINATES],
      [2, 0, 0, NONE],
      [0, 0, 21, CONTINUES],
      [1, 1, 22, CONTINUES],
      // Truncated, so it goes on: its next row holds the true last observation.
      [2, 1, 23, CONTINUES],
      [3, 0, 0, NONE],
      [0, 1, 31, CONTINUES],
      [1, 0, 0, NONE],
    ]);
    assert.equal(ring.drawable, 6);
  });
});

Deno.test("lanes: a step that is truncated and terminated counts as terminated", async () => {
  const env = new StubEnv(() => ({ terminated: true, truncated: true }));
  await withLanes([env], async (lanes, ring) => {
    lanes.open();
    assert.equal(lanes.step(0, 0)?.terminated, true);
    assert.equal(rows(await ring.getState())[0][3], TERMINATES);
  });
});

Deno.test("lanes: actions are counted from 0 inside and from the space's first outside", async () => {
  const env = new StubEnv(undefined, { actions: 3, firstAction: 5 });
  await withLanes([env], async (lanes, ring) => {
    lanes.open();
    for (const action of [0, 2, 1]) lanes.step(0, action);
    assert.deepEqual(env.actions, [5, 7, 6]);
    assert.deepEqual(rows(await ring.getState()).map(([, action]) => action), [0, 2, 1, 0]);
  });
});

Deno.test("lanes: each lane has its own rows, episodes and newest observation", async () => {
  const envs = [
    new StubEnv(ends(2, "terminated")),
    new StubEnv(({ step }) => ({ reward: 5, observation: Float32Array.of(1, 50 + step) })),
  ];
  await withLanes(envs, async (lanes, ring) => {
    assert.equal(lanes.count, 2);
    assert.ok(lanes.includes(envs[1]) && !lanes.includes(new StubEnv()));
    lanes.open();
    for (let step = 0; step < 3; step++) {
      for (let lane = 0; lane < 2; lane++) lanes.step(lane, lane);
    }
    assert.deepEqual(lanes.observations().map((each) => [...each]), [[1, 1], [1, 53]]);
    const state = await ring.getState();
    assert.deepEqual(rows(state, 0).map(([seen, , , kind]) => [seen, kind]), [
      [0, CONTINUES],
      [1, TERMINATES],
      [2, NONE],
      [0, CONTINUES],
      [1, NONE],
    ]);
    assert.deepEqual(rows(state, 1), [
      [0, 1, 5, CONTINUES],
      [51, 1, 5, CONTINUES],
      [52, 1, 5, CONTINUES],
      [53, 0, 0, NONE],
    ]);
  });
});

Deno.test("lanes: an environment that reuses its observation does no harm", async () => {
  const shared = Float32Array.of(1, 0);
  const env = new StubEnv(({ step }) => {
    shared[1] = 10 * step;
    return { observation: shared };
  });
  await withLanes([env], async (lanes, ring) => {
    lanes.open();
    for (let i = 0; i < 3; i++) lanes.step(0, 0);
    shared[1] = -1;
    const seen = rows(await ring.getState()).map(([seen]) => seen);
    assert.deepEqual(seen, [0, 10, 20, 30]);
  });
});

const BROKEN: readonly [string, object, { name: string; message: string }][] = [
  ["a NaN reward", { reward: NaN }, {
    name: "RangeError",
    message: "StubEnv.step: the reward must be a finite number, got NaN",
  }],
  ["an infinite reward", { reward: -Infinity }, {
    name: "RangeError",
    message: "StubEnv.step: the reward must be a finite number, got -Infinity",
  }],
  ["a reward that is no number", { reward: "1" }, {
    name: "RangeError",
    message: "StubEnv.step: the reward must be a finite number, got 1",
  }],
  ["a NaN observation", { observation: Float32Array.of(1, NaN) }, {
    name: "RangeError",
    message: "StubEnv.step: number 1 of the observation is NaN",
  }],
  ["an infinite observation", { observation: Float32Array.of(Infinity, 1) }, {
    name: "RangeError",
    message: "StubEnv.step: number 0 of the observation is Infinity",
  }],
  ["a long observation", { observation: new Float32Array(3) }, {
    name: "TypeError",
    message: "StubEnv.step: wanted a Float32Array of 2 numbers, got 3 numbers",
  }],
  ["an observation of another type", { observation: [1, 2] }, {
    name: "TypeError",
    message: "StubEnv.step: wanted a Float32Array of 2 numbers, got [object Array]",
  }],
];
for (const [what, answer, error] of BROKEN) {
  Deno.test(`lanes: ${what} is refused, the episode is cut and the next can begin`, async () => {
    const env = new StubEnv(({ total }) => total === 3 ? answer : { reward: total });
    await withLanes([env], async (lanes, ring) => {
      lanes.open();
      lanes.step(0, 0);
      lanes.step(0, 0);
      assert.throws(() => lanes.step(0, 1), error);
      assert.equal(ring.isOpen(0), false);
      lanes.open();
      // The return and the length start anew.
      lanes.step(0, 1);
      assert.equal(env.resets.length, 2);
      assert.deepEqual(rows(await ring.getState()), [
        [0, 0, 1, CONTINUES],
        [1, 0, 2, CONTINUES],
        // What was to be stored here can't be drawn: the episode's last row.
        [2, 0, 0, NONE],
        [0, 1, 4, CONTINUES],
        [1, 0, 0, NONE],
      ]);
    });
  });
}

Deno.test("lanes: an environment that throws cuts its episode, too", async () => {
  const env = new StubEnv(({ total }) => {
    if (total === 2) throw new Error("the simulator crashed");
    return { terminated: total === 4 };
  });
  await withLanes([env], (lanes) => {
    lanes.open();
    lanes.step(0, 0);
    assert.throws(() => lanes.step(0, 0), { message: "the simulator crashed" });
    lanes.open();
    lanes.step(0, 0);
    assert.deepEqual(lanes.step(0, 0), { return: 2, length: 2, lane: 0, terminated: true });
  });
});

Deno.test("lanes: a reset's observation is checked as well", async () => {
  class Bad extends StubEnv {
    override observe() {
      return this.resets.length === 1 ? new Float32Array(5) : super.observe(0);
    }
  }
  const env = new Bad();
  await withLanes([env], (lanes) => {
    assert.throws(() => lanes.open(), {
      name: "TypeError",
      message: "Bad.reset: wanted a Float32Array of 2 numbers, got 5 numbers",
    });
    lanes.open();
    // The first episode did not come to be, so the seed is still to be given.
    assert.deepEqual(env.resets, [{ seed: 7 }, { seed: 7 }]);
  });
});

Deno.test("lanes: go on from their state in the middle of an episode", async () => {
  const answer = ({ step }: StubMoment) => ({ reward: step, terminated: step === 5 });
  let state: ReturnType<Lanes["getState"]> = null;
  let ringState: RingState | undefined;
  await withLanes([new StatefulStubEnv(answer)], async (lanes, ring) => {
    lanes.open();
    for (let i = 0; i < 3; i++) lanes.step(0, 1);
    state = JSON.parse(JSON.stringify(lanes.getState()));
    ringState = await ring.getState();
  });
  const env = new StatefulStubEnv(answer);
  await withLanes([env], (lanes, ring) => {
    ring.setState(ringState!);
    assert.equal(lanes.setState(state), true);
    lanes.open();
    assert.deepEqual(env.resets, []);
    assert.deepEqual([...lanes.observations()[0]], [1, 3]);
    lanes.step(0, 1);
    assert.deepEqual(lanes.step(0, 1), { return: 15, length: 5, lane: 0, terminated: true });
    // The seed was given in the first life.
    assert.deepEqual(env.resets, [undefined]);
  });
});

Deno.test("lanes: only the lanes whose environment can't tell its state begin anew", async () => {
  const answer = ends(9, "terminated");
  const envs = () => [new StatefulStubEnv(answer), new StubEnv(answer)];
  let state: ReturnType<Lanes["getState"]> = null;
  let ringState: RingState | undefined;
  await withLanes(envs(), async (lanes, ring) => {
    lanes.open();
    for (let i = 0; i < 4; i++) [0, 1].forEach((lane) => lanes.step(lane, 0));
    state = lanes.getState();
    ringState = await ring.getState();
  });
  const later = envs();
  await withLanes(later, async (lanes, ring) => {
    ring.setState(ringState!);
    assert.equal(lanes.setState(state), false);
    assert.deepEqual([0, 1].map((lane) => ring.isOpen(lane)), [true, false]);
    lanes.open();
    assert.deepEqual(later.map(({ resets }) => resets.length), [0, 1]);
    [0, 1].forEach((lane) => lanes.step(lane, 0));
    const after = await ring.getState();
    assert.deepEqual(rows(after, 0).map(([seen]) => seen), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(rows(after, 1).map(([seen]) => seen), [0, 1, 2, 3, 4, 0, 1]);
    // The cut episode's last observation starts nothing.
    assert.deepEqual(rows(after, 1).map(([, , , kind]) => kind), [2, 2, 2, 2, 0, 2, 0]);
  });
});
