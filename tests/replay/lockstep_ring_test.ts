/**
 * Tests of the ring that environments on the GPU fill: it holds what a plain version of the same
 * environments says, row by row, and weighs it rightly.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../mod.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { LockstepRing } from "../../src/replay/lockstep_ring.ts";
import { KIND } from "../../src/replay/lanes.ts";
import type { RingState } from "../../src/replay/ring_state.ts";
import { argmax } from "../../src/agent/exploration.ts";
import {
  ACTIONS,
  kept,
  ladder,
  type LadderRow,
  pictureAt,
  pictureLadder,
  playLadder,
  seenAt,
  startsTransition,
} from "../dqn/gpu_toys.ts";
import { settings } from "../dqn/harness.ts";
import { GREEDY, LockstepBench } from "../dqn/lockstep_bench.ts";

const gpu = await Gpu.open();
const SEED = 5;

/** Asserts that the ring's state is the plain version's, and nothing else. */
function assertState(
  state: RingState,
  rows: readonly LadderRow[][],
  observe: (row: LadderRow) => readonly number[],
): void {
  const { filled, region, lanes } = state;
  const steps = rows[0].length;
  assert.equal(filled, Math.min(steps, region));
  for (const [lane, own] of rows.entries()) {
    const place = { head: (steps - 1) % region, size: filled, open: true, linked: steps > 1 };
    assert.deepEqual(lanes[lane], place);
    for (const [row, i] of kept(own, region)) {
      const at = lane * filled + i % region;
      const seen = observe(row);
      const name = `row ${i} of lane ${lane}`;
      assert.deepEqual(
        [...state.observations.subarray(at * seen.length, (at + 1) * seen.length)],
        [...seen],
        name,
      );
      assert.equal(state.actions[at], row.action, name);
      assert.equal(state.rewards[at], row.reward, name);
      assert.equal(state.kinds[at], row.kind, name);
      if (state.firsts) assert.equal(state.firsts[at], Number(row.isFirst), name);
    }
  }
}

/** Lanes, steps of each, and rows of each. */
const SHAPES: Record<string, [lanes: number, steps: number, region: number]> = {
  "one lane, before it goes round": [1, 30, 40],
  "one lane, when it is just full": [1, 40, 40],
  "one lane that has gone round": [1, 97, 40],
  "the smallest region": [3, 50, 3],
  "70 lanes, more than a workgroup": [70, 60, 11],
  "nothing but the first observation": [2, 1, 40],
};

for (const [name, [lanes, steps, region]] of Object.entries(SHAPES)) {
  Deno.test(`lockstep ring: it holds each episode's rows, and no others (${name})`, async () => {
    using bench = await LockstepBench.create(gpu, ladder(), lanes, { bufferSize: lanes * region });
    await bench.step(steps);
    const { rows } = playLadder({ lanes, steps, seed: SEED });
    assertState(await bench.ring.getState(), rows, (row) => seenAt(row));
  });
}

Deno.test("lockstep ring: the ends are of all kinds, so the tests above show them all", () => {
  const { rows, episodes } = playLadder({ lanes: 70, steps: 60, seed: SEED });
  const lengths = new Set(episodes.map(({ length, terminated }) => `${length} ${terminated}`));
  assert.deepEqual([...lengths].sort(), ["1 true", "2 true", "3 true", "4 false", "4 true"]);
  assert.ok(rows.flat().filter(({ truncates }) => truncates).length > 100);
});

Deno.test("lockstep ring: observations too large for a lane's own invocation, with and without SARSA", async () => {
  for (const isSarsa of [false, true]) {
    const config: DQNConfig = isSarsa ? { target: "sarsa" } : {};
    using bench = await LockstepBench.create(gpu, ladder(21), 5, { bufferSize: 5 * 17, ...config });
    await bench.step(50);
    const { rows } = playLadder({ lanes: 5, steps: 50, seed: SEED, isSarsa });
    assertState(await bench.ring.getState(), rows, (row) => seenAt(row, 21));
    const held = rows.flatMap((own) => kept(own, 17));
    const last = held.filter(([{ kind }]) => kind === KIND.lastAction).length;
    assert.ok(isSarsa ? last > 0 : last === 0, `${last} rows keep a last action`);
  }
});

