/**
 * LunarLander: bring a lander down on its pad.
 *
 * @module
 */

import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import { Float32Source } from "../float32_source.ts";
import {
  arrayFromJson,
  floatFromJson,
  floatToJson,
  type JsonValue,
  recordFromJson,
} from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import type { RGBImage } from "../render/image.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import { Box } from "../spaces/box.ts";
import { setStates } from "../spaces/composite.ts";
import { Discrete } from "../spaces/discrete.ts";
import type { Space } from "../spaces/space.ts";
import { drawLunarLander } from "./draw_lunar_lander.ts";
import { continuousThrust, DISCRETE_THRUST, type Thrust } from "./engines.ts";
import { type Conditions, Flight } from "./flight.ts";

/** What {@linkcode LunarLander} can be told when it is made. */
export interface LunarLanderOptions {
  /** Acceleration along y in m/s², between -12 and 0; -10 if left out. */
  readonly gravity?: number;
  /** Whether there is wind; false if left out. */
  readonly enableWind?: boolean;
  /** The wind's greatest force, 0 to 20 recommended; 15 if left out. */
  readonly windPower?: number;
  /** The wind's greatest torque, 0 to 2 recommended; 1.5 if left out. */
  readonly turbulencePower?: number;
}

/** Bounds of the observation: position, velocity, angle, angular velocity, legs. */
const HIGH = [2.5, 2.5, 10, 10, 2 * Math.PI, 10, 1, 1];
const LOW = [-2.5, -2.5, -10, -10, -2 * Math.PI, -10, 0, 0];

/**
 * What {@linkcode LunarLander} and {@linkcode LunarLanderContinuous} share: all but the engines' commands.
 *
 * @typeParam Act what the engines are told
 */
export abstract class LanderBase<Act> implements Env<Float32Array, Act> {
  /** Position, velocity, angle, angular velocity, and whether each leg touches the ground. */
  readonly observationSpace: Box = new Box(LOW, HIGH);
  /** What the engines can be told. */
  abstract readonly actionSpace: Space<Act>;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  /** Pictures a second. */
  readonly renderFps = 50;
  readonly #conditions: Conditions;
  readonly #observations = new Float32Source(8);
  #flight: Flight | undefined;
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;
  /** The generator as the flight found it, and the actions since: all that there is to a flight. */
  #start: JsonValue = null;
  #actions: Act[] = [];

  /**
   * Makes the bare environment, without a time limit; `make` gives it one.
   *
   * @param options gravity and wind
   */
  constructor(options: LunarLanderOptions = {}) {
    this.#conditions = readConditions(options);
  }

  /** The name in errors. */
  protected get name(): string {
    return this.spec?.id ?? this.constructor.name;
  }

  /** Thrust by an action; throws unless it is one. */
  protected abstract thrustOf(action: Act): Thrust;

  /** A copy of an action that nobody changes. */
  protected abstract keep(action: Act): Act;

  /** An action as JSON. */
  protected abstract actionToJson(action: Act): JsonValue;

  /** An action from JSON. */
  protected abstract actionFromJson(json: JsonValue, what: string): Act;

