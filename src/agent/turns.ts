/**
 * Turns: whatever is asked of one agent is done piece by piece, one after the other.
 *
 * Two pieces at once would land what they read back in the same memory, and a checkpoint that is made
 * while the agent learns must be of one moment. So each waits for its turn, and learning takes one for
 * each step and each burst of updates: others come in between.
 */

/** Hands out turns in the order in which they are asked for. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Whether nothing is being done and nothing waits. */
  get idle(): boolean {
    return this.#waiting === 0;
  }

  /**
   * Does the work when all that was asked for before is done. Work may not take a turn itself: it would
   * wait for its own end.
   *
   * @returns The work's result, or its error, which stops nobody else.
   */
  async take<T>(work: () => T | Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    this.#waiting++;
    try {
      await before;
      return await work();
    } finally {
      this.#waiting--;
      resolve();
    }
  }
}
