/**
 * LunarLander: bring a lander down on its pad.
 *
 * @module
 */

import { floatFromJson, type JsonValue } from "../json.ts";
import { Discrete } from "../spaces/discrete.ts";
import { DISCRETE_THRUST, type Thrust } from "./engines.ts";
import { LanderBase } from "./lander_base.ts";

/**
 * A lander comes down over a hilly moon, pushed at random at first, and is to be set down at rest on its
 * pad at (0, 0). Firing engines is all there is to do about it; fuel is infinite. The environment is
 * Gymnasium's `LunarLander-v3`: terrain, first push and engines' noise are the same for the same seed,
 * free flight is the same within 1e-4 for a hundred steps, and for the same actions crashes and most
 * landings end in the same step. Where a leg slips or bounces, roundings grow (this physics is in double
 * precision, Gymnasium's in single), and flights are then alike in their statistics.
 *
 * ## Action space
 *
 * `Discrete(4)`
 *
 * | action | meaning                                                                       |
 * | ------ | ----------------------------------------------------------------------------- |
 * | 0      | nothing                                                                       |
 * | 1      | fire what Gymnasium calls the left engine: turns it left and pushes it left   |
 * | 2      | fire the main engine                                                          |
 * | 3      | fire the right engine: turns it right and pushes it right                     |
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
 * | 4     | angle in rad, positive to the left          | -2π  | 2π  |
 * | 5     | angular velocity, scaled                    | -10  | 10  |
 * | 6     | 1 when the right leg touches the ground     | 0    | 1   |
 * | 7     | 1 when the left leg touches the ground      | 0    | 1   |
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
 * Source: Gymnasium 1.4.0, envs/box2d/lunar_lander.py, on the physics of planck, a port of Box2D 2.3.
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
