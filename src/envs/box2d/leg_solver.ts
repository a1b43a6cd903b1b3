/**
 * The solver's iterations over the joints of the lander's two legs and over what they stand on.
 *
 * planck goes over every joint and contact 180 times a step, and those calls would be most of a step's
 * time: each makes or fills a dozen vectors. Here all are solved together on plain numbers, at several
 * times the speed. The arithmetic is planck's, operation by operation, so that flights have planck's
 * bits (a test compares them); two things make it cheaper still. What does not change during a step is
 * computed once. And where all velocities and impulses are what they were some iterations before, as
 * they often are in the air, the solver goes round in a circle: whole rounds of it are left out.
 *
 * Contacts are solved here where each is of one point of a leg, as nearly all are. Else planck solves
 * them in turn with the joints.
 *
 * Equations: Erin Catto's Box2D 2.3, b2RevoluteJoint and b2ContactSolver, by way of planck 1.5.
 *
 * @module
 */

import type { TimeStep } from "planck";
import { GroundContacts } from "./ground_contacts.ts";
import {
  AX,
  AY,
  BX,
  BY,
  CX,
  CY,
  CZ,
  IX,
  IY,
  IZ,
  JOINT,
  LEG,
  MOTOR,
  OVER_2,
  OVER_3,
  SPEED,
  VX,
  VY,
  W,
  writeConstants,
  XX,
  XY,
  XZ,
  YY,
  YZ,
} from "./leg_numbers.ts";
import { AT_LOWER, AT_UPPER, FREE, type JointInternals } from "./planck_internals.ts";

/** Where the lander's velocities are, behind the legs'. */
const LANDER = 2 * LEG;
const STATE = LANDER + 3;

/** The joints of two legs that are alike, with their contacts. */
export class LegSolver {
  /** In the order in which planck goes over them, which decides the result's last bits. */
  readonly #joints: JointInternals[] = [];
  readonly #state = new Float64Array(STATE);
  /** The state some iterations ago. */
  readonly #before = new Float64Array(STATE);
  readonly #constants = new Float64Array(2 * JOINT);
  readonly #contacts = new GroundContacts();
  /** Whether a step's iterations have begun. */
  #hasBegun = false;
  /** How many iterations there were to be, once those here have made the rest superfluous. */
  #iterations = 0;

  /** Prepares a step for a joint, and starts it from the impulses of the step before. */
  prepare(joint: JointInternals, step: TimeStep): void {
    if (this.#hasBegun || this.#joints.length === 2) {
      this.#joints.length = 0;
      this.#hasBegun = false;
    }
    const c = JOINT * this.#joints.length;
    const constants = this.#constants;
    this.#joints.push(joint);
    writeConstants(constants, c, joint);
    const { m_bodyA: a, m_bodyB: b } = joint;

    // At which of its limits it is; a limit just reached has not pushed yet.
    const angle = b.c_position.a - a.c_position.a - joint.m_referenceAngle;
    let limit = FREE;
    if (angle <= joint.m_lowerAngle) limit = AT_LOWER;
    else if (angle >= joint.m_upperAngle) limit = AT_UPPER;
    const total = joint.m_impulse;
    if (limit === FREE || limit !== joint.m_limitState) total.z = 0;
    joint.m_limitState = limit;

    total.x *= step.dtRatio;
    total.y *= step.dtRatio;
    total.z *= step.dtRatio;
    joint.m_motorImpulse *= step.dtRatio;
    const turning = joint.m_motorImpulse;
    const velocityA = a.c_velocity, velocityB = b.c_velocity;
    velocityA.v.x -= a.m_invMass * total.x;
    velocityA.v.y -= a.m_invMass * total.y;
    velocityA.w -= a.m_invI *
      (constants[c + AX] * total.y - constants[c + AY] * total.x + turning + total.z);
    velocityB.v.x += b.m_invMass * total.x;
    velocityB.v.y += b.m_invMass * total.y;
    velocityB.w += b.m_invI *
      (constants[c + BX] * total.y - constants[c + BY] * total.x + turning + total.z);
  }

  /**
   * What planck calls for each joint in each iteration: the first joint's call does the work for both,
   * and where it can, for the contacts and for all iterations.
   */
  solve(joint: JointInternals, step: TimeStep): void {
    if (joint !== this.#joints[0]) return;
    this.#hasBegun = true;
    const { m_contacts } = joint.m_bodyA.m_world.m_solver;
    this.#load();
    if (this.#contacts.load(m_contacts, this.#joints)) {
      this.#iterate(step.velocityIterations, step.dt);
      this.#contacts.store(m_contacts);
      // planck goes over the contacts once more, which is their last iteration, and is done.
      this.#iterations = step.velocityIterations;
      step.velocityIterations = 1;
    } else {
      this.#iterate(1, step.dt);
    }
    this.#store();
  }

  /** Gives planck's step the number of iterations back, once they are over. */
  finish(step: TimeStep): void {
    if (this.#iterations === 0) return;
    step.velocityIterations = this.#iterations;
    this.#iterations = 0;
  }

  #load(): void {
    const state = this.#state;
    for (let leg = 0; leg < 2; leg++) {
      const { m_bodyB: { c_velocity: { v, w } }, m_impulse, m_motorImpulse } = this.#joints[leg];
      const s = LEG * leg;
      state[s + VX] = v.x;
      state[s + VY] = v.y;
      state[s + W] = w;
      state[s + IX] = m_impulse.x;
      state[s + IY] = m_impulse.y;
      state[s + IZ] = m_impulse.z;
      state[s + MOTOR] = m_motorImpulse;
    }
    const { v, w } = this.#joints[0].m_bodyA.c_velocity;
    state[LANDER + VX] = v.x;
    state[LANDER + VY] = v.y;
    state[LANDER + W] = w;
  }

  #store(): void {
    const state = this.#state;
    for (let leg = 0; leg < 2; leg++) {
      const joint = this.#joints[leg];
      const { c_velocity } = joint.m_bodyB;
      const s = LEG * leg;
      c_velocity.v.x = state[s + VX];
      c_velocity.v.y = state[s + VY];
      c_velocity.w = state[s + W];
      joint.m_impulse.x = state[s + IX];
      joint.m_impulse.y = state[s + IY];
      joint.m_impulse.z = state[s + IZ];
      joint.m_motorImpulse = state[s + MOTOR];
    }
    const { c_velocity } = this.#joints[0].m_bodyA;
    c_velocity.v.x = state[LANDER + VX];
    c_velocity.v.y = state[LANDER + VY];
    c_velocity.w = state[LANDER + W];
  }

