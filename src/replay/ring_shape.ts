/** The shape of a ring: what is asked for, and whether there can be such a one. */

import type { Gpu } from "../gpu/gpu.ts";

/** Bytes of a row's transition. */
export const TRANSITION_BYTES = 16;

/** How rows are drawn: each as likely as any other, by priority, or in the order of time. */
export type Sampling = "uniform" | "prioritized" | "sequential";

/** The shape of a ring. */
export interface RingOptions {
  /** Numbers in an observation: a frame, where several are seen at once. */
  readonly observationSize: number;
  /** Environments that feed it; of each agent, where there are several. */
  readonly lanes: number;
  /** Agents, each with as many rows of its own: 1 when left out. */
  readonly agents?: number;
  /** Rows of all lanes together; each lane gets an equal region. */
  readonly capacity: number;
  /** Steps that a draw may walk. */
  readonly nSteps: number;
  /** Whether a draw needs the action taken after it: SARSA's target does. No when left out. */
  readonly needsNextAction?: boolean;
  /** How rows are drawn: "uniform" when left out. */
  readonly sampling?: Sampling;
  /** Whether frames are bytes, four in a word; floats when left out. */
  readonly bytes?: boolean;
  /** Frames of an episode that are seen at once: 1 when left out. */
  readonly frameStack?: number;
  /**
   * The most bytes of frames that go into one buffer, for tests and small adapters: what the adapter can
   * bind when left out.
   */
  readonly chunkBytes?: number;
}

/** {@link RingOptions} with everything filled in. */
export interface RingShape extends Required<RingOptions> {
  /** Rows of one lane. */
  readonly region: number;
  /** Rows of all lanes of one agent. */
  readonly rows: number;
}

/**
 * Fills in what was left out.
 *
 * @throws {RangeError} When a lane's share of the rows is too small, or the adapter can't bind what is
 *   kept of each row in one buffer.
 */
export function ringShape(gpu: Gpu, options: RingOptions): RingShape {
  const { capacity, lanes, agents = 1, nSteps, frameStack = 1, chunkBytes = Infinity } = options;
  if (!Number.isInteger(frameStack) || frameStack < 1) {
    throw new RangeError(`frameStack must be a whole number from 1 on, got ${frameStack}`);
  }
  const region = Math.floor(capacity / lanes);
  // The open row, one that has been overwritten or is to come, and those that a stack reaches back to.
  const least = nSteps + 2 + frameStack - 1;
  if (region < least) {
    const stacks = frameStack > 1 ? ` and frameStack ${frameStack}` : "";
    throw new RangeError(
      `a replay buffer of ${capacity} rows gives each of ${lanes} lanes ${region}; ` +
        `with nSteps ${nSteps}${stacks} a lane needs at least ${least}`,
    );
  }
  const rows = region * lanes;
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
  const most = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / TRANSITION_BYTES);
  if (agents * rows > most) {
    throw new RangeError(
      `a replay buffer of ${
        agents * rows
      } rows takes ${TRANSITION_BYTES} bytes a row beside observations, ` +
        `and "${gpu.adapter}" can bind ${most} such rows: set bufferSize to at most ` +
        `${Math.floor(most / agents)}`,
    );
  }
  const { needsNextAction = false, sampling = "uniform", bytes = false } = options;
  return {
    ...{ ...options, agents, needsNextAction, sampling, bytes, frameStack, chunkBytes },
    ...{ region, rows },
  };
}
