/**
 * Tests of stacks of transitions that leave a replay buffer and come into another: what is drawn there are
 * the stacks that were seen, compared with a memory that stores whole stacks.
 */

import assert from "node:assert/strict";
import { Box, Discrete } from "../../mod.ts";
import { Recorder } from "../../src/agent/recorder.ts";
import { Replay } from "../../src/agent/replay.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import type { StoredTransitions } from "../../src/agent/transitions.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { ALL_ACTIONS } from "../../src/replay/staging.ts";
import { assertUniform, DrawBench, type Drawn } from "../replay/harness.ts";
import type { StackTransition } from "../replay/stack_reference.ts";
import { countStacks, GAMMA, layoutOf, StackStream } from "../replay/stack_stream.ts";

const gpu = await Gpu.open();
const FRAMES = 3;
const SIZE = 6;
const LAYOUT = layoutOf({ height: 2, width: 3, planes: 1, isBytes: true }, FRAMES);
const SHAPE = shapeOf({
  observationSpace: new Box(0, 255, [2, 3], "uint8"),
  actionSpace: new Discrete(1_000_000),
});

function create(lanes: number, capacity: number): Promise<DrawBench> {
  const options = {
    ...{ observationSize: SIZE, lanes, capacity, nSteps: 1, frameStack: FRAMES, bytes: true },
    ...{ sampling: "prioritized" as const },
  };
  return DrawBench.create(gpu, options, 1024, true, LAYOUT);
}

function replayOf({ ring }: DrawBench): Replay {
  return new Replay({
    ring,
    recorder: new Recorder(ring),
    needs: { shape: SHAPE, usesMasks: false, usesNextActions: false },
    inTurn: async (work) => await work(),
    settle: () => Promise.resolve(),
  });
}

/** A buffer that has gone round, what comes out of it, and what can be drawn from it. */
async function wrapped(lanes: number, seed: number) {
  const bench = await create(lanes, 40 * lanes);
  const stream = new StackStream([bench.ring], seed, 0.1);
  stream.play(200 * lanes);
  const data = await replayOf(bench).transitions();
  const known = new Map(stream.transitions().map((each) => [each.action, each]));
  bench.buffers.destroy();
  return { data, known };
}

/** Whether each transition is the first of its episode that there is. */
function beginnings({ observations, nextObservations, truncated, terminated }: StoredTransitions) {
  return [...truncated].map((_, i) => {
    const [from, at, to] = [i - 1, i, i + 1].map((each) => each * SIZE);
    return i === 0 || truncated[i - 1] === 1 || terminated[i - 1] === 1 ||
      String(nextObservations.subarray(from, at)) !== String(observations.subarray(at, to));
  });
}

/** What there is to draw of transitions: whole stacks where these were known, otherwise filled up. */
function expected(
  data: StoredTransitions,
  known: ReadonlyMap<number, StackTransition>,
): StackTransition[] {
  const begins = beginnings(data);
  let stack: number[][] = [];
  return [...data.actions].map((action, i) => {
    const frame = [...data.observations.subarray(i * SIZE, (i + 1) * SIZE)];
    const next = [...data.nextObservations.subarray(i * SIZE, (i + 1) * SIZE)];
    stack = begins[i] ? new Array(FRAMES).fill(frame) : [...stack.slice(1), frame];
    const { stack: seen = stack, nextStack = [...stack.slice(1), next] } = known.get(action) ?? {};
    return {
      ...{ lane: 0, row: 0, stack: seen, nextStack, action, return: data.rewards[i] },
      ...{ discount: data.terminated[i] ? 0 : GAMMA, nextAction: undefined },
      ...{ mask: ALL_ACTIONS, nextMask: ALL_ACTIONS },
    };
  });
}

/** Draws of all that can be drawn. */
async function drawAll(bench: DrawBench): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for (let update = 0; drawn.length < 40 * bench.ring.drawable; update++) {
    drawn.push(...await bench.draw(update));
  }
  return drawn;
}

for (const lanes of [1, 2]) {
  Deno.test(`replay: stacks come about again from a buffer of ${lanes} lanes that has gone round`, async () => {
    for (const seed of [1, 2, 3]) {
      const { data, known } = await wrapped(lanes, seed);
      const count = data.actions.length;
      const bench = await create(1, 200);
      assert.equal(await replayOf(bench).add(data), count);
      assert.equal(bench.ring.drawable, count);
      // All that could be drawn is drawn as it was; only the first of what had lost its beginning are not
      // known, and filled up.
      const unknown = [...data.actions].flatMap((action, i) => known.has(action) ? [] : [i]);
      assert.equal(count - unknown.length, known.size);
      assert(unknown.length > 0);
      const begins = beginnings(data);
      for (const i of unknown) {
        assert(begins.slice(Math.max(0, i - FRAMES + 2), i + 1).includes(true), `transition ${i}`);
      }
      assertUniform(countStacks(await drawAll(bench), expected(data, known), LAYOUT));
      bench.buffers.destroy();
    }
  });
}

Deno.test("replay: stacks that reach back beyond a lane's share, or what there is room for, are not made up", async () => {
  for (const [lanes, capacity] of [[1, 20], [3, 210], [4, 60], [3, 27]]) {
    const { data, known } = await wrapped(2, lanes + capacity);
    const count = data.actions.length;
    const bench = await create(lanes, capacity);
    const stored = await replayOf(bench).add(data);
    assert.equal(stored < count, capacity < count);
    // What is stored are the newest ones, in as many stretches as there are lanes.
    const lost = stored - bench.ring.drawable;
    assert(lost <= lanes * (FRAMES - 1), `${lost} of ${stored}`);
    const counts = countStacks(await drawAll(bench), expected(data, known), LAYOUT);
    assert.equal(counts.filter((n) => n > 0).length, bench.ring.drawable);
    assert(counts.slice(0, count - stored).every((n) => n === 0));
    bench.buffers.destroy();
  }
});

Deno.test("replay: a share that begins in mid-episode draws from the first stack that is whole", async () => {
  const frames = Array.from({ length: 31 }, (_, i) => new Array<number>(SIZE).fill(i));
  const bench = await create(2, 40);
  const replay = replayOf(bench);
  const stored = await replay.add({
    observations: frames.slice(0, 30).flat(),
    nextObservations: frames.slice(1).flat(),
    actions: frames.slice(1).map((_, i) => i),
    rewards: new Array(30).fill(0),
    terminated: new Array(30).fill(0),
  });
  assert.equal(stored, 30);
  assert.equal(replay.size, 30 - (FRAMES - 1));
  const drawn = await drawAll(bench);
  const actions = new Set(drawn.map(({ action }) => action));
  assert.equal(actions.size, 28);
  const second = [...Array(30).keys()].find((action) => !actions.has(action))!;
  assert(second > 10 && !actions.has(second + 1));
  for (const { action, observation, nextObservation } of drawn) {
    const stack = (last: number) => [2, 1, 0].map((back) => Math.max(0, last - back));
    assert.deepEqual(observation.slice(0, FRAMES), stack(action));
    assert.deepEqual(nextObservation.slice(0, FRAMES), stack(action + 1));
  }
  bench.buffers.destroy();
});
