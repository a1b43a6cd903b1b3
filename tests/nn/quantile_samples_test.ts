/**
 * Tests of quantile samples: uniform, of their own for each row, pass, update, seed and agent; their
 * cosines exact; and taken as they lie when they have been laid by hand.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { philox, STREAMS, words } from "../../src/gpu/philox.ts";
import { Program } from "../../src/gpu/program.ts";
import { type Entry, Table } from "../../src/gpu/table.ts";
import { cosinesOf, midpoints, planQuantileSamples } from "../../src/nn/quantile_samples.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { floatsOf } from "../gpu/harness.ts";
import { assertUniform } from "../replay/harness.ts";
import { blockAt, distance, passesOf, randomFloats, structure, tickEntry } from "./harness.ts";

const gpu = await Gpu.open();
const AGENTS = 2;

/** Samples of a workspace, and what becomes of them. */
async function plan(batch: number, samples: readonly number[], cosines: number) {
  const buffers = new Buffers(gpu);
  const network = buildNetwork(structure({ cosines }));
  const passes = passesOf(samples.length, samples);
  const options = { batch, passes, inputs: 2, training: true, agents: AGENTS };
  const workspace = new Workspace(buffers, network, options);
  const { step, taus, perAgent } = planQuantileSamples(buffers, workspace);
  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents: AGENTS, capacity: 1 },
  });
  const program = await Program.build(gpu, "quantile samples", [step], table);
  const width = 4 * Math.ceil(cosines / 4);
  return {
    buffers,
    workspace,
    taus,
    perAgent,
    async run(entries: Entry[]) {
      program.run([entries.map((entry) => tickEntry(entry))]);
      const all = await floatsOf(gpu, taus, AGENTS * perAgent);
      const activations = await floatsOf(gpu, workspace.activations);
      return Array.from({ length: AGENTS }, (_, agent) => {
        const at = 4 * (agent * workspace.activationsStride +
          blockAt(workspace, network.cosines!.block));
        return {
          taus: all.slice(agent * perAgent, (agent + 1) * perAgent),
          cosines: activations.slice(at, at + perAgent * width),
        };
      });
    },
  };
}

/** The entry of an update. */
function entryOf(update: number, seed: number): Entry {
  const [updateLow, updateHigh] = words(update);
  return { updateLow, updateHigh, seed };
}

Deno.test("quantile_samples: uniform between 0 and 1, and never either", async () => {
  const { buffers, run } = await plan(512, [32, 16, 16], 3);
  const [{ taus }] = await run([entryOf(3, 1), entryOf(3, 2)]);
  assert.equal(taus.length, 512 * 64);
  assert(taus.every((tau) => tau > 0 && tau < 1));
  const bins = new Array<number>(256).fill(0);
  for (const tau of taus) bins[Math.floor(256 * tau)]++;
  assertUniform(bins);
  // Neighbours, and the same place in other passes, know nothing of each other.
  for (const lag of [1, 32, 512 * 32]) {
    let sum = 0;
    const n = taus.length - lag;
    for (let i = 0; i < n; i++) sum += 12 * (taus[i] - 0.5) * (taus[i + lag] - 0.5);
    assert(Math.abs(sum) < 5 * Math.sqrt(n), `lag ${lag}: correlation ${sum / n}`);
  }
  buffers.destroy();
});

Deno.test("quantile_samples: they follow from seed, update and place, as Philox has it", async () => {
  const { buffers, run, perAgent } = await plan(7, [3, 5, 2], 5);
  for (const update of [0, 1, 2 ** 32 + 1]) {
    const entries = [entryOf(update, 1), entryOf(update, 0xfffffffe)];
    const drawn = await run(entries);
    drawn.forEach(({ taus }, agent) => {
      const key = [entries[agent].seed, STREAMS.taus] as const;
      const wanted = Float32Array.from({ length: perAgent }, (_, row) => {
        const [word] = philox([row, 0, ...words(update)], key);
        return ((word >>> 9) + 0.5) / 2 ** 23;
      });
      assert.deepEqual(taus, wanted, `update ${update}, agent ${agent}`);
    });
    assert.deepEqual(await run(entries), drawn);
  }
  buffers.destroy();
});

Deno.test("quantile_samples: their cosines are float64's, padding is zero", async () => {
  for (const count of [1, 3, 64, 129]) {
    const { buffers, run } = await plan(7, [3, 5, 2], count);
    for (const { taus, cosines } of await run([entryOf(1, 1), entryOf(1, 2)])) {
      const width = 4 * Math.ceil(count / 4);
      cosines.forEach((got, k) => {
        const [row, i] = [Math.floor(k / width), k % width];
        if (i >= count) return assert.equal(got, 0, "padding");
        // π i τ is rounded to float32 before the cosine is taken: i/2 turns have an error of i·2⁻²⁴.
        const off = Math.abs(got - Math.cos(Math.PI * i * taus[row]));
        assert(off < 1e-6 + i * 4e-7, `cos(π·${i}·${taus[row]}) is off by ${off}`);
      });
    }
    buffers.destroy();
  }
});

Deno.test("quantile_samples: laid by hand they are kept, each agent as its entry says", async () => {
  const { buffers, run, taus, perAgent } = await plan(5, [2, 3], 3);
  const laid = randomFloats(AGENTS * perAgent, 1).map((x) => 0.5 + 0.49 * x);
  upload(gpu, taus, laid);
  const [first, second] = await run([{ ...entryOf(1, 1), explicitTaus: 1 }, entryOf(1, 2)]);
  assert.deepEqual(first.taus, laid.subarray(0, perAgent));
  assert(distance(second.taus, laid.subarray(perAgent)) > 0.1, "drawn");
  for (const { taus, cosines } of [first, second]) {
    assert(distance(cosines, cosinesOf(taus, 3)) < 2e-6);
  }
  buffers.destroy();
});

Deno.test("quantile_samples: acting looks at the middles of equal parts", () => {
  assert.deepEqual([...midpoints(1)], [0.5]);
  assert.deepEqual([...midpoints(4)], [0.125, 0.375, 0.625, 0.875]);
  const cosines = cosinesOf([0.5, 0.25], 3);
  const r = Math.SQRT1_2;
  assert(distance(cosines, [1, 0, -1, 0, 1, r, 0, 0]) < 1e-7);
});
