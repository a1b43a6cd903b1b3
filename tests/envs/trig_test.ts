import assert from "node:assert/strict";
import recorded from "../fixtures/gymnasium/numpy.json" with { type: "json" };
import { PCG64 } from "../../src/envs/rng/pcg64.ts";
import { cos, sin } from "../../src/envs/trig.ts";
import { sha256 } from "./fixture.ts";

for (const { limit, seed, count, first, sha256Sin, sha256Cos } of recorded.trig) {
  Deno.test(`trig: ${count} sines and cosines up to ±${limit} are NumPy's to the last bit`, async () => {
    const rng = new PCG64(seed);
    const angles = Float64Array.from(
      { length: count },
      () => -limit + 2 * limit * rng.nextDouble(),
    );
    for (const [i, [x, sine, cosine]] of first.entries()) {
      assert.equal(angles[i], x);
      assert.equal(sin(x), sine, `sin(${x})`);
      assert.equal(cos(x), cosine, `cos(${x})`);
    }
    assert.equal(await sha256(angles.map(sin)), sha256Sin);
    assert.equal(await sha256(angles.map(cos)), sha256Cos);
  });
}

Deno.test("trig: zeros, tiny, large and special arguments", () => {
  assert.ok(Object.is(sin(0), 0));
  assert.ok(Object.is(sin(-0), -0));
  assert.equal(cos(0), 1);
  assert.equal(sin(1e-300), 1e-300);
  assert.equal(cos(1e-300), 1);
  assert.equal(cos(Math.PI / 2), 6.123233995736766e-17);
  assert.equal(sin(Math.PI), 1.2246467991473532e-16);
  // Beyond the formulas.
  for (const x of [105414336, -3e8, 1e22]) {
    assert.equal(sin(x), Math.sin(x));
    assert.equal(cos(x), Math.cos(x));
  }
  for (const x of [NaN, Infinity, -Infinity]) {
    assert.ok(Number.isNaN(sin(x)));
    assert.ok(Number.isNaN(cos(x)));
  }
});

Deno.test("trig: the sine is odd and the cosine even, to the last bit", () => {
  for (let x = 0.0001; x < 9; x += 0.0007) {
    assert.equal(sin(-x), -sin(x));
    assert.equal(cos(-x), cos(x));
  }
});
