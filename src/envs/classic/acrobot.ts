/**
 * Acrobot: swing a double pendulum up by the joint between its links.
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
import { cos, sin } from "../trig.ts";
import { cosFloat32, sinFloat32 } from "../trig_float32.ts";
import { drawAcrobot } from "./draw_acrobot.ts";
import { savedFromJson, savedToJson } from "./saved_state.ts";
import { startBounds } from "./start_bounds.ts";

// Gymnasium's constants, in SI units: both links have mass 1, length 1, moment of inertia 1 and their
// centre of mass in the middle.
const GRAVITY = 9.8;
const TIME_STEP = 0.2;
const MAX_VELOCITY_1 = 4 * Math.PI;
const MAX_VELOCITY_2 = 9 * Math.PI;
const START_LIMIT = 0.1;
const { PI } = Math;

/**
 * Two links hang in a chain, the upper end fixed; only the joint between them has a motor. Swing the
 * free end above a line one link's length over the fixed end. The task is that of R. S. Sutton,
 * "Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse Coding" (1996),
 * with the equations of R. S. Sutton and A. G. Barto's book.
 *
 * From a given state every step's observation, reward and end equal those of Gymnasium's `Acrobot-v1` to
 * the last bit. The state inside differs in a last bit about once in 1000 steps: NumPy squares by the C
 * library's `pow`, which rounds one square in a thousand otherwise than a product. Acrobot is chaotic, so
 * late in a long episode that may show: in 12 of 500 episodes it did, after step 350 at the earliest.
 *
 * ## Action space
 *
 * `Discrete(3)`
 *
 * | action | meaning                         |
 * | ------ | ------------------------------- |
 * | 0      | torque of -1 N m at the joint   |
 * | 1      | no torque                       |
 * | 2      | torque of 1 N m at the joint    |
 *
 * ## Observation space
 *
 * `Box`, a Float32Array of 6
 *
 * | index | observation                              | min            | max           |
 * | ----- | ---------------------------------------- | -------------- | ------------- |
 * | 0     | cosine of the upper link's angle θ₁      | -1             | 1             |
 * | 1     | sine of θ₁                               | -1             | 1             |
 * | 2     | cosine of the lower link's angle θ₂      | -1             | 1             |
 * | 3     | sine of θ₂                               | -1             | 1             |
 * | 4     | angular velocity of θ₁, rad/s            | -4π (~ -12.57) | 4π (~ 12.57)  |
 * | 5     | angular velocity of θ₂, rad/s            | -9π (~ -28.27) | 9π (~ 28.27)  |
 *
 * θ₁ is 0 where the upper link hangs down; θ₂ is relative to the upper link, 0 where both are in line.
 *
 * ## Reward
 *
 * -1 for every step, 0 for the terminating one. The task counts as solved at a mean return of -100.
 *
 * ## Start
 *
 * Both angles and both velocities are drawn uniformly from [-0.1, 0.1).
 * `reset({ options: { low, high } })` draws from [low, high) instead, which may lead outside the
 * observation space.
 *
 * ## End
 *
 * - Termination: the free end is above the line: -cos θ₁ - cos(θ₁ + θ₂) > 1.
 * - Truncation: after 500 steps, by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option            | type    | default | meaning                           |
 * | ----------------- | ------- | ------- | --------------------------------- |
 * | `maxEpisodeSteps` | integer | 500     | of `make`: another limit than 500 |
 *
 * ## Rendering
 *
 * `render()` is a picture of 500 × 500: both links, and the line to get above.
 *
 * ## Versions
 *
 * - v1: the only one here; Gymnasium's v0 is gone.
 *
 * @example An episode of random actions
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make("Acrobot-v1");
 * env.actionSpace.seed(1);
 * env.reset({ seed: 1 });
 * let sum = 0;
 * for (let ended = false; !ended;) {
 *   const [, reward, terminated, truncated] = env.step(env.actionSpace.sample());
 *   sum += reward;
 *   ended = terminated || truncated;
 * }
 * console.log(sum); // seldom better than -500
 * ```
 */
