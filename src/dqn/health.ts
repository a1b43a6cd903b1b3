/**
 * The health word: what only the GPU can see going wrong, a bit for each, as in shaders/lib/health.wgsl; and
 * what the host says about it.
 */

import { upload } from "../gpu/buffers.ts";
import type { Readback } from "../gpu/readback.ts";
import type { LearnerState } from "./learner_state.ts";

/** The loss or its gradient is not a finite number. */
const NOT_FINITE = 1;
const NOTHING_DRAWABLE = 2;
const ENVIRONMENT_NOT_FINITE = 4;

/** The health of a learner's agents. */
export class Health {
  /** Those of several that have diverged at some time: they stay as they were. */
  readonly diverged: Set<number> = new Set();
  readonly #state: LearnerState;
  readonly #readback: Readback;

  /**
   * @param state Where the words are, one for each agent.
   * @param readback Brings them.
   */
  constructor(state: LearnerState, readback: Readback) {
    this.#state = state;
    this.#readback = readback;
  }

  /**
   * Waits for all that was submitted, and reads what went wrong with it, which is told once.
   *
   * @returns The error; nothing where all is well.
   */
  async read(): Promise<Error | undefined> {
    const { gpu, health: words, agents } = this.#state;
    const each = new Uint32Array(await this.#readback.read(words, 0, 4 * agents));
    let health = each.reduce((all, one) => all | one, 0);
    if (agents > 1) {
      // One that has diverged stays as it was, since its word stays set; the others go on.
      each.forEach((one, agent) => one & NOT_FINITE && this.diverged.add(agent));
      health &= ~NOT_FINITE;
    }
    if (health) upload(gpu, words, new Uint32Array(agents));
    return healthError(health);
  }
}

/** The error that a word stands for; nothing where all is well. */
function healthError(word: number): Error | undefined {
  if (word & NOTHING_DRAWABLE) {
    return new Error("no transition could be drawn from the replay buffer");
  }
  if (word & ENVIRONMENT_NOT_FINITE) {
    return new Error(
      "an environment on the GPU has given a reward or an observation that is not a finite number: " +
        "look for divisions by zero, logarithms and roots in its step and observe",
    );
  }
  if (word & NOT_FINITE) {
    return new Error(
      "the loss or its gradient is not a finite number: training has diverged. The last updates were " +
        "not applied; try a lower learningRate, a rewardScale below 1, or maxGradNorm",
    );
  }
  return undefined;
}
