/**
 * What the host knows of the ring's rows: where each lane stands, what each row starts, and which rows
 * can be drawn. shaders/lib/ring.wgsl judges rows the same way.
 */

/** What a row starts; the numbers stand in shaders/lib/ring.wgsl too. */
export const KIND = { none: 0, terminates: 1, continues: 2, lastAction: 3 } as const;
/** The bit beside a row's kind that says that it is the first of its episode. */
export const FIRST = 4;
/** The bits of the kind itself. */
export const KIND_BITS = 3;

/** Where a lane stands. */
export interface Lane {
  /** Its newest row, counted inside its region; -1 before the first. */
  head: number;
  /** Rows that it holds. */
  size: number;
  /** Whether the newest row awaits a step. */
  open: boolean;
  /** Whether a transition leads to the newest row. */
  linked: boolean;
}

/** The shape of the rows. */
export interface LanesShape {
  readonly lanes: number;
  /** Rows of one lane. */
  readonly region: number;
  /** Steps that a draw may walk. */
  readonly nSteps: number;
  /** Whether a draw needs the action taken after it. */
  readonly needsNextAction: boolean;
  /** Frames of an episode that are seen at once. */
  readonly frameStack: number;
}

/** The rows of all lanes, without what is in them. */
export class Lanes {
  readonly #shape: LanesShape;
  readonly #lanes: Lane[];
  /** What each row starts, and whether an episode starts there. */
  readonly #kinds: Uint8Array;
  readonly #canDraw: Uint8Array;
  /**
   * Of each row, how many rows of its lane could ever be drawn up to it and including it; so those that
   * can be drawn now bear consecutive numbers in the order of time.
   */
  readonly #numbers: Float64Array;
  /** Of each lane, how many rows could ever be drawn, and how many can now. */
  readonly #ever: Float64Array;
  readonly #now: Float64Array;

