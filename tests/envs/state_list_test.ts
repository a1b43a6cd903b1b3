import assert from "node:assert/strict";
import { append, removeAtCell, removeEqual, removeRow } from "../../src/envs/state_list.ts";
import { StateLayout } from "../../src/envs/state_layout.ts";

const layout = new StateLayout();
layout.number("before", [7, 7]);
const LIST = layout.list("list", 4, [[0, 9], [0, 9], [0, 1]]);
const AFTER = layout.number("after", [7, 7]);

/** A state with these rows in its list, and sentinels around it. */
function stateWith(rows: number[][]): Int32Array {
  return layout.fromJson({ before: 7, list: rows, after: 7 }, "the state");
}

/** The rows, after a look at the sentinels. */
function rowsOf(state: Int32Array): number[][] {
  const json = layout.toJson(state) as { before: number; list: number[][]; after: number };
  assert.deepEqual([json.before, json.after], [7, 7]);
  return json.list;
}

Deno.test("list: append gives room until the list is full", () => {
  const state = stateWith([]);
  for (let i = 0; i < 4; i++) state.set([i, i, 1], append(state, LIST));
  assert.equal(append(state, LIST), -1);
  assert.deepEqual(rowsOf(state), [[0, 0, 1], [1, 1, 1], [2, 2, 1], [3, 3, 1]]);
  assert.equal(AFTER, state.length - 1);
});

Deno.test("list: a row goes out from any place, and the others keep their order", () => {
  const rows = [[1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 4, 1]];
  for (let index = 0; index < 4; index++) {
    const state = stateWith(rows);
    removeRow(state, LIST, index);
    assert.deepEqual(rowsOf(state), rows.toSpliced(index, 1));
  }
});

Deno.test("list: the first row at a cell goes out, if there is one", () => {
  const state = stateWith([[1, 2, 0], [3, 4, 0], [3, 4, 1]]);
  assert.equal(removeAtCell(state, LIST, 4, 3), false);
  assert.equal(removeAtCell(state, LIST, 3, 4), true);
  assert.deepEqual(rowsOf(state), [[1, 2, 0], [3, 4, 1]]);
  assert.equal(removeAtCell(stateWith([]), LIST, 0, 0), false);
});

Deno.test("list: of equal rows the first goes out, as in Python", () => {
  const rows = [[1, 2, 0], [3, 4, 1], [3, 4, 0], [3, 4, 1]];
  const state = stateWith(rows);
  assert.equal(removeEqual(state, LIST, 3), 1);
  assert.deepEqual(rowsOf(state), rows.toSpliced(1, 1));
  assert.equal(removeEqual(state, LIST, 1), 1);
  assert.deepEqual(rowsOf(state), [[1, 2, 0], [3, 4, 1]]);
});
