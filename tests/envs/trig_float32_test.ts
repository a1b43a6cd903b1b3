import assert from "node:assert/strict";
import recorded from "../fixtures/gymnasium/numpy.json" with { type: "json" };
import { PCG64 } from "../../src/envs/rng/pcg64.ts";
import { cosFloat32, sinFloat32 } from "../../src/envs/trig_float32.ts";
import { sha256 } from "./fixture.ts";

for (const { limit, seed, count, sha256Sin, sha256Cos } of recorded.trigFloat32) {
  Deno.test(`trig_float32: ${count} sines and cosines up to ±${limit} are NumPy's`, async () => {
    const rng = new PCG64(seed);
    const angles = Float32Array.from(
      { length: count },
      () => -limit + 2 * limit * rng.nextDouble(),
    );
    assert.equal(await sha256(angles.map(sinFloat32)), sha256Sin);
    assert.equal(await sha256(angles.map(cosFloat32)), sha256Cos);
  });
}

Deno.test("trig_float32: zeros, large and special arguments", () => {
  assert.equal(sinFloat32(0), 0);
  assert.equal(cosFloat32(0), 1);
  assert.equal(sinFloat32(2 ** 20), Math.fround(Math.sin(2 ** 20)));
  assert.equal(cosFloat32(2 ** 20), Math.fround(Math.cos(2 ** 20)));
  for (const x of [NaN, Infinity, -Infinity]) {
    assert.ok(Number.isNaN(sinFloat32(x)));
    assert.ok(Number.isNaN(cosFloat32(x)));
  }
});
