import assert from "node:assert/strict";
import { arrayToJson, typedArrayFromJson } from "../../../src/envs/wrappers/array_state.ts";
import { ARRAYS } from "../../../src/envs/spaces/dtype.ts";
import type { BoxDtype } from "../../../src/envs/mod.ts";

Deno.test("array_state: arrays of every dtype come back through JSON exactly", () => {
  for (const dtype of Object.keys(ARRAYS) as BoxDtype[]) {
    const array = new ARRAYS[dtype](20_000);
    for (let i = 0; i < array.length; i++) array[i] = 1.7 ** (i % 90) - 5;
    const json = JSON.parse(JSON.stringify(arrayToJson(array)));
    assert.deepEqual(typedArrayFromJson(json, dtype, array.length, "it"), array);
  }
  const odd = Float32Array.of(NaN, -0, Infinity, -Infinity, 0.1);
  const json = JSON.parse(JSON.stringify(arrayToJson(odd)));
  assert.deepEqual(typedArrayFromJson(json, "float32", 5, "it"), odd);
});

Deno.test("array_state: what is no such array is refused", () => {
  const load = (value: never, dtype: BoxDtype) => () => typedArrayFromJson(value, dtype, 2, "it");
  assert.throws(load([1] as never, "float32"), /it must have 2 elements, got 1/);
  assert.throws(load([1, 0.1] as never, "float32"), /element 1 of it must be a float32, got 0.1/);
  assert.throws(load([300, 1] as never, "int8"), /element 0 of it must be a int8, got 300/);
  assert.throws(load([1, "x"] as never, "float64"), /element 1 of it must be a number, got "x"/);
  assert.throws(load("AAAA" as never, "uint8"), /it must have 2 elements, got 3/);
  assert.throws(load([1, 2] as never, "uint8"), /it must be bytes in base64, got \[1,2\]/);
  assert.throws(load("A===" as never, "uint8"), /it must be bytes in base64/);
  assert.throws(load(undefined as never, "uint8"), /it must be bytes in base64, got undefined/);
});