  /**
   * Starts a flight over a new terrain.
   *
   * @param options `seed` seeds the generator; there are no other options
   */
  reset({ seed, options = {} }: ResetOptions = {}): ResetResult<Float32Array> {
    const [unknown] = Object.keys(options);
    if (unknown !== undefined) {
      throw new RangeError(`${this.name}: unknown reset option "${unknown}"; it takes none`);
    }
    const rng = seed !== undefined || this.#rng === undefined ? new PCG64(seed) : this.#rng;
    this.#rng = rng;
    this.#start = generatorToJson(rng);
    this.#actions = [];
    this.#flight = new Flight(this.#conditions, rng);
    this.#phase = "running";
    return [this.#observe(this.#flight), {}];
  }

  /** Fires engines and lets a fiftieth of a second pass. */
  step(action: Act): StepResult<Float32Array> {
    const flight = this.#flight;
    if (flight === undefined || this.#phase !== "running") throw cannotStep(this.name, this.#phase);
    const thrust = this.thrustOf(action);
    this.#actions.push(this.keep(action));
    flight.step(thrust);
    if (flight.hasEnded) this.#phase = "terminated";
    return [this.#observe(flight), flight.reward, flight.hasEnded, false, {}];
  }

  #observe(flight: Flight): Float32Array {
    const observation = this.#observations.next();
    observation.set(flight.state);
    return observation;
  }

  /** The lander over the moon, 600 × 400. */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text of it. */
  render(mode: "ansi"): string;
  /** Draws the flight. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    checkCanRender(this.name, this.#phase, mode);
    return drawLunarLander(this.#flight!);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The generator at the flight's start, the actions since, and the spaces' generators. */
  getState(): JsonValue {
    return {
      start: this.#start,
      actions: this.#actions.map((action) => this.actionToJson(action)),
      phase: this.#phase,
      rng: generatorToJson(this.#rng),
      actionSpace: this.actionSpace.getState(),
      observationSpace: this.observationSpace.getState(),
    };
  }

  /**
   * Goes on from where {@linkcode LunarLander.getState} was called: flies the same flight again, some
   * 20 µs a step, so that every contact, impulse and sleeping body is exactly what it was.
   */
  setState(state: JsonValue): void {
    const what = `the state of ${this.name}`;
    const record = recordFromJson(state, what);
    const phase = phaseFromJson(record.phase, `phase in ${what}`);
    const actions = arrayFromJson(record.actions, `actions in ${what}`)
      .map((action) => this.actionFromJson(action, `an action in ${what}`));
    const now = generatorFromJson(record.rng);
    let rng = generatorFromJson(record.start);
    let flight: Flight | undefined;
    if (phase !== "unreset") {
      if (rng === undefined) throw new TypeError(`start in ${what} must be a generator's state`);
      flight = new Flight(this.#conditions, rng);
      for (const action of actions) flight.step(this.thrustOf(action));
      const isSame = JSON.stringify(generatorToJson(rng)) === JSON.stringify(record.rng);
      if (flight.hasEnded !== (phase === "terminated") || !isSame) {
        throw new TypeError(`${what} contradicts itself: its actions lead to another flight`);
      }
    } else {
      rng = now;
    }
    setStates(
      [this.actionSpace, this.observationSpace],
      [record.actionSpace, record.observationSpace],
    );
    this.#rng = rng;
    this.#start = record.start;
    this.#actions = actions;
    this.#flight = flight;
    this.#phase = phase;
  }

  /** E.g. `<LunarLander<LunarLander-v3>>`. */
  toString(): string {
    const { name } = this.constructor;
    return this.spec === undefined ? `<${name}>` : `<${name}<${this.spec.id}>>`;
  }
}

/**
 * A lander comes down over a hilly moon, pushed at random at first, and is to be set down at rest on its
 * pad at (0, 0). Firing engines is all there is to do about it; fuel is infinite. The environment is
 * Gymnasium's `LunarLander-v3`: terrain, first push and engines' noise are the same for the same seed,
 * and free flight is the same within 1e-4 for a hundred steps. From the first touch on, roundings (this
 * physics is in double precision, Gymnasium's in single) lead to other flights of the same statistics.
 *
 * ## Action space
 *
 * `Discrete(4)`
 *
 * | action | meaning                                     |
 * | ------ | ------------------------------------------- |
 * | 0      | nothing                                     |
 * | 1      | fire the left engine, which turns it right  |
 * | 2      | fire the main engine                        |
 * | 3      | fire the right engine, which turns it left  |
 *
 * With `continuous`, see {@linkcode LunarLanderContinuous}.
 *
 * ## Observation space
 *
 * `Box`, a Float32Array of 8
 *
 * | index | observation                                 | min  | max |
 * | ----- | ------------------------------------------- | ---- | --- |
 * | 0     | x, in half the picture's width              | -2.5 | 2.5 |
 * | 1     | y, in half the picture's height, of the pad | -2.5 | 2.5 |
 * | 2     | velocity along x, scaled                    | -10  | 10  |
 * | 3     | velocity along y, scaled                    | -10  | 10  |
 * | 4     | angle in rad                                | -2π  | 2π  |
 * | 5     | angular velocity, scaled                    | -10  | 10  |
 * | 6     | 1 when the left leg touches the ground      | 0    | 1   |
 * | 7     | 1 when the right leg touches the ground     | 0    | 1   |
 *
 * ## Reward
 *
 * For each step what it improved: nearer to the pad, slower, less tilted is better (100 times the
 * change of distance, speed and angle), 10 for each leg on the ground; less 0.3 for the main engine and
 * 0.03 for a side engine. The step that ends the flight gives -100 or 100 instead. The task counts as
 * solved at a mean return of 200.
 *
 * ## Start
 *
 * At the top in the middle, with a random first push, over random hills with a flat pad.
 *
 * ## End
 *
 * - Termination with -100: the hull touches the ground, or |x| reaches 1.
 * - Termination with 100: the lander has come to rest (its body sleeps).
 * - Truncation: after 1000 steps, by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option            | type    | default | meaning                                                    |
 * | ----------------- | ------- | ------- | ---------------------------------------------------------- |
 * | `continuous`      | boolean | false   | of `make`: engines with throttles                          |
 * | `gravity`         | number  | -10     | m/s², between -12 and 0                                    |
 * | `enableWind`      | boolean | false   | wind and turbulence until a leg touches the ground         |
 * | `windPower`       | number  | 15      | the wind's greatest force, 0 to 20 recommended             |
 * | `turbulencePower` | number  | 1.5     | its greatest torque, 0 to 2 recommended                    |
 * | `maxEpisodeSteps` | integer | 1000    | of `make`: another limit than 1000                         |
 *
 * ## Versions
 *
 * - v3: Gymnasium's present one.
 * - v2: the same dynamics here; Gymnasium has retired it for a bug in its resets, which are right here.
 *
 * Source: Gymnasium 1.4.0, envs/box2d/lunar_lander.py, on the physics of planck.
 *
 * @example A flight by the heuristic pilot
 * ```ts
 * import { lunarLanderPilot, make } from "@dinoq/dinoq";
 *
 * const env = make("LunarLander-v3");
 * let [observation] = env.reset({ seed: 1 });
 * let total = 0;
 * for (let ended = false; !ended;) {
 *   const [next, reward, terminated, truncated] = env.step(lunarLanderPilot(observation));
 *   observation = next;
 *   total += reward;
 *   ended = terminated || truncated;
 * }
 * console.log(total); // above 200 more often than not
 * ```
 */
export class LunarLander extends LanderBase<number> {
  /** Nothing, left, main or right engine. */
  override readonly actionSpace: Discrete = new Discrete(4);

  /** Thrust by an action's number. */
  protected override thrustOf(action: number): Thrust {
    // A string that spells a number would be a key, too.
    const thrust = typeof action === "number" ? DISCRETE_THRUST[action] : undefined;
    if (thrust !== undefined) return thrust;
    throw new RangeError(
      `${this.name}: action must be in ${this.actionSpace}, that is 0, 1, 2 or 3, got ${action}`,
    );
  }

  /** Numbers change for nobody. */
  protected override keep(action: number): number {
    return action;
  }

  /** As it is. */
  protected override actionToJson(action: number): JsonValue {
    return action;
  }

  /** As it is. */
  protected override actionFromJson(json: JsonValue, what: string): number {
    return floatFromJson(json, what);
  }
}

/**
 * {@linkcode LunarLander} with throttles, which `make("LunarLander-v3", { continuous: true })` and
 * `make("LunarLanderContinuous-v3")` give: all is the same but the actions.
 *
 * ## Action space
 *
 * `Box(-1, 1, [2], float32)`, numbers beyond are clipped
 *
 * | index | meaning                                                                              |
 * | ----- | ------------------------------------------------------------------------------------ |
 * | 0     | main engine: off up to 0, from half to full power above                              |
 * | 1     | side engines: off from -0.5 to 0.5; below the left one, above the right one, so much |
 *
 * @example Full power
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<Float32Array, Float32Array>("LunarLanderContinuous-v3");
 * env.reset({ seed: 1 });
 * env.step(Float32Array.of(1, 0));
 * ```
 */
export class LunarLanderContinuous extends LanderBase<Float32Array> {
  /** Throttles of the main engine and of the side engines. */
  override readonly actionSpace: Box = new Box(-1, 1, [2]);

  /** Thrust by two throttles. */
  protected override thrustOf(action: Float32Array): Thrust {
    const isPair = action instanceof Float32Array && action.length === 2;
    if (isPair && !Number.isNaN(action[0]) && !Number.isNaN(action[1])) {
      return continuousThrust(action[0], action[1]);
    }
    throw new TypeError(
      `${this.name}: action must be a Float32Array of 2 numbers, got ${
        ArrayBuffer.isView(action) ? `[${action}]` : String(action)
      }`,
    );
  }

  /** A copy. */
  protected override keep(action: Float32Array): Float32Array {
    return action.slice();
  }

  /** A list. */
  protected override actionToJson(action: Float32Array): JsonValue {
    return Array.from(action, floatToJson);
  }

  /** From a list. */
  protected override actionFromJson(json: JsonValue, what: string): Float32Array {
    return Float32Array.from(arrayFromJson(json, what), (number) => floatFromJson(number, what));
  }
}

function readConditions(options: LunarLanderOptions): Conditions {
  const { gravity = -10, enableWind = false, windPower = 15, turbulencePower = 1.5 } = options;
  if (typeof gravity !== "number" || !(gravity > -12 && gravity < 0)) {
    throw new RangeError(`LunarLander: gravity must be between -12 and 0, got ${gravity}`);
  }
  if (typeof enableWind !== "boolean") {
    throw new TypeError(`LunarLander: enableWind must be a boolean, got ${enableWind}`);
  }
  for (
    const [name, power, most] of [
      ["windPower", windPower, 20],
      ["turbulencePower", turbulencePower, 2],
    ] as const
  ) {
    if (typeof power !== "number" || !Number.isFinite(power)) {
      throw new TypeError(`LunarLander: ${name} must be a finite number, got ${power}`);
    }
    if (power < 0 || power > most) {
      console.warn(`LunarLander: ${name} is recommended to be from 0 to ${most}, got ${power}`);
    }
  }
  return { gravity, enableWind, windPower, turbulencePower };
}
