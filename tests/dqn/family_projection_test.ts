/**
 * C51's projection on the GPU against tables worked out by hand.
 *
 * The networks are linear, so that what they predict is known: online, every action's probabilities come
 * from its biases alone; the target network's weights give each next observation, all 0 but for one 1, a
 * return distribution of its own. A step of plain gradient descent moves a bias by p − m, which shows
 * the projected probabilities m, action by action: each row of the table takes another action.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createAgent } from "./family_agent.ts";
import { openDevice } from "./update_path.ts";

const device = await openDevice();

/** A transition and what becomes of the next state's distribution. */
interface Row {
  readonly what: string;
  readonly reward: number;
  readonly discount: number;
  readonly terminated?: boolean;
  /** The probabilities of the next state's returns: of its best action. */
  readonly next: readonly number[];
  readonly projected: readonly number[];
}

/** One atom has it all. */
function all(atom: number, atoms: number): number[] {
  return Array.from({ length: atoms }, (_, i) => Number(i === atom));
}

/** What one update on all rows shows. */
interface Seen {
  readonly loss: number;
  readonly tdErrors: Float32Array;
  /** [rows][atoms] */
  readonly projected: number[][];
}

/**
 * One update on all rows.
 *
 * @param odds The online network's probabilities of the atoms, for each action in every state.
 */
async function project(
  rows: readonly Row[],
  odds: readonly number[],
  [vMin, vMax]: readonly [number, number],
): Promise<Seen> {
  const count = rows.length;
  const atoms = odds.length;
  using agent = await createAgent(device, count, count, {
    hiddenLayers: [],
    distribution: "c51",
    atoms,
    vMin,
    vMax,
    batchSize: count,
    optimizer: "sgd",
    // The loss is the mean over the batch.
    learningRate: count,
    maxGradNorm: null,
  });
  const logits = odds.map(Math.log);
  const bias = Float32Array.from({ length: count * atoms }, (_, i) => logits[i % atoms]);
  const none = new Float32Array(count * atoms * count);
  const weight = none.slice();
  // Action 0's logits: ln p, or what is as good as −∞. Others have the lowest return, so that action 0,
  // the first of the best, is the one that counts.
  rows.forEach(({ next }, b) => {
    for (let a = 0; a < count; a++) {
      for (let i = 0; i < atoms; i++) {
        const p = a === 0 ? next[i] : Number(i === 0);
        weight[(a * atoms + i) * count + b] = p > 0 ? Math.log(p) : -200;
      }
    }
  });
  const shapes = { weight: [count * atoms, count], bias: [count * atoms] };
  await agent.setParameters({
    "q.0.weight": { shape: shapes.weight, data: none },
    "q.0.bias": { shape: shapes.bias, data: bias },
    "target.0.weight": { shape: shapes.weight, data: weight },
    "target.0.bias": { shape: shapes.bias, data: new Float32Array(count * atoms) },
  });
  const { loss, tdErrors } = await agent.trainOnBatch({
    observations: new Float32Array(count * count),
    nextObservations: Float32Array.from(
      { length: count * count },
      (_, i) => Number(i % count === Math.floor(i / count)),
    ),
    actions: Int32Array.from(rows, (_, b) => b),
    rewards: Float32Array.from(rows, ({ reward }) => reward),
    terminated: rows.map(({ terminated = false }) => terminated),
    discounts: Float32Array.from(rows, ({ discount }) => discount),
  });
  const after = (await agent.getParameters())["q.0.bias"].data;
  const projected = rows.map((_, b) =>
    odds.map((p, i) => p + after[b * atoms + i] - bias[b * atoms + i])
  );
  return { loss, tdErrors, projected };
}

function near(name: string, actual: number, wanted: number, limit = 1e-5): void {
  assert.ok(Math.abs(actual - wanted) < limit, `${name} is ${actual}, wanted ${wanted}`);
}

