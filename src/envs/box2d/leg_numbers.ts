/**
 * Where {@linkcode LegSolver} keeps what: the places of a leg's numbers in its arrays.
 *
 * @module
 */

import type { JointInternals } from "./planck_internals.ts";

// What iterations change: the leg's velocities, and the impulses of its joint: along x, along y,
// against the limit, of the motor.
export const VX = 0, VY = 1, W = 2, IX = 3, IY = 4, IZ = 5, MOTOR = 6;
/** Numbers of a leg. */
export const LEG = 7;

// What stays during a step. From the lander's and from the leg's centre to the joint.
export const AX = 0, AY = 1, BX = 2, BY = 3;
// The joint's mass matrix, which is symmetric, with the columns x, y and z (ZZ is the same for both).
export const XX = 4, XY = 5, YY = 6, XZ = 7, YZ = 8;
// The vector product of its columns y and z; one over the determinants of all and of x and y alone.
export const CX = 9, CY = 10, CZ = 11, OVER_3 = 12, OVER_2 = 13;
/** The motor's speed. */
export const SPEED = 14;
/** Numbers of a joint. */
export const JOINT = 15;

/** Writes what stays of a joint during a step, from `c` on. */
export function writeConstants(constants: Float64Array, c: number, joint: JointInternals): void {
  const { m_bodyA: a, m_bodyB: b } = joint;
  const { m_invMass: massA, m_invI: inertiaA } = a;
  const { m_invMass: massB, m_invI: inertiaB } = b;
  const angleA = a.c_position.a, angleB = b.c_position.a;
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

  const xx = massA + massB + ay * ay * inertiaA + by * by * inertiaB;
  const xy = -ay * ax * inertiaA - by * bx * inertiaB;
  const xz = -ay * inertiaA - by * inertiaB;
  const yy = massA + massB + ax * ax * inertiaA + bx * bx * inertiaB;
  const yz = ax * inertiaA + bx * inertiaB;
  const zz = inertiaA + inertiaB;
  const cx = yy * zz - yz * yz;
  const cy = yz * xz - xy * zz;
  const cz = xy * yz - yy * xz;
  constants[c + AX] = ax;
  constants[c + AY] = ay;
  constants[c + BX] = bx;
  constants[c + BY] = by;
  constants[c + XX] = xx;
  constants[c + XY] = xy;
  constants[c + YY] = yy;
  constants[c + XZ] = xz;
  constants[c + YZ] = yz;
  constants[c + CX] = cx;
  constants[c + CY] = cy;
  constants[c + CZ] = cz;
  constants[c + OVER_3] = 1 / (xx * cx + xy * cy + xz * cz);
  constants[c + OVER_2] = 1 / (xx * yy - xy * xy);
  constants[c + SPEED] = joint.m_motorSpeed;
}
