/** Tests of the heuristic pilot against the actions that Gymnasium's took. @module */

import assert from "node:assert/strict";
import { lunarLanderPilot } from "../../../mod.ts";
import recorded from "../../fixtures/box2d/lunar_lander.json" with { type: "json" };
import { bytesFrom } from "../fixture.ts";

Deno.test("lander pilot: it does what Gymnasium's does", () => {
  const counts = [0, 0, 0, 0];
  for (const { seed, advice, observations } of recorded.flights) {
    const all = new Float32Array(bytesFrom(observations));
    assert.equal(all.length, 8 * advice.length);
    [...advice].forEach((wanted, i) => {
      const action = lunarLanderPilot(all.subarray(8 * i, 8 * i + 8));
      assert.equal(action, Number(wanted), `seed ${seed}, step ${i}`);
      counts[action]++;
    });
  }
  assert.ok(Math.min(...counts) > 50, `${counts}`);
});

Deno.test("lander pilot: with a leg on the ground it only brakes", () => {
  const slow = [0, 0, 0, 0, 0.3, 0.3];
  const falling = [0, 0, 0, -0.2, 0.3, 0.3];
  for (const legs of [[1, 0], [0, 1], [1, 1]]) {
    assert.equal(lunarLanderPilot([...slow, ...legs]), 0);
    assert.equal(lunarLanderPilot([...falling, ...legs]), 2);
  }
  assert.equal(lunarLanderPilot([...slow, 0, 0]), 3);
});
