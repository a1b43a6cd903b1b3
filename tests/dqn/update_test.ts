/**
 * Tests of the whole update as a program: its order of events, what it leaves in every buffer, and
 * that updates drawn from the ring are those of the float64 reference on the same draws.
 */

import assert from "node:assert/strict";
import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import { buildUpdate, type LearnerState, type UpdateOptions } from "../../src/dqn/update.ts";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { words } from "../../src/gpu/philox.ts";
import { type Entry, Table } from "../../src/gpu/table.ts";
import { type Activation, mlp, pack, unpack } from "../../src/nn/network.ts";
import { momentsBuffer, optimizerEntry, type OptimizerOptions } from "../../src/nn/optimizer.ts";
import { Ring } from "../../src/replay/ring.ts";
import { floatsOf } from "../gpu/harness.ts";
import { distance, liveMask, randomFloats, randomParameters, tickEntry } from "../nn/harness.ts";
import { referenceOf, same } from "../nn/harness.ts";
import { ReferenceDQN } from "../reference/dqn.ts";
import { arrays } from "../reference/mlp.ts";
import { DrawBench, Stream } from "../replay/harness.ts";
import { fillRing } from "./harness.ts";

const gpu = await Gpu.open();

const ADAM: OptimizerOptions = {
  name: "adam",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  momentum: 0,
  alpha: 0.99,
  centered: false,
};
/** The streams that fill rings know four actions. */
const SIZES = { observations: 5, hidden: [9, 6], actions: 5 };
const BATCH = 7;
const HISTORY = 16;
const HUGE = 3e38;

/** A learner's state made by hand, so that every buffer can be looked at. */
async function makeState(
  activation: Activation,
  optimizer: OptimizerOptions,
  needsNextAction = false,
): Promise<LearnerState> {
  const buffers = new Buffers(gpu);
  const network = mlp(SIZES.observations, SIZES.hidden, SIZES.actions, activation);
  const bytes = network.parameters4 * 16;
  const parameters = buffers.storage("parameters", 2 * bytes);
  upload(gpu, parameters, pack(network, randomParameters(network, 1)));
  upload(gpu, parameters, pack(network, randomParameters(network, 2)), bytes);
  return {
    gpu,
    buffers,
    network,
    parameters,
    agents: 1,
    table: new Table(gpu, buffers, { file: "lib/tick", struct: "Tick", agents: 1, capacity: 64 }),
    ring: await Ring.create(gpu, buffers, {
      observationSize: SIZES.observations,
      lanes: 2,
      capacity: 80,
      nSteps: 2,
      needsNextAction,
    }),
    gradients: buffers.storage("gradients", bytes),
    moments: momentsBuffer(buffers, network, optimizer, 1),
    history: buffers.storage("history", HISTORY * 16),
    historyRows: HISTORY,
    health: buffers.storage("health", 4),
  };
}

function options(given: Partial<UpdateOptions> = {}): UpdateOptions {
  return { batch: BATCH, target: "max", doubleQ: true, loss: "huber", optimizer: ADAM, ...given };
}

/** The entry of update number `update`. */
function entryOf(state: LearnerState, update: number, given: Entry = {}): Entry {
  const [updateLow, updateHigh] = words(update);
  return tickEntry({
    ...optimizerEntry(ADAM, 0.01, update),
    seed: 5,
    updateLow,
    updateHigh,
    filled: state.ring.filled,
    gamma: 0.9,
    rewardScale: 1,
    rewardClip: HUGE,
    historyRow: update % HISTORY,
    explicitBatch: 0,
    ...given,
  });
}

/** The online and the target arena. */
async function arenasOf({ parameters, network }: LearnerState): Promise<Float32Array[]> {
  const both = await floatsOf(gpu, parameters);
  const size = 4 * network.parameters4;
  return [both.slice(0, size), both.slice(size, 2 * size)];
}