  /** Joints, contacts, joints, contacts, …, joints. */
  #iterate(iterations: number, dt: number): void {
    const state = this.#state, constants = this.#constants, before = this.#before;
    const contacts = this.#contacts;
    const [{ m_bodyA, m_bodyB, m_maxMotorTorque, m_limitState: limit0 }] = this.#joints;
    const limit1 = this.#joints[1].m_limitState;
    const massA = m_bodyA.m_invMass, inertiaA = m_bodyA.m_invI;
    const massB = m_bodyB.m_invMass, inertiaB = m_bodyB.m_invI;
    const zz = inertiaA + inertiaB;
    const motorMass = 1 / zz;
    const mostMotor = dt * m_maxMotorTorque;
    let ax = state[LANDER + VX], ay = state[LANDER + VY], aw = state[LANDER + W];
    // R. P. Brent's way to find a circle: compare with a state kept at iteration 1, 2, 4, 8, …
    let kept = 0, keepNext = 1;
    before[LANDER] = NaN;

    for (let i = 1; i <= iterations; i++) {
      for (let leg = 0; leg < 2; leg++) {
        const s = LEG * leg, c = JOINT * leg;
        const bx = state[s + VX], by = state[s + VY];
        let bw = state[s + W];
        // The motor: turns towards its speed with at most its torque.
        const motorBefore = state[s + MOTOR];
        const wanted = motorBefore + -motorMass * (bw - aw - constants[c + SPEED]);
        const motor = wanted < -mostMotor ? -mostMotor : wanted > mostMotor ? mostMotor : wanted;
        state[s + MOTOR] = motor;
        aw -= inertiaA * (motor - motorBefore);
        bw += inertiaB * (motor - motorBefore);

        // What the two anchors' velocities differ by.
        const rax = constants[c + AX], ray = constants[c + AY];
        const rbx = constants[c + BX], rby = constants[c + BY];
        const dx = bx + -bw * rby - (ax + -aw * ray);
        const dy = by + bw * rbx - (ay + aw * rax);
        const xx = constants[c + XX], xy = constants[c + XY], yy = constants[c + YY];
        const limit = leg === 0 ? limit0 : limit1;
        let px: number, py: number, pz = 0;
        if (limit === FREE) {
          // The point alone.
          const over = constants[c + OVER_2];
          px = over * (yy * -dx - xy * -dy);
          py = over * (xx * -dy - xy * -dx);
        } else {
          // The point and the angle together.
          const dz = bw - aw;
          const xz = constants[c + XZ], yz = constants[c + YZ], over = constants[c + OVER_3];
          const limitBefore = state[s + IZ];
          pz = -(over *
            (xx * (yy * dz - yz * dy) + xy * (yz * dx - xy * dz) + xz * (xy * dy - yy * dx)));
          const limitAfter = limitBefore + pz;
          if (limit === AT_LOWER ? limitAfter < 0 : limitAfter > 0) {
            // A limit does not pull: without it, the point alone.
            const rx = -1 * dx + limitBefore * xz;
            const ry = -1 * dy + limitBefore * yz;
            const over = constants[c + OVER_2];
            px = over * (yy * rx - xy * ry);
            py = over * (xx * ry - xy * rx);
            pz = -limitBefore;
            state[s + IZ] = 0;
          } else {
            px = -(over *
              (dx * constants[c + CX] + dy * constants[c + CY] + dz * constants[c + CZ]));
            py = -(over *
              (xx * (dy * zz - dz * yz) + xy * (dz * xz - dx * zz) + xz * (dx * yz - dy * xz)));
            state[s + IZ] = limitAfter;
          }
        }
        state[s + IX] += px;
        state[s + IY] += py;
        ax -= massA * px;
        ay -= massA * py;
        aw -= inertiaA * (rax * py - ray * px + pz);
        state[s + VX] = bx + massB * px;
        state[s + VY] = by + massB * py;
        state[s + W] = bw + inertiaB * (rbx * py - rby * px + pz);
      }
      if (i === iterations) break;
      if (contacts.count > 0) {
        contacts.iterate(state, massB, inertiaB);
        continue;
      }
      if (ax === before[LANDER + VX] && ay === before[LANDER + VY] && aw === before[LANDER + W]) {
        let same = 0;
        while (same < LANDER && state[same] === before[same]) same++;
        if (same === LANDER) {
          // What is left is less than a round.
          const period = i - kept;
          i += Math.floor((iterations - i) / period) * period;
          if (i === iterations) break;
          before[LANDER] = NaN;
        }
      }
      if (i === keepNext) {
        before.set(state);
        before[LANDER + VX] = ax;
        before[LANDER + VY] = ay;
        before[LANDER + W] = aw;
        kept = i;
        keepNext = 2 * i;
      }
    }
    state[LANDER + VX] = ax;
    state[LANDER + VY] = ay;
    state[LANDER + W] = aw;
  }
}
