/**
 * What tests of TD errors and of heads share: the steps from a network's outputs to deltas, run by
 * themselves on outputs that the test chooses, for several agents at once.
 */

import assert from "node:assert/strict";
import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../../src/dqn/config.ts";
import { planValues } from "../../src/dqn/head.ts";
import { networkOf, planPasses } from "../../src/dqn/plan.ts";
import { tdErrorSteps } from "../../src/dqn/td_error.ts";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import type { AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import type { Pass } from "../../src/nn/passes.ts";
import { planQuantileSamples } from "../../src/nn/quantile_samples.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { bytesOf, floatsOf, withKind } from "../gpu/harness.ts";
import { distance, randomFloats, tickEntry } from "../nn/harness.ts";
import { flatView } from "./flat_view.ts";

const HISTORY = 8;
/** The history's row of each agent. */
const HISTORY_ROWS = [3, 5, 0];
/** Outputs beside those that count: so high that they would win if they were looked at. */
const JUNK = 1e6;

/** What is to be computed. */
export interface Choice {
  readonly config: DQNConfig;
  readonly batch: number;
  readonly actions: number;
}

/** What one agent's steps work on. */
export interface Given {
  /** The last layer's outputs, pass after pass: [rows × columns], see {@link columnsOf}. */
  readonly outputs: readonly (Float32Array | number[])[];
  readonly actions: Uint32Array;
  readonly nextActions: Uint32Array;
  readonly rewards: Float32Array;
  readonly discounts: Float32Array;
  readonly weights: Float32Array;
  /** Sets of allowed actions, a bit each; all when left out. */
  readonly masks?: Uint32Array;
  readonly nextMasks?: Uint32Array;
  /** IQN: quantile samples of all passes. */
  readonly taus?: Float32Array;
}

/** What they leave. */
export interface Result {
  /** Q-values, pass after pass: [batch × actions]. */
  readonly values: Float32Array[];
  /** Shaped as the first pass's outputs. */
  readonly deltas: Float32Array;
  readonly tdErrors: Float32Array;
  readonly priorities: Float32Array;
  /** Mean loss, mean Q, mean |TD error|. */
  readonly history: number[];
  readonly health: number;
}

/** The same in float64: see error_reference.ts. */
export interface Wanted {
  readonly values: readonly ArrayLike<number>[];
  readonly deltas: ArrayLike<number>;
  readonly tdErrors: ArrayLike<number>;
  readonly priorities: ArrayLike<number>;
  readonly history: ArrayLike<number>;
}

/** The configuration, as the learner has it. */
export function resolved({ config, batch }: Choice): ResolvedConfig {
  return resolveConfig({ hiddenLayers: [3], batchSize: batch, bufferSize: 1000, ...config });
}

/** The network, the passes, and the numbers of a row that count: advantages, then values. */
function planOf(choice: Choice) {
  const config = resolved(choice);
  const { actions } = choice;
  const network = networkOf(config, flatView(2), actions);
  const { output, blocks } = network;
  const width = 4 * blocks[output.block].width4;
  const advantages = actions * output.atoms;
  const columns = Array.from({ length: advantages }, (_, i) => i);
  if (output.valueAt !== undefined) {
    for (let i = 0; i < output.atoms; i++) columns.push(output.valueAt + i);
  }
  return { config, network, plan: planPasses(config), width, columns };
}

/** The passes of a choice. */
export function passesOf(choice: Choice): readonly Pass[] {
  return planOf(choice).plan.passes;
}

/** Numbers of a row of outputs: advantages (action by action) and, with dueling, values. */
export function columnsOf(choice: Choice): number {
  return planOf(choice).columns.length;
}

/** Random numbers for a batch; TD errors lie on both sides of Huber's ±1. */
export function makeGiven(choice: Choice, seed: number, size = 2): Given {
  const { batch, actions } = choice;
  const columns = columnsOf(choice);
  const passes = passesOf(choice);
  const floats = (count: number, i: number, size = 1) => randomFloats(count, 10 * seed + i, size);
  const samples = passes.reduce((sum, pass) => sum + pass.samples, 0);
  return {
    outputs: passes.map((pass, i) => floats(batch * pass.samples * columns, i, size)),
    actions: Uint32Array.from({ length: batch }, (_, row) => (3 * row + seed) % actions),
    nextActions: Uint32Array.from({ length: batch }, (_, row) => (5 * row + 2 * seed) % actions),
    rewards: floats(batch, 5),
    discounts: floats(batch, 6).map((x) => x > 0.5 ? 0 : 0.9),
    weights: floats(batch, 7).map(Math.abs),
    ...(choice.config.distribution === "iqn" && {
      taus: floats(batch * samples, 8).map((x) => 0.5 + 0.499 * x),
    }),
  };
}

/** Masks that allow the action given, and each other one by chance. */
export function makeMasks(choice: Choice, allowed: Uint32Array, seed: number): Uint32Array {
  const { batch, actions } = choice;
  const chance = randomFloats(batch * actions, seed);
  return Uint32Array.from({ length: batch }, (_, row) => {
    let mask = 0;
    for (let a = 0; a < actions; a++) {
      if (a === allowed[row] || chance[row * actions + a] > 0) mask |= 1 << a;
    }
    return mask;
  });
}

/** A mask of an action set as the reference takes it. */
export function maskOf(masks: Uint32Array | undefined, row: number, actions: number): boolean[] {
  return Array.from({ length: actions }, (_, a) => !masks || (masks[row] >>> a & 1) === 1);
}

/** Throws where numbers of a result are further off than the tolerance. */
export function assertResult(
  result: Result,
  wanted: Wanted,
  tolerance: number,
  name: string,
): void {
  for (const key of ["deltas", "tdErrors", "priorities", "history"] as const) {
    const off = distance(result[key], wanted[key]);
    assert(off <= tolerance, `${name}: ${key} off by ${off}`);
  }
  result.values.forEach((values, pass) => {
    const off = distance(values, wanted.values[pass]);
    assert(off <= tolerance, `${name}: values of pass ${pass} off by ${off}`);
  });
  assert.equal(result.health, 0, name);
}

/**
 * Runs the steps once on the GPU.
 *
 * @param given An entry for each agent.
 * @param kind Which kind of adapter the steps are planned for.
 */
export async function runErrors(
  gpu: Gpu,
  choice: Choice,
  given: readonly Given[],
  kind: AdapterKind = gpu.kind,
): Promise<Result[]> {
  const agents = given.length;
  const { batch, actions } = choice;
  const { config, network, plan, width, columns } = planOf(choice);
  const buffers = new Buffers(gpu);
  const options = { batch, passes: plan.passes, inputs: 2, training: true, agents };
  const workspace = new Workspace(buffers, network, options);
  const { activationsStride, slopesStride } = workspace;
  const last = { block: network.output.block, at4: 0 };
  const outputsAt = 4 * workspace.activationsOf(last).at;
  const deltasAt = 4 * workspace.slopesOf(last).at;
  const to = {
    samples: buffers.storage("batch", agents * batch * SAMPLE_WORDS * 4),
    tdErrors: buffers.storage("TD errors", agents * batch * 4),
    priorities: buffers.storage("priorities", agents * batch * 4),
    history: buffers.storage("history", agents * HISTORY * 16),
    historyRows: HISTORY,
    health: buffers.storage("health", agents * 4),
  };
  const activations = new Float32Array(agents * activationsStride * 4);
  const samples = new Float32Array(agents * batch * SAMPLE_WORDS);
  const words = new Uint32Array(samples.buffer);
  const before = new Float32Array(agents * slopesStride * 4);
  const learnt = workspace.rows(last.block);
  given.forEach((each, agent) => {
    assert.equal(each.outputs.length, plan.passes.length, "passes");
    let at = 4 * agent * activationsStride + outputsAt;
    each.outputs.forEach((block, pass) => {
      const rows = workspace.rows(last.block, pass);
      assert.equal(block.length, rows * columns.length, "numbers of a pass");
      activations.fill(JUNK, at, at + rows * width);
      for (let row = 0; row < rows; row++) {
        columns.forEach((column, i) => {
          activations[at + row * width + column] = block[row * columns.length + i];
        });
      }
      at += rows * width;
    });
    for (let row = 0; row < batch; row++) {
      const at = SAMPLE_WORDS * (agent * batch + row);
      words[at] = each.actions[row];
      samples[at + 1] = each.rewards[row];
      samples[at + 2] = each.discounts[row];
      samples[at + 3] = each.weights[row];
      words[at + 4] = each.nextActions[row];
      words[at + 5] = each.masks?.[row] ?? 0xffffffff;
      words[at + 6] = each.nextMasks?.[row] ?? 0xffffffff;
    }
    // What an earlier batch left must be overwritten; padding is zero from the start.
    for (let row = 0; row < learnt; row++) {
      const at = 4 * agent * slopesStride + deltasAt + row * width;
      for (const column of columns) before[at + column] = 7;
    }
  });
  upload(gpu, workspace.activations, activations);
  upload(gpu, workspace.deltas!, before);
  upload(gpu, to.samples, samples);
  const quantileSamples = network.cosines ? planQuantileSamples(buffers, workspace) : undefined;
  if (quantileSamples) {
    upload(gpu, quantileSamples.taus, Float32Array.from(given.flatMap(({ taus }) => [...taus!])));
  }
  const table = new Table(gpu, buffers, { file: "lib/tick", struct: "Tick", agents, capacity: 1 });
  const values = planValues(buffers, workspace, config);
  const passed = { workspace, plan, values, quantileSamples };
  const steps = withKind(gpu, kind, () => tdErrorSteps(gpu, buffers, config, passed, to));
  const program = await Program.build(gpu, "TD error", [...values.steps, ...steps], table);
  const { munchausenTau, munchausenAlpha, munchausenClip } = config;
  const entry = { munchausenTau, munchausenAlpha, munchausenClip };
  program.run([given.map((_, agent) => tickEntry({ ...entry, historyRow: HISTORY_ROWS[agent] }))]);

  const deltas = await floatsOf(gpu, workspace.deltas!);
  const tdErrors = await floatsOf(gpu, to.tdErrors, agents * batch);
  const priorities = await floatsOf(gpu, to.priorities, agents * batch);
  const history = await floatsOf(gpu, to.history);
  const health = new Uint32Array(await bytesOf(gpu, to.health));
  const made = await floatsOf(gpu, values.buffer);
  const results = given.map((_, agent) => {
    const start = 4 * agent * slopesStride + deltasAt;
    const row = 4 * (agent * HISTORY + HISTORY_ROWS[agent]);
    return {
      values: plan.passes.map((_, pass) =>
        Float32Array.from({ length: batch * actions }, (_, i) => {
          const row = pass * batch + Math.floor(i / actions);
          return made[values.at + agent * values.agent + row * values.width + i % actions];
        })
      ),
      deltas: Float32Array.from(
        { length: learnt * columns.length },
        (_, i) =>
          deltas[start + Math.floor(i / columns.length) * width + columns[i % columns.length]],
      ),
      tdErrors: tdErrors.slice(agent * batch, (agent + 1) * batch),
      priorities: priorities.slice(agent * batch, (agent + 1) * batch),
      history: [...history.subarray(row, row + 3)],
      health: health[agent],
    };
  });
  // Padding, and the deltas of other layers, are left alone.
  const spilt = deltas.findIndex((x, i) => before[i] === 0 && x !== 0);
  assert.equal(spilt, -1, `deltas[${spilt}] are none of the head's`);
  buffers.destroy();
  return results;
}
