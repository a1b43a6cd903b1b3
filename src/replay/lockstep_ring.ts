/**
 * The replay buffer of environments that live on the GPU, where a kernel writes the rows. All lanes go in
 * lockstep: a step of the environments completes each lane's newest row and opens the next one. An episode
 * that has ended takes one step more, which begins the next: the row that it is made from holds the last
 * observation and starts no transition (NEXT_STEP, as Gymnasium calls it).
 *
 * So the host knows where the heads are without asking, and of the rows it knows how many there are, but
 * not which of them start transitions: those that start none are drawn again by the kernels that draw.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import { type Lane, Lanes } from "./lanes.ts";
import { OpenStacks } from "./open_stacks.ts";
import { drawableOverrides } from "./overrides.ts";
import { type DrawableRows, RingMemory, type RingParts } from "./ring_memory.ts";
import { type RingOptions, type RingShape, ringShape } from "./ring_shape.ts";
import { checkState, fillRing, readRing, type RingState } from "./ring_state.ts";

/** Bytes brought at once when the ring is saved. */
const READBACK_BYTES = 1 << 22;

/** A replay buffer whose rows are written on the GPU. */
export class LockstepRing extends RingMemory implements DrawableRows {
  readonly #gpu: Gpu;
  readonly #shape: RingShape;
  readonly #readback: Readback;
  /** The newest row of each lane, counted inside the lane, and how many rows a lane holds. */
  #head: number;
  #filled = 0;

  private constructor(gpu: Gpu, buffers: Buffers, parts: RingParts) {
    super(buffers, parts);
    this.#gpu = gpu;
    this.#shape = parts.shape;
    // The first step writes behind this row, and so to the first one.
    this.#head = this.region - 1;
    this.#readback = new Readback(gpu, buffers, "replay readback", READBACK_BYTES);
  }

  /**
   * Makes an empty ring.
   *
   * @param gpu The GPU.
   * @param buffers Who owns its memory.
   * @param options Its shape.
   * @throws {RangeError} When a lane's share of the rows is too small, the adapter can't bind it, there is
   *   not the memory for it, or rows are to be drawn in sequence.
   */
  static async create(gpu: Gpu, buffers: Buffers, options: RingOptions): Promise<LockstepRing> {
    if (options.sampling === "sequential") {
      throw new RangeError(
        'sampling "sequential" needs to know where episodes end, and the host does not where ' +
          'environments are on the GPU: use "uniform" or "prioritized", or environments on the host',
      );
    }
    const shape = ringShape(gpu, options);
    return new LockstepRing(gpu, buffers, await RingMemory.allocate(gpu, buffers, shape));
  }

  /** The newest row of each lane, counted inside the lane: the one from which the next step is made. */
  get openRow(): number {
    return this.#head;
  }

  /** Rows that each lane holds. */
  get filled(): number {
    return this.#filled;
  }

  /** Rows that a draw can pick, at the least: as if every episode were one step long. */
  get drawable(): number {
    return this.laneCount * this.longest;
  }

  /** Rows that a draw can pick, at the most: as if no episode ended. */
  get mostDrawable(): number {
    return this.laneCount * this.#complete;
  }

  /** Rows of one lane that a draw can pick, at the least. */
  get longest(): number {
    return Math.floor(this.#complete / 2);
  }

  /** Rows of one lane that have seen enough of what comes before and after them, wherever episodes end. */
  get #complete(): number {
    const waiting = this.needsNextAction ? this.nSteps : 0;
    return Math.max(0, this.#filled - this.frameStack - waiting);
  }

  /** None that the host knows of. */
  sequences(): number {
    return 0;
  }

  /** There is none to name: see {@link LockstepRing.sequences}. */
  sequenceStart(): number {
    throw new Error("the host knows no sequence of a replay buffer that is written on the GPU");
  }

  /** A step of all lanes has been recorded: their heads move on. */
  advance(): void {
    this.#head = (this.#head + 1) % this.region;
    this.#filled = Math.min(this.#filled + 1, this.region);
  }

  /** What a step has to do about the rows' weights, after it; nothing unless sampling is prioritised. */
  weightSteps(): Step[] {
    const { tree, transitions, agents } = this;
    if (!tree) return [];
    return [{
      label: "insert priorities",
      kernel: {
        kernel: "kernels/insert_priorities",
        slots: { written: "slots/written/lockstep" },
        constants: { AGENTS: agents },
        overrides: { ...drawableOverrides(this), ...tree.overrides },
      },
      buffers: { transitions, tree: tree.nodes, greatest: tree.greatest },
      workgroups: [1, 1, agents],
    }];
  }

  /** Forgets all rows and priorities: the next step must begin an episode in every lane. */
  clear(): void {
    const encoder = this.#gpu.device.createCommandEncoder({ label: "replay clear" });
    encoder.clearBuffer(this.transitions);
    this.#gpu.submit(encoder.finish());
    this.tree?.clear();
    this.#head = this.region - 1;
    this.#filled = 0;
  }

  /** Nothing waits to be written. */
  flush(): undefined {
    return undefined;
  }

  /** Nothing waits to be written. */
  write(): void {}

  /** Reads the whole ring, for a checkpoint; that of the first agent. */
  async getState(): Promise<RingState> {
    const lane: Lane = {
      head: this.#filled === 0 ? -1 : this.#head,
      size: this.#filled,
      open: this.#filled > 0,
      linked: this.#filled > 1,
    };
    const lanes = new Array<Lane>(this.laneCount).fill(lane);
    return await readRing(this, { lanes }, this.#readback);
  }

  /**
   * Fills the ring from a checkpoint of one that was in lockstep too; with another capacity its rows are
   * laid anew, oldest first.
   *
   * @throws {RangeError} When the state is of other environments, holds more rows than fit, or its lanes
   *   are not in lockstep.
   */
  setState(state: RingState): void {
    checkState(state, this);
    const [first] = state.lanes;
    if (
      state.lanes.some(({ head, size, open }) =>
        head !== first.head || size !== first.size || open !== size > 0
      )
    ) {
      throw new RangeError(
        "the saved replay buffer was filled by environments on the host, which are not in lockstep: load " +
          "it with such environments, or leave it out by { replay: false }",
      );
    }
    const { observationSize: size, laneCount, frameStack, isBytes } = this;
    const lanes = new Lanes(this.#shape);
    fillRing(this.#gpu, this, state, {
      lanes,
      open: new OpenStacks({ lanes: laneCount, frameStack, size, isBytes }),
      masks: new Uint32Array(laneCount),
    });
    this.#head = first.size > 0 ? lanes.at(0).head : this.region - 1;
    this.#filled = first.size;
  }
}
