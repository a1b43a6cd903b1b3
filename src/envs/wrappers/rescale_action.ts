/**
 * The wrapper that takes actions in other bounds.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { Box } from "../spaces/box.ts";
import { ARRAYS } from "../spaces/dtype.ts";
import type { BoxOf } from "./box_of.ts";
import { type Bounds, rescaleBox, type Rescaling } from "./rescale_box.ts";
import { TransformAction } from "./transform_action.ts";
import { envName } from "./wrapper.ts";

/** The bounds that {@linkcode RescaleAction} takes actions in. */
export interface RescaleActionOptions {
  /** The new lower bound, or one for each element. */
  readonly minAction: Bounds;
  /** The new upper bound, or one for each element. */
  readonly maxAction: Bounds;
}

/**
 * Takes actions from [`minAction`, `maxAction`] and maps them linearly onto the bounds of the
 * environment's actions, as Gymnasium's `RescaleAction`: (action - intercept) / gradient, in the
 * precision of the action. Actions beyond the bounds are not clipped.
 *
 * @example Engines that go from 0 to 1
 * ```ts
 * import { make, RescaleAction } from "@dinoq/dinoq";
 *
 * const env = new RescaleAction(
 *   make<Float32Array, Float32Array>("LunarLander-v3", { continuous: true }),
 *   { minAction: 0, maxAction: 1 },
 * );
 * env.actionSpace.toString(); // Box(0, 1, [2], float32)
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class RescaleAction<
  Obs = Float32Array,
  Act extends Float32Array | Float64Array = Float32Array,
> extends TransformAction<Obs, Act> {
  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its action space must be a Box of floats
   * @param options the bounds to take actions in
   */
  constructor(env: Env<Obs, Act>, options: RescaleActionOptions) {
    const map = rescalingOf(env, options);
    super(env, (action) => toInside(map, action) as Act, map.space as unknown as BoxOf<Act>);
  }
}

function rescalingOf(
  env: Env<unknown, unknown>,
  { minAction, maxAction }: RescaleActionOptions,
): Rescaling {
  const box: unknown = env.actionSpace;
  if (!(box instanceof Box) || box.dtype !== "float32" && box.dtype !== "float64") {
    throw new TypeError(
      `RescaleAction: the actions of ${
        envName(env)
      } must lie in a float32 or float64 Box, got ${box}`,
    );
  }
  const map = rescaleBox("RescaleAction", box as Box<"float32" | "float64">, [
    "minAction",
    minAction,
  ], ["maxAction", maxAction]);
  const { low, high } = map.space;
  const point = low.findIndex((bound: number, i: number) => bound === high[i]);
  if (point !== -1) {
    throw new RangeError(
      `RescaleAction: minAction must be less than maxAction, got ${
        low[point]
      } for both at index ${point}`,
    );
  }
  return map;
}

function toInside({ space, gradient, intercept }: Rescaling, action: ArrayLike<number>): unknown {
  if (action?.length !== space.size) {
    throw new RangeError(
      `RescaleAction: an action must be an array of ${space.size} numbers, got ${action}`,
    );
  }
  const inside = new ARRAYS[space.dtype](space.size);
  const isSingle = space.dtype === "float32";
  for (let i = 0; i < inside.length; i++) {
    const difference = action[i] - intercept[i];
    inside[i] = (isSingle ? Math.fround(difference) : difference) / gradient[i];
  }
  return inside;
}
