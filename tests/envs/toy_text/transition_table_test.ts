import assert from "node:assert/strict";
import {
  categorical,
  cumulativeSum,
  TransitionTable,
} from "../../../src/envs/toy_text/transition_table.ts";

Deno.test("transition_table: draws are the first with a sum over the draw, else the first", () => {
  const sums = cumulativeSum([0.25, 0, 0.5, 0.125]);
  assert.deepEqual([...sums], [0.25, 0.25, 0.75, 0.875]);
  const draws = [0, 0.2, 0.25, 0.74, 0.75, 0.874, 0.875, 0.99];
  assert.deepEqual(draws.map((draw) => categorical(sums, 0, 4, draw)), [0, 0, 2, 2, 3, 3, 0, 0]);
  assert.equal(categorical(sums, 2, 3, 0.9), 2);
});

Deno.test("transition_table: lists and flat arrays are the same table", () => {
  const table = new TransitionTable(
    2,
    2,
    (state, action) =>
      Array.from({ length: 1 + action }, (_, i) => ({
        probability: 1 / (1 + action),
        nextState: (state + i) % 2,
        reward: 10 * state + i,
        terminated: i === 1,
      })),
  );
  assert.deepEqual([...table.begin], [0, 1, 3, 4, 6]);
  assert.deepEqual([...table.cumulative], [1, 0.5, 1, 1, 0.5, 1]);
  assert.deepEqual(table.transitions[1][1], [
    { probability: 0.5, nextState: 1, reward: 10, terminated: false },
    { probability: 0.5, nextState: 0, reward: 11, terminated: true },
  ]);
  assert.equal(table.transitions, table.transitions);
});
