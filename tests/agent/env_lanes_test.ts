/** Tests of lanes of single environments: what of one reaches the replay buffer, and what does not. @module */

import assert from "node:assert/strict";
import type { Env } from "../../mod.ts";
import { EnvLanes } from "../../src/agent/env_lanes.ts";
import { type EpisodeEnd, type LastAction, Recorder } from "../../src/agent/recorder.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import type { JsonValue } from "../../src/envs/json.ts";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Ring, type RingState } from "../../src/replay/ring.ts";
import { ends, StatefulStubEnv, StubEnv, type StubMoment } from "./stub_env.ts";
import { device } from "./support.ts";

const gpu = await Gpu.open({ device });

/** Runs the body with lanes that feed a ring of their own. */
async function withLanes(
  envs: readonly Env<Float32Array, number>[],
  body: (lanes: EnvLanes, ring: Ring) => Promise<void> | void,
  { seed = 7, capacity = 40, lastAction }: {
    seed?: number;
    capacity?: number;
    lastAction?: LastAction;
  } = {},
): Promise<void> {
  const buffers = new Buffers(gpu);
  try {
    const shape = shapeOf(envs[0]);
    const { observationSize } = shape;
    const needsNextAction = lastAction !== undefined;
    const options = { observationSize, lanes: envs.length, capacity, nSteps: 1, needsNextAction };
    const ring = await Ring.create(gpu, buffers, options);
    await body(new EnvLanes(envs, shape, new Recorder(ring, { lastAction }), seed), ring);
  } finally {
    buffers.destroy();
  }
}