Deno.test("update: 60 updates drawn from the ring are the reference's on the same draws", async () => {
  for (const [target, doubleQ] of [["max", false], ["max", true], ["sarsa", false]] as const) {
    const needsNextAction = target === "sarsa";
    const state = await makeState("tanh", ADAM, needsNextAction);
    const shape = {
      observationSize: SIZES.observations,
      lanes: 2,
      capacity: 80,
      nSteps: 2,
      needsNextAction,
    };
    const draws = await DrawBench.create(gpu, shape, BATCH);
    const stream = new Stream(state.ring, draws.ring);
    for (let i = 0; i < 12; i++) {
      stream.episode(i % 2, 2 + i % 5, i % 3 === 0 ? "truncates" : "terminates");
    }
    const { program } = await buildUpdate(state, options({ target, doubleQ }));
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
    const reference = new ReferenceDQN(named, {
      optimizer: "adam",
      learningRate: 0.01,
      activation: "tanh",
      loss: "huber",
      target,
      doubleQ,
      gamma: 0.9,
      ...limits,
    });
    const started = unpack(state.network, (await arenasOf(state))[1]);
    assert.deepEqual(arrays(reference.target), arrays(referenceOf(started)));

    for (let update = 0; update < 60; update++) {
      if (update % 10 === 9) stream.episode(update % 2, 3);
      const before = state.ring.flush();
      const entry = entryOf(state, update, { ...limits, ...walk, tau: 0.05 });
      program.run([[entry]], { before });
      const batch = await draws.draw(update, { ...walk, seed: 5 });
      const wanted = reference.update({
        observations: batch.flatMap(({ observation }) => observation),
        nextObservations: batch.flatMap(({ nextObservation }) => nextObservation),
        actions: batch.map(({ action }) => action),
        rewards: batch.map((each) => each.return),
        terminated: batch.map(() => false),
        discounts: batch.map(({ discount }) => discount),
        nextActions: batch.map(({ nextAction }) => nextAction),
      });
      reference.updateTarget(0.05);
      if (update % 12 > 0) continue;
      const history = await floatsOf(gpu, state.history);
      const row = history.subarray(4 * (update % HISTORY), 4 * (update % HISTORY) + 4);
      const meanError = wanted.tdErrors.reduce((sum, x) => sum + Math.abs(x), 0) / BATCH;
      const off = distance(row, [wanted.loss, wanted.meanQ, meanError, wanted.gradNorm]);
      assert(off < 1e-4, `update ${update}: diagnostics off by ${off}`);
    }
    const [online, followed] = await arenasOf(state);
    for (const [arena, layers] of [[online, reference.online], [followed, reference.target]]) {
      const got = arrays(referenceOf(unpack(state.network, arena as Float32Array)));
      arrays(layers as typeof reference.online).forEach((wanted, i) => {
        const off = distance(got[i], wanted);
        assert(off < 1e-4, `${target}, doubleQ ${doubleQ}, array ${i} off by ${off}`);
      });
    }
    state.buffers.destroy();
    draws.buffers.destroy();
  }
});

Deno.test("update: the target is synced before the forward passes, or follows after the update", async () => {
  const state = await makeState("tanh", ADAM);
  fillRing(state.ring, 20, SIZES.actions);
  const update = await buildUpdate(state, options());
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
  const state = await makeState("relu", ADAM);
  fillRing(state.ring, 20, SIZES.actions);
  state.ring.write();
  const { program, samples, workspace, tdErrors } = await buildUpdate(state, options());
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

const OPTIMIZERS: OptimizerOptions[] = [
  ADAM,
  { ...ADAM, name: "adamw", weightDecay: 0.1 },
  { ...ADAM, name: "rmsprop", centered: true, momentum: 0.5, weightDecay: 0.1 },
  { ...ADAM, name: "adagrad", epsilon: 1e-10 },
  { ...ADAM, name: "sgd", momentum: 0.9, weightDecay: 0.1 },
];

OPTIMIZERS.forEach((optimizer, i) => {
  const activation = (["tanh", "relu", "identity"] as const)[i % 3];
  Deno.test(`update: padding is zero after 100 updates by ${optimizer.name} with ${activation}`, async () => {
    const state = await makeState(activation, optimizer);
    fillRing(state.ring, 30, SIZES.actions);
    const { program, workspace } = await buildUpdate(state, options({ optimizer }));
    for (let part = 0; part < 2; part++) {
      const ticks = Array.from({ length: 50 }, (_, k) => {
        const update = 50 * part + k;
        const own = { ...optimizerEntry(optimizer, 0.01, update), tau: 0.1, maxGradNorm: 10 };
        return [entryOf(state, update, own)];
      });
      program.run(ticks, { before: state.ring.flush() });
    }
    const live = liveMask(state.network);
    for (const key of ["parameters", "gradients", "moments"] as const) {
      const numbers = await floatsOf(gpu, state[key]);
      assert(numbers.every(Number.isFinite), `${key} are finite`);
      assert(numbers.some((x) => x !== 0), `${key} are not all zero`);
      const spilt = numbers.findIndex((x, at) => live[at % live.length] === 0 && x !== 0);
      assert.equal(spilt, -1, `${key}[${spilt}] is padding and not zero`);
    }
    // Of the batch too: inputs, and each layer's outputs in all three passes.
    const activations = await floatsOf(gpu, workspace.activations);
    const check = (at: number, rows: number, width: number) => {
      const padded = 4 * Math.ceil(width / 4);
      const block = activations.subarray(4 * at, 4 * at + rows * padded);
      assert(block.every((x, k) => k % padded < width || x === 0), `activations at ${at}`);
    };
    check(0, 2 * BATCH, SIZES.observations);
    state.network.layers.forEach(({ outputs }, l) =>
      check(workspace.outputsAt[l], 3 * BATCH, outputs)
    );
    state.buffers.destroy();
  });
});

Deno.test("update: with any tiles, 40 updates give the same bits while the norm is not clipped", async () => {
  const results: Float32Array[][] = [];
  const kind = gpu.kind;
  for (const other of ["cpu", "gpu"] as const) {
    (gpu as { kind: AdapterKind }).kind = other;
    try {
      const state = await makeState("relu", ADAM);
      fillRing(state.ring, 30, SIZES.actions);
      const { program } = await buildUpdate(state, options());
      const ticks = Array.from({ length: 40 }, (_, k) => [
        entryOf(state, k, { tau: 0.1, maxGradValue: 0.3 }),
      ]);
      program.run(ticks, { before: state.ring.flush() });
      results.push(await arenasOf(state));
      state.buffers.destroy();
    } finally {
      (gpu as { kind: AdapterKind }).kind = kind;
    }
  }
  results[0].forEach((arena, i) => assert(same(arena, results[1][i]), `arena ${i}`));
});
