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
 * Where several frames are seen at once, a row holds one of them, and stacks are made of a row and those
 * before it when they are drawn.
 *
 * The host keeps each lane's place and collects rows as images; they reach the GPU in one upload and
 * one program, together with the next updates.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import { type FrameArray, Frames } from "./frames.ts";
import { FIRST, KIND, Lanes } from "./lanes.ts";
import { memoryLeft } from "./memory.ts";
import { OpenStacks } from "./open_stacks.ts";
import { mostImages, pushSteps } from "./push.ts";
import {
  type RingOptions,
  type RingShape,
  ringShape,
  type Sampling,
  TRANSITION_BYTES,
} from "./ring_shape.ts";
import { checkState, fillRing, readRing, type RingState } from "./ring_state.ts";
import { ALL_ACTIONS, type RowImage, Staging } from "./staging.ts";
import { SumTree } from "./sum_tree.ts";

export type { FrameArray } from "./frames.ts";
export type { RingOptions, Sampling } from "./ring_shape.ts";
export type { RingState } from "./ring_state.ts";

/** Bytes brought at once when the ring is saved. */
const READBACK_BYTES = 1 << 22;

/** A replay buffer on the GPU. */
export class Ring {
  /** Numbers in an observation: a frame, where several are seen at once. */
  readonly observationSize: number;
  /** vec4s of one observation as it is stored. */
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
  /** Whether frames are bytes. */
  readonly isBytes: boolean;
  /** Frames of an episode that are seen at once. */
  readonly frameStack: number;
  /** [rows]: action, reward, kind, mask of allowed actions. */
  readonly transitions: GPUBuffer;
  /** [rows]: what was seen. */
  readonly frames: Frames;
  /** Who owns its memory, and that of what is drawn from it. */
  readonly buffers: Buffers;
  readonly #gpu: Gpu;
  readonly #lanes: Lanes;
  readonly #staging: Staging;
  /** Whether the ring on the GPU is behind: rows are staged, or a lane has opened a new one. */
  #behind = false;
  /** Each lane's newest observations, and which actions are allowed at the newest. */
  readonly #open: OpenStacks;
  readonly #openMasks: Uint32Array;
  readonly #readback: Readback;
  #tree: SumTree | undefined;
  #push!: Program;

