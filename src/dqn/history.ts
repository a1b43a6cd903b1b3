/** What updates came to: a row for each of the last ones, which the kernels write and the host looks at now and then. */

import type { Readback } from "../gpu/readback.ts";
import type { LearnerState } from "./learner_state.ts";

/** Rows kept on the GPU: at least as many as updates between two looks. */
export const HISTORY_ROWS = 2048;
/** Numbers of a row: loss, Q-value, TD error, norm of the gradient. */
const ROW_FLOATS = 4;
/** Bytes of a row. */
export const ROW_BYTES = 4 * ROW_FLOATS;

/** Means over the updates since the last look. */
export interface Diagnostics {
  /** Mean loss; NaN when there was no update. */
  readonly loss: number;
  /** Mean Q-value of the actions in the batches. */
  readonly meanQ: number;
  /** Mean norm of the gradient before clipping by norm. */
  readonly gradNorm: number;
  /** Mean absolute TD error. */
  readonly tdError: number;
}

/** The last updates of a learner's agents. */
export class History {
  readonly #state: LearnerState;
  readonly #readback: Readback;
  /** Updates that were there at the last look. */
  #looked = 0;

  /**
   * @param state Where the rows are.
   * @param readback Brings them.
   */
  constructor(state: LearnerState, readback: Readback) {
    this.#state = state;
    this.#readback = readback;
  }

  /** Looks no further back than to this update. */
  skipTo(update: number): void {
    this.#looked = update;
  }

  /** The loss of the first agent's update of that number, from 0, one of the last. */
  async loss(update: number): Promise<number> {
    const row = update % HISTORY_ROWS;
    const bytes = await this.#readback.read(this.#state.history, row * ROW_BYTES, ROW_BYTES);
    return new Float32Array(bytes)[0];
  }

  /**
   * Means over the updates since the last look, at most over the rows that there are.
   *
   * @param updates Updates made so far.
   * @param agent Whose; a round of questions about several agents ends with the last of them.
   */
  async means(updates: number, agent: number): Promise<Diagnostics> {
    const fresh = Math.min(updates - this.#looked, HISTORY_ROWS);
    const sums = new Float64Array(ROW_FLOATS);
    if (fresh > 0) {
      const bytes = HISTORY_ROWS * ROW_BYTES;
      const rows = new Float32Array(
        await this.#readback.read(this.#state.history, agent * bytes, bytes),
      );
      for (let i = 0; i < fresh; i++) {
        const row = (updates - 1 - i) % HISTORY_ROWS;
        for (let k = 0; k < ROW_FLOATS; k++) sums[k] += rows[ROW_FLOATS * row + k];
      }
      if (agent === this.#state.agents - 1) this.#looked = updates;
    }
    const [loss, meanQ, tdError, gradNorm] = sums.map((sum) => sum / fresh);
    return { loss, meanQ, tdError, gradNorm };
  }
}
