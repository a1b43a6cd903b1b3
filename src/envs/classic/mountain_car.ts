/**
 * MountainCar: swing a weak car out of a valley.
 *
 * @module
 */

import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase } from "../episode_phase.ts";
import { ArraySource } from "../array_source.ts";
import type { JsonValue } from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import type { RGBImage } from "../render/image.ts";
import { PCG64 } from "../rng/pcg64.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { cos } from "../trig.ts";
import { drawMountainCar } from "./draw_mountain_car.ts";
import { savedFromJson, savedToJson } from "./saved_state.ts";
import { startBounds } from "./start_bounds.ts";

// The constants of Gymnasium's MountainCar.
const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const MAX_SPEED = 0.07;
const GOAL_POSITION = 0.5;
const FORCE = 0.001;
const GRAVITY = 0.0025;
const START_LOW = -0.6;
const START_HIGH = -0.4;

/** What {@linkcode MountainCar} can be told when it is made. */
export interface MountainCarOptions {
  /** The velocity that the car must have at the goal at least, 0 if left out. */
  readonly goalVelocity?: number;
}

/**
 * A car stands in a valley shaped like a sine and is too weak to drive straight up to the flag on the
 * right hill: it has to swing back and forth. The task is that of A. W. Moore, "Efficient
 * Memory-Based Learning for Robot Control" (1990); the environment equals Gymnasium's `MountainCar-v0`
 * to the last bit, over whole episodes, for the same seed and actions.
 *
 * ## Action space
 *
 * `Discrete(3)`
 *
 * | action | meaning                 |
 * | ------ | ----------------------- |
 * | 0      | accelerate to the left  |
 * | 1      | let it roll             |
 * | 2      | accelerate to the right |
 *
 * ## Observation space
 *
 * `Box`, a Float32Array of 2
 *
 * | index | observation               | min   | max  |
 * | ----- | ------------------------- | ----- | ---- |
 * | 0     | position along the x-axis | -1.2  | 0.6  |
 * | 1     | velocity, per step        | -0.07 | 0.07 |
 *
 * ## Dynamics
 *
 * velocity ← velocity + 0.001 · (action - 1) - 0.0025 · cos(3 · position), then position ← position +
 * velocity, each clipped to its bounds. At the left wall the car stops: its velocity becomes 0.
 *
 * ## Reward
 *
 * -1 for every step, the terminating one included. The task counts as solved at a mean return of -110.
 *
 * ## Start
 *
 * The position is drawn uniformly from [-0.6, -0.4), the velocity is 0.
 * `reset({ options: { low, high } })` draws the position from [low, high) instead, which may lie
 * outside the observation space.
 *
 * ## End
 *
 * - Termination: the position is at least 0.5 and the velocity at least `goalVelocity`.
 * - Truncation: after 200 steps, by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option            | type    | default | meaning                                       |
 * | ----------------- | ------- | ------- | --------------------------------------------- |
 * | `goalVelocity`    | number  | 0       | the velocity needed at the goal               |
 * | `maxEpisodeSteps` | integer | 200     | of `make`: another limit than 200             |
 *
 * ## Rendering
 *
 * `render()` is a picture of 600 × 400: the car between the hills, and the flag.
 *
 * ## Versions
 *
 * - v0: the only one.
 *
 * @example Always push in the direction of travel
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make("MountainCar-v0");
 * let [[, velocity]] = env.reset({ seed: 1 });
 * let steps = 0;
 * for (let ended = false; !ended; steps++) {
 *   const [observation, , terminated, truncated] = env.step(velocity < 0 ? 0 : 2);
 *   velocity = observation[1];
 *   ended = terminated || truncated;
 * }
 * console.log(steps); // about 120: it is there
 * ```
 */
export class MountainCar implements Env<Float32Array, number> {
  /** Position and velocity. */
  readonly observationSpace: Box;
  /** Left, nothing or right. */
  readonly actionSpace: Discrete;
  /** Pictures a second. */
  readonly renderFps: number = 30;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  readonly #goalVelocity: number;
  /** In double precision, which is what the dynamics go on from. */
  #position = 0;
  #velocity = 0;
  readonly #observations = new ArraySource(Float32Array, 2);
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;

