import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/numpy.json" with { type: "json" };
import { integers } from "../../../src/envs/rng/integers.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import { standardExponential, standardNormal } from "../../../src/envs/rng/ziggurat.ts";
import { sha256 } from "../fixture.ts";

Deno.test("pcg64: seeding, raw draws and doubles are NumPy's", () => {
  for (const { seed, seeded, raw, doubles } of recorded.pcg64) {
    const rng = new PCG64(seed);
    assert.deepEqual(rng.getState(), seeded, `seed ${seed}`);
    for (const wanted of raw) {
      rng.next64();
      const hex = (value: number) => value.toString(16).padStart(8, "0");
      assert.equal(hex(rng.high) + hex(rng.low), wanted, `seed ${seed}`);
    }
    for (const wanted of doubles) assert.equal(rng.nextDouble(), wanted, `seed ${seed}`);
  }
});

Deno.test("pcg64: 100,000 doubles are NumPy's", async () => {
  const { seed, count, sha256: wanted } = recorded.longRun;
  const rng = new PCG64(seed);
  assert.equal(await sha256(Float64Array.from({ length: count }, () => rng.nextDouble())), wanted);
});

Deno.test("pcg64: 32-bit and 64-bit draws interleave as in NumPy", () => {
  const rng = new PCG64(recorded.mixed.seed);
  for (const [i, { call, value }] of recorded.mixed.calls.entries()) {
    const actual = call === "u"
      ? rng.nextDouble()
      : call === "n"
      ? standardNormal(rng)
      : call === "e"
      ? standardExponential(rng)
      : integers(rng, Number(call.slice(1)));
    assert.equal(actual, value, `call ${i}, ${call}`);
  }
});

Deno.test("pcg64: a state survives JSON, in the middle of a 64-bit draw as well", () => {
  const rng = new PCG64(3);
  rng.next32();
  const copy = new PCG64(4);
  copy.setState(JSON.parse(JSON.stringify(rng.getState())));
  assert.deepEqual(copy.getState(), rng.getState());
  for (let i = 0; i < 5; i++) assert.equal(copy.next32(), rng.next32());
  for (let i = 0; i < 5; i++) assert.equal(copy.nextDouble(), rng.nextDouble());
});

Deno.test("pcg64: a state that is none is refused and changes nothing", () => {
  const rng = new PCG64(3);
  const before = rng.getState();
  const good = { state: "1", inc: "3", hasUint32: false, uinteger: 0 };
  const bad = [
    [null, /the state of a PCG64 must be an object made by getState\(\), got null/],
    [{ ...good, state: 1 }, /state of a PCG64 must be a decimal number .* got 1/],
    [{ ...good, inc: "x" }, /inc of a PCG64 must be a decimal number .* got "x"/],
    [{ ...good, inc: (1n << 128n).toString() }, /inc of a PCG64 must be .* under 2\^128/],
    [{ ...good, hasUint32: 0 }, /hasUint32 of a PCG64 must be a boolean, got 0/],
    [{ ...good, uinteger: -1 }, /uinteger of a PCG64 must be an integer of at least 0, got -1/],
  ] as const;
  for (const [state, message] of bad) assert.throws(() => rng.setState(state), message);
  assert.deepEqual(rng.getState(), before);
});

Deno.test("pcg64: without a seed two generators differ", () => {
  assert.notDeepEqual(new PCG64().getState(), new PCG64().getState());
});
