/**
 * LunarLander with throttles instead of four actions.
 *
 * @module
 */

import { arrayFromJson, floatFromJson, floatToJson, type JsonValue } from "../json.ts";
import { Box } from "../spaces/box.ts";
import { continuousThrust, type Thrust } from "./engines.ts";
import { LanderBase } from "./lander_base.ts";

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
