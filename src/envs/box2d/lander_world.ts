/**
 * The physics of LunarLander: a moon, a lander with two sprung legs, and what touches what.
 *
 * The library is planck, a port of Box2D 2.3 to TypeScript in double precision. Gymnasium runs Box2D
 * 2.3 itself in single precision, so the solvers are the same and only roundings differ. The others
 * that are maintained follow Box2D 2.4, which solves a joint's limits in another way. Measured with the
 * 22 flights of tests/fixtures/box2d, the greatest difference of an observation from Gymnasium's in
 * some hundred steps of free flight, and the processor's time for a step of random actions on one
 * machine, making the world included:
 *
 * | library                          | difference | flights over 1e-3 | µs a step |
 * | -------------------------------- | ---------: | ----------------: | --------: |
 * | planck 1.5.0                     |     5.7e-5 |                 0 |      32.9 |
 * | the same with `leg_solver.ts`    |     5.7e-5 |                 0 |      10.0 |
 * | @box2d/core 0.11.0 (JavaScript)  |     8.0e-3 |                12 |      20.9 |
 * | box2d-wasm 7.0.0                 |     8.0e-3 |                12 |      11.0 |
 *
 * box2d-wasm also starts asynchronously, and `make` can't wait.
 *
 * @module
 */

import { Box, Edge, Polygon, Vec2, World } from "planck";
import type { Body, Contact } from "planck";
import { LegJoint } from "./leg_joint.ts";
import { LegSolver } from "./leg_solver.ts";
import { HEIGHT, SCALE, type TerrainPoint, WIDTH } from "./terrain.ts";

/** Steps a second. */
export const FPS = 50;
const VELOCITY_ITERATIONS = 6 * 30;
const POSITION_ITERATIONS = 2 * 30;
const LEG_AWAY = 20 / SCALE;
/** How far below the lander's centre its legs' joints are. */
export const LEG_DOWN = 18 / SCALE;
const LEG_SIZE = [2 / SCALE, 8 / SCALE] as const;
const LEG_SPRING_TORQUE = 40;

/** The lander's hull, metres from its centre. */
export const LANDER_POLYGON: readonly (readonly [x: number, y: number])[] = [
  [-14, 17],
  [-17, 0],
  [-17, -10],
  [17, -10],
  [17, 0],
  [14, 17],
].map(([x, y]) => [x / SCALE, y / SCALE] as const);

/** A leg, metres from its centre. */
export const LEG_POLYGON: readonly (readonly [x: number, y: number])[] = [
  [-LEG_SIZE[0], -LEG_SIZE[1]],
  [LEG_SIZE[0], -LEG_SIZE[1]],
  [LEG_SIZE[0], LEG_SIZE[1]],
  [-LEG_SIZE[0], LEG_SIZE[1]],
];

/** Which fixtures collide: lander and legs with the ground, and with nothing else. */
const GROUND = 0x0001;
const LANDER = 0x0010;
const LEG = 0x0020;

// Shapes have no state, so that all worlds share them.
const HULL_SHAPE = new Polygon(LANDER_POLYGON.map(([x, y]) => new Vec2(x, y)));
const LEG_SHAPE = new Box(...LEG_SIZE);

/** One for all worlds: nothing of a step is left in it for the next. */
const SOLVER = new LegSolver();

/** A moon with a lander above it. */
export class LanderWorld {
  readonly lander: Body;
  /** The right one, then the left one, as in Gymnasium. */
  readonly legs: readonly [Body, Body];
  readonly ground: readonly TerrainPoint[];
  /** Whether each leg touches the ground. */
  readonly legContact: [boolean, boolean] = [false, false];
  /** Whether the hull has touched it. */
  crashed = false;
  readonly #world: World;

  /**
   * @param gravity Acceleration along y, negative.
   * @param ground The terrain.
   * @param push The first force on the lander, for one step.
   */
  constructor(gravity: number, ground: readonly TerrainPoint[], push: readonly [number, number]) {
    const world = new World({ gravity: new Vec2(0, gravity) });
    this.#world = world;
    this.ground = ground;
    const moon = world.createBody({ type: "static" });
    moon.createFixture({ shape: new Edge(new Vec2(0, 0), new Vec2(WIDTH, 0)) });
    for (let i = 0; i + 1 < ground.length; i++) {
      const [from, to] = [ground[i], ground[i + 1]].map(([x, y]) => new Vec2(x, y));
      moon.createFixture({ shape: new Edge(from, to), density: 0, friction: 0.1 });
    }

    this.lander = world.createBody({ type: "dynamic", position: new Vec2(WIDTH / 2, HEIGHT) });
    this.lander.createFixture({
      shape: HULL_SHAPE,
      density: 5,
      friction: 0.1,
      restitution: 0,
      filterCategoryBits: LANDER,
      filterMaskBits: GROUND,
    });
    this.lander.applyForceToCenter(new Vec2(push[0], push[1]), true);
    this.legs = [this.#addLeg(-1), this.#addLeg(1)];

    world.on("begin-contact", (contact) => this.#touch(contact, true));
    world.on("end-contact", (contact) => this.#touch(contact, false));
  }

  #addLeg(side: -1 | 1): Body {
    const leg = this.#world.createBody({
      type: "dynamic",
      position: new Vec2(WIDTH / 2 - side * LEG_AWAY, HEIGHT),
      angle: side * 0.05,
    });
    leg.createFixture({
      shape: LEG_SHAPE,
      density: 1,
      restitution: 0,
      filterCategoryBits: LEG,
      filterMaskBits: GROUND,
    });
    // The reference angle is left out, as in Gymnasium: both libraries then take the leg's first angle.
    this.#world.createJoint(
      new LegJoint({
        bodyA: this.lander,
        bodyB: leg,
        localAnchorA: new Vec2(0, 0),
        localAnchorB: new Vec2(side * LEG_AWAY, LEG_DOWN),
        enableMotor: true,
        enableLimit: true,
        maxMotorTorque: LEG_SPRING_TORQUE,
        motorSpeed: 0.3 * side,
        lowerAngle: side === -1 ? 0.9 - 0.5 : -0.9,
        upperAngle: side === -1 ? 0.9 : -0.9 + 0.5,
      }, SOLVER),
    );
    return leg;
  }

  #touch(contact: Contact, begins: boolean): void {
    const a = contact.getFixtureA().getBody();
    const b = contact.getFixtureB().getBody();
    if (begins && (a === this.lander || b === this.lander)) this.crashed = true;
    for (let i = 0; i < 2; i++) {
      if (a === this.legs[i] || b === this.legs[i]) this.legContact[i] = begins;
    }
  }

  /** Lets a fiftieth of a second pass. */
  step(): void {
    this.#world.step(1 / FPS, VELOCITY_ITERATIONS, POSITION_ITERATIONS);
  }
}
