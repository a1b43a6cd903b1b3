/**
 * Tests of TD errors, loss and ∂loss/∂Q against the equations in float64: every loss and target, two
 * agents, odd batches and numbers of actions, ties, and what is not finite.
 */

import assert from "node:assert/strict";
import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import { tdErrorStep } from "../../src/dqn/td_error.ts";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import { mlp } from "../../src/nn/network.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { bytesOf, floatsOf } from "../gpu/harness.ts";
import { distance, getRows, randomFloats, setRows, tickEntry } from "../nn/harness.ts";
import type { Target } from "../../src/dqn/config.ts";
import { type Loss, lossSlope, meanLoss } from "../reference/losses.ts";

const gpu = await Gpu.open();
const AGENTS = 2;
const HISTORY = 8;
const NOT_FINITE = 1;

/** What the step works on, an entry per agent. */
interface Given {
  /** [online, target, online on the next observations], [batch × actions] each. */
  readonly outputs: readonly ArrayLike<number>[];
  readonly actions: Uint32Array;
  readonly nextActions: Uint32Array;
  readonly rewards: Float32Array;
  readonly discounts: Float32Array;
  readonly weights: Float32Array;
}

interface Result {
  readonly deltas: Float32Array;
  readonly tdErrors: Float32Array;
  /** Mean loss, mean Q, mean |TD error|. */
  readonly history: number[];
  readonly health: number;
}

/** What decides how the TD error is made. */
interface Choice {
  readonly loss: Loss;
  readonly target: Target;
  readonly doubleQ: boolean;
}

/** The targets there are. */
const TARGETS = {
  max: { target: "max", doubleQ: false },
  double: { target: "max", doubleQ: true },
  sarsa: { target: "sarsa", doubleQ: false },
} as const;

/** Runs the step once on the GPU. */
async function run(
  choice: Choice,
  batch: number,
  actions: number,
  given: readonly Given[],
): Promise<Result[]> {
  const buffers = new Buffers(gpu);
  const network = mlp(2, [3], actions, "relu");
  const passes = choice.doubleQ ? 3 : 2;
  const options = { batch, passes, inputPasses: 2, training: true, agents: AGENTS };
  const workspace = new Workspace(buffers, network, options);
  const { activationsStride, slopesStride } = workspace;
  const [, outputsAt] = workspace.outputsAt;
  const [, deltasAt] = workspace.slopesAt;
  const { out4 } = network.layers[1];
  const all = {
    samples: buffers.storage("batch", AGENTS * batch * SAMPLE_WORDS * 4),
    tdErrors: buffers.storage("TD errors", AGENTS * batch * 4),
    history: buffers.storage("history", AGENTS * HISTORY * 16),
    health: buffers.storage("health", AGENTS * 4),
  };
  const activations = new Float32Array(AGENTS * activationsStride * 4);
  const samples = new Float32Array(AGENTS * batch * SAMPLE_WORDS);
  const words = new Uint32Array(samples.buffer);
  given.forEach((each, agent) => {
    for (let pass = 0; pass < passes; pass++) {
      const at = agent * activationsStride + outputsAt + pass * batch * out4;
      // Beside the Q-values, padding so high that it would win if it were looked at.
      activations.fill(1e6, 4 * at, 4 * (at + batch * out4));
      setRows(activations, at, each.outputs[pass], actions);
    }
    for (let row = 0; row < batch; row++) {
      const at = SAMPLE_WORDS * (agent * batch + row);
      words[at] = each.actions[row];
      samples[at + 1] = each.rewards[row];
      samples[at + 2] = each.discounts[row];
      samples[at + 3] = each.weights[row];
      words[at + 4] = each.nextActions[row];
    }
  });
  upload(gpu, workspace.activations, activations);
  upload(gpu, all.samples, samples);
  // What an earlier batch left must be overwritten, padding included.
  upload(gpu, workspace.deltas!, new Float32Array(AGENTS * slopesStride * 4).fill(7));
  const table = new Table(gpu, buffers, {
    file: "lib/tick",
    struct: "Tick",
    agents: AGENTS,
    capacity: 1,
  });
  const step = tdErrorStep(network, workspace, choice, all, HISTORY);
  const program = await Program.build(gpu, "TD error", [step], table);
  program.run([[3, 5].map((historyRow) => tickEntry({ historyRow }))]);
  const deltas = await floatsOf(gpu, workspace.deltas!);
  const tdErrors = await floatsOf(gpu, all.tdErrors, AGENTS * batch);
  const history = await floatsOf(gpu, all.history);
  const health = new Uint32Array(await bytesOf(gpu, all.health));
  const results = given.map((_, agent) => {
    const at = agent * slopesStride + deltasAt;
    const block = deltas.subarray(4 * at, 4 * (at + batch * out4));
    assert(block.every((x, i) => i % (4 * out4) < actions || x === 0), "padding of the deltas");
    const row = 4 * (agent * HISTORY + [3, 5][agent]);
    return {
      deltas: getRows(deltas, at, batch, actions),
      tdErrors: tdErrors.slice(agent * batch, (agent + 1) * batch),
      history: [...history.subarray(row, row + 3)],
      health: health[agent],
    };
  });
  buffers.destroy();
  return results;
}

