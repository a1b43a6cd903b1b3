import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/spaces.json" with { type: "json" };
import { ARRAYS, type BoxDtype, RANGES, resultDtype } from "../../../src/envs/spaces/dtype.ts";

Deno.test("dtype: resultDtype is NumPy's result_type of all triples, float64 where that is int64", () => {
  const names = recorded.dtypes.names as BoxDtype[];
  const results = recorded.dtypes.results.split(" ");
  assert.equal(results.length, 8 ** 3);
  let i = 0;
  for (const a of names) {
    for (const b of names) {
      for (const c of names) {
        const wanted = results[i] === "int64" ? "float64" : results[i];
        assert.equal(resultDtype([a, b, c]), wanted, `${a}, ${b}, ${c}`);
        i++;
      }
    }
  }
  for (const name of names) assert.equal(resultDtype([name]), name);
});

Deno.test("dtype: each range just fits its array", () => {
  for (const [dtype, [min, max]] of Object.entries(RANGES)) {
    const array = new ARRAYS[dtype as BoxDtype](2);
    array.set([min, max]);
    assert.deepEqual([...array], [min, max], dtype);
    if (dtype === "float32") assert.equal(Math.fround(max * (1 + 2 ** -24)), Infinity);
    if (!dtype.startsWith("float")) {
      array.set([min - 1, max + 1]);
      assert.deepEqual([...array], [max, min], dtype);
    }
  }
});
