/**
 * Sizes submits by time, so that a submit lasts about as long as a person notices no delay, and hands
 * the event loop its turn, so that Ctrl-C, timers and progress stay prompt.
 *
 * Ticks of different kinds, such as steps of environments and updates of a network, may cost a hundred
 * times as much as each other: each kind's cost is learnt by itself.
 */

/** How long a submit should last, in milliseconds. */
const SUBMIT_MS = 50;
/** Weight of the newest measurement in the running mean. */
const NEWEST = 0.3;
/** Ticks of a kind in a submit as long as nobody knows what they cost. */
const UNKNOWN_TICKS = 4;
/** The least that a tick is taken to cost, in milliseconds: what is measured may be next to nothing. */
const LEAST_MS = 1e-4;

/** What goes into a submit: how many ticks of each kind. */
export class Load {
  /** Ticks of each kind. */
  readonly counts: Map<string, number> = new Map();
  /** Ticks of all kinds. */
  total = 0;

  /** Puts a tick in. */
  add(kind: string): void {
    this.counts.set(kind, this.of(kind) + 1);
    this.total++;
  }

  /** Ticks of a kind. */
  of(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }
}

/** Learns how long ticks take, and from it how many to submit at once. */
export class Pacer {
  readonly #most: number;
  /** Milliseconds for each tick of a kind, as far as is known. */
  readonly #costs = new Map<string, number>();
  #lastTurn = performance.now();

  /** @param most The most ticks that one submit may hold. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many ticks of a kind to submit next: few at first, until it is known how long they take. */
  size(kind: string): number {
    const cost = this.#costs.get(kind);
    if (cost === undefined) return Math.min(UNKNOWN_TICKS, this.#most);
    return Math.max(1, Math.min(this.#most, Math.floor(SUBMIT_MS / cost)));
  }

  /** Whether another tick of a kind has room beside what is in a submit already. */
  fits(kind: string, load: Load): boolean {
    if (load.total === 0) return true;
    if (load.total >= this.#most) return false;
    if (!this.#costs.has(kind) && load.of(kind) >= UNKNOWN_TICKS) return false;
    return this.#expected(load) + (this.#costs.get(kind) ?? 0) <= SUBMIT_MS;
  }

  /** Notes that a submit took so many milliseconds, from its start to the end of the wait. */
  note(load: Load, milliseconds: number): void {
    const unknown = [...load.counts.keys()].filter((kind) => !this.#costs.has(kind));
    const expected = this.#expected(load);
    if (unknown.length > 0) {
      // What the others don't account for is shared among those that nobody knew.
      const ticks = unknown.reduce((sum, kind) => sum + load.of(kind), 0);
      const rest = Math.max(LEAST_MS, (milliseconds - expected) / ticks);
      for (const kind of unknown) this.#costs.set(kind, rest);
      return;
    }
    // A kind's share of the surprise is its share of the time.
    for (const [kind, count] of load.counts) {
      const cost = this.#costs.get(kind)!;
      const measured = cost * milliseconds / expected;
      const weight = NEWEST * Math.min(1, count * cost / expected * load.counts.size);
      this.#costs.set(kind, Math.max(LEAST_MS, (1 - weight) * cost + weight * measured));
    }
  }

  /** Gives the event loop a turn when it has had none for a submit's time. */
  async turn(): Promise<void> {
    if (performance.now() - this.#lastTurn < SUBMIT_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastTurn = performance.now();
  }

  /** How long a submit should take, as far as is known. */
  #expected(load: Load): number {
    let sum = 0;
    for (const [kind, count] of load.counts) sum += count * (this.#costs.get(kind) ?? 0);
    return sum;
  }
}
