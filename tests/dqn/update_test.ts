/**
 * Tests of the whole update as a program: its order of events, what it leaves in every buffer, and
 * that updates drawn from the ring are those of the float64 reference on the same draws.
 */

import assert from "node:assert/strict";
import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { buildUpdate, type UpdatePath } from "../../src/dqn/update.ts";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Readback } from "../../src/gpu/readback.ts";
import type { Entry } from "../../src/gpu/table.ts";
import { denseLayers, type Network } from "../../src/nn/network.ts";
import { optimizerEntry } from "../../src/nn/optimizer.ts";
import { unpack } from "../../src/nn/parameters.ts";
import type { Ring } from "../../src/replay/ring.ts";
import { floatsOf } from "../gpu/harness.ts";
import { distance, randomFloats, randomParameters, same } from "../nn/harness.ts";
import { ReferenceFamily } from "../reference/family.ts";
import { importanceWeights, weightOf } from "../reference/sum_tree.ts";
import { DrawBench, type DrawOptions, Stream } from "../replay/harness.ts";
import { fillRing } from "./harness.ts";
import {
  ADAM,
  arenasOf,
  BATCH,
  configOf,
  entryOf,
  FAMILY,
  HISTORY,
  makeState,
  SIZES,
} from "./update_bench.ts";

const gpu = await Gpu.open();
const readback = new Readback(gpu, new Buffers(gpu), "tree", 1 << 12);
/** Where a sample's importance weight stands, as in shaders/lib/batch.wgsl. */
const WEIGHT_WORD = 3;

/** The standard normals that became a noise buffer's numbers, as the reference takes them. */
function normalsOf(network: Network, passes: number, noise: Float32Array): number[] {
  const normals: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const take = (at4: number, count: number) => {
      const start = 4 * (pass * network.noise4 + at4);
      for (const x of noise.subarray(start, start + count)) normals.push(Math.sign(x) * x * x);
    };
    for (const { inputs, in4, parts, noiseInAt, noiseOutAt } of denseLayers(network)) {
      parts.forEach(({ at, outputs }, i) => {
        take(noiseInAt + i * in4, inputs);
        take(noiseOutAt + at / 4, outputs);
      });
    }
  }
  return normals;
}

/** A drawn row's set of allowed actions; where none is allowed, the last one stands in. */
function allowed(mask: number): boolean[] {
  const isAllowed = (a: number) => (mask >>> a & 1) === 1;
  const all = Array.from({ length: SIZES.actions }, (_, a) => isAllowed(a));
  return all.some(Boolean) ? all : all.map((_, a) => a === SIZES.actions - 1);
}

/**
 * What is drawn from the ring, with every target; by priorities, fused and layer by layer; and noise and
 * quantile samples besides.
 */
const DRAWN: readonly [config: DQNConfig, updates: number, path?: UpdatePath][] = [
  [{}, 60],
  [{ doubleQ: true }, 60],
  [{ target: "sarsa" }, 60],
  [{ sampling: "prioritized" }, 40, "fused"],
  [{ sampling: "prioritized", doubleQ: true }, 20, "layered"],
  [FAMILY[0], 25],
];
/** How priorities count, and their importance. */
const PRIORITY = { alpha: 0.6, beta: 0.4, eps: 1e-3 };
const PRIORITY_ENTRY = {
  priorityAlpha: PRIORITY.alpha,
  priorityBeta: PRIORITY.beta,
  priorityEps: PRIORITY.eps,
};

