/**
 * The physics of LunarLander: a moon, a lander with two sprung legs, and what touches what.
 *
 * The library is planck, a port of Box2D 2.3 to TypeScript in double precision. Gymnasium runs Box2D
 * 2.3 itself in single precision, so the solvers are the same and only roundings differ: in free
 * flight observations stay within 1e-4 of each other for a hundred steps. The alternatives are ports
 * of Box2D 2.4, which solves joints' limits in another way: box2d-wasm, which moreover starts
 * asynchronously, and `make` can't wait; and @box2d/core.
 *
 * @module
 */

import { Box, Edge, Polygon, Vec2, World } from "planck";
import type { Body, Contact } from "planck";
import { LegJoint } from "./leg_joint.ts";

/** Steps a second. */
export const FPS = 50;
/** Pixels a metre. */
export const SCALE = 30;
/** Size of the world in metres. */
export const WIDTH = 600 / SCALE;
/** Height of the world in metres. */
export const HEIGHT = 400 / SCALE;
/** The landing pad's height. */
export const HELIPAD_Y = HEIGHT / 4;
/** Where the pad begins and ends. */
export const HELIPAD_X = [WIDTH * 0.4, WIDTH * 0.6] as const;

const CHUNKS = 11;
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

/** A vertex of the terrain, in metres. */
export type TerrainPoint = readonly [x: number, y: number];

/**
 * The terrain: smoothed random heights, flat around the pad.
 *
 * @param heights CHUNKS + 1 heights, drawn uniformly from 0 to half the world's height
 */
export function terrain(heights: readonly number[]): TerrainPoint[] {
  const height = [...heights];
  const middle = Math.floor(CHUNKS / 2);
  for (let i = middle - 2; i <= middle + 2; i++) height[i] = HELIPAD_Y;
  return Array.from({ length: CHUNKS }, (_, i) => {
    // The first chunk's left neighbour is the last height, as Python's index -1 has it.
    const before = height[(i + CHUNKS) % (CHUNKS + 1)];
    return [WIDTH / (CHUNKS - 1) * i, 0.33 * (before + height[i] + height[i + 1])];
  });
}

/** How many heights a terrain takes. */
export const TERRAIN_HEIGHTS = CHUNKS + 1;

/** A moon with a lander above it. */
export class LanderWorld {
  readonly lander: Body;
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
      shape: new Polygon(LANDER_POLYGON.map(([x, y]) => new Vec2(x, y))),
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
      shape: new Box(...LEG_SIZE),
      density: 1,
      restitution: 0,
      filterCategoryBits: LEG,
      filterMaskBits: GROUND,
    });
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
      }),
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
