/** Environments that allow only some actions, to test the agent with. @module */

import type { ResetOptions, ResetResult, StepResult } from "../../src/envs/mod.ts";
import { StatefulStubEnv, type StubAnswer, type StubMoment, type StubShape } from "./stub_env.ts";

/** Which actions are allowed after so many steps of an episode, as an environment tells it. */
export type MaskOf = (step: number) => unknown;

/**
 * Tells `info.action_mask`, and throws at a forbidden action. At a termination it tells no mask, as no
 * environment needs to.
 */
export class MaskedEnv extends StatefulStubEnv {
  readonly #maskOf: MaskOf;
  readonly #firstAction: number;

  constructor(
    maskOf: MaskOf,
    answer?: (moment: StubMoment) => StubAnswer,
    shape: StubShape = {},
  ) {
    super(answer, { actions: 3, ...shape });
    this.#maskOf = maskOf;
    this.#firstAction = shape.firstAction ?? 0;
  }

  override reset(options?: ResetOptions): ResetResult<Float32Array> {
    const [observation] = super.reset(options);
    return [observation, { action_mask: this.#maskOf(0) }];
  }

  override step(action: number): StepResult<Float32Array> {
    const mask = this.#maskOf(this.step_) as ArrayLike<number>;
    if (!mask[action - this.#firstAction]) {
      throw new Error(`action ${action} is forbidden after ${this.step_} steps`);
    }
    const [observation, reward, terminated, truncated] = super.step(action);
    const info = terminated ? {} : { action_mask: this.#maskOf(this.step_) };
    return [observation, reward, terminated, truncated, info];
  }
}

/** Allows one or two of three actions, by turns; never all, and never always the same. */
export function turning(step: number): number[] {
  return [[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 1, 0]][step % 4];
}
