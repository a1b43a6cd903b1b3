/** Tests that the legs' solver gives what planck's own gives, to the last bit, in the air and on the ground. @module */

import assert from "node:assert/strict";
import { RevoluteJoint } from "planck";
import { LunarLander, lunarLanderPilot } from "../../../mod.ts";
import { GroundContacts } from "../../../src/envs/box2d/ground_contacts.ts";
import { LegJoint } from "../../../src/envs/box2d/leg_joint.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";

/** Flights by the heuristic pilot with some random actions, in wind or not: observations and rewards. */
function flights(steps: number): Float64Array {
  const seen = new Float64Array(9 * steps);
  const random = new PCG64(4);
  let env = new LunarLander();
  let [observation] = env.reset({ seed: 3 });
  for (let i = 0, flown = 1; i < steps; i++, flown++) {
    const action = random.nextDouble() < 0.1
      ? Math.floor(4 * random.nextDouble())
      : lunarLanderPilot(observation);
    const [next, reward, terminated] = env.step(action);
    observation = next;
    seen.set(observation, 9 * i);
    seen[9 * i + 8] = reward;
    if (!terminated && flown < 500) continue;
    env = new LunarLander({ enableWind: i % 2 === 0 });
    [observation] = env.reset({ seed: i });
    flown = 0;
  }
  return seen;
}

Deno.test("leg solver: flights are those of planck's own joints, bit for bit", () => {
  const { prototype } = GroundContacts;
  const load = prototype.load;
  const loads = { air: 0, ground: 0, left: 0 };
  prototype.load = function (all, joints) {
    const isHere = load.call(this, all, joints);
    loads[!isHere ? "left" : all.length === 0 ? "air" : "ground"]++;
    return isHere;
  };
  const {
    initVelocityConstraints,
    solveVelocityConstraints,
    solvePositionConstraints,
  } = LegJoint.prototype;
  const own = { initVelocityConstraints, solveVelocityConstraints, solvePositionConstraints };
  try {
    const fast = flights(4_000);
    const { prototype: plain } = RevoluteJoint;
    Object.assign(LegJoint.prototype, {
      initVelocityConstraints: plain.initVelocityConstraints,
      solveVelocityConstraints: plain.solveVelocityConstraints,
      solvePositionConstraints: plain.solvePositionConstraints,
    });
    assert.deepEqual(flights(4_000), fast);
  } finally {
    prototype.load = load;
    Object.assign(LegJoint.prototype, own);
  }
  // In the air, on the ground, and where contacts are left to planck, step by step.
  assert.ok(loads.air > 1000 && loads.ground > 500 && loads.left > 180, JSON.stringify(loads));
});