  private constructor(gpu: Gpu, buffers: Buffers, shape: RingShape, frames: Frames) {
    const { observationSize, lanes, region, nSteps, needsNextAction, frameStack } = shape;
    this.#gpu = gpu;
    this.buffers = buffers;
    this.nSteps = nSteps;
    this.needsNextAction = needsNextAction;
    this.sampling = shape.sampling;
    this.isBytes = shape.bytes;
    this.frameStack = frameStack;
    this.observationSize = observationSize;
    this.observation4 = frames.rowBytes / 16;
    this.laneCount = lanes;
    this.region = region;
    this.frames = frames;
    this.transitions = buffers.storage("replay transitions", shape.rows * TRANSITION_BYTES);
    this.#lanes = new Lanes(shape);
    this.#open = new OpenStacks({
      ...{ lanes, frameStack, size: observationSize, isBytes: shape.bytes },
    });
    this.#openMasks = new Uint32Array(lanes).fill(ALL_ACTIONS);
    this.#staging = new Staging(gpu, buffers, frames, { lanes, region, most: mostImages(shape) });
    this.#readback = new Readback(gpu, buffers, "replay readback", READBACK_BYTES);
  }

  /**
   * Makes an empty ring.
   *
   * @param gpu The GPU.
   * @param buffers Who owns its memory.
   * @param options Its shape.
   * @throws {RangeError} When a lane's share of the rows is too small, the adapter can't bind it, or there
   *   is not the memory for it.
   */
  static async create(gpu: Gpu, buffers: Buffers, options: RingOptions): Promise<Ring> {
    const shape = ringShape(gpu, options);
    const { rows, observationSize, bytes, chunkBytes } = shape;
    const frames = await Frames.create(gpu, buffers, {
      ...{ rows, size: observationSize, isBytes: bytes, chunkBytes },
      otherBytes: TRANSITION_BYTES,
    }, memoryLeft(gpu));
    const ring = new Ring(gpu, buffers, shape, frames);
    if (ring.sampling === "prioritized") {
      ring.#tree = await SumTree.create(gpu, buffers, rows);
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

  /** Whether a row, counted over the whole ring, can be drawn. */
  canDraw(row: number): boolean {
    return this.#lanes.canDraw(row);
  }

  /** Whether the lane awaits a step. */
  isOpen(lane: number): boolean {
    return this.#lanes.at(lane).open;
  }

  /** A lane's newest observation, as it was given: a view that the lane's next step changes. */
  openObservation(lane: number): FrameArray {
    return this.#open.newest(lane);
  }

  /**
   * A lane's newest stack of frames, as the network is to see it: [frameStack × observationSize], oldest
   * first. A view that the lane's next step changes.
   */
  openStack(lane: number): FrameArray {
    return this.#open.of(lane);
  }

  /**
   * Starts an episode. A step that the lane still awaited will not come: its row becomes a last one.
   *
   * @param lane Which environment.
   * @param observation Its first observation.
   * @param mask Which actions are allowed there: bit i for action i. All when left out.
   */
  begin(lane: number, observation: ArrayLike<number>, mask: number = ALL_ACTIONS): void {
    this.#enter(lane, true);
    this.#open.begin(lane, observation);
    this.#see(lane, mask);
    this.#relieve();
  }

  /**
   * Goes on with an episode whose earlier rows are not here, otherwise as {@link begin}. Rows whose stacks
   * would reach back to those can't be drawn.
   *
   * @param lane Which environment.
   * @param stack Its newest stack, as {@link openStack} gave it.
   * @param mask Which actions are allowed at the newest observation: bit i for action i. All when left out.
   */
  resume(lane: number, stack: ArrayLike<number>, mask: number = ALL_ACTIONS): void {
    this.#enter(lane, false);
    this.#open.set(lane, stack);
    this.#see(lane, mask);
    this.#relieve();
  }

  /** Opens a row that no transition leads to. */
  #enter(lane: number, isFirst: boolean): void {
    const place = this.#lanes.at(lane);
    // An open row that nothing leads to holds nothing worth keeping: the new episode takes it over.
    const reuse = place.open && !place.linked;
    if (!reuse) {
      this.cut(lane);
      this.#lanes.advance(lane);
    }
    this.#lanes.begin(lane, isFirst);
    place.open = true;
    place.linked = false;
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
    this.#open.push(lane, observation);
    this.#see(lane, mask);
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
    this.#drop();
    this.#wipe();
    this.#tree?.clear();
    this.#lanes.all.forEach(({ open }, lane) => open && this.#see(lane, this.#openMasks[lane]));
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
    return await readRing(this, this.#lanes, this.#open, this.#readback);
  }

  /**
   * Fills the ring from a checkpoint. With another capacity than the saved one the rows are laid anew,
   * oldest first; with the same they lie where they lay, so that draws go on as they would have. Rows
   * without a saved priority get that of new rows.
   *
   * @throws {RangeError} When the state is of other environments, or holds more rows than fit.
   * @throws {TypeError} When its observations are of another type.
   */
  setState(state: RingState): void {
    checkState(state, this);
    this.#drop();
    // What was there before must not be drawn beside what is written now.
    this.#wipe();
    fillRing(this.#gpu, this, state, {
      lanes: this.#lanes,
      open: this.#open,
      masks: this.#openMasks,
    });
  }

  /** Takes in a lane's newest observation. */
  #see(lane: number, mask: number): void {
    this.#staging.see(lane, this.#lanes.at(lane).head, this.#open.newest(lane));
    this.#openMasks[lane] = mask;
    this.#behind = true;
  }

  /** Stages a lane's newest row with its newest observation. */
  #stage(lane: number, done: Omit<RowImage, "observation" | "mask">): void {
    const observation = this.#open.newest(lane);
    const row = this.#lanes.row(lane);
    const kind = done.kind + (this.#lanes.isFirst(row) ? FIRST : 0);
    this.#staging.add(row, { ...done, kind, observation, mask: this.#openMasks[lane] });
  }

  /** Forgets what is staged. */
  #drop(): void {
    this.#staging.drop();
    this.#behind = false;
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