Deno.test("lockstep ring: pictures of bytes", async () => {
  const config: DQNConfig = { network: "mlp", frameStack: 3, bufferSize: 4 * 23 };
  using bench = await LockstepBench.create(gpu, pictureLadder(), 4, config);
  await bench.step(70);
  const { rows } = playLadder({ lanes: 4, steps: 70, seed: SEED });
  const state = await bench.ring.getState();
  assert.ok(state.observations instanceof Uint8Array);
  assert.ok(state.firsts);
  assertState(state, rows, pictureAt);
});

Deno.test("lockstep ring: new transitions weigh the greatest weight; last, first and open rows nothing", async () => {
  const [lanes, region] = [3, 14];
  for (const isSarsa of [false, true]) {
    const config: DQNConfig = {
      ...{ sampling: "prioritized", bufferSize: lanes * region, nSteps: isSarsa ? 2 : 1 },
      ...isSarsa && { target: "sarsa" },
    };
    using bench = await LockstepBench.create(gpu, ladder(), lanes, config);
    let done = 0;
    for (const count of [2, 5, 6, 1, 1, 1, 10, 41]) {
      await bench.step(count);
      done += count;
      const { rows } = playLadder({ lanes, steps: done, seed: SEED, isSarsa });
      const { priorities, kinds, filled, maxPriority } = await bench.ring.getState();
      assert.equal(maxPriority, 1);
      rows.forEach((own, lane) => {
        for (const [row, i] of kept(own, region)) {
          let at = i, terminates = false;
          for (let m = 0; m < 2 && startsTransition(own[at]) && !terminates; m++) {
            terminates = own[at++].kind === KIND.terminates;
          }
          const waits = isSarsa && !terminates && own[at].kind === KIND.none;
          const wanted = Number(startsTransition(row) && !waits);
          const found = priorities![lane * filled + i % region];
          assert.equal(found, wanted, `row ${i} of lane ${lane} after ${done} steps`);
        }
      });
      assert.equal(kinds.length, lanes * filled);
      await assertSums(bench);
    }
  }
});

/** Asserts that each inner node of the tree is the sum of its sixteen children. */
async function assertSums(bench: LockstepBench): Promise<void> {
  const { tree, buffers } = bench.ring;
  const readback = new Readback(gpu, buffers, "tree", 1 << 16);
  // The root has no place of its own.
  const nodes = new Float32Array(await readback.read(tree!.nodes));
  const inner = tree!.overrides.FIRST_LEAF - 1;
  assert.ok(inner > 0);
  for (let node = 0; node < inner; node++) {
    const children = nodes.subarray(16 * (node + 1), 16 * (node + 2));
    const sum = children.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(nodes[node] - sum) <= 1e-6 * sum, `node ${node}: ${nodes[node]}, ${sum}`);
  }
}

Deno.test("lockstep ring: between updates too, what is new weighs the most, and what can't be drawn nothing", async () => {
  const [lanes, region] = [3, 14];
  const config: DQNConfig = { sampling: "prioritized", bufferSize: lanes * region };
  using bench = await LockstepBench.create(gpu, ladder(), lanes, config);
  const { learner, ring } = bench;
  await bench.step(9);
  const seen = new Set<number>();
  for (let burst = 0; burst < 12; burst++) {
    const submit = learner.open();
    for (let i = 0; i < 4; i++) await submit.addUpdate([settings()]);
    await submit.send();
    await bench.step(3);
    const { priorities, kinds, filled, maxPriority } = await ring.getState();
    for (let at = 0; at < lanes * filled; at++) {
      const starts = kinds[at] === KIND.terminates || kinds[at] === KIND.continues;
      assert.equal(priorities![at] > 0, starts, `row ${at}`);
      assert.ok(priorities![at] <= maxPriority!);
      seen.add(priorities![at]);
      const age = (ring.openRow - at % filled + filled) % filled;
      if (starts && age <= 3) assert.equal(priorities![at], maxPriority);
    }
    await assertSums(bench);
  }
  assert.ok(seen.size > 20, "the updates gave weights");
});