for (const [given, updates, path] of DRAWN) {
  const what = `${JSON.stringify(given)}${path ? `, ${path}` : ""}`;
  Deno.test(`update: ${updates} updates drawn from the ring are the reference's on the same draws, ${what}`, async () => {
    const config = configOf({ ...given, activation: "tanh" });
    const state = await makeState(gpu, config);
    const needsNextAction = config.target === "sarsa";
    const shape = { lanes: 2, capacity: 80, nSteps: 2, needsNextAction, sampling: config.sampling };
    const sizes = { observationSize: SIZES.observations, ...shape };
    const draws = await DrawBench.create(gpu, sizes, BATCH);
    const stream = new Stream(state.ring, draws.ring);
    for (let i = 0; i < 12; i++) {
      stream.episode(i % 2, 2 + i % 5, i % 3 === 0 ? "truncates" : "terminates");
    }
    const update = await buildUpdate(state, BATCH, config, ADAM, path);
    const named = Object.fromEntries(
      [1, 2].flatMap((seed) =>
        Object.entries(randomParameters(state.network, seed)).map(([name, each]) => [
          `${seed === 1 ? "q" : "target"}.${name}`,
          each,
        ])
      ),
    );
    const limits = { maxGradNorm: 0.5, maxGradValue: 0.2 };
    const walk = { gamma: 0.9, rewardScale: 0.5, rewardClip: 1 };
    const reference = new ReferenceFamily(named, {
      ...config,
      ...limits,
      observationSize: SIZES.observations,
      actions: SIZES.actions,
      learningRate: 0.01,
    });
    const passes = state.plan.passes.length;

    for (let i = 0; i < updates; i++) {
      if (i % 10 === 9) stream.episode(i % 2, 3);
      const before = state.ring.flush();
      const entry = entryOf(state, i, { ...limits, ...walk, ...PRIORITY_ENTRY, tau: 0.05 });
      update.program.run([[entry]], { before });
      const drawing = { ...walk, seed: 5, beta: PRIORITY.beta };
      const batch = await draws.draw(i, drawing);
      const importance = draws.ring.tree && await importanceOf(draws, i, drawing);
      const { noise, quantileSamples } = update;
      const wanted = reference.update({
        observations: batch.flatMap(({ observation }) => observation),
        nextObservations: batch.flatMap(({ nextObservation }) => nextObservation),
        actions: batch.map(({ action }) => action),
        rewards: batch.map((each) => each.return),
        terminated: batch.map(() => false),
        discounts: batch.map(({ discount }) => discount),
        nextActions: batch.map(({ nextAction }) => nextAction),
        nextActionMasks: batch.flatMap(({ nextMask }) => allowed(nextMask)),
        ...importance && { weights: importance.weights },
        ...noise && { noise: normalsOf(state.network, passes, await floatsOf(gpu, noise.buffer)) },
        ...quantileSamples && { taus: await floatsOf(gpu, quantileSamples.taus) },
      });
      reference.updateTarget(0.05);
      if (importance) {
        const samples = await floatsOf(gpu, update.samples, SAMPLE_WORDS * BATCH);
        const used = samples.filter((_, word) => word % SAMPLE_WORDS === WEIGHT_WORD);
        assert(distance(used, importance.weights) < 1e-5, `update ${i}: importance weights`);
        assert(i === 0 || new Set(importance.weights).size > 1, `update ${i}: all weigh the same`);
        await assertPrioritized(state.ring, importance, wanted.priorities);
        // The other ring draws by them in the next round.
        const { alpha, eps } = PRIORITY;
        draws.prioritize(await floatsOf(gpu, update.priorities, BATCH), alpha, eps);
        assert.deepEqual(await weightsOf(draws.ring), await weightsOf(state.ring));
      }
      if (i % 12 > 0) continue;
      const history = await floatsOf(gpu, state.history);
      const row = history.subarray(4 * (i % HISTORY), 4 * (i % HISTORY) + 4);
      const meanError = wanted.tdErrors.reduce((sum, x) => sum + Math.abs(x), 0) / BATCH;
      const off = distance(row, [wanted.loss, wanted.meanQ, meanError, wanted.gradNorm]);
      assert(off < 1e-4, `update ${i}: diagnostics off by ${off}`);
      const errors = await floatsOf(gpu, update.tdErrors, BATCH);
      assert(distance(errors, wanted.tdErrors) < 1e-4, `update ${i}: TD errors`);
      const priorities = await floatsOf(gpu, update.priorities, BATCH);
      assert(distance(priorities, wanted.priorities) < 1e-4, `update ${i}: priorities`);
    }
    const [online, followed] = (await arenasOf(state)).map((arena) => unpack(state.network, arena));
    for (
      const [got, exact] of [[online, reference.online], [followed, reference.target]] as const
    ) {
      for (const [name, numbers] of exact) {
        const off = distance(got[name].data, numbers);
        assert(off < 1e-4, `${name} off by ${off}`);
      }
    }
    state.buffers.destroy();
    draws.buffers.destroy();
  });
}

