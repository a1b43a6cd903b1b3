/**
 * The replay buffer: a ring of rows on the GPU, one row per time step, a region of rows per lane
 * (environment).
 *
 * A row holds an observation and, once the step from it has been made, the transition that started
 * there: action, reward and whether the episode terminated. The next observation is the next row, so
 * none is stored twice. An episode's last observation has a row of its own, which starts no
 * transition and so can't be drawn; neither can a lane's open row, whose step is still to come. What
 * follows from an episode that was truncated is bootstrapped from its true last observation.
 *
 * The host keeps each lane's place and collects rows as images; they reach the GPU in one upload and
 * one dispatch, together with the next updates.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";

/** What a row starts; the numbers stand in shaders/lib/ring.wgsl too. */
const KIND = { none: 0, terminates: 1, continues: 2, lastAction: 3 } as const;

/** Bytes that staged rows may take before they are sent without waiting for an update. */
const STAGING_BYTES = 1 << 20;
/** Bytes brought at once when the ring is saved. */
const READBACK_BYTES = 1 << 22;

/** The shape of a ring. */
export interface RingOptions {
  /** Numbers in an observation. */
  readonly observationSize: number;
  /** Environments that feed it. */
  readonly lanes: number;
  /** Rows of all lanes together; each lane gets an equal region. */
  readonly capacity: number;
  /** Steps that a draw may walk. */
  readonly nSteps: number;
  /** Whether a draw needs the action taken after it: SARSA's target does. No when left out. */
  readonly needsNextAction?: boolean;
}

/** Where a lane stands. */
interface Lane {
  /** Its newest row, counted inside its region; -1 before the first. */
  head: number;
  /** Rows that it holds. */
  size: number;
  /** Whether the newest row awaits a step. */
  open: boolean;
  /** Whether a transition leads to the newest row. */
  linked: boolean;
}

/** The whole ring as plain numbers, as a checkpoint holds it. */
export interface RingState {
  /** Each lane's place. */
  readonly lanes: readonly Readonly<Lane>[];
  /** Rows that a lane had room for. */
  readonly region: number;
  /** Rows per lane in the arrays below. */
  readonly filled: number;
  /** [lanes × filled × observationSize] */
  readonly observations: Float32Array;
  /** [lanes × filled] */
  readonly actions: Int32Array;
  /** [lanes × filled] */
  readonly rewards: Float32Array;
  /** [lanes × filled]: 0 no transition, 1 one that terminated, 2 one that goes on, 3 none but the action that would have followed. */
  readonly kinds: Uint8Array;
}

/** A replay buffer on the GPU. */
export class Ring {
  readonly observationSize: number;
  /** vec4s of one observation. */
  readonly observation4: number;
  readonly laneCount: number;
  /** Rows of one lane. */
  readonly region: number;
  /** Steps that a draw may walk. */
  readonly nSteps: number;
  /** Whether a draw needs the action taken after it. */
  readonly needsNextAction: boolean;
  /** [rows]: action, reward, kind, spare. */
  readonly transitions: GPUBuffer;
  /** [rows × observation4] vec4s. */
  readonly observations: GPUBuffer;
  readonly #gpu: Gpu;
  readonly #lanes: Lane[];
  readonly #kinds: Uint8Array;
  /** Of each row, whether it can be drawn: shaders/lib/ring.wgsl judges the same way. */
  readonly #canDraw: Uint8Array;
  #drawable = 0;

  readonly #images: GPUBuffer;
  readonly #staged: Float32Array;
  readonly #stagedWords: Uint32Array;
  readonly #imageWords: number;
  readonly #stagingRows: number;
  #stagedCount = 0;
  /** Whether the ring on the GPU is behind: rows are staged, or a lane has opened a new one. */
  #behind = false;
  readonly #open: Float32Array[];
  #push!: Program;
  readonly #readback: Readback;