/** Numbers for a batch; TD errors lie on both sides of Huber's ±1. */
function makeGiven(batch: number, actions: number, seed: number): Given {
  const block = (i: number) => randomFloats(batch * actions, 10 * seed + i, 2);
  const discounts = randomFloats(batch, 10 * seed + 4).map((x) => x > 0.5 ? 0 : 0.9);
  return {
    outputs: [block(0), block(1), block(2)],
    actions: Uint32Array.from({ length: batch }, (_, row) => (3 * row + seed) % actions),
    nextActions: Uint32Array.from({ length: batch }, (_, row) => (5 * row + 2 * seed) % actions),
    rewards: randomFloats(batch, 10 * seed + 3),
    discounts,
    weights: randomFloats(batch, 10 * seed + 5).map(Math.abs),
  };
}

/** The same in float64. */
function reference(choice: Choice, actions: number, given: Given) {
  const [online, target, onlineNext] = given.outputs;
  const batch = given.actions.length;
  const chooser = choice.doubleQ ? onlineNext : target;
  const deltas = new Float64Array(batch * actions);
  const q = new Float64Array(batch);
  const tdErrors = Float64Array.from(given.actions, (action, row) => {
    let best = 0;
    for (let a = 1; a < actions; a++) {
      if (chooser[row * actions + a] > chooser[row * actions + best]) best = a;
    }
    q[row] = online[row * actions + action];
    const chosen = choice.target === "sarsa" ? given.nextActions[row] : best;
    const next = target[row * actions + chosen];
    const tdError = given.rewards[row] + given.discounts[row] * next - q[row];
    deltas[row * actions + action] = -given.weights[row] * lossSlope(choice.loss, tdError) / batch;
    return tdError;
  });
  const mean = (numbers: Float64Array) => numbers.reduce((a, b) => a + b, 0) / batch;
  const history = [
    meanLoss(choice.loss, tdErrors, given.weights),
    mean(q),
    mean(tdErrors.map(Math.abs)),
  ];
  return { deltas, tdErrors, history };
}

for (const loss of ["huber", "mse"] as const) {
  for (const [name, target] of Object.entries(TARGETS)) {
    Deno.test(`td_error: ${loss}, ${name} target, is the equations'`, async () => {
      for (const [batch, actions] of [[1, 1], [7, 2], [65, 5], [130, 3]]) {
        const given = [makeGiven(batch, actions, 1), makeGiven(batch, actions, 2)];
        const results = await run({ loss, ...target }, batch, actions, given);
        results.forEach((result, agent) => {
          const wanted = reference({ loss, ...target }, actions, given[agent]);
          for (const key of ["deltas", "tdErrors", "history"] as const) {
            const off = distance(result[key], wanted[key]);
            assert(off < 2e-6, `batch ${batch}, agent ${agent}: ${key} off by ${off}`);
          }
          assert.equal(result.health, 0);
        });
      }
    });
  }
}

Deno.test("td_error: at ties the lowest action is chosen", async () => {
  // Actions 1 and 3 are as good to who chooses; the target network values them differently.
  const chooser = [0, 4, 1, 4, 2];
  const values = [10, 20, 30, 40, 50];
  const given: Given = {
    outputs: [[0, 0, 0, 0, 0], values, chooser],
    actions: Uint32Array.of(0),
    nextActions: Uint32Array.of(3),
    rewards: Float32Array.of(0),
    discounts: Float32Array.of(1),
    weights: Float32Array.of(1),
  };
  const [double] = await run({ loss: "mse", ...TARGETS.double }, 1, 5, [given, given]);
  assert.equal(double.tdErrors[0], 20);
  const equal = { ...given, outputs: [[0, 0, 0, 0, 0], new Array(5).fill(6)] };
  const [max] = await run({ loss: "mse", ...TARGETS.max }, 1, 5, [equal, equal]);
  assert.equal(max.tdErrors[0], 6);
  // SARSA takes the action that was taken, good or bad.
  const [sarsa] = await run({ loss: "mse", ...TARGETS.sarsa }, 1, 5, [given, given]);
  assert.equal(sarsa.tdErrors[0], 40);
});

Deno.test("td_error: a loss that is not finite is noted for its agent alone", async () => {
  const good = makeGiven(70, 2, 1);
  const spoil = (key: "rewards" | "weights" | "discounts", value: number): Given => {
    const numbers = good[key].slice();
    numbers[66] = value;
    return { ...good, [key]: numbers };
  };
  const outputs = good.outputs.map((block) => Float32Array.from(block));
  // The Q-value of the action in the last row.
  outputs[0][2 * 69 + good.actions[69]] = NaN;
  const bad: Given[] = [
    spoil("rewards", NaN),
    spoil("rewards", Infinity),
    spoil("rewards", 1e30),
    spoil("weights", Infinity),
    spoil("discounts", NaN),
    { ...good, outputs },
  ];
  for (const [i, each] of bad.entries()) {
    for (const loss of ["huber", "mse"] as const) {
      // 1e30 is beyond float32 only when squared.
      const wanted = i === 2 && loss === "huber" ? 0 : NOT_FINITE;
      const choice = { loss, ...TARGETS.max };
      // Case by case the first agent or the second.
      const results = await run(choice, 70, 2, i % 2 === 0 ? [each, good] : [good, each]);
      assert.equal(results[i % 2].health, wanted, `case ${i}, ${loss}`);
      assert.equal(results[1 - i % 2].health, 0, `case ${i}, ${loss}: the other agent`);
    }
  }
});