  /** @param shape How many rows there are, and what makes one drawable. */
  constructor(shape: LanesShape) {
    const { lanes, region } = shape;
    this.#shape = shape;
    this.#lanes = Array.from(
      { length: lanes },
      () => ({ head: -1, size: 0, open: false, linked: false }),
    );
    this.#kinds = new Uint8Array(lanes * region);
    this.#canDraw = new Uint8Array(lanes * region);
    this.#numbers = new Float64Array(lanes * region);
    this.#ever = new Float64Array(lanes);
    this.#now = new Float64Array(lanes);
  }

  /** A lane's place. */
  at(lane: number): Lane {
    return this.#lanes[lane];
  }

  /** All places. */
  get all(): readonly Lane[] {
    return this.#lanes;
  }

  /** Rows that a draw can pick. */
  get drawable(): number {
    return this.#now.reduce((a, b) => a + b, 0);
  }

  /** The most such rows of one lane. */
  get longest(): number {
    return Math.max(...this.#now);
  }

  /** Rows stored in the fullest lane. */
  get filled(): number {
    return Math.max(...this.#lanes.map(({ size }) => size));
  }

  /** Whether a row, counted over the whole ring, can be drawn. */
  canDraw(row: number): boolean {
    return this.#canDraw[row] === 1;
  }

  /** Whether a row, counted over the whole ring, is the first of its episode. */
  isFirst(row: number): boolean {
    return (this.#kinds[row] & FIRST) !== 0;
  }

  /** The lane's newest row, counted over the whole ring. */
  row(lane: number): number {
    return lane * this.#shape.region + this.#lanes[lane].head;
  }

  /** Moves a lane to its next row, over the oldest if the region is full. */
  advance(lane: number): void {
    const place = this.#lanes[lane];
    const { region } = this.#shape;
    place.head = (place.head + 1) % region;
    place.size = Math.min(place.size + 1, region);
    const row = this.row(lane);
    this.#now[lane] -= this.#canDraw[row];
    this.#canDraw[row] = 0;
    this.#kinds[row] = KIND.none;
    this.#numbers[row] = this.#ever[lane];
    this.#forsake(lane);
  }

  /**
   * Tells whether an episode begins at a lane's newest row, or goes on there from rows that were never
   * stored.
   */
  begin(lane: number, isFirst: boolean): void {
    this.#kinds[this.row(lane)] = isFirst ? FIRST : KIND.none;
  }

  /** Rows whose stacks reached back to the one that a lane's newest has just replaced can't be drawn. */
  #forsake(lane: number): void {
    const { region, frameStack } = this.#shape;
    for (let i = 1; i < frameStack; i++) {
      const row = lane * region + (this.#lanes[lane].head + i) % region;
      if (this.isFirst(row)) break;
      this.#now[lane] -= this.#canDraw[row];
      this.#canDraw[row] = 0;
    }
  }

  /**
   * A step has been made from a lane's newest row: it can be drawn, or rows before it whose walks end
   * here can, and the lane moves on.
   *
   * @param terminated Whether the step ended its episode by the environment's own rules.
   */
  step(lane: number, terminated: boolean): void {
    this.#set(lane, terminated ? KIND.terminates : KIND.continues);
    this.advance(lane);
    this.#judge(lane, 1 + this.#waiting);
  }

  /** A lane's newest row is an episode's last, and holds the action that would have been taken there. */
  close(lane: number): void {
    this.#set(lane, KIND.lastAction);
    this.#judge(lane, this.#waiting);
  }

  /** What a lane's newest row starts. */
  #set(lane: number, kind: number): void {
    this.#kinds[this.row(lane)] &= FIRST;
    this.#kinds[this.row(lane)] |= kind;
  }

  /** How many rows may wait for the action of the one after them. */
  get #waiting(): number {
    return this.#shape.needsNextAction ? this.#shape.nSteps : 0;
  }

  /** Judges a lane's newest rows anew, oldest first: the newest itself and so many before. */
  #judge(lane: number, behind: number): void {
    const { region } = this.#shape;
    const { head, size } = this.#lanes[lane];
    const first = lane * region;
    const rowAt = (back: number) => first + (head - back + region) % region;
    const oldest = Math.min(behind, size - 1);
    let number = oldest < size - 1
      ? this.#numbers[rowAt(oldest + 1)]
      : this.#ever[lane] - this.#now[lane];
    for (let back = oldest; back >= 0; back--) {
      const row = rowAt(back);
      if (!this.#canDraw[row] && this.#isDrawable(first, row - first)) {
        this.#canDraw[row] = 1;
        this.#ever[lane]++;
        this.#now[lane]++;
      }
      number += this.#canDraw[row];
      this.#numbers[row] = number;
    }
  }

  #isDrawable(first: number, row: number): boolean {
    const { region, nSteps, needsNextAction } = this.#shape;
    let kind = this.#kindAt(first + row);
    if (!startsTransition(kind) || !this.#knowsStack(first, row)) return false;
    if (!needsNextAction) return true;
    for (let m = 0; m < nSteps && startsTransition(kind); m++) {
      if (kind === KIND.terminates) return true;
      row = (row + 1) % region;
      kind = this.#kindAt(first + row);
    }
    return kind !== KIND.none;
  }

  /** Whether all rows are there that a row's stack is made of. The walk ends at the newest, if not before. */
  #knowsStack(first: number, row: number): boolean {
    const { region, frameStack } = this.#shape;
    for (let i = 1; i < frameStack && !this.isFirst(first + row); i++) {
      row = (row + region - 1) % region;
      if (!startsTransition(this.#kinds[first + row])) return false;
    }
    return true;
  }

  #kindAt(row: number): number {
    return this.#kinds[row] & KIND_BITS;
  }

  /** How many rows there are after which, themselves included, a lane has so many rows to draw. */
  sequences(length: number): number {
    return this.#now.reduce((sum, count) => sum + Math.max(0, count - length + 1), 0);
  }

  /** The row of that number, from 0, among those that {@link sequences} counts. */
  sequenceStart(length: number, index: number): number {
    let lane = 0;
    for (;; lane++) {
      const starts = Math.max(0, this.#now[lane] - length + 1);
      if (index < starts) break;
      index -= starts;
    }
    const { region } = this.#shape;
    const { head, size } = this.#lanes[lane];
    const rowAt = (time: number) => lane * region + (head - size + 1 + time + region) % region;
    const wanted = this.#ever[lane] - this.#now[lane] + 1 + index;
    // Numbers never fall as time goes on: halve the stretch in which the wanted one comes up.
    let [low, high] = [0, size - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numbers[rowAt(middle)] < wanted) low = middle + 1;
      else high = middle;
    }
    return rowAt(low);
  }

  /** Forgets all rows but those that are open, which become the first of their lanes. */
  clear(): void {
    const first = this.#lanes.map(({ open }, lane) => open && this.isFirst(this.row(lane)));
    this.#reset();
    this.#lanes.forEach((place, lane) => {
      const { open } = place;
      Object.assign(place, { head: open ? 0 : -1, size: Number(open), linked: false });
      if (open) this.begin(lane, first[lane]);
    });
  }

  /**
   * Takes over saved places and kinds.
   *
   * @param lanes Each lane's place.
   * @param kindOf What a lane's row starts, and whether an episode starts there.
   */
  restore(lanes: readonly Readonly<Lane>[], kindOf: (lane: number, row: number) => number): void {
    const { region } = this.#shape;
    this.#reset();
    lanes.forEach((saved, lane) => {
      Object.assign(this.#lanes[lane], saved);
      for (let row = 0; row < saved.size; row++) {
        this.#kinds[lane * region + row] = kindOf(lane, row);
      }
      this.#judge(lane, saved.size - 1);
    });
  }

  #reset(): void {
    for (const each of [this.#kinds, this.#canDraw, this.#numbers, this.#ever, this.#now]) {
      each.fill(0);
    }
  }
}

/** Whether a transition starts at a row of that kind. */
export function startsTransition(kind: number): boolean {
  const bare = kind & KIND_BITS;
  return bare === KIND.terminates || bare === KIND.continues;
}