/** Steps all lanes; returns the episodes that ended. */
async function step(lanes: EnvLanes, ...actions: number[]): Promise<EpisodeEnd[]> {
  const outcome = { steps: 0, ended: [] as EpisodeEnd[] };
  await lanes.step(actions, outcome);
  assert.equal(outcome.steps, actions.length);
  return outcome.ended;
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
const [NONE, TERMINATES, CONTINUES, LAST_ACTION] = [0, 1, 2, 3];

Deno.test("lanes: lane i is first reset with seed + i, later without one", async () => {
  const envs = [1, 2, 3].map((length) => new StubEnv(ends(length, "terminated")));
  await withLanes(envs, async (lanes) => {
    await lanes.open();
    for (let i = 0; i < 3; i++) await step(lanes, 0, 0, 0);
    await lanes.open();
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
    await lanes.open();
    const told: EpisodeEnd[][] = [];
    for (const action of [1, 0, 0, 1, 1]) told.push(await step(lanes, action));
    assert.deepEqual(told, [
      [],
      [{ return: 11 + 12, length: 2, lane: 0, terminated: true }],
      [],
      [],
      [{ return: 21 + 22 + 23, length: 3, lane: 0, terminated: false }],
    ]);
    await step(lanes, 1);
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
    await lanes.open();
    assert.deepEqual((await step(lanes, 0)).map(({ terminated }) => terminated), [true]);
    assert.equal(rows(await ring.getState())[0][3], TERMINATES);
  });
});

Deno.test("lanes: actions are counted from 0 inside and from the space's first outside", async () => {
  const env = new StubEnv(undefined, { actions: 3, firstAction: 5 });
  await withLanes([env], async (lanes, ring) => {
    await lanes.open();
    for (const action of [0, 2, 1]) await step(lanes, action);
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
    await lanes.open();
    for (let i = 0; i < 3; i++) await step(lanes, 0, 1);
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
    await lanes.open();
    for (let i = 0; i < 3; i++) await step(lanes, 0);
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
    message: "StubEnv.step: wanted a typed array of 2 numbers, got 3 numbers",
  }],
  ["an observation of another type", { observation: [1, 2] }, {
    name: "TypeError",
    message: "StubEnv.step: wanted a typed array of 2 numbers, got [object Array]",
  }],
];
for (const [what, answer, error] of BROKEN) {
  Deno.test(`lanes: ${what} is refused, the episode is cut and the next can begin`, async () => {
    const env = new StubEnv(({ total }) => total === 3 ? answer : { reward: total });
    await withLanes([env], async (lanes, ring) => {
      await lanes.open();
      await step(lanes, 0);
      await step(lanes, 0);
      await assert.rejects(step(lanes, 1), error);
      assert.equal(ring.isOpen(0), false);
      await lanes.open();
      // The return and the length start anew.
      await step(lanes, 1);
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
  await withLanes([env], async (lanes) => {
    await lanes.open();
    await step(lanes, 0);
    await assert.rejects(step(lanes, 0), { message: "the simulator crashed" });
    await lanes.open();
    await step(lanes, 0);
    assert.deepEqual(await step(lanes, 0), [{ return: 2, length: 2, lane: 0, terminated: true }]);
  });
});

Deno.test("lanes: a reset's observation is checked as well", async () => {
  class Bad extends StubEnv {
    override observe() {
      return this.resets.length === 1 ? new Float32Array(5) : super.observe(0);
    }
  }
  const env = new Bad();
  await withLanes([env], async (lanes) => {
    await assert.rejects(lanes.open(), {
      name: "TypeError",
      message: "Bad.reset: wanted a typed array of 2 numbers, got 5 numbers",
    });
    await lanes.open();
    // The first episode did not come to be, so the seed is still to be given.
    assert.deepEqual(env.resets, [{ seed: 7 }, { seed: 7 }]);
  });
});

Deno.test("lanes: go on from their state in the middle of an episode", async () => {
  const answer = ({ step }: StubMoment) => ({ reward: step, terminated: step === 5 });
  let state: JsonValue = null;
  let ringState: RingState | undefined;
  await withLanes([new StatefulStubEnv(answer)], async (lanes, ring) => {
    await lanes.open();
    for (let i = 0; i < 3; i++) await step(lanes, 1);
    state = JSON.parse(JSON.stringify(await lanes.getState()));
    ringState = await ring.getState();
  });
  const env = new StatefulStubEnv(answer);
  await withLanes([env], async (lanes, ring) => {
    ring.setState(ringState!);
    assert.equal(await lanes.setState(state), true);
    await lanes.open();
    assert.deepEqual(env.resets, []);
    assert.deepEqual([...lanes.observations()[0]], [1, 3]);
    await step(lanes, 1);
    assert.deepEqual(await step(lanes, 1), [{ return: 15, length: 5, lane: 0, terminated: true }]);
    // The seed was given in the first life.
    assert.deepEqual(env.resets, [undefined]);
  });
});

Deno.test("lanes: only the lanes whose environment can't tell its state begin anew", async () => {
  const answer = ends(9, "terminated");
  const envs = () => [new StatefulStubEnv(answer), new StubEnv(answer)];
  let state: JsonValue = null;
  let ringState: RingState | undefined;
  await withLanes(envs(), async (lanes, ring) => {
    await lanes.open();
    for (let i = 0; i < 4; i++) await step(lanes, 0, 0);
    state = await lanes.getState();
    ringState = await ring.getState();
  });
  const later = envs();
  await withLanes(later, async (lanes, ring) => {
    ring.setState(ringState!);
    assert.equal(await lanes.setState(state), false);
    assert.deepEqual([0, 1].map((lane) => ring.isOpen(lane)), [true, false]);
    await lanes.open();
    assert.deepEqual(later.map(({ resets }) => resets.length), [0, 1]);
    await step(lanes, 0, 0);
    const after = await ring.getState();
    assert.deepEqual(rows(after, 0).map(([seen]) => seen), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(rows(after, 1).map(([seen]) => seen), [0, 1, 2, 3, 4, 0, 1]);
    // The cut episode's last observation starts nothing.
    assert.deepEqual(rows(after, 1).map(([, , , kind]) => kind), [2, 2, 2, 2, 0, 2, 0]);
  });
});

Deno.test("lanes: with SARSA, what would have been done at a truncation is asked for and stored", async () => {
  const env = new StubEnv(({ step, episode }: StubMoment) => ({
    terminated: episode === 2 && step === 2,
    truncated: step === 2,
  }));
  const asked: [number, number[]][] = [];
  const lastAction = (lane: number, observation: ArrayLike<number>) => {
    asked.push([lane, Array.from(observation)]);
    return Promise.resolve(1);
  };
  await withLanes([env], async (lanes, ring) => {
    await lanes.open();
    await step(lanes, 0);
    // Its next action is not known yet.
    assert.equal(ring.drawable, 0);
    await step(lanes, 0);
    assert.deepEqual(asked, [[0, [1, 2]]]);
    assert.equal(ring.drawable, 2);
    await step(lanes, 1);
    await step(lanes, 1);
    // At a termination nothing follows, so nothing is asked.
    assert.equal(asked.length, 1);
    assert.equal(ring.drawable, 4);
    assert.deepEqual(rows(await ring.getState()), [
      [0, 0, 1, CONTINUES],
      [1, 0, 1, CONTINUES],
      [2, 1, 0, LAST_ACTION],
      [0, 1, 1, CONTINUES],
      [1, 1, 1, TERMINATES],
      [2, 0, 0, NONE],
      [0, 0, 0, NONE],
    ]);
  }, { lastAction });
});

Deno.test("lanes: at an error the steps of the lanes before are told", async () => {
  const envs = [
    new StubEnv(),
    new StubEnv(() => {
      throw new Error("no");
    }),
  ];
  await withLanes(envs, async (lanes) => {
    await lanes.open();
    const outcome = { steps: 0, ended: [] };
    await assert.rejects(lanes.step([0, 0], outcome), { message: "no" });
    assert.equal(outcome.steps, 1);
  });
});
