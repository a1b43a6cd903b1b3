/**
 * The solver's iterations over what the lander's legs stand on, for {@linkcode LegSolver}.
 *
 * Equations: Erin Catto's Box2D 2.3, b2ContactSolver, by way of planck 1.5, for contacts of one point with
 * ground that does not move.
 *
 * @module
 */

import { LEG, VX, VY, W } from "./leg_numbers.ts";
import type { ContactInternals, JointInternals } from "./planck_internals.ts";

// A contact's numbers: where its leg's state begins, the normal, from the leg's centre to the point,
// the masses that resist a push along and across the normal, impulses.
const AT = 0, NX = 1, NY = 2, RX = 3, RY = 4, NORMAL_MASS = 5, TANGENT_MASS = 6, BIAS = 7;
const FRICTION = 8, NORMAL = 9, TANGENT = 10;
const CONTACT = 11;
/** Two legs over a few edges; more are planck's to solve. */
const MOST = 8;

/** The contacts of a step. */
export class GroundContacts {
  /** How many there are. */
  count = 0;
  readonly #numbers = new Float64Array(MOST * CONTACT);

  /** Takes a step's contacts over; returns false where there are others than of one point of a leg. */
  load(all: readonly ContactInternals[], joints: readonly JointInternals[]): boolean {
    if (all.length > MOST) return false;
    const numbers = this.#numbers;
    for (let i = 0; i < all.length; i++) {
      const { m_fixtureB: { m_body }, v_friction, v_normal, v_pointCount, v_points: [point] } =
        all[i];
      const leg = joints.findIndex(({ m_bodyB }) => m_bodyB === m_body);
      if (leg < 0 || v_pointCount !== 1) return false;
      const c = CONTACT * i;
      numbers[c + AT] = LEG * leg;
      numbers[c + NX] = v_normal.x;
      numbers[c + NY] = v_normal.y;
      numbers[c + RX] = point.rB.x;
      numbers[c + RY] = point.rB.y;
      numbers[c + NORMAL_MASS] = point.normalMass;
      numbers[c + TANGENT_MASS] = point.tangentMass;
      numbers[c + BIAS] = point.velocityBias;
      numbers[c + FRICTION] = v_friction;
      numbers[c + NORMAL] = point.normalImpulse;
      numbers[c + TANGENT] = point.tangentImpulse;
    }
    this.count = all.length;
    return true;
  }

  /** Gives the impulses back. */
  store(all: readonly ContactInternals[]): void {
    for (let i = 0; i < all.length; i++) {
      const [point] = all[i].v_points;
      point.normalImpulse = this.#numbers[CONTACT * i + NORMAL];
      point.tangentImpulse = this.#numbers[CONTACT * i + TANGENT];
    }
  }

  /** One iteration: pushes the legs whose state it is, of an inverse mass and inertia. */
  iterate(state: Float64Array, mass: number, inertia: number): void {
    const numbers = this.#numbers;
    const end = CONTACT * this.count;
    for (let c = 0; c < end; c += CONTACT) {
      const s = numbers[c + AT];
      let vx = state[s + VX], vy = state[s + VY], w = state[s + W];
      const nx = numbers[c + NX], ny = numbers[c + NY];
      const rx = numbers[c + RX], ry = numbers[c + RY];

      // Friction: stops the point along the ground, with at most its share of the weight.
      const normalBefore = numbers[c + NORMAL], tangentBefore = numbers[c + TANGENT];
      const slip = (vx + -w * ry) * ny + (vy + w * rx) * -nx;
      const most = numbers[c + FRICTION] * normalBefore;
      const wanted = tangentBefore + numbers[c + TANGENT_MASS] * -slip;
      const tangent = wanted < -most ? -most : wanted > most ? most : wanted;
      numbers[c + TANGENT] = tangent;
      const tx = (tangent - tangentBefore) * ny, ty = (tangent - tangentBefore) * -nx;
      vx += mass * tx;
      vy += mass * ty;
      w += inertia * (rx * ty - ry * tx);

      // The ground: pushes, and never pulls.
      const approach = (vx + -w * ry) * nx + (vy + w * rx) * ny - numbers[c + BIAS];
      const normal = Math.max(normalBefore + -numbers[c + NORMAL_MASS] * approach, 0);
      numbers[c + NORMAL] = normal;
      const px = (normal - normalBefore) * nx, py = (normal - normalBefore) * ny;
      state[s + VX] = vx + mass * px;
      state[s + VY] = vy + mass * py;
      state[s + W] = w + inertia * (rx * py - ry * px);
    }
  }
}
