/** Tests that the legs' joint is planck's own to the last bit, only faster. @module */

import assert from "node:assert/strict";
import { RevoluteJoint } from "planck";
import { LegJoint } from "../../../src/envs/box2d/leg_joint.ts";
import { LunarLander } from "../../../src/envs/box2d/lunar_lander.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";

/** What some thousand steps of random flights come to, contacts and crashes included. */
function flights(steps: number): Float64Array {
  const env = new LunarLander();
  const random = new PCG64(4);
  env.reset({ seed: 3 });
  const seen = new Float64Array(9 * steps);
  for (let i = 0; i < steps; i++) {
    const [observation, reward, terminated] = env.step(Math.floor(4 * random.nextDouble()));
    seen.set(observation, 9 * i);
    seen[9 * i + 8] = reward;
    if (terminated) env.reset();
  }
  return seen;
}

Deno.test("leg joint: flights are those of planck's own joint, bit for bit", () => {
  const own = LegJoint.prototype.solveVelocityConstraints;
  const fast = flights(4_000);
  try {
    LegJoint.prototype.solveVelocityConstraints = RevoluteJoint.prototype.solveVelocityConstraints;
    assert.deepEqual(flights(4_000), fast);
  } finally {
    LegJoint.prototype.solveVelocityConstraints = own;
  }
  const contacts = fast.filter((value, i) => i % 9 === 6 && value === 1).length;
  assert.ok(contacts > 50, `${contacts} steps with a leg on the ground`);
});