/** Atoms at −2, −1, 0, 1, 2. */
const EVEN = [0.2, 0.2, 0.2, 0.2, 0.2];
/** With its mean, Σ z m, and its cost in bits under the odds 1/16, 1/8, 1/4, 1/2, 1/16: 4 3 2 1 4. */
const TABLE: (Row & { readonly mean: number; readonly bits: number })[] = [
  {
    what: "between two atoms",
    reward: 0.25,
    discount: 1,
    next: all(2, 5),
    projected: [0, 0, 0.75, 0.25, 0],
    mean: 0.25,
    bits: 1.75,
  },
  {
    what: "exactly on an atom",
    reward: 1,
    discount: 1,
    next: all(2, 5),
    projected: [0, 0, 0, 1, 0],
    mean: 1,
    bits: 1,
  },
  {
    what: "exactly on the lowest atom",
    reward: -2,
    discount: 1,
    next: all(2, 5),
    projected: [1, 0, 0, 0, 0],
    mean: -2,
    bits: 4,
  },
  {
    what: "exactly on the highest atom",
    reward: 1,
    discount: 1,
    next: all(3, 5),
    projected: [0, 0, 0, 0, 1],
    mean: 2,
    bits: 4,
  },
  {
    what: "beyond the highest atom",
    reward: 5,
    discount: 1,
    next: all(1, 5),
    projected: [0, 0, 0, 0, 1],
    mean: 2,
    bits: 4,
  },
  {
    what: "below the lowest atom",
    reward: -7.5,
    discount: 1,
    next: all(4, 5),
    projected: [1, 0, 0, 0, 0],
    mean: -2,
    bits: 4,
  },
  {
    // All atoms come to 0.5.
    what: "terminal",
    reward: 0.5,
    discount: 1,
    terminated: true,
    next: EVEN,
    projected: [0, 0, 0.5, 0.5, 0],
    mean: 0.5,
    bits: 1.5,
  },
  {
    what: "terminal, on an atom",
    reward: -1,
    discount: 0,
    next: EVEN,
    projected: [0, 1, 0, 0, 0],
    mean: -1,
    bits: 3,
  },
  {
    what: "terminal, beyond the highest atom",
    reward: 3,
    discount: 1,
    terminated: true,
    next: EVEN,
    projected: [0, 0, 0, 0, 1],
    mean: 2,
    bits: 4,
  },
  {
    // −1, −½, 0, ½, 1: the halves go to both sides.
    what: "drawn together by the discount",
    reward: 0,
    discount: 0.5,
    next: EVEN,
    projected: [0, 0.3, 0.4, 0.3, 0],
    mean: 0,
    bits: 2,
  },
  {
    // −½, ½, 1½, and 2½ and 3½, which are clipped.
    what: "clipped in part",
    reward: 1.5,
    discount: 1,
    next: EVEN,
    projected: [0, 0.1, 0.2, 0.2, 0.5],
    mean: 1.1,
    bits: 2.9,
  },
  {
    // A quarter at −¾, three quarters at ¾.
    what: "two returns",
    reward: -0.25,
    discount: 0.5,
    next: [0, 0.25, 0, 0, 0.75],
    projected: [0, 0.1875, 0.25, 0.5625, 0],
    mean: 0.375,
    bits: 1.625,
  },
];

Deno.test("C51's projection: the table worked out by hand", async () => {
  const odds = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1 / 16];
  const q = -2 / 16 - 1 / 8 + 1 / 2 + 2 / 16;
  const { loss, tdErrors, projected } = await project(TABLE, odds, [-2, 2]);
  TABLE.forEach((row, b) => {
    row.projected.forEach((m, i) => near(`${row.what}: atom ${i}`, projected[b][i], m));
    near(`${row.what}: mass`, projected[b].reduce((sum, m) => sum + m), 1);
    near(`${row.what}: TD error`, tdErrors[b], row.mean - q);
  });
  const bits = TABLE.reduce((sum, row) => sum + row.bits, 0);
  near("loss", loss, bits / TABLE.length * Math.LN2);
});

Deno.test("C51's projection: on atoms that float32 does not hold exactly, no mass is lost", async () => {
  // Atoms at −1, −0.8, …, 1; every return is on one of them but for rounding.
  const atoms = 11;
  const rows = Array.from({ length: atoms }, (_, k): Row => ({
    what: `on atom ${k}`,
    reward: -1 + 0.2 * k,
    discount: 0.9,
    terminated: k % 2 === 0,
    next: all((atoms - 1) / 2, atoms),
    projected: all(k, atoms),
  }));
  const odds = rows.map(() => 1 / atoms);
  const { loss, projected } = await project(rows, odds, [-1, 1]);
  rows.forEach((row, b) => {
    row.projected.forEach((m, i) => near(`${row.what}: atom ${i}`, projected[b][i], m));
    near(`${row.what}: mass`, projected[b].reduce((sum, m) => sum + m), 1);
  });
  // Whatever m is, if it sums to 1.
  near("loss", loss, Math.log(atoms));
});
