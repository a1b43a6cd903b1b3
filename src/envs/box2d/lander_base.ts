/**
 * What the landers with four actions and with throttles have in common: episodes, states and pictures.
 *
 * @module
 */

import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import { ArraySource } from "../array_source.ts";
import { arrayFromJson, floatToJson, type JsonValue, recordFromJson } from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import type { RGBImage } from "../render/image.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import { Box } from "../spaces/box.ts";
import { setStates } from "../spaces/composite.ts";
import type { Space } from "../spaces/space.ts";
import { type Conditions, type LunarLanderOptions, readConditions } from "./conditions.ts";
import { drawLunarLander } from "./draw_lunar_lander.ts";
import type { Thrust } from "./engines.ts";
import { Flight } from "./flight.ts";

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
  readonly #observations = new ArraySource(Float32Array, 8);
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
    this.#conditions = readConditions(this.constructor.name, options);
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
    const { state } = flight;
    for (let i = 0; i < 8; i++) observation[i] = state[i];
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

  /**
   * The generator at the flight's start, the actions since, the observation before rounding, and the
   * spaces' generators. The engines' exhaust is left out: it changes nothing but pictures.
   */
  getState(): JsonValue {
    return {
      start: this.#start,
      actions: this.#actions.map((action) => this.actionToJson(action)),
      observation: stateToJson(this.#flight),
      phase: this.#phase,
      rng: generatorToJson(this.#rng),
      actionSpace: this.actionSpace.getState(),
      observationSpace: this.observationSpace.getState(),
    };
  }

  /**
   * Goes on from where {@linkcode LanderBase.getState} was called: flies the same flight again, so that
   * every contact, impulse and sleeping body is exactly what it was. That takes 10 to 20 µs a step, 20 ms
   * for the longest flight. What was saved under other options is an error.
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
      const isSame = flight.hasEnded === (phase === "terminated") &&
        JSON.stringify(generatorToJson(rng)) === JSON.stringify(record.rng) &&
        JSON.stringify(stateToJson(flight)) === JSON.stringify(record.observation);
      if (!isSame) {
        throw new TypeError(
          `${what} can't be restored: its actions lead to another flight here, so it is damaged, or ` +
            "was saved by an environment with other options or of another version",
        );
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

/** Exactly where a flight is, as far as it can be observed. */
function stateToJson(flight: Flight | undefined): JsonValue {
  return flight === undefined ? null : flight.state.map(floatToJson);
}