export class Acrobot implements Env<Float32Array, number> {
  /** Cosine and sine of both angles, both angular velocities. */
  readonly observationSpace: Box;
  /** Torque -1, 0 or 1. */
  readonly actionSpace: Discrete;
  /** Pictures a second. */
  readonly renderFps: number = 15;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  /** θ₁, θ₂ and their velocities in double precision, which is what the dynamics go on from. */
  readonly #state = new Float64Array(4);
  /** The accelerations that {@linkcode Acrobot.#accelerate} finds. */
  #acceleration1 = 0;
  #acceleration2 = 0;
  readonly #observations = new ArraySource(Float32Array, 6);
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;

  /** Makes the bare environment, without a time limit; `make` gives it one. */
  constructor() {
    const high = [1, 1, 1, 1, MAX_VELOCITY_1, MAX_VELOCITY_2];
    this.observationSpace = new Box(high.map((bound) => -bound), high);
    this.actionSpace = new Discrete(3);
  }

  get #name(): string {
    return this.spec?.id ?? "Acrobot";
  }

  /** θ₁, θ₂ and their velocities in double precision, for drawings and analyses. */
  get state(): readonly [angle1: number, angle2: number, velocity1: number, velocity2: number] {
    const state = this.#state;
    return [state[0], state[1], state[2], state[3]];
  }

  /**
   * Starts an episode with both links hanging, nearly at rest.
   *
   * @param options `seed` seeds the generator; `options` may hold `low` and `high`, the bounds of
   * the start's four numbers
   */
  reset(options: ResetOptions = {}): ResetResult<Float32Array> {
    const { seed } = options;
    const [low, high] = startBounds(this.#name, options.options, -START_LIMIT, START_LIMIT);
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    // Gymnasium rounds the start to single precision, and its first observation is computed in it.
    const state = this.#state;
    for (let i = 0; i < 4; i++) {
      state[i] = Math.fround(low + (high - low) * this.#rng.nextDouble());
    }
    this.#phase = "running";
    const observation = this.#observations.next();
    observation[0] = cosFloat32(state[0]);
    observation[1] = sinFloat32(state[0]);
    observation[2] = cosFloat32(state[1]);
    observation[3] = sinFloat32(state[1]);
    observation[4] = state[2];
    observation[5] = state[3];
    return [observation, {}];
  }

  /**
   * Applies a torque for 0.2 s, in one step of the fourth-order Runge-Kutta method.
   *
   * @param action 0, 1 or 2 for a torque of -1, 0 or 1
   */
  step(action: number): StepResult<Float32Array> {
    if (this.#phase !== "running") throw cannotStep(this.#name, this.#phase);
    if (action !== 0 && action !== 1 && action !== 2) {
      throw new RangeError(
        `${this.#name}: action must be in ${this.actionSpace}, that is 0, 1 or 2, got ${action}`,
      );
    }
    const torque = action - 1;
    const half = TIME_STEP / 2, sixth = TIME_STEP / 6;
    const state = this.#state;
    const angle1 = state[0], angle2 = state[1], velocity1 = state[2], velocity2 = state[3];

    // The slopes of the angles (a) are velocities; those of the velocities (v) come by #accelerate.
    this.#accelerate(angle1, angle2, velocity1, velocity2, torque);
    const v11 = this.#acceleration1, v12 = this.#acceleration2;
    const a21 = velocity1 + half * v11, a22 = velocity2 + half * v12;
    this.#accelerate(angle1 + half * velocity1, angle2 + half * velocity2, a21, a22, torque);
    const v21 = this.#acceleration1, v22 = this.#acceleration2;
    const a31 = velocity1 + half * v21, a32 = velocity2 + half * v22;
    this.#accelerate(angle1 + half * a21, angle2 + half * a22, a31, a32, torque);
    const v31 = this.#acceleration1, v32 = this.#acceleration2;
    const a41 = velocity1 + TIME_STEP * v31, a42 = velocity2 + TIME_STEP * v32;
    this.#accelerate(angle1 + TIME_STEP * a31, angle2 + TIME_STEP * a32, a41, a42, torque);
    const v41 = this.#acceleration1, v42 = this.#acceleration2;

    const next1 = wrap(angle1 + sixth * (velocity1 + 2 * a21 + 2 * a31 + a41));
    const next2 = wrap(angle2 + sixth * (velocity2 + 2 * a22 + 2 * a32 + a42));
    state[0] = next1;
    state[1] = next2;
    state[2] = bound(velocity1 + sixth * (v11 + 2 * v21 + 2 * v31 + v41), MAX_VELOCITY_1);
    state[3] = bound(velocity2 + sixth * (v12 + 2 * v22 + 2 * v32 + v42), MAX_VELOCITY_2);

    const terminated = -cos(next1) - cos(next2 + next1) > 1;
    if (terminated) this.#phase = "terminated";
    return [this.#observe(), terminated ? 0 : -1, terminated, false, {}];
  }

  /**
   * The angular accelerations, by the equations of the book (section "The Acrobot") with the constants
   * put in. The order of the operations is Gymnasium's: another rounds differently.
   */
  #accelerate(
    angle1: number,
    angle2: number,
    velocity1: number,
    velocity2: number,
    torque: number,
  ): void {
    const cosine2 = cos(angle2), sine2 = sin(angle2);
    const d1 = 0.25 + (1.25 + cosine2) + 1 + 1;
    const d2 = 0.25 + 0.5 * cosine2 + 1;
    const phi2 = 0.5 * GRAVITY * cos(angle1 + angle2 - PI / 2);
    const phi1 = -0.5 * (velocity2 * velocity2) * sine2 - velocity2 * velocity1 * sine2 +
      1.5 * GRAVITY * cos(angle1 - PI / 2) + phi2;
    const acceleration2 = (torque + d2 / d1 * phi1 - 0.5 * (velocity1 * velocity1) * sine2 - phi2) /
      (1.25 - d2 * d2 / d1);
    this.#acceleration2 = acceleration2;
    this.#acceleration1 = -(d2 * acceleration2 + phi1) / d1;
  }

  #observe(): Float32Array {
    const state = this.#state;
    const angle1 = state[0], angle2 = state[1];
    const observation = this.#observations.next();
    observation[0] = cos(angle1);
    observation[1] = sin(angle1);
    observation[2] = cos(angle2);
    observation[3] = sin(angle2);
    observation[4] = state[2];
    observation[5] = state[3];
    return observation;
  }

  /** The links under the line, 500 × 500. */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text: an error. */
  render(mode: "ansi"): string;
  /** Draws the links. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    checkCanRender(this.#name, this.#phase, mode);
    return drawAcrobot(this.#state[0], this.#state[1]);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The links' state, where the episode stands, and the three generators' states. */
  getState(): JsonValue {
    return savedToJson(this, { state: this.#state, phase: this.#phase, rng: this.#rng });
  }

  /** Goes on from where {@linkcode Acrobot.getState} was called. */
  setState(state: JsonValue): void {
    const saved = savedFromJson(this, this.#name, state, 4);
    this.#state.set(saved.state);
    this.#phase = saved.phase;
    this.#rng = saved.rng;
  }

  /** `<Acrobot<Acrobot-v1>>`, or `<Acrobot>` when it was not made by `make`. */
  toString(): string {
    return this.spec === undefined ? "<Acrobot>" : `<Acrobot<${this.spec.id}>>`;
  }
}

/** The angle turned into -π to π. */
function wrap(angle: number): number {
  while (angle > PI) angle -= 2 * PI;
  while (angle < -PI) angle += 2 * PI;
  return angle;
}

/** The value cut to -limit to limit. */
function bound(value: number, limit: number): number {
  return value < -limit ? -limit : value > limit ? limit : value;
}
