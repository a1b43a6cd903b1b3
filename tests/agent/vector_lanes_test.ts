/**
 * Tests of lanes of a vector environment: in each autoreset mode the replay buffer gets the rows that
 * the environments would give one by one, true last observations included.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type AutoresetMode,
  DQN,
  type DQNConfig,
  make,
  makeVec,
  SyncVectorEnv,
} from "../../mod.ts";
import { type Outcome, Recorder } from "../../src/agent/recorder.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import { VectorLanes } from "../../src/agent/vector_lanes.ts";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Ring, type RingState } from "../../src/replay/ring.ts";
import { StatefulStubEnv, StubEnv, type StubMoment } from "./stub_env.ts";
import { device } from "./support.ts";

const gpu = await Gpu.open({ device });
const MODES: readonly AutoresetMode[] = ["next_step", "same_step", "disabled"];
const [NONE, TERMINATES, CONTINUES] = [0, 1, 2];

/** Ends by truncation after 2 steps in lane 0, and terminates after 3 in lane 1. */
const answer = (lane: number) => ({ step, total }: StubMoment) => ({
  reward: total,
  truncated: lane === 0 && step === 2,
  terminated: lane === 1 && step === 3,
});

function vectorOf(envs: readonly StubEnv[], autoresetMode: AutoresetMode) {
  return new SyncVectorEnv(envs.map((env) => () => env), { autoresetMode });
}

/** Runs the body with lanes of a vector environment that feed a ring of their own. */
async function withLanes(
  envs: readonly StubEnv[],
  autoresetMode: AutoresetMode,
  body: (lanes: VectorLanes, ring: Ring) => Promise<void>,
): Promise<void> {
  const buffers = new Buffers(gpu);
  try {
    const shape = shapeOf(envs[0]);
    const { observationSize } = shape;
    const options = { observationSize, lanes: envs.length, capacity: 60, nSteps: 1 };
    const ring = await Ring.create(gpu, buffers, options);
    const recorder = new Recorder(ring);
    await body(new VectorLanes(vectorOf(envs, autoresetMode), shape, recorder, 7), ring);
  } finally {
    buffers.destroy();
  }
}

async function step(lanes: VectorLanes, ...actions: number[]): Promise<Outcome> {
  const outcome: Outcome = { steps: 0, ended: [] };
  await lanes.step(actions, outcome);
  return outcome;
}

/** A lane's rows: what was seen (its second number), done, got, and what kind of row it is. */
function rows(state: RingState, lane: number): number[][] {
  return Array.from({ length: state.lanes[lane].size }, (_, i) => {
    const at = lane * state.filled + i;
    return [
      state.observations[at * 2 + 1],
      state.actions[at],
      state.rewards[at],
      state.kinds[at],
    ];
  });
}

