/**
 * A flight of the lunar lander: one episode, from the random start to the ground.
 *
 * @module
 */

import { Vec2 } from "planck";
import { integers } from "../rng/integers.ts";
import type { PCG64 } from "../rng/pcg64.ts";
import type { Thrust } from "./engines.ts";
import { Exhaust, type Particle } from "./exhaust.ts";
import type { Conditions } from "./conditions.ts";
import { FPS, LanderWorld, LEG_DOWN } from "./lander_world.ts";
import { HEIGHT, heightAt, HELIPAD_Y, SCALE, terrain, TERRAIN_HEIGHTS, WIDTH } from "./terrain.ts";

const MAIN_ENGINE_POWER = 13;
const SIDE_ENGINE_POWER = 0.6;
/** How far the main engine is below the lander's centre, the side engines beside and above it. */
const MAIN_ENGINE_Y = 4 / SCALE;
const SIDE_ENGINE_AWAY = 12 / SCALE;
const SIDE_ENGINE_HEIGHT = 14 / SCALE;
/** Gymnasium's formula has 17 along one axis and 14 along the other, and so the thrust turns a little. */
const SIDE_ENGINE_LEVER = 17 / SCALE;
const MAIN_FUEL = 0.3;
const SIDE_FUEL = 0.03;
const MAIN_EXHAUST = 3.5;
const SIDE_EXHAUST = 0.7;
/** Newtons of the first push, along each axis at most. */
const FIRST_PUSH = 1000;
const WIND_PHASES = 9999;

/** One episode. */
export class Flight {
  /** Position, velocity, angle and angular velocity, scaled; whether each leg touches the ground. */
  readonly state: number[] = new Array(8).fill(0);
  /** Of the last step. */
  reward = 0;
  /** Whether the flight is over. */
  hasEnded = false;
  readonly world: LanderWorld;
  readonly #conditions: Conditions;
  readonly #rng: PCG64;
  readonly #windPhase: [wind: number, torque: number] = [0, 0];
  #shaping: number | undefined;
  #exhaust: Exhaust | undefined;

  /**
   * Draws a terrain and a first push, and lets the first step pass without thrust.
   *
   * @param conditions Gravity and wind.
   * @param rng Where random numbers come from, now and during the flight.
   */
  constructor(conditions: Conditions, rng: PCG64) {
    this.#conditions = conditions;
    this.#rng = rng;
    const heights = Array.from({ length: TERRAIN_HEIGHTS }, () => HEIGHT / 2 * rng.nextDouble());
    const push = () => -FIRST_PUSH + 2 * FIRST_PUSH * rng.nextDouble();
    this.world = new LanderWorld(conditions.gravity, terrain(heights), [push(), push()]);
    if (conditions.enableWind) {
      const phase = () => -WIND_PHASES + integers(rng, 2 * WIND_PHASES);
      this.#windPhase = [phase(), phase()];
    }
    this.step({ main: 0, side: 0, direction: 0 });
  }

  /** Fires the engines and lets a fiftieth of a second pass. */
  step({ main, side, direction }: Thrust): void {
    const { world } = this;
    const { lander } = world;
    if (this.#conditions.enableWind && !world.legContact[0] && !world.legContact[1]) this.#blow();

    const angle = lander.getAngle();
    const sine = Math.sin(angle);
    const cosine = Math.cos(angle);
    // Drawn whether an engine fires or not.
    const scatter0 = (-1 + 2 * this.#rng.nextDouble()) / SCALE;
    const scatter1 = (-1 + 2 * this.#rng.nextDouble()) / SCALE;
    const { x, y } = lander.getPosition();
    if (main > 0) {
      const down = MAIN_ENGINE_Y + 2 * scatter0;
      const ox = sine * down - cosine * scatter1;
      const oy = -cosine * down - sine * scatter1;
      this.#fire(x + ox, y + oy, ox, oy, MAIN_ENGINE_POWER, main, MAIN_EXHAUST);
    }
    if (side > 0) {
      const away = 3 * scatter1 + direction * SIDE_ENGINE_AWAY;
      const ox = sine * scatter0 - cosine * away;
      const oy = -cosine * scatter0 - sine * away;
      const px = x + ox - sine * SIDE_ENGINE_LEVER;
      const py = y + oy + cosine * SIDE_ENGINE_HEIGHT;
      this.#fire(px, py, ox, oy, SIDE_ENGINE_POWER, side, SIDE_EXHAUST);
    }
    world.step();
    this.#exhaust?.step(this.#conditions.gravity, (at) => heightAt(world.ground, at));
    this.#observe();
    this.#judge(MAIN_FUEL * main + SIDE_FUEL * side);
  }

  /** The exhaust as it is to be drawn; engines leave one behind from the first call on. */
  exhaust(): readonly Particle[] {
    this.#exhaust ??= new Exhaust();
    return this.#exhaust.particles;
  }

  /** A push at a point of the lander, away from the exhaust. */
  #fire(
    px: number,
    py: number,
    ox: number,
    oy: number,
    strength: number,
    power: number,
    density: number,
  ): void {
    const impulse = [ox * strength * power, oy * strength * power] as const;
    this.#exhaust?.emit(px, py, impulse, density, power);
    const push = new Vec2(-impulse[0], -impulse[1]);
    this.world.lander.applyLinearImpulse(push, new Vec2(px, py), true);
  }

  /** Wind and turbulence: tanh(sin 2kx + sin πkx), k = 0.01, which never repeats. */
  #blow(): void {
    const { windPower, turbulencePower } = this.#conditions;
    const gust = (phase: number) =>
      Math.tanh(Math.sin(0.02 * phase) + Math.sin(Math.PI * 0.01 * phase));
    const { lander } = this.world;
    lander.applyForceToCenter(new Vec2(gust(this.#windPhase[0]++) * windPower, 0), true);
    lander.applyTorque(gust(this.#windPhase[1]++) * turbulencePower, true);
  }

  #observe(): void {
    const { state, world: { lander, legContact } } = this;
    const position = lander.getPosition();
    const velocity = lander.getLinearVelocity();
    state[0] = (position.x - WIDTH / 2) / (WIDTH / 2);
    state[1] = (position.y - (HELIPAD_Y + LEG_DOWN)) / (HEIGHT / 2);
    state[2] = velocity.x * (WIDTH / 2) / FPS;
    state[3] = velocity.y * (HEIGHT / 2) / FPS;
    state[4] = lander.getAngle();
    state[5] = 20 * lander.getAngularVelocity() / FPS;
    state[6] = legContact[0] ? 1 : 0;
    state[7] = legContact[1] ? 1 : 0;
  }

  /** The reward is what the step has improved, less the fuel; at the end it is ±100 instead. */
  #judge(fuel: number): void {
    const { state, world } = this;
    const shaping = -100 * Math.sqrt(state[0] * state[0] + state[1] * state[1]) -
      100 * Math.sqrt(state[2] * state[2] + state[3] * state[3]) -
      100 * Math.abs(state[4]) + 10 * state[6] + 10 * state[7];
    this.reward = (this.#shaping === undefined ? 0 : shaping - this.#shaping) - fuel;
    this.#shaping = shaping;
    if (world.crashed || Math.abs(state[0]) >= 1) {
      this.hasEnded = true;
      this.reward = -100;
    }
    if (!world.lander.isAwake()) {
      this.hasEnded = true;
      this.reward = 100;
    }
  }
}
