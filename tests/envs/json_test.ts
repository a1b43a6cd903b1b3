import assert from "node:assert/strict";
import {
  arrayFromJson,
  countFromJson,
  floatFromJson,
  floatToJson,
  recordFromJson,
} from "../../src/envs/json.ts";

Deno.test("json: every kind of double survives JSON exactly", () => {
  for (const x of [0, -0, 1 / 3, 5e-324, Number.MAX_VALUE, -0.1, NaN, Infinity, -Infinity]) {
    const text = JSON.stringify(floatToJson(x));
    assert.ok(Object.is(floatFromJson(JSON.parse(text), "x"), x), text);
  }
});

Deno.test("json: what is not of the wanted kind is refused by name", () => {
  assert.throws(() => floatFromJson("1", "the angle"), /the angle must be a number, got "1"/);
  assert.throws(() => floatFromJson(undefined, "the angle"), /the angle must be a number/);
  assert.throws(
    () => countFromJson(0.5, "steps"),
    /steps must be an integer of at least 0, got 0.5/,
  );
  assert.throws(() => arrayFromJson({}, "rows"), /rows must be an array, got {}/);
  assert.throws(() => recordFromJson([], "state"), /state must be an object .* got \[\]/);
});