Deno.test("lockstep ring: frames in several buffers", async () => {
  // With WebGPU's default limits a buffer has 128 MiB.
  const adapter = await navigator.gpu.requestAdapter();
  const small = await Gpu.open({ device: await adapter!.requestDevice() });
  const [lanes, region, steps] = [6, 250_000, 30];
  const config: DQNConfig = { bufferSize: lanes * region, init: "he" };
  using bench = await LockstepBench.create(small, ladder(21), lanes, config);
  assert.equal(bench.ring.frames.chunks.length, 2);
  await bench.step(steps, GREEDY);
  const state = await bench.ring.getState();
  const { rows } = playLadder({
    ...{ lanes, steps, seed: SEED },
    act: (lane, step) => state.actions[lane * steps + step - 1],
  });
  assertState(state, rows, (row) => seenAt(row, 21));
  const chosen = rows.flat().filter(startsTransition);
  const values = await bench.learner.qValues(chosen.map((row) => seenAt(row, 21)));
  chosen.forEach(({ action }, i) => assert.equal(action, argmax(values, ACTIONS * i, ACTIONS)));
});

Deno.test("lockstep ring: a state goes into another ring, of another capacity too, and back", async () => {
  const lanes = 3;
  using bench = await LockstepBench.create(gpu, ladder(), lanes, { bufferSize: lanes * 20 });
  await bench.step(53);
  const state = await bench.ring.getState();
  const { rows } = playLadder({ lanes, steps: 53, seed: SEED });
  for (const region of [20, 31]) {
    using other = await LockstepBench.create(gpu, ladder(), lanes, { bufferSize: lanes * region });
    other.ring.setState(state);
    assert.equal(other.ring.filled, 20);
    assert.equal(other.ring.drawable, bench.ring.drawable);
    const again = await other.ring.getState();
    if (region === 20) assert.deepEqual(again, state);
    else {
      assert.equal(other.ring.openRow, 19);
      const last = rows.map((own) => own.slice(-20));
      last.forEach((own, lane) =>
        own.forEach((row, i) => {
          assert.equal(again.rewards[lane * 20 + i], row.reward);
          assert.equal(again.kinds[lane * 20 + i], row.kind);
        })
      );
    }
  }
});

Deno.test("lockstep ring: an empty one goes into another too, and steps go on from there", async () => {
  for (const isCleared of [false, true]) {
    using bench = await LockstepBench.create(gpu, ladder(), 2, { bufferSize: 2 * 20 });
    if (isCleared) {
      await bench.step(9);
      bench.ring.clear();
    }
    const state = await bench.ring.getState();
    assert.equal(state.filled, 0);
    using other = await LockstepBench.create(gpu, ladder(), 2, { bufferSize: 2 * 20 });
    other.ring.setState(state);
    assert.equal(other.ring.drawable, 0);
    await other.step(25);
    const { rows } = playLadder({ lanes: 2, steps: 25, seed: SEED });
    assertState(await other.ring.getState(), rows, (row) => seenAt(row));
  }
});

Deno.test("lockstep ring: what was filled by environments on the host is refused where they are not in step", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), 2, { bufferSize: 2 * 20 });
  await bench.step(30);
  const state = await bench.ring.getState();
  const [one, other] = state.lanes;
  const apart = [{ ...one, head: one.head - 1 }, { ...one, size: 19 }, { ...one, open: false }];
  for (const lane of apart) {
    assert.throws(() => bench.ring.setState({ ...state, lanes: [lane, other] }), {
      name: "RangeError",
      message: /not in lockstep.*replay: false/,
    });
  }
  assert.deepEqual(await bench.ring.getState(), state);
  assert.throws(() => bench.ring.setState({ ...state, lanes: [one] }), RangeError);
});

Deno.test("lockstep ring: rows can't be drawn in sequence, and a lane must have room", async () => {
  const shape = { observationSize: 3, lanes: 2, nSteps: 1 } as const;
  const make = (more: object) => {
    const options = { ...shape, capacity: 20, ...more };
    return LockstepBench.create(gpu, ladder(), 2, {}).then(async (bench) => {
      using _ = bench;
      return await LockstepRing.create(gpu, bench.ring.buffers, options);
    });
  };
  await assert.rejects(make({ sampling: "sequential" }), {
    name: "RangeError",
    message: /"sequential".*"uniform" or "prioritized"/,
  });
  await assert.rejects(make({ capacity: 5 }), { name: "RangeError", message: /at least 3/ });
  const ring = await make({ capacity: 6 });
  assert.equal(ring.region, 3);
  assert.throws(() => ring.sequenceStart(), /no sequence/);
});
