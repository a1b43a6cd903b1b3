/**
 * The ring's memory on the GPU: rows of transitions and of frames, and where sampling is prioritised the
 * sum tree above them. What writes rows differs ({@link Ring} takes them from the host,
 * {@link LockstepRing} from environments on the GPU); what draws and gathers sees only this.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Frames } from "./frames.ts";
import { memoryLeft } from "./memory.ts";
import { type RingShape, type Sampling, TRANSITION_BYTES } from "./ring_shape.ts";
import { SumTree } from "./sum_tree.ts";

/** What is allocated before a ring is put together. */
export interface RingParts {
  readonly shape: RingShape;
  readonly frames: Frames;
  readonly tree: SumTree | undefined;
}

/** Which rows can be drawn, as far as the host knows. */
export interface DrawableRows {
  /** Rows that a draw can pick: so many at the least, where the host does not know. */
  readonly drawable: number;
  /** Rows that a draw may be able to pick, at the most. */
  readonly mostDrawable: number;
  /** The most such rows of one lane. */
  readonly longest: number;
  /** Rows stored in the fullest lane. */
  readonly filled: number;
  /** How many rows begin a sequence of so many that can be drawn, in one lane and before its newest row. */
  sequences(length: number): number;
  /** The row of that number among those that `sequences` counts, from 0. */
  sequenceStart(length: number, index: number): number;
}

/** Rows on the GPU. */
export class RingMemory {
  /** Numbers in an observation: a frame, where several are seen at once. */
  readonly observationSize: number;
  /** vec4s of one observation as it is stored. */
  readonly observation4: number;
  /** Agents, each with rows of its own, one after the other. */
  readonly agents: number;
  /** Lanes of one agent. */
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
  /** [agents × rows]: action, reward, kind, mask of allowed actions. */
  readonly transitions: GPUBuffer;
  /** [agents × rows]: what was seen. */
  readonly frames: Frames;
  /** Who owns its memory, and that of what is drawn from it. */
  readonly buffers: Buffers;
  /** Rows' weights, when sampling is prioritised. */
  readonly tree: SumTree | undefined;

  /** Use the static functions of its kinds. */
  protected constructor(buffers: Buffers, { shape, frames, tree }: RingParts) {
    this.buffers = buffers;
    this.observationSize = shape.observationSize;
    this.observation4 = frames.rowBytes / 16;
    this.agents = shape.agents;
    this.laneCount = shape.lanes;
    this.region = shape.region;
    this.nSteps = shape.nSteps;
    this.needsNextAction = shape.needsNextAction;
    this.sampling = shape.sampling;
    this.isBytes = shape.bytes;
    this.frameStack = shape.frameStack;
    this.frames = frames;
    this.tree = tree;
    const rows = shape.agents * shape.rows;
    this.transitions = buffers.storage("replay transitions", rows * TRANSITION_BYTES);
  }

  /** Allocates what a ring is put together from. */
  protected static async allocate(
    gpu: Gpu,
    buffers: Buffers,
    shape: RingShape,
  ): Promise<RingParts> {
    const { agents, rows, observationSize, bytes, chunkBytes, sampling } = shape;
    const frames = await Frames.create(gpu, buffers, {
      ...{ rows: agents * rows, size: observationSize, isBytes: bytes, chunkBytes },
      otherBytes: TRANSITION_BYTES,
    }, memoryLeft(gpu));
    const tree = sampling === "prioritized"
      ? await SumTree.create(gpu, buffers, rows, agents)
      : undefined;
    return { shape, frames, tree };
  }

  /** Rows of one agent. */
  get rows(): number {
    return this.laneCount * this.region;
  }
}
