/**
 * The health word: what only the GPU can see going wrong, a bit for each, as in shaders/lib/health.wgsl; and
 * what the host says about it.
 */

/** The loss or its gradient is not a finite number. */
export const NOT_FINITE = 1;
const NOTHING_DRAWABLE = 2;
const ENVIRONMENT_NOT_FINITE = 4;

/** The error that a word stands for; nothing where all is well. */
export function healthError(word: number): Error | undefined {
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
