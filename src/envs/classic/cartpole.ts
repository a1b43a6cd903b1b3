/**
 * CartPole: balance a pole on a cart.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase } from "../episode_phase.ts";
import { ArraySource } from "../array_source.ts";
import type { JsonValue } from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import type { RGBImage } from "../render/image.ts";
import { PCG64 } from "../rng/pcg64.ts";
import { cos, sin } from "../trig.ts";
import { drawCartPole } from "./draw_cart_pole.ts";
import { savedFromJson, savedToJson } from "./saved_state.ts";
import { startBounds } from "./start_bounds.ts";

// The constants of Gymnasium's CartPole, in SI units.
const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + 1;
/** Half the pole's length. */
const POLE_LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * POLE_LENGTH;
const FORCE = 10;
const TIME_STEP = 0.02;
const ANGLE_LIMIT = 12 * 2 * Math.PI / 360;
const POSITION_LIMIT = 2.4;
const START_LIMIT = 0.05;

/** What {@linkcode CartPole} can be told when it is made. */
export interface CartPoleOptions {
  /** Reward 0 a step and -1 for the terminating one, instead of 1 a step. */
  readonly suttonBartoReward?: boolean;
}

/**
 * A pole stands on a cart by an unactuated joint; the cart moves on a frictionless track. Push it
 * left or right at every step so that the pole stays up. The problem is that of A. G. Barto,
 * R. S. Sutton and C. W. Anderson, "Neuronlike Adaptive Elements That Can Solve Difficult Learning
 * Control Problems" (1983); the environment equals Gymnasium's `CartPole-v0` and `-v1`, to the last
 * bit of the float32 observations, rewards and ends, for the same seed and actions (Gymnasium 1.4.0
 * on Linux with glibc; what another C library's sine gives may differ in a last bit).
 *
 * ## Action space
 *
 * `Discrete(2)`
 *
 * | action | meaning                       |
 * | ------ | ----------------------------- |
 * | 0      | push the cart left with 10 N  |
 * | 1      | push the cart right with 10 N |
 *
 * ## Observation space
 *
 * `Box`, a Float32Array of 4
 *
 * | index | observation           | min                 | max               |
 * | ----- | --------------------- | ------------------- | ----------------- |
 * | 0     | cart position         | -4.8 m              | 4.8 m             |
 * | 1     | cart velocity         | -Infinity           | Infinity          |
 * | 2     | pole angle            | ~ -0.418 rad (-24°) | ~ 0.418 rad (24°) |
 * | 3     | pole angular velocity | -Infinity           | Infinity          |
 *
 * The bounds are twice the limits that end an episode, so a terminal observation is inside them.
 *
 * ## Reward
 *
 * 1 for every step, the terminating one included. With `suttonBartoReward`: 0 for every step and -1
 * for the terminating one. The task counts as solved at a mean return of 475 (v1) or 195 (v0).
 *
 * ## Start
 *
 * Each of the four numbers is drawn uniformly from [-0.05, 0.05). `reset({ options: { low, high } })`
 * draws from [low, high) instead.
 *
 * ## End
 *
 * - Termination: the pole leaves ±12° (0.2095 rad), or the cart's centre leaves ±2.4 m.
 * - Truncation: after 500 steps (v1) or 200 (v0), by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option              | type    | default | meaning                                              |
 * | ------------------- | ------- | ------- | ---------------------------------------------------- |
 * | `suttonBartoReward` | boolean | false   | reward 0 a step, -1 for the terminating one          |
 * | `maxEpisodeSteps`   | integer | 500     | of `make`: another limit than 500 (v1), 200 (v0)     |
 *
 * ## Rendering
 *
 * `render()` is a picture of 600 × 400: the cart on its track, up to the limits of its position.
 *
 * ## Versions
 *
 * - v1: 500 steps, threshold 475.
 * - v0: 200 steps, threshold 195.
 *
 * @example An episode of random actions
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make("CartPole-v1");
 * env.actionSpace.seed(1);
 * let [observation] = env.reset({ seed: 1 });
 * for (let ended = false; !ended;) {
 *   const [next, _reward, terminated, truncated] = env.step(env.actionSpace.sample());
 *   observation = next;
 *   ended = terminated || truncated;
 * }
 * console.log(observation);
 * ```
 */
export class CartPole implements Env<Float32Array, number> {
  /** Position, velocity, angle, angular velocity. */
  readonly observationSpace: Box;
  /** Left or right. */
  readonly actionSpace: Discrete;
  /** Pictures a second. */
  readonly renderFps: number = 50;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  readonly #suttonBartoReward: boolean;
  /** The observation in double precision, which is what the dynamics go on from. */
  readonly #state = new Float64Array(4);
  readonly #observations = new ArraySource(Float32Array, 4);
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;

