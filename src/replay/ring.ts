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
 * one program, together with the next updates.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import { KIND, Lanes } from "./lanes.ts";
import { pushSteps } from "./push.ts";
import { checkState, layOutLane, readRing, type RingState, weightOf } from "./ring_state.ts";
import { ALL_ACTIONS, type RowImage, Staging } from "./staging.ts";
import { SumTree } from "./sum_tree.ts";

export type { RingState } from "./ring_state.ts";

/** Bytes brought at once when the ring is saved. */
const READBACK_BYTES = 1 << 22;

/** How rows are drawn: each as likely as any other, by priority, or in the order of time. */
export type Sampling = "uniform" | "prioritized" | "sequential";

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
  /** How rows are drawn: "uniform" when left out. */
  readonly sampling?: Sampling;
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
  /** How rows are drawn. */
  readonly sampling: Sampling;
  /** [rows]: action, reward, kind, mask of allowed actions. */
  readonly transitions: GPUBuffer;
  /** [rows × observation4] vec4s. */
  readonly observations: GPUBuffer;
  readonly #gpu: Gpu;
  readonly #lanes: Lanes;
  readonly #staging: Staging;
  /** Whether the ring on the GPU is behind: rows are staged, or a lane has opened a new one. */
  #behind = false;
  /** Each lane's newest observation, and which actions are allowed there. */
  readonly #open: Float32Array[];
  readonly #openMasks: Uint32Array;
  readonly #readback: Readback;
  #tree: SumTree | undefined;
  #push!: Program;

  private constructor(gpu: Gpu, buffers: Buffers, options: RingOptions) {
    const { observationSize, lanes, capacity, nSteps, needsNextAction = false } = options;
    this.#gpu = gpu;
    this.nSteps = nSteps;
    this.needsNextAction = needsNextAction;
    this.sampling = options.sampling ?? "uniform";
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
    this.observations = buffers.storage("replay observations", rows * rowBytes);
    this.#lanes = new Lanes({ lanes, region: this.region, nSteps, needsNextAction });
    this.#open = Array.from({ length: lanes }, () => new Float32Array(observationSize));
    this.#openMasks = new Uint32Array(lanes).fill(ALL_ACTIONS);
    const { observation4, region } = this;
    this.#staging = new Staging(gpu, buffers, { observation4, lanes, region });
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
    if (ring.sampling === "prioritized") {
      ring.#tree = await SumTree.create(gpu, buffers, ring.region * ring.laneCount);
    }
    ring.#push = await Program.build(gpu, "replay push", pushSteps(ring, ring.#staging));
    return ring;
  }

  /** Rows' weights, when sampling is prioritised. */
  get tree(): SumTree | undefined {
    return this.#tree;
  }

  /** Rows that a draw can pick. */
  get drawable(): number {
    return this.#lanes.drawable;
  }

  /** The most such rows of one lane. */
  get longest(): number {
    return this.#lanes.longest;
  }

  /** Rows stored in the fullest lane. */
  get filled(): number {
    return this.#lanes.filled;
  }

  /** How many rows begin a sequence of so many that can be drawn, in one lane and before its newest row. */
  sequences(length: number): number {
    return this.#lanes.sequences(length);
  }

  /** The row of that number among those that {@link sequences} counts, from 0. */
  sequenceStart(length: number, index: number): number {
    return this.#lanes.sequenceStart(length, index);
  }

  /** Whether the lane awaits a step. */
  isOpen(lane: number): boolean {
    return this.#lanes.at(lane).open;
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
   * @param mask Which actions are allowed there: bit i for action i. All when left out.
   */
  begin(lane: number, observation: ArrayLike<number>, mask: number = ALL_ACTIONS): void {
    const place = this.#lanes.at(lane);
    // An open row that nothing leads to holds nothing worth keeping: the new episode takes it over.
    const reuse = place.open && !place.linked;
    if (!reuse) {
      this.cut(lane);
      this.#lanes.advance(lane);
    }
    this.#see(lane, observation, mask);
    place.open = true;
    place.linked = false;
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
   * @param mask Which actions are allowed there: bit i for action i. All when left out.
   */
  step(
    lane: number,
    action: number,
    reward: number,
    terminated: boolean,
    ended: boolean,
    observation: ArrayLike<number>,
    mask: number = ALL_ACTIONS,
  ): void {
    const place = this.#lanes.at(lane);
    if (!place.open) throw new Error(`lane ${lane} has no episode: begin one before stepping`);
    const kind = terminated ? KIND.terminates : KIND.continues;
    this.#stage(lane, { action, reward, kind });
    this.#lanes.step(lane, terminated);
    this.#see(lane, observation, mask);
    place.linked = true;
    if (ended) this.cut(lane);
    this.#relieve();
  }

  /**
   * Ends a lane's episode where it is, with the action that would have been taken next: SARSA's target
   * needs it where an episode was truncated.
   */
  close(lane: number, action: number): void {
    const place = this.#lanes.at(lane);
    if (!place.open) throw new Error(`lane ${lane} has no episode to close`);
    this.#stage(lane, { action, kind: KIND.lastAction });
    this.#lanes.close(lane);
    this.#behind = true;
    place.open = false;
    this.#relieve();
  }

  /** Ends a lane's episode where it is: its open row, if any, becomes a last row. */
  cut(lane: number): void {
    const place = this.#lanes.at(lane);
    if (place.open) this.#stage(lane, { kind: KIND.none });
    place.open = false;
  }

  /** Forgets all transitions and priorities. Episodes that are under way go on from where they are. */
  clear(): void {
    this.#lanes.clear();
    this.#staging.drop();
    this.#wipe();
    this.#tree?.clear();
    this.#behind = this.#lanes.all.some(({ open }) => open);
  }

  /**
   * Uploads the rows collected since the last time.
   *
   * @returns The program that writes them into the ring, to be recorded ahead of what reads them; none
   *   when nothing is new.
   */
  flush(): Program | undefined {
    if (!this.#behind) return undefined;
    this.#lanes.all.forEach(({ open }, lane) => {
      if (open) this.#stage(lane, { kind: KIND.none });
    });
    this.#staging.send();
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
    return await readRing(this, this.#lanes.all, this.filled, this.#readback);
  }

  /**
   * Fills the ring from a checkpoint. With another capacity than the saved one the rows are laid anew,
   * oldest first; with the same they lie where they lay, so that draws go on as they would have. Rows
   * without a saved priority get that of new rows.
   *
   * @throws {RangeError} When the state is of other environments, or holds more rows than fit.
   */
  setState(state: RingState): void {
    const { laneCount, region, observation4, observationSize } = this;
    checkState(state, laneCount, region);
    this.#staging.drop();
    this.#behind = false;
    // What was there before must not be drawn beside what is written now.
    this.#wipe();
    const images = state.lanes.map((_, lane) => layOutLane(state, lane, this));
    this.#lanes.restore(
      images.map(({ place }) => place),
      (lane, row) => state.kinds[images[lane].sources[row]],
    );
    const weights = this.#tree && new Float32Array(laneCount * region);
    images.forEach(({ place, sources, observations, transitions }, lane) => {
      const first = lane * region;
      upload(this.#gpu, this.observations, observations, first * observation4 * 16);
      upload(this.#gpu, this.transitions, transitions, first * 16);
      sources.forEach((at, row) => {
        if (weights) {
          weights[first + row] = weightOf(state, at, this.#lanes.canDraw(first + row));
        }
      });
      if (place.size === 0) return;
      const newest = 4 * observation4 * place.head;
      this.#open[lane].set(observations.subarray(newest, newest + observationSize));
      this.#openMasks[lane] = transitions[4 * place.head + 3];
    });
    if (weights) this.#tree!.write(weights, state.maxPriority);
  }

  /** Takes in a lane's newest observation. */
  #see(lane: number, observation: ArrayLike<number>, mask: number): void {
    this.#open[lane].set(observation);
    this.#openMasks[lane] = mask;
    this.#behind = true;
  }

  /** Stages a lane's newest row with its newest observation. */
  #stage(lane: number, done: Omit<RowImage, "observation" | "mask">): void {
    const observation = this.#open[lane];
    this.#staging.add(this.#lanes.row(lane), { ...done, observation, mask: this.#openMasks[lane] });
  }

  /** On the GPU, takes all transitions out of the rows. */
  #wipe(): void {
    const encoder = this.#gpu.device.createCommandEncoder({ label: "replay clear" });
    encoder.clearBuffer(this.transitions);
    this.#gpu.submit(encoder.finish());
  }

  /** Sends staged rows off when no more would fit. */
  #relieve(): void {
    if (this.#staging.isFull) this.write();
  }
}
