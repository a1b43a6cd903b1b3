/**
 * What a training loop is asked for: equal networks and an equal ratio of updates to steps for all
 * (peers/loops.py says what the fields mean).
 *
 * @module
 */

/** A way to train. */
export interface LoopSettings {
  readonly env: string;
  /** Environments side by side. */
  readonly envs: number;
  /** Steps of all of them for each update. */
  readonly every: number;
  readonly hidden: readonly number[];
  readonly batch: number;
  readonly buffer: number;
  /** Random steps before the first update. */
  readonly learningStarts: number;
  readonly gamma: number;
  readonly learningRate: number;
  /** Steps between copies of the target network. */
  readonly targetInterval: number;
  readonly epsilonStart: number;
  readonly epsilonEnd: number;
  /** Part of `steps` over which epsilon falls. */
  readonly epsilonFraction: number;
  /** Steps of a whole run. */
  readonly steps: number;
}

/** How fast it goes on, measured for so long. */
export interface SpeedRequest extends LoopSettings {
  readonly seconds: number;
}

/** When it first reaches a greedy mean. */
export interface ArrivalRequest extends LoopSettings {
  readonly threshold: number;
  readonly checkEvery: number;
  /** Episodes of an evaluation. */
  readonly episodes: number;
}

/** Seeds of evaluations lie apart from those of training, as in peers/loops.py. */
export const CHECK_SEED = 1_000_000_000;

/** CleanRL's dqn.py: its network, ratio and schedule. */
export const CLEANRL: LoopSettings = {
  env: "CartPole-v1",
  envs: 1,
  every: 10,
  hidden: [120, 84],
  batch: 128,
  buffer: 10_000,
  learningStarts: 10_000,
  gamma: 0.99,
  learningRate: 2.5e-4,
  targetInterval: 500,
  epsilonStart: 1,
  epsilonEnd: 0.05,
  epsilonFraction: 0.5,
  steps: 500_000,
};

/** Whether so many environments can keep to the ratio: a whole number of updates a step of all, or of steps. */
export function keepsRatio({ envs, every }: LoopSettings): boolean {
  return every % envs === 0 || envs % every === 0;
}
