import assert from "node:assert/strict";
import recorded from "../../fixtures/minatar/mt19937.json" with { type: "json" };
import type { JsonValue } from "../../../src/envs/json.ts";
import { MT19937, mt19937FromJson, mt19937ToJson } from "../../../src/envs/rng/mt19937.ts";
import { sha256 } from "../fixture.ts";

/** The state as NumPy has it, the key by its hash. */
async function state(rng: MT19937): Promise<{ sha256: string; pos: number }> {
  const { key, pos } = rng.getState() as { key: number[]; pos: number };
  // Words as a Float64Array's bytes would be: the hash is of little-endian 32-bit words.
  const bytes = new Uint8Array(Uint32Array.from(key).buffer);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { sha256: hex, pos };
}

Deno.test("mt19937: seeding, doubles and integers are NumPy's", async () => {
  assert.equal(recorded.seeds.length, 11);
  for (const record of recorded.seeds) {
    const name = `seed ${record.seed}`;
    const rng = new MT19937(record.seed);
    assert.deepEqual(await state(rng), { sha256: record.sha256Seeded, pos: record.pos }, name);
    for (const [n, wanted] of record.calls) {
      const actual = n === 0 ? rng.nextDouble() : rng.integer(n);
      assert.equal(actual, wanted, `${name}, ${n === 0 ? "a double" : `one of ${n}`}`);
    }
    const doubles = Float64Array.from({ length: 2000 }, () => rng.nextDouble());
    assert.equal(await sha256(doubles), record.sha256Doubles, name);
    const integers = Float64Array.from({ length: 2000 }, () => 1 + rng.integer(5));
    assert.equal(await sha256(integers), record.sha256Integers, name);
    assert.deepEqual(await state(rng), record.after, name);
  }
});

Deno.test("mt19937: a state survives JSON and goes on from there, at any position", () => {
  const rng = new MT19937(3);
  for (const draws of [0, 1, 311, 1, 400]) {
    for (let i = 0; i < draws; i++) rng.nextDouble();
    const copy = mt19937FromJson(JSON.parse(JSON.stringify(mt19937ToJson(rng)))) as MT19937;
    assert.deepEqual(copy.getState(), rng.getState());
    const fork = new MT19937(8);
    fork.setState(copy.getState());
    for (let i = 0; i < 700; i++) assert.equal(fork.nextDouble(), copy.nextDouble());
  }
  assert.equal(mt19937FromJson(mt19937ToJson(undefined)), undefined);
});

Deno.test("mt19937: a state that is none is refused and changes nothing", () => {
  const rng = new MT19937(3);
  const before = rng.getState() as { key: number[]; pos: number };
  const bad: [JsonValue, RegExp][] = [
    [null, /the state of an MT19937 must be an object made by getState\(\), got null/],
    [{ pos: 0 }, /key of an MT19937 must be an array, got undefined/],
    [{ ...before, key: [1, 2] }, /key of an MT19937 must hold 624 words, got 2/],
    [{ ...before, key: before.key.with(5, -1) }, /a word of an MT19937's key .* got -1/],
    [{ ...before, key: before.key.with(5, 2 ** 32) }, /must be at most 4294967295, got 4294967296/],
    [{ ...before, pos: 625 }, /pos of an MT19937 must be at most 624, got 625/],
    [{ ...before, pos: 0.5 }, /pos of an MT19937 must be an integer of at least 0, got 0.5/],
  ];
  for (const [state, message] of bad) assert.throws(() => rng.setState(state), message);
  assert.deepEqual(rng.getState(), before);
  assert.throws(() => mt19937FromJson(5), /the state of a random generator must be an object/);
});

Deno.test("mt19937: without a seed two generators differ, and a bad seed is refused", () => {
  assert.notDeepEqual(new MT19937().getState(), new MT19937().getState());
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
    assert.throws(() => new MT19937(seed), /seed must be an integer from 0 to 2\^53 - 1, got/);
  }
});