  /**
   * Makes the bare environment, without a time limit; `make` gives it one.
   *
   * @param options which rewards to give
   */
  constructor(options: CartPoleOptions = {}) {
    const { suttonBartoReward = false } = options;
    if (typeof suttonBartoReward !== "boolean") {
      throw new TypeError(
        `CartPole: suttonBartoReward must be a boolean, got ${suttonBartoReward}`,
      );
    }
    this.#suttonBartoReward = suttonBartoReward;
    const high = [2 * POSITION_LIMIT, Infinity, 2 * ANGLE_LIMIT, Infinity];
    this.observationSpace = new Box(high.map((bound) => -bound), high);
    this.actionSpace = new Discrete(2);
  }

  get #name(): string {
    return this.spec?.id ?? "CartPole";
  }

  /**
   * Starts an episode at a random state near the upright rest.
   *
   * @param options `seed` seeds the generator; `options` may hold `low` and `high`, the bounds of
   * the start's four numbers
   */
  reset(options: ResetOptions = {}): ResetResult<Float32Array> {
    const { seed } = options;
    const [low, high] = startBounds(this.#name, options.options, -START_LIMIT, START_LIMIT);
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    for (let i = 0; i < 4; i++) this.#state[i] = low + (high - low) * this.#rng.nextDouble();
    this.#phase = "running";
    return [this.#observe(), {}];
  }

  /**
   * Pushes the cart and lets 0.02 s pass.
   *
   * @param action 0 for left, 1 for right
   */
  step(action: number): StepResult<Float32Array> {
    if (this.#phase !== "running") throw cannotStep(this.#name, this.#phase);
    if (action !== 0 && action !== 1) {
      throw new RangeError(
        `${this.#name}: action must be in ${this.actionSpace}, that is 0 or 1, got ${action}`,
      );
    }
    const state = this.#state;
    const x = state[0], xVelocity = state[1], angle = state[2], angularVelocity = state[3];
    const force = action === 1 ? FORCE : -FORCE;
    const cosine = cos(angle);
    const sine = sin(angle);

    // The equations of R. V. Florian, "Correct equations for the dynamics of the cart-pole system"
    // (2005), without friction. The order of the operations is Gymnasium's: another rounds
    // differently, and the pole's instability would blow that up.
    const push = (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sine) /
      TOTAL_MASS;
    const angularAcceleration = (GRAVITY * sine - cosine * push) /
      (POLE_LENGTH * (4 / 3 - POLE_MASS * (cosine * cosine) / TOTAL_MASS));
    const acceleration = push - POLE_MASS_LENGTH * angularAcceleration * cosine / TOTAL_MASS;

    // Euler's method: all four go on from the old state.
    const nextX = x + TIME_STEP * xVelocity;
    const nextAngle = angle + TIME_STEP * angularVelocity;
    state[0] = nextX;
    state[1] = xVelocity + TIME_STEP * acceleration;
    state[2] = nextAngle;
    state[3] = angularVelocity + TIME_STEP * angularAcceleration;

    const terminated = nextX < -POSITION_LIMIT || nextX > POSITION_LIMIT ||
      nextAngle < -ANGLE_LIMIT || nextAngle > ANGLE_LIMIT;
    let reward = 1;
    if (this.#suttonBartoReward) reward = terminated ? -1 : 0;
    if (terminated) this.#phase = "terminated";

    return [this.#observe(), reward, terminated, false, {}];
  }

  #observe(): Float32Array {
    const state = this.#state;
    // Element by element: `set` takes longer for so few.
    const observation = this.#observations.next();
    observation[0] = state[0];
    observation[1] = state[1];
    observation[2] = state[2];
    observation[3] = state[3];
    return observation;
  }

  /** The cart on its track, 600 × 400. */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text: an error. */
  render(mode: "ansi"): string;
  /** Draws the cart and its pole. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    checkCanRender(this.#name, this.#phase, mode);
    return drawCartPole(this.#state[0], this.#state[2]);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The cart's and pole's state, where the episode stands, and the three generators' states. */
  getState(): JsonValue {
    return savedToJson(this, { state: this.#state, phase: this.#phase, rng: this.#rng });
  }

  /** Goes on from where {@linkcode CartPole.getState} was called. */
  setState(state: JsonValue): void {
    const saved = savedFromJson(this, this.#name, state, 4);
    this.#state.set(saved.state);
    this.#phase = saved.phase;
    this.#rng = saved.rng;
  }

  /** `<CartPole<CartPole-v1>>`, or `<CartPole>` when it was not made by `make`. */
  toString(): string {
    return this.spec === undefined ? "<CartPole>" : `<CartPole<${this.spec.id}>>`;
  }
}
