import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/toy_text.json" with { type: "json" };
import { generateRandomMap } from "../../../src/envs/mod.ts";

Deno.test("frozen_lake_maps: random maps are Gymnasium's for the same seeds", () => {
  for (const { size, p, seed, map } of recorded.maps) {
    assert.equal(generateRandomMap({ size, p, seed }).join("/"), map, `${size}, ${p}, ${seed}`);
  }
  assert.ok(recorded.maps.length > 30);
});

Deno.test("frozen_lake_maps: the defaults are 8, 0.8 and a seed of one's own", () => {
  const [first, second] = [generateRandomMap(), generateRandomMap()];
  assert.equal(first.length, 8);
  assert.notDeepEqual(first, second);
  assert.deepEqual(generateRandomMap({ seed: 3 }), generateRandomMap({ size: 8, p: 0.8, seed: 3 }));
});

Deno.test("frozen_lake_maps: what has no way is refused", () => {
  assert.throws(
    () => generateRandomMap({ size: 1 }),
    /size must be an integer of at least 2, got 1/,
  );
  assert.throws(() => generateRandomMap({ size: 2.5 }), /size must be an integer .* got 2.5/);
  assert.throws(() => generateRandomMap({ p: 0 }), /p must be a number over 0, got 0/);
  assert.throws(() => generateRandomMap({ p: NaN }), /p must be a number over 0, got NaN/);
  assert.throws(
    () => generateRandomMap({ size: 4, p: 1e-4, seed: 1 }),
    /none of 100000 maps of size 4 with p 0.0001 has a way to the goal/,
  );
});
