/**
 * Replay memory that stores whole stacks, the plain way: every row has all frames that the agent saw
 * there, and the times of the rows that they are from. What a ring that stores each frame once is
 * compared with.
 */

/** A row: what was seen, and what was done there. */
interface Row {
  /** Frames, oldest first, and the times of their rows in the lane; -1 for one that is in none. */
  readonly frames: readonly (readonly number[])[];
  readonly times: readonly number[];
  readonly mask: number;
  action?: number;
  reward: number;
  terminated: boolean;
  /** Whether a step led here. */
  readonly linked: boolean;
  open: boolean;
  /** What would have been done next where the episode was truncated. */
  lastAction?: number;
}

/** What is drawn when a row is. */
export interface StackTransition {
  readonly lane: number;
  /** Its row in the ring. */
  readonly row: number;
  readonly stack: readonly (readonly number[])[];
  readonly nextStack: readonly (readonly number[])[];
  readonly action: number;
  readonly return: number;
  readonly discount: number;
  readonly mask: number;
  readonly nextMask: number;
  readonly nextAction: number | undefined;
}

/** What makes transitions of rows. */
export interface StackOptions {
  readonly lanes: number;
  /** Rows of a lane that the ring holds. */
  readonly region: number;
  readonly frameStack: number;
  readonly nSteps: number;
  readonly needsNextAction: boolean;
}

const ALL_ACTIONS = 0xffffffff;

/** Lanes of rows with whole stacks. */
export class StackReference {
  readonly #options: StackOptions;
  readonly #lanes: Row[][];

  constructor(options: StackOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => []);
  }

  /** A lane's newest row, if it awaits a step. */
  #newest(lane: number): Row | undefined {
    const row = this.#lanes[lane].at(-1);
    return row?.open ? row : undefined;
  }

  /** A lane's newest stack. */
  stack(lane: number): readonly (readonly number[])[] {
    return this.#lanes[lane].at(-1)!.frames;
  }

  begin(lane: number, frame: readonly number[], mask = ALL_ACTIONS): void {
    const time = this.#enter(lane);
    const { frameStack } = this.#options;
    this.#add(lane, new Array(frameStack).fill(frame), new Array(frameStack).fill(time), mask);
  }

  /** Goes on with an episode of which only the newest stack is known. */
  resume(lane: number, frames: readonly (readonly number[])[], mask = ALL_ACTIONS): void {
    const time = this.#enter(lane);
    this.#add(lane, frames, frames.map((_, i) => i === frames.length - 1 ? time : -1), mask);
  }

  /** The time of the row that an episode is going to begin in. */
  #enter(lane: number): number {
    const open = this.#newest(lane);
    if (open && !open.linked) this.#lanes[lane].pop();
    this.cut(lane);
    return this.#lanes[lane].length;
  }

  #add(
    lane: number,
    frames: Row["frames"],
    times: readonly number[],
    mask: number,
    linked = false,
  ): void {
    this.#lanes[lane].push({
      ...{ frames, times, mask, linked },
      ...{ reward: 0, terminated: false, open: true },
    });
  }

  step(
    lane: number,
    action: number,
    reward: number,
    terminated: boolean,
    ended: boolean,
    frame: readonly number[],
    mask = ALL_ACTIONS,
  ): void {
    const row = this.#newest(lane)!;
    Object.assign(row, { action, reward, terminated, open: false });
    const time = this.#lanes[lane].length;
    const frames = [...row.frames.slice(1), frame];
    this.#add(lane, frames, [...row.times.slice(1), time], mask, true);
    if (ended) this.cut(lane);
  }

  cut(lane: number): void {
    const open = this.#newest(lane);
    if (open) open.open = false;
  }

  close(lane: number, lastAction: number): void {
    Object.assign(this.#newest(lane)!, { lastAction, open: false });
  }

  /** Forgets all rows but the open ones; what is seen there stays. */
  clear(): void {
    this.#lanes.forEach((rows, lane) => {
      const open = this.#newest(lane);
      const own = rows.length - 1;
      rows.length = 0;
      if (!open) return;
      const times = open.times.map((time) => time === own ? 0 : -1);
      this.#add(lane, open.frames, times, open.mask);
    });
  }

  /** All that can be drawn, lane by lane, oldest first. */
  transitions(gamma: number): StackTransition[] {
    const { region, nSteps, needsNextAction } = this.#options;
    return this.#lanes.flatMap((rows, lane) => {
      const oldest = Math.max(0, rows.length - region);
      const found: StackTransition[] = [];
      for (let time = oldest; time < rows.length; time++) {
        const row = rows[time];
        if (row.action === undefined || row.times.some((each) => each < oldest)) continue;
        let end = time;
        let sum = 0;
        let discount = 1;
        while (end < time + nSteps && rows[end].action !== undefined && discount > 0) {
          sum += discount * rows[end].reward;
          discount = rows[end].terminated ? 0 : discount * gamma;
          end++;
        }
        const next = rows[end];
        const nextAction = next.action ?? next.lastAction;
        if (needsNextAction && discount > 0 && nextAction === undefined) continue;
        found.push({
          lane,
          row: lane * region + time % region,
          stack: row.frames,
          nextStack: next.frames,
          action: row.action,
          return: sum,
          discount,
          mask: row.mask,
          nextMask: next.mask,
          nextAction,
        });
      }
      return found;
    });
  }
}