  /**
   * Makes the bare environment, without a time limit; `make` gives it one.
   *
   * @param options which velocity the goal takes
   */
  constructor(options: MountainCarOptions = {}) {
    const { goalVelocity = 0 } = options;
    if (typeof goalVelocity !== "number" || Number.isNaN(goalVelocity)) {
      throw new TypeError(`MountainCar: goalVelocity must be a number, got ${goalVelocity}`);
    }
    this.#goalVelocity = goalVelocity;
    this.observationSpace = new Box([MIN_POSITION, -MAX_SPEED], [MAX_POSITION, MAX_SPEED]);
    this.actionSpace = new Discrete(3);
  }

  get #name(): string {
    return this.spec?.id ?? "MountainCar";
  }

  /** Position and velocity in double precision, for drawings and analyses. */
  get state(): readonly [position: number, velocity: number] {
    return [this.#position, this.#velocity];
  }

  /**
   * Starts an episode at a random place near the valley's bottom.
   *
   * @param options `seed` seeds the generator; `options` may hold `low` and `high`, the bounds of
   * the starting position
   */
  reset(options: ResetOptions = {}): ResetResult<Float32Array> {
    const { seed } = options;
    const [low, high] = startBounds(this.#name, options.options, START_LOW, START_HIGH);
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    this.#position = low + (high - low) * this.#rng.nextDouble();
    this.#velocity = 0;
    this.#phase = "running";
    return [this.#observe(), {}];
  }

  /**
   * Accelerates the car for one step.
   *
   * @param action 0 for left, 1 for nothing, 2 for right
   */
  step(action: number): StepResult<Float32Array> {
    if (this.#phase !== "running") throw cannotStep(this.#name, this.#phase);
    if (action !== 0 && action !== 1 && action !== 2) {
      throw new RangeError(
        `${this.#name}: action must be in ${this.actionSpace}, that is 0, 1 or 2, got ${action}`,
      );
    }
    // The order of the operations is Gymnasium's: another rounds differently.
    let position = this.#position;
    let velocity = this.#velocity + ((action - 1) * FORCE + cos(3 * position) * -GRAVITY);
    if (velocity < -MAX_SPEED) velocity = -MAX_SPEED;
    else if (velocity > MAX_SPEED) velocity = MAX_SPEED;
    position += velocity;
    if (position < MIN_POSITION) position = MIN_POSITION;
    else if (position > MAX_POSITION) position = MAX_POSITION;
    if (position === MIN_POSITION && velocity < 0) velocity = 0;
    this.#position = position;
    this.#velocity = velocity;

    const terminated = position >= GOAL_POSITION && velocity >= this.#goalVelocity;
    if (terminated) this.#phase = "terminated";
    return [this.#observe(), -1, terminated, false, {}];
  }

  #observe(): Float32Array {
    const observation = this.#observations.next();
    observation[0] = this.#position;
    observation[1] = this.#velocity;
    return observation;
  }

  /** The car between the hills, 600 × 400. */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text: an error. */
  render(mode: "ansi"): string;
  /** Draws the car. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    checkCanRender(this.#name, this.#phase, mode);
    return drawMountainCar(this.#position);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The car's state, where the episode stands, and the three generators' states. */
  getState(): JsonValue {
    return savedToJson(this, { state: this.state, phase: this.#phase, rng: this.#rng });
  }

  /** Goes on from where {@linkcode MountainCar.getState} was called. */
  setState(state: JsonValue): void {
    const saved = savedFromJson(this, this.#name, state, 2);
    this.#position = saved.state[0];
    this.#velocity = saved.state[1];
    this.#phase = saved.phase;
    this.#rng = saved.rng;
  }

  /** `<MountainCar<MountainCar-v0>>`, or `<MountainCar>` when it was not made by `make`. */
  toString(): string {
    return this.spec === undefined ? "<MountainCar>" : `<MountainCar<${this.spec.id}>>`;
  }
}
