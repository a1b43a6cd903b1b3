/**
 * Tests that the update in few dispatches and the one layer by layer come to the same: parameters, targets,
 * running averages, TD errors, priorities and diagnostics, for every combination that both can make, drawn
 * from the ring or laid by hand.
 */

import assert from "node:assert/strict";
import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { canFuse, fitsFused } from "../../src/dqn/fused.ts";
import { buildUpdate, type UpdatePath } from "../../src/dqn/update.ts";
import { upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { fusedForwardSteps } from "../../src/nn/fused.ts";
import { optimizerEntry, type OptimizerOptions } from "../../src/nn/optimizer.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { floatsOf } from "../gpu/harness.ts";
import { arenasOf as passArenas, distance, passesOf, randomFloats, same } from "../nn/harness.ts";
import { fillRing } from "./harness.ts";
import {
  ADAM,
  arenasOf,
  configOf,
  entryOf,
  makeState,
  SIZES,
  withSmallTiles,
} from "./update_bench.ts";

const gpu = await Gpu.open();

const NAMES = ["online", "target", "moments", "tdErrors", "priorities", "history", "samples"];

/** What some updates leave. */
interface Outcome {
  readonly numbers: readonly Float32Array[];
  /** Of the last batch: actions, next actions, and which were allowed, a bit each. */
  readonly actions: Uint32Array;
  readonly masks: Uint32Array;
}

/** Some updates by one path. */
async function outcome(
  path: UpdatePath,
  given: DQNConfig,
  batch: number,
  optimizer: OptimizerOptions = ADAM,
  { isLaid = false, hasMasks = false, updates = 6 } = {},
): Promise<Outcome> {
  const config = configOf({ batchSize: batch, ...given });
  const state = await makeState(gpu, config, optimizer);
  assert(canFuse(state, config), `${JSON.stringify(given)} can be fused`);
  fillRing(state.ring, 30, SIZES.actions, 1, hasMasks);
  const update = await buildUpdate(state, batch, config, optimizer, path);
  state.ring.write();
  if (isLaid) {
    const laid = new Float32Array(SAMPLE_WORDS * batch);
    const words = new Uint32Array(laid.buffer);
    for (let row = 0; row < batch; row++) {
      laid.set([0, Math.sin(row), 0.9, 1 + row % 2], SAMPLE_WORDS * row);
      words.set([1 + row % 3, 29, 30], SAMPLE_WORDS * row + 4);
      words[SAMPLE_WORDS * row] = row % SIZES.actions;
    }
    upload(gpu, update.samples, laid);
    const inputs = randomFloats(2 * batch * 8, 1).map((x, i) => i % 8 < SIZES.observations ? x : 0);
    upload(gpu, update.workspace.activations, inputs);
  }
  const limits = { maxGradNorm: config.maxGradNorm ?? 3e38, maxGradValue: 0.2 };
  const ticks = Array.from({ length: updates }, (_, k) => [
    entryOf(state, k, {
      ...optimizerEntry(optimizer, 0.01, k),
      ...limits,
      tau: k % 2 ? 0.1 : 0,
      tauBefore: k === 3 ? 1 : 0,
      explicitBatch: Number(isLaid),
    }),
  ]);
  update.program.run(ticks);
  const samples = await floatsOf(gpu, update.samples, SAMPLE_WORDS * batch);
  const words = new Uint32Array(samples.buffer);
  const numbers = [
    ...await arenasOf(state),
    await floatsOf(gpu, state.moments),
    await floatsOf(gpu, update.tdErrors, batch),
    await floatsOf(gpu, update.priorities, batch),
    await floatsOf(gpu, state.history, 4 * updates),
    samples.filter((_, i) => i % SAMPLE_WORDS < 4 && i % SAMPLE_WORDS > 0),
  ];
  const [health] = await floatsOf(gpu, state.health, 1);
  assert.equal(health, 0);
  state.buffers.destroy();
  return {
    numbers,
    actions: words.filter((_, i) => i % SAMPLE_WORDS % 4 === 0),
    masks: words.filter((_, i) => i % SAMPLE_WORDS === 5 || i % SAMPLE_WORDS === 6),
  };
}

/** Throws unless both paths come to the same. */
async function assertSame(
  ...given: Parameters<typeof outcome> extends [unknown, ...infer R] ? R : never
) {
  const layered = await outcome("layered", ...given);
  const fused = await outcome("fused", ...given);
  layered.numbers.forEach((wanted, i) => {
    const off = distance(fused.numbers[i], wanted);
    assert(off < 2e-5, `${NAMES[i]} are off by ${off}: ${JSON.stringify(given)}`);
  });
  assert.deepEqual(fused.actions, layered.actions);
  assert.deepEqual(fused.masks, layered.masks);
  const { hasMasks = false, isLaid = false } = given[3] ?? {};
  const isAnyForbidden = layered.masks.some((mask) => mask < 2 ** SIZES.actions - 1);
  assert.equal(isAnyForbidden, hasMasks || isLaid);
  assert(!same(layered.numbers[0], layered.numbers[1]));
}

/** Every head, target and way of clipping, with sampling, activation and masks taking turns. */
const COMBINATIONS: [config: DQNConfig, hasMasks: boolean][] = [];
for (const dueling of [false, true]) {
  for (const headLayers of dueling ? [[], [6]] : [[]]) {
    for (const target of ["max", "sarsa", "munchausen"] as const) {
      for (const doubleQ of target === "max" ? [false, true] : [false]) {
        for (const maxGradNorm of [null, 0.5]) {
          const turn = COMBINATIONS.length;
          const config: DQNConfig = {
            ...{ dueling, headLayers, target, doubleQ, maxGradNorm },
            sampling: (["uniform", "prioritized", "sequential"] as const)[turn % 3],
            activation: (["tanh", "relu", "gelu", "identity"] as const)[turn % 4],
            loss: (["huber", "mse"] as const)[turn % 2],
            nSteps: target === "munchausen" ? 1 : 1 + turn % 3,
          };
          // A head has 8 turns, so that each target meets masks with each way of clipping.
          COMBINATIONS.push([config, (turn + Math.floor(turn / 8)) % 2 === 1]);
        }
      }
    }
  }
}

COMBINATIONS.forEach(([config, hasMasks], i) => {
  const batch = [1, 3, 7, 17][i % 4];
  const what = `${JSON.stringify(config)}${hasMasks ? ", masks" : ""}`;
  Deno.test(`fused: a batch of ${batch} comes to what it does layer by layer, ${what}`, () =>
    withSmallTiles(gpu, () => assertSame(config, batch, ADAM, { hasMasks })));
});

const SHAPES: [hiddenLayers: number[], batch: number][] = [
  [[], 7],
  [[9, 6], 1],
  [[9, 6], 3],
  [[64, 64], 17],
  [[33, 70], 129],
];
for (const [hiddenLayers, batch] of SHAPES) {
  Deno.test(`fused: with this adapter's own tiles, hidden layers ${hiddenLayers}, a batch of ${batch}`, () =>
    assertSame({ hiddenLayers, maxGradNorm: null, doubleQ: true, activation: "tanh" }, batch));
}

Deno.test("fused: a batch that is laid by hand comes to what it does layer by layer", async () => {
  await assertSame({ maxGradNorm: null }, 7, ADAM, { isLaid: true });
  await assertSame({ maxGradNorm: 0.5, sampling: "prioritized" }, 7, ADAM, { isLaid: true });
});

const OPTIMIZERS: OptimizerOptions[] = [
  { ...ADAM, name: "adamw", weightDecay: 0.1 },
  { ...ADAM, name: "rmsprop", centered: true, momentum: 0.5 },
  { ...ADAM, name: "adagrad", epsilon: 1e-10 },
  { ...ADAM, name: "sgd", momentum: 0.9, weightDecay: 0.1 },
];
for (const optimizer of OPTIMIZERS) {
  Deno.test(`fused: ${optimizer.name} comes to what it does layer by layer`, () =>
    assertSame({ maxGradNorm: null, activation: "tanh" }, 7, optimizer));
}

for (const team of ["one", "a workgroup"]) {
  Deno.test(`fused: by teams of ${team}, the same bits however updates are split into submits`, async () => {
    const results: Float32Array[] = [];
    const run = async (sizes: number[]) => {
      const config = configOf({ maxGradNorm: null, batchSize: 19 });
      const state = await makeState(gpu, config);
      fillRing(state.ring, 30, SIZES.actions);
      const { program } = await buildUpdate(state, 19, config, ADAM, "fused");
      state.ring.write();
      let update = 0;
      for (const size of sizes) {
        program.run(Array.from({ length: size }, () => [entryOf(state, update++, { tau: 0.1 })]));
      }
      results.push(...await arenasOf(state), await floatsOf(gpu, state.history));
      state.buffers.destroy();
    };
    const both = async () => {
      await run([12]);
      await run([1, 4, 7]);
    };
    await (team === "one" ? both() : withSmallTiles(gpu, both));
    for (let i = 0; i < 3; i++) assert(same(results[i], results[3 + i]));
  });
}

Deno.test("fused: an update whose loss is not finite is told and not applied", async () => {
  const config = configOf({ maxGradNorm: null });
  const state = await makeState(gpu, config);
  fillRing(state.ring, 30, SIZES.actions);
  const { program } = await buildUpdate(state, 7, config, ADAM, "fused");
  state.ring.write();
  const [online, target] = await arenasOf(state);
  upload(gpu, state.parameters, Float32Array.of(...online, ...target.map(() => NaN)));
  program.run([[entryOf(state, 0)]]);
  const [health] = new Uint32Array((await floatsOf(gpu, state.health, 1)).buffer);
  assert.equal(health & 1, 1);
  assert.deepEqual((await arenasOf(state))[0], online);
  state.buffers.destroy();
});

Deno.test("fused: what it can't do, or is too large for it, is done layer by layer", async () => {
  const fits = async (given: DQNConfig) => {
    const config = configOf(given);
    const state = await makeState(gpu, config);
    const found = [canFuse(state, config), fitsFused(state, config)];
    state.buffers.destroy();
    return found;
  };
  assert.deepEqual(await fits({}), [true, true]);
  assert.deepEqual(await fits({ hiddenLayers: [120, 84], dueling: true }), [true, true]);
  assert.deepEqual(await fits({ hiddenLayers: [256, 256] }), [true, false]);
  for (const given of [{ layerNorm: true }, { noisy: true }, { distribution: "qr" } as const]) {
    assert.deepEqual(await fits(given), [false, false], JSON.stringify(given));
  }
});

Deno.test("fused: a forward pass in one dispatch gives the bits of one layer by layer", async () => {
  for (const [batch, count] of [[1, 1], [5, 2], [70, 3]]) {
    const config = configOf({ dueling: true, headLayers: [6], activation: "gelu" });
    const state = await makeState(gpu, config);
    const { buffers, network, parameters } = state;
    const passes = passesOf(count);
    const arenas = passArenas(parameters, network, passes);
    const outputs: Float32Array[] = [];
    for (const isFused of [false, true]) {
      const options = { batch, passes, inputs: 2, training: false, agents: 1 };
      const workspace = new Workspace(buffers, network, options);
      const inputs = randomFloats(2 * batch * 8, 1).map((x, i) =>
        i % 8 < SIZES.observations ? x : 0
      );
      upload(gpu, workspace.activations, inputs);
      const steps = isFused
        ? fusedForwardSteps(gpu, buffers, arenas, workspace)
        : forwardSteps(gpu, arenas, workspace);
      (await Program.build(gpu, "forward", steps)).run([[{}]]);
      outputs.push(await floatsOf(gpu, workspace.activations));
    }
    assert(
      same(outputs[0], outputs[1]),
      `a batch of ${batch}: ${distance(outputs[0], outputs[1])}`,
    );
    buffers.destroy();
  }
});
