import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/numpy.json" with { type: "json" };
import { integers } from "../../../src/envs/rng/integers.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import { sha256 } from "../fixture.ts";

Deno.test("integers: draws are NumPy's for ranges of one value to 2^53 - 1", async () => {
  for (const { n, seed, first, count, sha256: wanted, after } of recorded.integers) {
    const rng = new PCG64(seed);
    const draws = Float64Array.from({ length: count }, () => integers(rng, n));
    assert.deepEqual([...draws.subarray(0, first.length)], first, `n = ${n}`);
    assert.equal(await sha256(draws), wanted, `n = ${n}`);
    const { uinteger, ...state } = rng.getState() as Record<string, unknown>;
    const { uinteger: wantedHalf, ...wantedState } = after;
    assert.deepEqual(state, wantedState, `the generator after n = ${n}`);
    // NumPy keeps a half that it has used, where it means nothing.
    if (after.hasUint32) assert.equal(uinteger, wantedHalf, `n = ${n}`);
  }
});

Deno.test("integers: every value of a small range comes up evenly", () => {
  const rng = new PCG64(1);
  const counts = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) counts[integers(rng, 3)]++;
  // Three standard deviations of a binomial draw are 245.
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 245, `${counts}`);
});
