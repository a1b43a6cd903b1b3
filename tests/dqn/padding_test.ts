/**
 * Tests that padding is zero and stays zero: by every optimiser, and in every member of the family, after
 * 100 updates drawn from the ring.
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { buildUpdate } from "../../src/dqn/update.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { optimizerEntry, type OptimizerOptions } from "../../src/nn/optimizer.ts";
import { unpack } from "../../src/nn/parameters.ts";
import type { Workspace } from "../../src/nn/workspace.ts";
import { floatsOf } from "../gpu/harness.ts";
import { blockAt, liveColumns, liveMask } from "../nn/harness.ts";
import { fillRing } from "./harness.ts";
import {
  ADAM,
  BATCH,
  configOf,
  entryOf,
  FAMILY,
  makeState,
  SIZES,
  withSmallTiles,
} from "./update_bench.ts";

const gpu = await Gpu.open();

const OPTIMIZERS: OptimizerOptions[] = [
  ADAM,
  { ...ADAM, name: "adamw", weightDecay: 0.1 },
  { ...ADAM, name: "rmsprop", centered: true, momentum: 0.5, weightDecay: 0.1 },
  { ...ADAM, name: "adagrad", epsilon: 1e-10 },
  { ...ADAM, name: "sgd", momentum: 0.9, weightDecay: 0.1 },
];

/** Throws unless what is beside a workspace's numbers is zero: in all blocks of all passes, and their deltas. */
async function assertPadded(workspace: Workspace): Promise<void> {
  const { network, passes } = workspace;
  const activations = await floatsOf(gpu, workspace.activations);
  const deltas = await floatsOf(gpu, workspace.deltas!);
  liveColumns(network).forEach((live, block) => {
    const isPadding = (_: number, i: number) => live[i % live.length] === 0;
    const count = block === 0 ? 2 : passes.length;
    let at = 4 * blockAt(workspace, block);
    for (let pass = 0; pass < count; pass++) {
      const size = workspace.rows(block, pass) * live.length;
      const numbers = activations.subarray(at, at + size);
      assert(numbers.every(Number.isFinite), `block ${block}, pass ${pass} is finite`);
      assert(numbers.filter(isPadding).every((x) => x === 0), `block ${block}, pass ${pass}`);
      at += size;
    }
    const start = 4 * workspace.slopesOf({ block, at4: 0 }).at;
    const own = deltas.subarray(start, start + workspace.rows(block) * live.length);
    assert(own.filter(isPadding).every((x) => x === 0), `deltas of block ${block}`);
  });
}

/** Makes 100 updates, and throws unless padding has stayed zero everywhere. */
async function assertStaysPadded(given: DQNConfig, optimizer: OptimizerOptions): Promise<void> {
  const config = configOf(given);
  const state = await makeState(gpu, config, optimizer);
  fillRing(state.ring, 30, SIZES.actions);
  const { program, workspace } = await buildUpdate(state, BATCH, config, optimizer);
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
  // Each parameter has been learnt: none has a gradient of zero all over.
  const gradients = unpack(state.network, await floatsOf(gpu, state.gradients));
  for (const [name, { data }] of Object.entries(gradients)) {
    assert(data.some((x) => x !== 0), `${name} has a gradient`);
  }
  await assertPadded(workspace);
  state.buffers.destroy();
}

OPTIMIZERS.forEach((optimizer, i) => {
  const activation = (["tanh", "relu", "identity"] as const)[i % 3];
  Deno.test(`padding: it is zero after 100 updates by ${optimizer.name} with ${activation}`, async () => {
    await assertStaysPadded({ activation, doubleQ: true }, optimizer);
  });
});

for (const config of FAMILY) {
  Deno.test(`padding: it is zero after 100 updates of ${JSON.stringify(config)}`, async () => {
    await withSmallTiles(gpu, () => assertStaysPadded(config, ADAM));
  });
}
