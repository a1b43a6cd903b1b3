import assert from "node:assert/strict";
import { valueFromJson, valueToJson } from "../../../src/envs/vector/value_json.ts";

Deno.test("value_json: values come back through JSON as they were", () => {
  const long = Float64Array.from({ length: 20_000 }, (_, i) => Math.sin(i));
  const values = [
    null,
    true,
    "text",
    -0,
    NaN,
    1e-300,
    Float32Array.of(NaN, -0, Infinity, 0.1),
    long,
    new Uint8Array(0),
    Int16Array.of(-3, 4).subarray(1),
    [1, [2, "a"], Uint32Array.of(7)],
    { a: { number: 1 }, list: [], array: "Float32Array", base64: "AAAA" },
  ];
  for (const value of values) {
    const back = valueFromJson(JSON.parse(JSON.stringify(valueToJson(value))));
    assert.deepEqual(back, value);
    assert.ok(Object.is(back, value) || typeof value === "object");
  }
});

Deno.test("value_json: what can't be written or read is refused", () => {
  for (const value of [undefined, () => 0, 1n, new Map(), [new Date()]]) {
    assert.throws(() => valueToJson(value), /a state can hold observations made of/);
  }
  for (
    const json of [
      undefined,
      3,
      [],
      {},
      { number: "x" },
      { array: "Float32Array", base64: "AAA" },
      { array: "Float32Array", base64: "A A" },
      { array: "Object", base64: "AAAA" },
      { base64: "AAAA" },
      { record: null },
      { list: [3] },
    ]
  ) {
    assert.throws(() => valueFromJson(json as never), { name: "TypeError" });
  }
});
