/**
 * The fields of planck 1.5's objects that the legs' solver works on. planck's types leave them out, so
 * its version is pinned, and a test compares the results with planck's own.
 *
 * @module
 */

/** Two numbers that change in place. */
export interface Vector {
  x: number;
  y: number;
}

/** Velocities of a body while planck solves. */
export interface VelocityInternals {
  readonly v: Vector;
  w: number;
}

/** Of a body. */
export interface BodyInternals {
  readonly m_invMass: number;
  readonly m_invI: number;
  readonly m_sweep: { readonly localCenter: Vector };
  readonly c_position: { readonly c: Vector; a: number };
  readonly c_velocity: VelocityInternals;
  readonly m_world: { readonly m_solver: { readonly m_contacts: readonly ContactInternals[] } };
}

/** Of a revolute joint: A is the lander, B the leg. */
export interface JointInternals {
  readonly m_bodyA: BodyInternals;
  readonly m_bodyB: BodyInternals;
  readonly m_localAnchorA: Vector;
  readonly m_localAnchorB: Vector;
  readonly m_referenceAngle: number;
  readonly m_lowerAngle: number;
  readonly m_upperAngle: number;
  readonly m_motorSpeed: number;
  readonly m_maxMotorTorque: number;
  /** One of {@linkcode FREE}, {@linkcode AT_LOWER}, {@linkcode AT_UPPER}. */
  m_limitState: number;
  /** What the joint has pushed with: along x, along y, against the limit. */
  readonly m_impulse: Vector & { z: number };
  m_motorImpulse: number;
}

/** A joint's `m_limitState` between the limits. */
export const FREE = 0;
/** A joint's `m_limitState` at the lower limit. */
export const AT_LOWER = 1;
/** A joint's `m_limitState` at the upper limit. */
export const AT_UPPER = 2;

/** Of a contact: A is the ground, B what touches it. */
export interface ContactInternals {
  readonly m_fixtureB: { readonly m_body: BodyInternals };
  readonly v_friction: number;
  readonly v_normal: Vector;
  readonly v_pointCount: number;
  readonly v_points: readonly {
    readonly rB: Vector;
    readonly normalMass: number;
    readonly tangentMass: number;
    readonly velocityBias: number;
    normalImpulse: number;
    tangentImpulse: number;
  }[];
}
