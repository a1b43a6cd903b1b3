/**
 * How far a comparison is: which runs go on and how fast, and how long the rest will take.
 *
 * @module
 */

import { duration, score, short, whole } from "../format.ts";
import { bar } from "../progress.ts";
import type { RunRecord } from "./record.ts";
import type { Assignment } from "./worker.ts";

const BAR = 16;

/** A run that goes on. */
interface Going {
  readonly run: Assignment;
  readonly startedAt: number;
  /** Steps of its first report: what was made before it was stopped tells nothing about its speed. */
  first?: { readonly steps: number; readonly at: number };
  steps: number;
  meanReturn: number | null;
}

/** What an algorithm has taken so far. */
interface Pace {
  steps: number;
  seconds: number;
}

/** Keeps count of the runs. */
export class ComparisonProgress {
  readonly #steps: number;
  readonly #jobs: number;
  /** How many runs there are. */
  readonly total: number;
  readonly #waiting: Assignment[];
  readonly #going = new Map<Assignment, Going>();
  readonly #paces = new Map<string, Pace>();
  #done: number;

  /**
   * @param total How many runs there are.
   * @param waiting Those that are to be made.
   * @param steps Environment steps of each.
   * @param jobs How many go on side by side.
   */
  constructor(total: number, waiting: readonly Assignment[], steps: number, jobs: number) {
    this.total = total;
    this.#waiting = [...waiting];
    this.#steps = steps;
    this.#jobs = jobs;
    this.#done = total - waiting.length;
  }

  /** Runs that are finished, those of earlier times among them. */
  get done(): number {
    return this.#done;
  }

  /** A run begins. */
  start(run: Assignment, now: number): void {
    this.#waiting.splice(this.#waiting.indexOf(run), 1);
    this.#going.set(run, { run, startedAt: now, steps: 0, meanReturn: null });
  }

  /** A run tells where it is. */
  update(run: Assignment, steps: number, meanReturn: number | null, now: number): void {
    const going = this.#going.get(run);
    if (!going) return;
    going.first ??= { steps, at: now };
    going.steps = steps;
    going.meanReturn = meanReturn;
  }

  /** A run ends; `record` is undefined when it did not come to its end. */
  end(run: Assignment, record: RunRecord | undefined, now: number): void {
    const going = this.#going.get(run);
    if (!going) return;
    this.#going.delete(run);
    if (!record) return;
    this.#done++;
    const pace = this.#paces.get(run.algorithm) ?? { steps: 0, seconds: 0 };
    pace.steps += this.#steps - (going.first?.steps ?? 0);
    pace.seconds += (now - going.startedAt) / 1000;
    this.#paces.set(run.algorithm, pace);
  }

  /** Steps a second of a run that goes on; NaN before two reports. */
  #speed({ first, steps }: Going, now: number): number {
    return first && steps > first.steps ? (steps - first.steps) / ((now - first.at) / 1000) : NaN;
  }

  /** Seconds until all is done; NaN before anything is known. */
  secondsLeft(now: number): number {
    const known = new Map<string, number>();
    for (const [name, { steps, seconds }] of this.#paces) {
      if (steps > 0) known.set(name, seconds / steps);
    }
    for (const going of this.#going.values()) {
      const speed = this.#speed(going, now);
      if (!known.has(going.run.algorithm) && speed > 0) known.set(going.run.algorithm, 1 / speed);
    }
    const all = [...known.values()];
    const usual = all.reduce((sum, each) => sum + each, 0) / all.length;
    const perStep = ({ algorithm }: Assignment) => known.get(algorithm) ?? usual;
    const left = [
      ...this.#waiting.map((run) => perStep(run) * this.#steps),
      ...[...this.#going.values()].map(({ run, steps }) => perStep(run) * (this.#steps - steps)),
    ];
    if (left.length === 0) return 0;
    const work = left.reduce((sum, each) => sum + each, 0);
    // Side by side, but no run can be split up.
    return Math.max(work / Math.min(this.#jobs, left.length), ...left);
  }

  /** A line for each run that goes on, and one for all. */
  lines(now: number): string[] {
    const total = this.#steps;
    const name = Math.max(...[...this.#going.keys()].map(({ algorithm }) => algorithm.length), 0);
    const each = [...this.#going.values()].map((going) => {
      const { run, steps, meanReturn } = going;
      const head = `  ${run.algorithm.padEnd(name)}  seed ${run.seed}`;
      if (!going.first) return `${head}  starting`;
      if (steps >= total) return `${head}  testing`;
      return `${head}  ${bar(steps / total, BAR)} ${short(steps)}/${short(total)}  ` +
        `return ${score(meanReturn ?? NaN)}  ${short(this.#speed(going, now))} steps/s`;
    });
    const partly = [...this.#going.values()].reduce((sum, { steps }) => sum + steps / total, 0);
    const share = (this.#done + partly) / this.total;
    return [
      ...each,
      `  ${bar(share, BAR)} ${this.#done} of ${whole(this.total)} runs done, ` +
      `${duration(this.secondsLeft(now))} left`,
    ];
  }
}