for (const mode of MODES) {
  Deno.test(`vector lanes: ${mode}: rows are those of the environments one by one`, async () => {
    const envs = [0, 1].map((lane) => new StubEnv(answer(lane)));
    await withLanes(envs, mode, async (lanes, ring) => {
      await lanes.open();
      await lanes.open();
      assert.deepEqual(envs.map(({ resets }) => resets.map((each) => each?.seed)), [[7], [8]]);
      const ended: Outcome["ended"] = [];
      let made = 0;
      for (let i = 0; i < 5; i++) {
        const outcome = await step(lanes, 0, 1);
        made += outcome.steps;
        ended.push(...outcome.ended);
      }
      // With "next_step" the step after an episode's end is none.
      const lost = mode === "next_step" ? 2 : 0;
      assert.equal(made, 10 - lost);
      const state = await ring.getState();
      const first = [
        [0, 0, 1, CONTINUES],
        [1, 0, 2, CONTINUES],
        // The true last observation, whatever was returned in its place.
        [2, 0, 0, NONE],
        [0, 0, 3, CONTINUES],
        [1, 0, 4, CONTINUES],
        [2, 0, 0, NONE],
        [0, 0, 5, CONTINUES],
        [1, 0, 0, NONE],
      ];
      const second = [
        [0, 1, 1, CONTINUES],
        [1, 1, 2, CONTINUES],
        [2, 1, 3, TERMINATES],
        [3, 0, 0, NONE],
        [0, 1, 4, CONTINUES],
        [1, 1, 5, CONTINUES],
        [2, 0, 0, NONE],
      ];
      // With "next_step", lane 0 has just ended again and lane 1 has made one step of its second episode.
      assert.deepEqual(rows(state, 0), mode === "next_step" ? first.slice(0, 6) : first);
      assert.deepEqual(
        rows(state, 1),
        mode === "next_step" ? [...second.slice(0, 5), [1, 0, 0, NONE]] : second,
      );
      assert.deepEqual(
        ended.map((each) => [each.lane, each.return, each.length, each.terminated]),
        [[0, 1 + 2, 2, false], [1, 1 + 2 + 3, 3, true], [0, 3 + 4, 2, false]],
      );
    });
  });

  Deno.test(`vector lanes: ${mode}: go on from their state in the middle of episodes`, async () => {
    const play = async (lanes: VectorLanes, steps: number) => {
      for (let i = 0; i < steps; i++) await step(lanes, 0, 1);
    };
    // Rewards by the episode's step: how many steps there were in all is no state of the stub's.
    const envs = () =>
      [0, 1].map((lane) =>
        new StatefulStubEnv((moment) => ({ ...answer(lane)(moment), reward: moment.step }))
      );
    let wanted: RingState;
    await withLanes(envs(), mode, async (lanes, ring) => {
      await lanes.open();
      await play(lanes, 8);
      wanted = await ring.getState();
    });
    for (const split of [2, 4]) {
      let saved: Awaited<ReturnType<VectorLanes["getState"]>> = null;
      let ringState: RingState;
      await withLanes(envs(), mode, async (lanes, ring) => {
        await lanes.open();
        await play(lanes, split);
        saved = JSON.parse(JSON.stringify(await lanes.getState()));
        ringState = await ring.getState();
      });
      await withLanes(envs(), mode, async (lanes, ring) => {
        ring.setState(ringState);
        assert.equal(await lanes.setState(saved), true);
        await lanes.open();
        await play(lanes, 8 - split);
        assert.deepEqual(await ring.getState(), wanted);
      });
    }
  });

  Deno.test(`vector lanes: ${mode}: what is no number names environment and lane; then all begin anew`, async () => {
    const envs = [0, 1].map((lane) =>
      new StubEnv(({ total }) => lane === 1 && total === 2 ? { reward: NaN } : {})
    );
    await withLanes(envs, mode, async (lanes, ring) => {
      await lanes.open();
      await step(lanes, 0, 0);
      await assert.rejects(step(lanes, 0, 0), {
        name: "RangeError",
        message: /StubEnv.*environment 1\.step: the reward must be a finite number, got NaN$/,
      });
      assert.deepEqual([0, 1].map((lane) => ring.isOpen(lane)), [false, false]);
      await lanes.open();
      // Seeded once.
      assert.deepEqual(envs[0].resets.map((each) => each?.seed), [7, undefined]);
      await step(lanes, 0, 0);
      const kinds = rows(await ring.getState(), 1).map(([, , , kind]) => kind);
      assert.deepEqual(kinds, [CONTINUES, NONE, CONTINUES, NONE]);
    });
  });
}

const CONFIG: DQNConfig = {
  hiddenLayers: [8],
  learningStarts: 20,
  trainFreq: 2,
  gradientSteps: 1,
  targetUpdateInterval: 10,
  batchSize: 8,
  bufferSize: 300,
  seed: 5,
  device,
};

/** Parameters after so many steps. */
async function learnt(env: Parameters<typeof DQN.create>[0], steps: number) {
  using agent = await DQN.create(env, CONFIG);
  const lengths: number[] = [];
  await agent.learn(steps, { onEpisode: ({ length }) => lengths.push(length) });
  const parameters = await agent.getParameters();
  return { lengths, numbers: Object.values(parameters).map(({ data }) => [...data]) };
}

Deno.test("vector lanes: learning is the same bits as in single environments", async () => {
  const options = { maxEpisodeSteps: 15 };
  const single = [0, 1, 2].map(() => make("CartPole-v1", options));
  const wanted = await learnt(single, 300);
  assert.ok(wanted.lengths.includes(15) && wanted.lengths.some((length) => length < 15));
  for (const autoresetMode of ["same_step", "disabled"] as const) {
    const env = makeVec("CartPole-v1", 3, { autoresetMode, envOptions: options });
    assert.deepEqual(await learnt(env, 300), wanted, autoresetMode);
  }
  // A lane that is being reset makes no step, so with "next_step" lanes go at other times.
  const env = makeVec("CartPole-v1", 3, { envOptions: options });
  const other = await learnt(env, 300);
  assert.ok(other.lengths.every((length) => length <= 15));
  assert.ok(other.numbers.flat().every(Number.isFinite));
});