/** A batch that was drawn by priorities. */
interface Importance {
  /** What all rows weighed then. */
  readonly tree: Float32Array;
  readonly rows: readonly number[];
  /** Importance weights, in float64. */
  readonly weights: number[];
}

/** What an update's batch is drawn from, and how much each of its rows is to count. */
async function importanceOf(
  draws: DrawBench,
  update: number,
  options: DrawOptions,
): Promise<Importance> {
  const rows = (await draws.choices(update, options)).map(({ row }) => row);
  const tree = await weightsOf(draws.ring);
  const { drawable } = draws.ring;
  return { tree, rows, weights: importanceWeights(tree, rows, drawable, PRIORITY.beta) };
}

/** Throws unless the drawn rows weigh what follows from their priorities, and the others what they did. */
async function assertPrioritized(
  ring: Ring,
  { tree, rows }: Importance,
  priorities: ArrayLike<number>,
): Promise<void> {
  const wanted = Float64Array.from(tree);
  // Of a row that was drawn twice the last priority counts, and both are the same.
  rows.forEach((row, place) => {
    wanted[row] = weightOf(priorities[place], PRIORITY.alpha, PRIORITY.eps);
  });
  (await weightsOf(ring)).forEach((weight, row) => {
    const off = Math.abs(weight - wanted[row]);
    assert(off <= (rows.includes(row) ? 1e-4 : 0), `row ${row}: ${weight}, wanted ${wanted[row]}`);
  });
}

/** All weights of a ring's tree, row by row. */
async function weightsOf(ring: Ring): Promise<Float32Array> {
  return await ring.tree!.read(readback, 0, ring.laneCount * ring.region);
}

Deno.test("update: the target is synced before the forward passes, or follows after the update", async () => {
  const config = configOf({ activation: "tanh", doubleQ: true });
  const state = await makeState(gpu, config);
  fillRing(state.ring, 20, SIZES.actions);
  const update = await buildUpdate(state, BATCH, config, ADAM);
  const [online, target] = await arenasOf(state);
  const errors = async (given: Entry, arenas: Float32Array[]) => {
    upload(gpu, state.parameters, Float32Array.of(...arenas[0], ...arenas[1]));
    upload(gpu, state.moments, new Float32Array(state.moments.size / 4));
    update.program.run([[entryOf(state, 0, given)]], { before: state.ring.flush() });
    return {
      tdErrors: await floatsOf(gpu, update.tdErrors, BATCH),
      arenas: await arenasOf(state),
    };
  };
  const plain = await errors({}, [online, target]);
  const copied = await errors({}, [online, online]);
  assert(!same(plain.tdErrors, copied.tdErrors));
  assert.deepEqual(plain.arenas[1], target);

  const synced = await errors({ tauBefore: 1 }, [online, target]);
  assert.deepEqual(synced.tdErrors, copied.tdErrors);
  assert.deepEqual(synced.arenas, [copied.arenas[0], online]);

  const half = target.map((x, i) => 0.5 * x + 0.5 * online[i]);
  const mixed = await errors({ tauBefore: 0.5 }, [online, target]);
  assert(distance(mixed.arenas[1], half) < 1e-6);

  const following = await errors({ tau: 1 }, [online, target]);
  assert.deepEqual(following.tdErrors, plain.tdErrors);
  assert.deepEqual(following.arenas[0], plain.arenas[0]);
  assert.deepEqual(following.arenas[1], plain.arenas[0]);
  state.buffers.destroy();
});

