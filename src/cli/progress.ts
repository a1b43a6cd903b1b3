/**
 * The progress line: redrawn in place on a terminal and fitted to its width, a plain line every few
 * seconds elsewhere.
 *
 * @module
 */

import type { Phase, Progress } from "../agent/learn.ts";
import { duration, score, short, significant, whole } from "./format.ts";
import type { Screen } from "./terminal.ts";

/** Seconds between plain lines. */
const PLAIN_SECONDS = 5;

/** Phases of so many episodes or steps are worth a bar of their own. */
const LONG = { episodes: 10, steps: 10_000, updates: Infinity };
const BAR = 20;
const SHORT_BAR = 8;

/** One thing that the line tells, in two lengths. */
interface Segment {
  readonly wide: string;
  readonly narrow: string;
  /** What is left out first where there is no room at all: the highest. */
  readonly rank: number;
}

/** What a run that is counted in episodes tells beside the learner's own progress. */
export interface EpisodeGoal {
  /** The run ends with this episode. */
  readonly episodes: number;
  /** Return of the newest. */
  readonly lastReturn: number;
  /** Steps of the newest ones on average. */
  readonly meanLength: number;
}

/** A few digits in the least room: .04 for 0.04. */
function bare(value: number, digits = 2): string {
  return significant(value, digits).replace(/^0\./, ".");
}

/** A bar: [#####-----]. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${"#".repeat(filled)}${"-".repeat(width - filled)}]`;
}

/** Bars for runs that collect for long and then train for long. */
function phaseSegment({ name, done, of, unit }: Phase): Segment {
  const count = `${whole(done)}/${whole(of)}`;
  return {
    wide: `${name} ${bar(done / of, BAR)} ${count} ${unit}`,
    narrow: `${name} ${bar(done / of, SHORT_BAR)} ${count}`,
    rank: 0,
  };
}

function segments(
  progress: Progress,
  goal: EpisodeGoal | undefined,
  hasPhases: boolean,
): Segment[] {
  const { steps, totalSteps, episodes, meanReturn, epsilon, loss, meanQ } = progress;
  const list: Segment[] = [];
  if (hasPhases) list.push(phaseSegment(progress.phase));
  if (goal) {
    const { lastReturn } = goal;
    list.push(
      { wide: `step ${whole(steps)}`, narrow: "", rank: 8 },
      {
        wide: `episode ${whole(episodes)}/${whole(goal.episodes)}`,
        narrow: `ep ${episodes}/${goal.episodes}`,
        rank: 0,
      },
      {
        wide: `reward ${score(lastReturn)}`,
        narrow: `rew ${significant(lastReturn)}`,
        rank: 8,
      },
    );
  } else {
    list.push(
      {
        wide: `step ${whole(steps)}/${whole(totalSteps)}`,
        narrow: `${short(steps)}/${short(totalSteps)}`,
        rank: 0,
      },
      { wide: `episode ${whole(episodes)}`, narrow: `ep ${episodes}`, rank: 2 },
    );
  }
  list.push(
    { wide: `return ${score(meanReturn)}`, narrow: `ret ${significant(meanReturn)}`, rank: 0 },
    { wide: `eps ${epsilon.toFixed(3)}`, narrow: `eps ${bare(epsilon)}`, rank: 3 },
    { wide: `loss ${significant(loss)}`, narrow: `loss ${bare(loss)}`, rank: 4 },
    { wide: `Q ${significant(meanQ)}`, narrow: `Q ${bare(meanQ, 3)}`, rank: 5 },
    {
      wide: `${whole(progress.stepsPerSecond)} steps/s`,
      narrow: `${short(progress.stepsPerSecond)}/s`,
      rank: 6,
    },
    {
      wide: `${whole(progress.updatesPerSecond)} updates/s`,
      narrow: `${short(progress.updatesPerSecond)} up/s`,
      rank: 7,
    },
    {
      wide: `${duration(progress.secondsLeft)} left`,
      narrow: `-${duration(progress.secondsLeft)}`,
      rank: 1,
    },
  );
  return list;
}

/**
 * Progress in one line.
 *
 * @param progress What `learn` reports.
 * @param goal The end, where that is an episode.
 * @param columns Characters that the line may have.
 * @param hasPhases Whether collecting and training take turns that are long enough for a bar each.
 */
export function progressLine(
  progress: Progress,
  goal?: EpisodeGoal,
  columns: number = Infinity,
  hasPhases = false,
): string {
  const all = segments(progress, goal, hasPhases);
  const wide = all.map((segment) => segment.wide).join("  ");
  if (wide.length <= columns) return wide;
  const narrow = all.filter((segment) => segment.narrow !== "");
  for (;;) {
    const line = narrow.map((segment) => segment.narrow).join(" ");
    if (line.length <= columns || narrow.length <= 1) return line;
    const last = narrow.reduce((a, b) => b.rank >= a.rank ? b : a);
    narrow.splice(narrow.indexOf(last), 1);
  }
}

/** Shows progress on a screen. */
export class ProgressReport {
  readonly #screen: Screen;
  #plainAt = PLAIN_SECONDS;
  #loss = NaN;
  #meanQ = NaN;
  #hasPhases = false;

  /** @param screen Where. */
  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Shows where the run stands. */
  show(progress: Progress, goal?: EpisodeGoal): void {
    const filled = this.#fill(progress, goal);
    const { name, of, unit } = progress.phase;
    // By what is collected: a burst of updates alone may be long once and short the next time.
    if (name === "collecting") this.#hasPhases = of >= LONG[unit];
    if (this.#screen.isTerminal) {
      this.#screen.live(progressLine(filled, goal, this.#screen.columns, this.#hasPhases));
    } else if (progress.seconds >= this.#plainAt) {
      this.#screen.line(progressLine(filled, goal, Infinity, this.#hasPhases));
      this.#plainAt = progress.seconds + PLAIN_SECONDS;
    }
  }

  /** Fills in what one report can't know: the loss when it saw no update, and when episodes will end. */
  #fill(progress: Progress, goal: EpisodeGoal | undefined): Progress {
    if (!Number.isNaN(progress.loss)) this.#loss = progress.loss;
    if (!Number.isNaN(progress.meanQ)) this.#meanQ = progress.meanQ;
    const { episodes, stepsPerSecond } = progress;
    const secondsLeft = goal
      ? Math.max(0, goal.episodes - episodes) * goal.meanLength / stepsPerSecond
      : progress.secondsLeft;
    return { ...progress, loss: this.#loss, meanQ: this.#meanQ, secondsLeft };
  }
}
