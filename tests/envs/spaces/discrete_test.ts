import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/spaces.json" with { type: "json" };
import { Discrete } from "../../../src/envs/mod.ts";

Deno.test("discrete: samples are Gymnasium's", () => {
  for (const { n, start, seed, samples } of recorded.discrete) {
    const space = new Discrete(n, { start });
    space.seed(seed);
    const actual = samples.map(() => space.sample());
    assert.deepEqual(actual, samples, `${space}, seed ${seed}`);
    for (const sample of actual) assert.ok(space.contains(sample));
  }
});

Deno.test("discrete: contains the integers from start on, and nothing else", () => {
  const space = new Discrete(3, { start: -1 });
  for (const x of [-1, 0, 1]) assert.ok(space.contains(x));
  for (const x of [-2, 2, 0.5, NaN, Infinity, "0", 0n, null, undefined, [0], true]) {
    assert.ok(!space.contains(x), String(x));
  }
});

Deno.test("discrete: the state survives JSON, seeded or not", () => {
  const space = new Discrete(100);
  assert.equal(space.getState(), null);
  space.seed(5);
  space.sample();
  const copy = new Discrete(100);
  copy.setState(JSON.parse(JSON.stringify(space.getState())));
  for (let i = 0; i < 20; i++) assert.equal(copy.sample(), space.sample());
  copy.setState(null);
  assert.equal(copy.getState(), null);
});

Deno.test("discrete: nobody's seed is not always the same", () => {
  const draws = () => {
    const space = new Discrete(2 ** 40);
    return [space.sample(), space.sample()];
  };
  assert.notDeepEqual(draws(), draws());
  const space = new Discrete(2 ** 40);
  space.seed(1);
  const seeded = space.sample();
  space.seed();
  assert.notEqual(space.sample(), seeded);
});

Deno.test("discrete: bad arguments are refused", () => {
  for (const n of [0, -1, 1.5, NaN, 2 ** 53]) {
    assert.throws(() => new Discrete(n), {
      name: "RangeError",
      message: `Discrete: n must be an integer from 1 to 2^53 - 1, got ${n}`,
    });
  }
  assert.throws(() => new Discrete(2, { start: 0.5 }), /start must be an integer .* got 0.5/);
  assert.throws(() => new Discrete(2, { start: 2 ** 53 - 1 }), /start \+ n - 1 must be at most/);
  assert.throws(() => new Discrete(2).seed(-1), /seed must be an integer from 0 .* got -1/);
});

Deno.test("discrete: toString", () => {
  assert.equal(`${new Discrete(2)}`, "Discrete(2)");
  assert.equal(`${new Discrete(3, { start: -1 })}`, "Discrete(3, start=-1)");
});
