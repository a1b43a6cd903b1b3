/** Tests of the terrain against Gymnasium's. @module */

import assert from "node:assert/strict";
import { Flight } from "../../../src/envs/box2d/flight.ts";
import { heightAt, HELIPAD_X, HELIPAD_Y } from "../../../src/envs/box2d/terrain.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import recorded from "../../fixtures/box2d/lunar_lander.json" with { type: "json" };

const CONDITIONS = { gravity: -10, enableWind: false, windPower: 15, turbulencePower: 1.5 };

Deno.test("terrain: it is Gymnasium's for the same seed", () => {
  for (const { seed, heights } of recorded.flights) {
    const { ground } = new Flight(CONDITIONS, new PCG64(seed)).world;
    assert.equal(ground.length, heights.length);
    // Gymnasium's library keeps the heights in single precision.
    ground.forEach(([, y], i) => assert.equal(Math.fround(y), heights[i], `seed ${seed}, ${i}`));
  }
});

Deno.test("terrain: the pad is flat, and heights are those between the vertices", () => {
  const { ground } = new Flight(CONDITIONS, new PCG64(1)).world;
  // 0.33 is not quite a third: the pad is a little lower than it says.
  const pad = 0.33 * 3 * HELIPAD_Y;
  for (const x of [...HELIPAD_X, 10]) assert.ok(Math.abs(heightAt(ground, x) - pad) < 1e-12);
  const [[x0, y0], [x1, y1]] = ground;
  assert.ok(Math.abs(heightAt(ground, (x0 + x1) / 2) - (y0 + y1) / 2) < 1e-12);
  assert.deepEqual([heightAt(ground, -1), heightAt(ground, 21)], [0, 0]);
});