Deno.test("update: an explicit batch is taken as it lies; otherwise one is drawn", async () => {
  const config = configOf({ doubleQ: true });
  const state = await makeState(gpu, config);
  fillRing(state.ring, 20, SIZES.actions);
  state.ring.write();
  const { program, samples, workspace, tdErrors } = await buildUpdate(state, BATCH, config, ADAM);
  const laid = new Float32Array(SAMPLE_WORDS * BATCH);
  const actions = new Uint32Array(laid.buffer);
  for (let row = 0; row < BATCH; row++) {
    actions[SAMPLE_WORDS * row] = row % SIZES.actions;
    laid.set([row, 0, 1], SAMPLE_WORDS * row + 1);
  }
  const inputs = randomFloats(2 * BATCH * 8, 1).map((x, i) => i % 8 < SIZES.observations ? x : 0);
  upload(gpu, samples, laid);
  upload(gpu, workspace.activations, inputs);
  program.run([[entryOf(state, 0, { explicitBatch: 1 })]]);
  assert.deepEqual(await floatsOf(gpu, samples, laid.length), laid);
  const kept = await floatsOf(gpu, workspace.activations, inputs.length);
  assert.deepEqual(kept, inputs);
  const errors = await floatsOf(gpu, tdErrors, BATCH);
  assert(errors.every((error, row) => Math.abs(error - row) < 10), "rewards are the rows' numbers");
  assert(errors[BATCH - 1] - errors[0] > 1);

  program.run([[entryOf(state, 1)]]);
  assert.notDeepEqual(await floatsOf(gpu, samples, laid.length), laid);
  assert.notDeepEqual(await floatsOf(gpu, workspace.activations, inputs.length), inputs);
  state.buffers.destroy();
});

for (const given of [{}, FAMILY[0]]) {
  const name = JSON.stringify(given);
  Deno.test(`update: with any tiles, 40 updates of ${name} give the same bits while the norm is not clipped`, async () => {
    const results: Float32Array[][] = [];
    for (const kind of ["cpu", "gpu"] as const) {
      const before = gpu.kind;
      (gpu as { kind: AdapterKind }).kind = kind;
      try {
        const config = configOf(given);
        const state = await makeState(gpu, config);
        fillRing(state.ring, 30, SIZES.actions);
        const { program } = await buildUpdate(state, BATCH, config, ADAM);
        const ticks = Array.from({ length: 40 }, (_, k) => [
          entryOf(state, k, { tau: 0.1, maxGradValue: 0.3 }),
        ]);
        program.run(ticks, { before: state.ring.flush() });
        results.push(await arenasOf(state));
        state.buffers.destroy();
      } finally {
        (gpu as { kind: AdapterKind }).kind = before;
      }
    }
    results[0].forEach((arena, i) => assert(same(arena, results[1][i]), `arena ${i}`));
    assert(!same(results[0][0], results[0][1]));
  });
}

Deno.test("update: noise and quantile samples are drawn, or taken as they lie", async () => {
  const config = configOf(FAMILY[0]);
  const state = await makeState(gpu, config);
  fillRing(state.ring, 30, SIZES.actions);
  state.ring.write();
  const { program, tdErrors, noise, quantileSamples } = await buildUpdate(
    state,
    BATCH,
    config,
    ADAM,
  );
  const start = await arenasOf(state);
  const run = async (update: number, given: Entry) => {
    upload(gpu, state.parameters, Float32Array.of(...start[0], ...start[1]));
    upload(gpu, state.moments, new Float32Array(state.moments.size / 4));
    program.run([[entryOf(state, update, { ...optimizerEntry(ADAM, 0.01, 0), ...given })]]);
    return {
      tdErrors: await floatsOf(gpu, tdErrors, BATCH),
      online: (await arenasOf(state))[0],
      noise: await floatsOf(gpu, noise!.buffer),
      taus: await floatsOf(gpu, quantileSamples!.taus),
    };
  };
  const drawn = await run(0, {});
  const laid = { explicitBatch: 1, explicitNoise: 1, explicitTaus: 1 };
  // Another update would draw other numbers; told not to, it does as the first did.
  assert.deepEqual(await run(7, laid), drawn);
  // Each by itself, with the batch as it was.
  const noisy = await run(7, { ...laid, explicitNoise: 0 });
  assert.deepEqual(noisy.taus, drawn.taus);
  assert(distance(noisy.noise, drawn.noise) > 0.1);
  assert(!same(noisy.online, drawn.online));
  upload(gpu, noise!.buffer, drawn.noise);
  const sampled = await run(7, { ...laid, explicitTaus: 0 });
  assert.deepEqual(sampled.noise, drawn.noise);
  assert(distance(sampled.taus, drawn.taus) > 0.1);
  assert(!same(sampled.online, drawn.online));
  // And both once more, from the number of the update alone.
  assert.deepEqual(await run(0, { explicitBatch: 1 }), drawn);
  state.buffers.destroy();
});
