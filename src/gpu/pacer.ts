/**
 * Sizes submits by time, so that a submit lasts about as long as a person notices no delay, and hands
 * the event loop its turn, so that Ctrl-C, timers and progress stay prompt.
 */

/** How long a submit should last, in milliseconds. */
const SUBMIT_MS = 50;
/** Weight of the newest measurement in the running mean. */
const NEWEST = 0.3;

/** Learns how long a tick takes, and from it how many to submit at once. */
export class Pacer {
  readonly #most: number;
  #msPerTick = 0;
  #lastTurn = performance.now();

  /** @param most The most ticks that one submit may hold. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many ticks to submit next: few at first, until it is known how long they take. */
  get size(): number {
    if (this.#msPerTick === 0) return Math.min(4, this.#most);
    return Math.max(1, Math.min(this.#most, Math.floor(SUBMIT_MS / this.#msPerTick)));
  }

  /** Notes that so many ticks took so many milliseconds, from submit to the end of the wait. */
  note(ticks: number, milliseconds: number): void {
    const measured = milliseconds / ticks;
    this.#msPerTick = this.#msPerTick === 0
      ? measured
      : (1 - NEWEST) * this.#msPerTick + NEWEST * measured;
  }

  /** Gives the event loop a turn when it has had none for a submit's time. */
  async turn(): Promise<void> {
    if (performance.now() - this.#lastTurn < SUBMIT_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastTurn = performance.now();
  }
}