  private constructor(gpu: Gpu, buffers: Buffers, options: RingOptions) {
    const { observationSize, lanes, capacity, nSteps, needsNextAction = false } = options;
    this.#gpu = gpu;
    this.nSteps = nSteps;
    this.needsNextAction = needsNextAction;
    this.observationSize = observationSize;
    this.observation4 = Math.ceil(observationSize / 4);
    this.laneCount = lanes;
    this.region = Math.floor(capacity / lanes);
    const least = nSteps + 2;
    if (this.region < least) {
      throw new RangeError(
        `a replay buffer of ${capacity} rows gives each of ${lanes} lanes ${this.region}; ` +
          `with nSteps ${nSteps} a lane needs at least ${least}`,
      );
    }
    const rows = this.region * lanes;
    const rowBytes = this.observation4 * 16;
    const most = Math.floor(gpu.device.limits.maxStorageBufferBindingSize / rowBytes);
    if (rows > most) {
      throw new RangeError(
        `a replay buffer of ${rows} rows of ${rowBytes} bytes does not fit on "${gpu.adapter}", which ` +
          `can bind ${most} of them: set bufferSize to at most ${most}`,
      );
    }
    this.transitions = buffers.storage("replay transitions", rows * 16);
    this.observations = buffers.storage("replay observations", rows * this.observation4 * 16);
    this.#kinds = new Uint8Array(rows);
    this.#canDraw = new Uint8Array(rows);
    this.#lanes = Array.from({ length: lanes }, emptyLane);
    this.#open = Array.from({ length: lanes }, () => new Float32Array(observationSize));

    this.#imageWords = 4 * (1 + this.observation4);
    const affordable = Math.max(2, Math.floor(STAGING_BYTES / (4 * this.#imageWords)));
    // Fewer than a region, so that no slot is staged twice; the lanes' open rows come on top.
    this.#stagingRows = Math.min(affordable, this.region - 2);
    const words = 4 + (this.#stagingRows + 3 * lanes) * this.#imageWords;
    this.#staged = new Float32Array(words);
    this.#stagedWords = new Uint32Array(this.#staged.buffer);
    this.#images = buffers.storage("replay staging", words * 4);
    this.#readback = new Readback(gpu, buffers, "replay readback", READBACK_BYTES);
  }

  /**
   * Makes an empty ring.
   *
   * @param gpu The GPU.
   * @param buffers Who owns its memory.
   * @param options Its shape.
   * @throws {RangeError} When a lane's share of the rows is too small, or the adapter can't bind it.
   */
  static async create(gpu: Gpu, buffers: Buffers, options: RingOptions): Promise<Ring> {
    const ring = new Ring(gpu, buffers, options);
    const parts = ring.#stagingRows * (1 + ring.observation4);
    ring.#push = await Program.build(gpu, "replay push", [{
      label: "push",
      kernel: {
        kernel: "kernels/push",
        overrides: { OBSERVATION4: ring.observation4, CAPACITY: ring.region * ring.laneCount },
      },
      buffers: {
        images: ring.#images,
        transitions: ring.transitions,
        observations: ring.observations,
      },
      workgroups: [Math.min(64, Math.ceil(parts / 64)), 1, 1],
    }]);
    return ring;
  }

  /** Rows that a draw can pick. */
  get drawable(): number {
    return this.#drawable;
  }

  /** Rows stored in the fullest lane. */
  get filled(): number {
    return Math.max(...this.#lanes.map(({ size }) => size));
  }

  /** Whether the lane awaits a step. */
  isOpen(lane: number): boolean {
    return this.#lanes[lane].open;
  }

  /** A lane's newest observation, as it was given. */
  openObservation(lane: number): Float32Array {
    return this.#open[lane];
  }

  /**
   * Starts an episode. A step that the lane still awaited will not come: its row becomes a last one.
   *
   * @param lane Which environment.
   * @param observation Its first observation.
   */
  begin(lane: number, observation: ArrayLike<number>): void {
    const place = this.#lanes[lane];
    // An open row that nothing leads to holds nothing worth keeping: the new episode takes it over.
    const reuse = place.open && !place.linked;
    if (!reuse) {
      this.cut(lane);
      this.#advance(lane);
    }
    this.#open[lane].set(observation);
    place.open = true;
    place.linked = false;
    this.#behind = true;
    this.#relieve();
  }

  /**
   * Completes the lane's open row with the step made from it, and opens the next.
   *
   * @param lane Which environment.
   * @param action What was done.
   * @param reward What came of it.
   * @param terminated Whether the environment's own end was reached.
   * @param ended Whether the episode is over, terminated or truncated.
   * @param observation What was seen next: an episode's true last observation at its end.
   */
  step(
    lane: number,
    action: number,
    reward: number,
    terminated: boolean,
    ended: boolean,
    observation: ArrayLike<number>,
  ): void {
    const place = this.#lanes[lane];
    if (!place.open) throw new Error(`lane ${lane} has no episode: begin one before stepping`);
    const kind = terminated ? KIND.terminates : KIND.continues;
    const { head } = place;
    const row = this.#row(lane);
    this.#kinds[row] = kind;
    this.#stage(row, this.#open[lane], action, reward, kind);
    this.#advance(lane);
    this.#judgeBack(lane, head);
    this.#open[lane].set(observation);
    place.linked = true;
    this.#behind = true;
    if (ended) this.cut(lane);
    this.#relieve();
  }

  /**
   * Ends a lane's episode where it is, with the action that would have been taken next: SARSA's target
   * needs it where an episode was truncated.
   */
  close(lane: number, action: number): void {
    const place = this.#lanes[lane];
    if (!place.open) throw new Error(`lane ${lane} has no episode to close`);
    const row = this.#row(lane);
    this.#kinds[row] = KIND.lastAction;
    this.#stage(row, this.#open[lane], action, 0, KIND.lastAction);
    this.#judgeBack(lane, place.head);
    this.#behind = true;
    place.open = false;
    this.#relieve();
  }

  /** Ends a lane's episode where it is: its open row, if any, becomes a last row. */
  cut(lane: number): void {
    const place = this.#lanes[lane];
    if (place.open) this.#stage(this.#row(lane), this.#open[lane], 0, 0, KIND.none);
    place.open = false;
  }

  /**
   * Uploads the rows collected since the last time.
   *
   * @returns The program that writes them into the ring, to be recorded ahead of what reads them; none
   *   when nothing is new.
   */
  flush(): Program | undefined {
    if (!this.#behind) return undefined;
    this.#lanes.forEach(({ open }, lane) => {
      if (open) this.#stage(this.#row(lane), this.#open[lane], 0, 0, KIND.none);
    });
    this.#stagedWords[0] = this.#stagedCount;
    const words = 4 + this.#stagedCount * this.#imageWords;
    upload(this.#gpu, this.#images, this.#staged.subarray(0, words));
    this.#stagedCount = 0;
    this.#behind = false;
    return this.#push;
  }

  /** Writes what is staged into the ring now. */
  write(): void {
    this.flush()?.run([[{}]]);
  }

  /** Reads the whole ring, for a checkpoint. */
  async getState(): Promise<RingState> {
    this.write();
    const { laneCount, filled, observationSize, observation4, region } = this;
    const rows = laneCount * filled;
    const state: RingState = {
      lanes: this.#lanes.map((lane) => ({ ...lane })),
      region,
      filled,
      observations: new Float32Array(rows * observationSize),
      actions: new Int32Array(rows),
      rewards: new Float32Array(rows),
      kinds: new Uint8Array(rows),
    };
    for (let lane = 0; lane < laneCount; lane++) {
      const first = lane * region;
      const width = observation4 * 16;
      const seen = new Float32Array(
        await this.#readback.read(this.observations, first * width, filled * width),
      );
      const done = new Int32Array(
        await this.#readback.read(this.transitions, first * 16, filled * 16),
      );
      const rewards = new Float32Array(done.buffer);
      for (let row = 0; row < filled; row++) {
        const at = lane * filled + row;
        const observation = seen.subarray(
          row * observation4 * 4,
          row * observation4 * 4 + observationSize,
        );
        state.observations.set(observation, at * observationSize);
        state.actions[at] = done[4 * row];
        state.rewards[at] = rewards[4 * row + 1];
        state.kinds[at] = done[4 * row + 2];
      }
    }
    return state;
  }

  /**
   * Fills the ring from a checkpoint. With another capacity than the saved one the rows are laid anew,
   * oldest first; with the same they lie where they lay, so that draws go on as they would have.
   *
   * @throws {RangeError} When the state is of other environments, or holds more rows than fit.
   */
  setState(state: RingState): void {
    const { laneCount, region } = this;
    if (state.lanes.length !== laneCount) {
      throw new RangeError(
        `the saved replay buffer was fed by ${state.lanes.length} environments, this one by ${laneCount}`,
      );
    }
    const most = Math.max(...state.lanes.map(({ size }) => size));
    if (most > region) {
      throw new RangeError(
        `the saved replay buffer holds ${most} rows of an environment, and this one has room for ` +
          `${region}: set bufferSize to at least ${most * laneCount}`,
      );
    }
    this.#stagedCount = 0;
    this.#behind = false;
    this.#drawable = 0;
    this.#kinds.fill(KIND.none);
    this.#canDraw.fill(0);
    // What was there before must not be drawn beside what is written now.
    const encoder = this.#gpu.device.createCommandEncoder({ label: "replay clear" });
    encoder.clearBuffer(this.transitions);
    this.#gpu.submit(encoder.finish());
    state.lanes.forEach((_, lane) => this.#setLane(state, lane));
  }

  #setLane(state: RingState, lane: number): void {
    const { observationSize, observation4, region } = this;
    const { head, size, open, linked } = state.lanes[lane];
    const moved = state.region !== region;
    const first = moved && size > 0 ? (head + 1) % size : 0;
    Object.assign(this.#lanes[lane], { head: moved ? size - 1 : head, size, open, linked });
    const seen = new Float32Array(size * observation4 * 4);
    const done = new Int32Array(size * 4);
    const rewards = new Float32Array(done.buffer);
    for (let row = 0; row < size; row++) {
      const at = lane * state.filled + (first + row) % size;
      const start = at * observationSize;
      const observation = state.observations.subarray(start, start + observationSize);
      seen.set(observation, row * observation4 * 4);
      done[4 * row] = state.actions[at];
      rewards[4 * row + 1] = state.rewards[at];
      done[4 * row + 2] = state.kinds[at];
      this.#kinds[lane * region + row] = state.kinds[at];
      if (row === this.#lanes[lane].head) this.#open[lane].set(observation);
    }
    for (let row = 0; row < size; row++) this.#judge(lane, row);
    upload(this.#gpu, this.observations, seen, lane * region * observation4 * 16);
    upload(this.#gpu, this.transitions, done, lane * region * 16);
  }

  /** The lane's newest row, counted over the whole ring. */
  #row(lane: number): number {
    return lane * this.region + this.#lanes[lane].head;
  }

  /** Moves the lane to its next row, over the oldest if the region is full. */
  #advance(lane: number): void {
    const place = this.#lanes[lane];
    place.head = (place.head + 1) % this.region;
    place.size = Math.min(place.size + 1, this.region);
    const row = this.#row(lane);
    this.#drawable -= this.#canDraw[row];
    this.#canDraw[row] = 0;
    this.#kinds[row] = KIND.none;
  }

  /** Judges a row that has just been completed, and those before it whose walks may end there. */
  #judgeBack(lane: number, row: number): void {
    const behind = this.needsNextAction ? Math.min(this.nSteps, this.#lanes[lane].size - 1) : 0;
    for (let back = 0; back <= behind; back++) {
      this.#judge(lane, (row - back + this.region) % this.region);
    }
  }

  /** Finds out whether a row of a lane can be drawn. */
  #judge(lane: number, row: number): void {
    const at = lane * this.region + row;
    const can = Number(this.#isDrawable(lane * this.region, row));
    this.#drawable += can - this.#canDraw[at];
    this.#canDraw[at] = can;
  }

  #isDrawable(first: number, row: number): boolean {
    const kinds = this.#kinds;
    const starts = (kind: number) => kind === KIND.terminates || kind === KIND.continues;
    let kind = kinds[first + row];
    if (!starts(kind) || !this.needsNextAction) return starts(kind);
    for (let m = 0; m < this.nSteps && starts(kind); m++) {
      if (kind === KIND.terminates) return true;
      row = (row + 1) % this.region;
      kind = kinds[first + row];
    }
    return kind !== KIND.none;
  }

  #stage(
    row: number,
    observation: Float32Array,
    action: number,
    reward: number,
    kind: number,
  ): void {
    const at = 4 + this.#stagedCount++ * this.#imageWords;
    this.#stagedWords[at] = row;
    this.#stagedWords[at + 1] = action;
    this.#staged[at + 2] = reward;
    this.#stagedWords[at + 3] = kind;
    this.#staged.set(observation, at + 4);
  }

  /** Sends staged rows off when no more would fit. */
  #relieve(): void {
    if (this.#stagedCount >= this.#stagingRows) this.write();
  }
}

function emptyLane(): Lane {
  return { head: -1, size: 0, open: false, linked: false };
}
