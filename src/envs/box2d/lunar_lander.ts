/**
 * LunarLander: bring a lander down on its pad.
 *
 * @module
 */

import { Vec2 } from "planck";
import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase } from "../episode_phase.ts";
import { Float32Source } from "../float32_source.ts";
import { integers } from "../rng/integers.ts";
import { PCG64 } from "../rng/pcg64.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import {
  FPS,
  HEIGHT,
  HELIPAD_Y,
  LanderWorld,
  LEG_DOWN,
  SCALE,
  terrain,
  TERRAIN_HEIGHTS,
  WIDTH,
} from "./lander_world.ts";

const MAIN_ENGINE_POWER = 13;
const SIDE_ENGINE_POWER = 0.6;
const MAIN_ENGINE_Y = 4 / SCALE;
const SIDE_ENGINE_AWAY = 12 / SCALE;
const SIDE_ENGINE_HEIGHT = 14 / SCALE;
const FIRST_PUSH = 1000;
const WIND_SEED = 9999;

/** LunarLander. */
export class LunarLander implements Env<Float32Array, number> {
  readonly observationSpace: Box;
  readonly actionSpace: Discrete = new Discrete(4);
  readonly spec?: EnvSpec;
  readonly #gravity: number;
  readonly #observations = new Float32Source(8);
  #world!: LanderWorld;
  #shaping: number | undefined;
  #rng: PCG64 | undefined;
  #phase: EpisodePhase = "unreset";

  constructor(options: Readonly<Record<string, unknown>> = {}) {
    const { gravity = -10 } = options;
    this.#gravity = gravity as number;
    const high = [2.5, 2.5, 10, 10, 2 * Math.PI, 10, 1, 1];
    const low = high.map((bound, i) => i < 6 ? -bound : 0);
    this.observationSpace = new Box(low, high);
  }

  reset({ seed }: ResetOptions = {}): ResetResult<Float32Array> {
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    const rng = this.#rng;
    const heights = Array.from(
      { length: TERRAIN_HEIGHTS },
      () => 0 + (HEIGHT / 2 - 0) * rng.nextDouble(),
    );
    const push = () => -FIRST_PUSH + 2 * FIRST_PUSH * rng.nextDouble();
    this.#world = new LanderWorld(this.#gravity, terrain(heights), [push(), push()]);
    this.#shaping = undefined;
    this.#phase = "running";
    return [this.#advance(0)[0], {}];
  }

  step(action: number): StepResult<Float32Array> {
    if (this.#phase !== "running") throw cannotStep("LunarLander-v3", this.#phase);
    return this.#advance(action);
  }

  #advance(action: number): StepResult<Float32Array> {
    const world = this.#world;
    const rng = this.#rng!;
    const { lander } = world;
    const angle = lander.getAngle();
    const sine = Math.sin(angle);
    const cosine = Math.cos(angle);
    const dispersion0 = (-1 + 2 * rng.nextDouble()) / SCALE;
    const dispersion1 = (-1 + 2 * rng.nextDouble()) / SCALE;
    const { x, y } = lander.getPosition();
    let fuel = 0;
    if (action === 2) {
      const ox = sine * (MAIN_ENGINE_Y + 2 * dispersion0) - cosine * dispersion1;
      const oy = -cosine * (MAIN_ENGINE_Y + 2 * dispersion0) - sine * dispersion1;
      lander.applyLinearImpulse(
        new Vec2(-ox * MAIN_ENGINE_POWER, -oy * MAIN_ENGINE_POWER),
        new Vec2(x + ox, y + oy),
        true,
      );
      fuel = 0.3;
    } else if (action !== 0) {
      const away = 3 * dispersion1 + (action - 2) * SIDE_ENGINE_AWAY;
      const ox = sine * dispersion0 - cosine * away;
      const oy = -cosine * dispersion0 - sine * away;
      lander.applyLinearImpulse(
        new Vec2(-ox * SIDE_ENGINE_POWER, -oy * SIDE_ENGINE_POWER),
        new Vec2(x + ox - sine * 17 / SCALE, y + oy + cosine * SIDE_ENGINE_HEIGHT),
        true,
      );
      fuel = 0.03;
    }
    world.step();

    const position = lander.getPosition();
    const velocity = lander.getLinearVelocity();
    const s0 = (position.x - WIDTH / 2) / (WIDTH / 2);
    const s1 = (position.y - (HELIPAD_Y + LEG_DOWN)) / (HEIGHT / 2);
    const s2 = velocity.x * (WIDTH / 2) / FPS;
    const s3 = velocity.y * (HEIGHT / 2) / FPS;
    const s4 = lander.getAngle();
    const s5 = 20 * lander.getAngularVelocity() / FPS;
    const left = world.legContact[0] ? 1 : 0;
    const right = world.legContact[1] ? 1 : 0;
    const shaping = -100 * Math.sqrt(s0 * s0 + s1 * s1) - 100 * Math.sqrt(s2 * s2 + s3 * s3) -
      100 * Math.abs(s4) + 10 * left + 10 * right;
    let reward = this.#shaping === undefined ? 0 : shaping - this.#shaping;
    this.#shaping = shaping;
    reward -= fuel;
    let terminated = false;
    if (world.crashed || Math.abs(s0) >= 1) {
      terminated = true;
      reward = -100;
    }
    if (!lander.isAwake()) {
      terminated = true;
      reward = 100;
    }
    if (terminated) this.#phase = "terminated";
    const observation = this.#observations.next();
    observation[0] = s0;
    observation[1] = s1;
    observation[2] = s2;
    observation[3] = s3;
    observation[4] = s4;
    observation[5] = s5;
    observation[6] = left;
    observation[7] = right;
    return [observation, reward, terminated, false, {}];
  }

  close(): void {}

  toString(): string {
    return `<LunarLander<${this.spec?.id}>>`;
  }
}
