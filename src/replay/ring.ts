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
import type { FrameArray } from "./frames.ts";
import { FIRST, KIND, Lanes } from "./lanes.ts";
import { OpenStacks } from "./open_stacks.ts";
import { mostImages, pushSteps } from "./push.ts";
import { type DrawableRows, RingMemory, type RingParts } from "./ring_memory.ts";
import { type RingOptions, ringShape } from "./ring_shape.ts";
import { checkState, fillRing, readRing, type RingState } from "./ring_state.ts";
import { ALL_ACTIONS, type RowImage, Staging } from "./staging.ts";

export type { FrameArray } from "./frames.ts";
export type { RingOptions, Sampling } from "./ring_shape.ts";
export type { RingState } from "./ring_state.ts";

/** Bytes brought at once when the ring is saved. */
const READBACK_BYTES = 1 << 22;

/** A replay buffer whose rows come from the host. */
export class Ring extends RingMemory implements DrawableRows {
  readonly #gpu: Gpu;
  readonly #lanes: Lanes;
  readonly #staging: Staging;
  /** Whether the ring on the GPU is behind: rows are staged, or a lane has opened a new one. */
  #behind = false;
  /** Each lane's newest observations, and which actions are allowed at the newest. */
  readonly #open: OpenStacks;
  readonly #openMasks: Uint32Array;
  readonly #readback: Readback;
  #push!: Program;

  private constructor(gpu: Gpu, buffers: Buffers, parts: RingParts) {
    super(buffers, parts);
    const { shape, frames } = parts;
    const { observationSize, lanes, region, frameStack } = shape;
    this.#gpu = gpu;
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
   * @param options Its shape; there is one agent.
   * @throws {RangeError} When a lane's share of the rows is too small, the adapter can't bind it, or there
   *   is not the memory for it.
   */
  static async create(gpu: Gpu, buffers: Buffers, options: RingOptions): Promise<Ring> {
    const shape = ringShape(gpu, options);
    const ring = new Ring(gpu, buffers, await RingMemory.allocate(gpu, buffers, shape));
    ring.#push = await Program.build(gpu, "replay push", pushSteps(ring, ring.#staging));
    return ring;
  }

  /** Rows that a draw can pick. */
  get drawable(): number {
    return this.#lanes.drawable;
  }

  /** The host knows them. */
  get mostDrawable(): number {
    return this.drawable;
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
    this.tree?.clear();
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
    const stacks = this.frameStack > 1 ? this.#open.all() : undefined;
    return await readRing(this, { lanes: this.#lanes.all, stacks }, this.#readback);
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
