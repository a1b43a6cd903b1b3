import assert from "node:assert/strict";
import type { JsonValue } from "../../src/envs/json.ts";
import { StateLayout } from "../../src/envs/state_layout.ts";

const layout = new StateLayout();
const NUMBER = layout.number("number", [-1, 5]);
const NUMBERS = layout.numbers("numbers", 3, [0, 9]);
const LIST = layout.list("list", 2, [[0, 9], [10, 19]]);

const json = { number: -1, numbers: [1, 2, 3], list: [[4, 15]] };

Deno.test("state layout: parts lie one after the other, and go to JSON and back", () => {
  assert.deepEqual([NUMBER, NUMBERS, LIST, layout.size], [
    0,
    1,
    { at: 4, width: 2, capacity: 2 },
    9,
  ]);
  const state = layout.fromJson(json, "the state");
  assert.deepEqual([...state], [-1, 1, 2, 3, 1, 4, 15, 0, 0]);
  // What lies beyond a list's length does not count.
  state[8] = 99;
  assert.deepEqual(layout.toJson(state), json);
  const empty = { ...json, list: [] };
  assert.deepEqual(layout.toJson(layout.fromJson(empty, "the state")), empty);
});

Deno.test("state layout: what is missing, too long or out of range is refused by name", () => {
  const bad: [JsonValue, RegExp][] = [
    [null, /^TypeError: the state must be an object/],
    [
      { ...json, number: 6 },
      /^RangeError: number in the state must be an integer from -1 to 5, got 6/,
    ],
    [{ ...json, number: 0.5 }, /number in the state must be an integer .* got 0.5/],
    [{ ...json, number: "1" }, /number in the state must be an integer .* got "1"/],
    [{ numbers: [1, 2, 3], list: [] }, /number in the state must be an integer .* got undefined/],
    [{ ...json, numbers: 3 }, /numbers in the state must be an array, got 3/],
    [{ ...json, numbers: [1, 2] }, /numbers in the state must hold 3 entries, got 2/],
    [{ ...json, numbers: [1, 2, 10] }, /numbers in the state must be .* from 0 to 9, got 10/],
    [{ ...json, list: [[1, 10], [1, 10], [1, 10]] }, /list in the state must hold 0 to 2 entries/],
    [{ ...json, list: [1] }, /a row of list in the state must be an array, got 1/],
    [{ ...json, list: [[1]] }, /a row of list in the state must hold 2 entries, got 1/],
    [{ ...json, list: [[1, 9]] }, /a row of list in the state must be .* from 10 to 19, got 9/],
  ];
  for (const [state, message] of bad) {
    assert.throws(() => layout.fromJson(state, "the state"), message);
  }
});
