/**
 * The joint of a leg: planck's revolute joint, solved by {@linkcode LegSolver} together with the other
 * leg's, and without making vectors.
 *
 * @module
 */

import { RevoluteJoint, type RevoluteJointDef, Settings, type TimeStep } from "planck";
import type { LegSolver } from "./leg_solver.ts";
import { AT_LOWER, FREE, type JointInternals } from "./planck_internals.ts";

const { linearSlop, angularSlop, maxAngularCorrection } = Settings;

/** A revolute joint with its motor and its limits switched on, the limits apart from each other. */
export class LegJoint extends RevoluteJoint {
  readonly #solver: LegSolver;

  /**
   * @param definition What planck's joint takes.
   * @param solver Both legs' solver.
   */
  constructor(definition: RevoluteJointDef, solver: LegSolver) {
    super(definition);
    this.#solver = solver;
  }

  /** Prepares a step of the world. */
  override initVelocityConstraints(step: TimeStep): void {
    this.#solver.prepare(this as unknown as JointInternals, step);
  }

  /** One iteration, or the pair's iterations all at once. */
  override solveVelocityConstraints(step: TimeStep): void {
    this.#solver.solve(this as unknown as JointInternals, step);
  }

  /** Moves lander and leg to where the joint holds; returns whether it held well enough before. */
  override solvePositionConstraints(step: TimeStep): boolean {
    this.#solver.finish(step);
    const joint = this as unknown as JointInternals;
    const { m_bodyA: a, m_bodyB: b } = joint;
    const { m_invMass: massA, m_invI: inertiaA } = a;
    const { m_invMass: massB, m_invI: inertiaB } = b;
    const positionA = a.c_position, positionB = b.c_position;
    let angleA = positionA.a, angleB = positionB.a;

    let angularError = 0;
    if (joint.m_limitState !== FREE) {
      const angle = angleB - angleA - joint.m_referenceAngle;
      let correction: number;
      if (joint.m_limitState === AT_LOWER) {
        const off = angle - joint.m_lowerAngle;
        angularError = -off;
        correction = Math.min(Math.max(off + angularSlop, -maxAngularCorrection), 0);
      } else {
        const off = angle - joint.m_upperAngle;
        angularError = off;
        correction = Math.min(Math.max(off - angularSlop, 0), maxAngularCorrection);
      }
      const impulse = -(1 / (inertiaA + inertiaB)) * correction;
      angleA -= inertiaA * impulse;
      angleB += inertiaB * impulse;
    }

    const sineA = Math.sin(angleA), cosineA = Math.cos(angleA);
    const sineB = Math.sin(angleB), cosineB = Math.cos(angleB);
    const anchorAx = joint.m_localAnchorA.x - a.m_sweep.localCenter.x;
    const anchorAy = joint.m_localAnchorA.y - a.m_sweep.localCenter.y;
    const anchorBx = joint.m_localAnchorB.x - b.m_sweep.localCenter.x;
    const anchorBy = joint.m_localAnchorB.y - b.m_sweep.localCenter.y;
    const ax = cosineA * anchorAx - sineA * anchorAy;
    const ay = sineA * anchorAx + cosineA * anchorAy;
    const bx = cosineB * anchorBx - sineB * anchorBy;
    const by = sineB * anchorBx + cosineB * anchorBy;
    const offX = positionB.c.x + bx - (positionA.c.x + ax);
    const offY = positionB.c.y + by - (positionA.c.y + ay);
    const positionError = Math.sqrt(offX * offX + offY * offY);

    const xx = massA + massB + inertiaA * ay * ay + inertiaB * by * by;
    const xy = -inertiaA * ax * ay - inertiaB * bx * by;
    const yy = massA + massB + inertiaA * ax * ax + inertiaB * bx * bx;
    const over = 1 / (xx * yy - xy * xy);
    const px = -(over * (yy * offX - xy * offY));
    const py = -(over * (xx * offY - xy * offX));
    positionA.c.x -= massA * px;
    positionA.c.y -= massA * py;
    positionA.a = angleA - inertiaA * (ax * py - ay * px);
    positionB.c.x += massB * px;
    positionB.c.y += massB * py;
    positionB.a = angleB + inertiaB * (bx * py - by * px);
    return positionError <= linearSlop && angularError <= angularSlop;
  }
}
