/**
 * Tests of what is drawn from the ring that environments on the GPU fill: all that there is to be learnt,
 * each as often as any other, and nothing else.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../mod.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { KIND } from "../../src/replay/lanes.ts";
import {
  kept,
  ladder,
  type LadderRow,
  pictureAt,
  pictureLadder,
  playLadder,
  seenAt,
  startsTransition,
} from "../dqn/gpu_toys.ts";
import { LockstepBench } from "../dqn/lockstep_bench.ts";
import { assertUniform } from "./harness.ts";

const gpu = await Gpu.open();
const SEED = 5;
const GAMMA = 0.5;

/** What is to be learnt from a row, as a text. */
function wantedText(rows: readonly LadderRow[], i: number, nSteps: number): string {
  let total = 0, discount = 1, at = i;
  for (let m = 0; m < nSteps && startsTransition(rows[at]); m++) {
    total += discount * rows[at].reward;
    discount *= rows[at].kind === KIND.terminates ? 0 : GAMMA;
    at++;
    if (discount === 0) break;
  }
  return text(seenAt(rows[i]), rows[i].action, total, discount, seenAt(rows[at]));
}

function text(
  seen: readonly number[],
  action: number,
  total: number,
  discount: number,
  next: readonly number[],
): string {
  return JSON.stringify([seen, action, total, discount, next]);
}

for (const nSteps of [1, 3]) {
  for (const [lanes, steps, region] of [[1, 30, 40], [1, 100, 23], [3, 100, nSteps + 2]] as const) {
    Deno.test(`lockstep draws: ${lanes} × ${region} rows, ${nSteps} steps: every transition is drawn as often as any other, and is what it was`, async () => {
      const config: DQNConfig = { bufferSize: lanes * region, nSteps };
      using bench = await LockstepBench.create(gpu, ladder(), lanes, config);
      await bench.step(steps);
      const { rows } = playLadder({ lanes, steps, seed: SEED });
      // All numbers have few binary digits, so sums and products are exact.
      const counts = new Map<string, number>();
      const copies = new Map<string, number>();
      let drawable = 0;
      for (const own of rows) {
        for (const [row, i] of kept(own, region)) {
          if (!startsTransition(row)) continue;
          drawable++;
          const wanted = wantedText(own, i, nSteps);
          copies.set(wanted, (copies.get(wanted) ?? 0) + 1);
          counts.set(wanted, 0);
        }
      }
      assert.ok(bench.ring.drawable >= 1 && bench.ring.drawable <= drawable);
      for (const drawn of await bench.draw(drawable * 100, { gamma: GAMMA })) {
        const { observation, action, nextObservation } = drawn;
        const got = text(observation, action, drawn.return, drawn.discount, nextObservation);
        assert.ok(counts.has(got), `drew ${got}`);
        counts.set(got, counts.get(got)! + 1);
        assert.equal(drawn.weight, 1);
      }
      assertUniform([...counts].map(([key, count]) => count / copies.get(key)!));
    });
  }
}

Deno.test("lockstep draws: SARSA draws what knows its next action, that of a truncated episode too", async () => {
  const config: DQNConfig = { target: "sarsa", nSteps: 2, bufferSize: 2 * 33 };
  using bench = await LockstepBench.create(gpu, ladder(), 2, config);
  await bench.step(80);
  const { rows } = playLadder({ lanes: 2, steps: 80, seed: SEED, isSarsa: true });
  const wanted = new Set<string>();
  for (const own of rows) {
    for (const [row, i] of kept(own, 33)) {
      if (!startsTransition(row)) continue;
      let at = i, terminates = false;
      for (let m = 0; m < 2 && startsTransition(own[at]) && !terminates; m++) {
        terminates = own[at++].kind === KIND.terminates;
      }
      if (!terminates && own[at].kind === KIND.none) continue;
      wanted.add(JSON.stringify([seenAt(row), row.action, terminates ? "-" : own[at].action]));
    }
  }
  const got = new Set<string>();
  for (const { observation, action, discount, nextAction } of await bench.draw(4000)) {
    got.add(JSON.stringify([observation, action, discount === 0 ? "-" : nextAction]));
  }
  assert.deepEqual([...got].sort(), [...wanted].sort());
});

Deno.test("lockstep draws: stacks are filled up at starts, and never reach across an episode's end", async () => {
  const [lanes, steps, region, frameStack] = [2, 90, 37, 3];
  const config: DQNConfig = { network: "mlp", frameStack, bufferSize: lanes * region };
  using bench = await LockstepBench.create(gpu, pictureLadder(), lanes, config);
  await bench.step(steps);
  const { rows } = playLadder({ lanes, steps, seed: SEED });
  const wanted = new Set<string>();
  for (const own of rows) {
    const from = Math.max(0, own.length - region);
    const stackAt = (i: number) => {
      const stack = [i];
      for (let at = i; stack.length < frameStack;) {
        if (!own[at].isFirst) at--;
        stack.unshift(at);
      }
      return stack;
    };
    for (const [row, i] of kept(own, region)) {
      // A stack whose oldest frames have been overwritten is not known.
      if (!startsTransition(row) || stackAt(i)[0] < from) continue;
      const [seen, next] = [i, i + 1].map((at) => stackAt(at).flatMap((k) => pictureAt(own[k])));
      wanted.add(JSON.stringify([seen, row.action, next]));
    }
  }
  const got = new Set<string>();
  for (const { observation, action, nextObservation } of await bench.draw(6000)) {
    got.add(JSON.stringify([observation, action, nextObservation]));
  }
  assert.equal(got.size, wanted.size);
  assert.deepEqual([...got].sort(), [...wanted].sort());
});
