/**
 * Making a batch dense as steps of a program: where its rows come from is a slot of the gather kernels.
 *
 * Where a frame is an input as it lies in the ring, one kernel does it all. Otherwise a first one draws
 * and tells which rows each stack is made of, and another, once for each buffer that frames lie in,
 * brings them into the order that the network reads.
 */

import type { Step } from "../gpu/program.ts";
import { drawableOverrides, walkOverrides } from "./overrides.ts";
import type { RingMemory } from "./ring_memory.ts";

/** Invocations of a workgroup, as in the kernels. */
const WORKGROUP = 64;
/** Workgroups that any adapter allows in one dimension; a kernel goes on with further inputs by itself. */
const MOST_GROUPS = 65_535;
/** Parts of an input that an invocation brings where frames lie in several buffers. */
const SPLIT_PARTS = 8;

/** How a stack of frames lies in a network's inputs, and how its numbers lie in a frame. */
export interface PictureLayout {
  /** Pixels of the picture; a flat observation is one pixel. */
  readonly height: number;
  readonly width: number;
  /** Channels of a pixel: oldest frame first, a frame's planes inside. */
  readonly channels: number;
  /** Zeros above and below, and left and right, which are left alone. */
  readonly margin: readonly [y: number, x: number];
  /** Whether four channels are four bytes of a word; else they are a vec4f. */
  readonly isBytes: boolean;
  /** What bytes are multiplied with that become floats; 1 when left out. */
  readonly scale?: number;
  /** From a number of a frame to that of the next pixel, and to that of the next plane. */
  readonly pixelStride: number;
  readonly planeStride: number;
}

/** Where a gather writes, and whose draws it follows. */
export interface GatherTarget {
  /** Rows of the batch. */
  readonly batch: number;
  /**
   * Whether it is the newest row of each lane that is wanted, as many as there are lanes, and no next
   * observations: what an agent acts on.
   */
  readonly isNewest?: boolean;
  /** The list of draws that a step before has made; without it the gather draws, uniformly. */
  readonly draws?: GPUBuffer;
  /** The networks' inputs: observations, then next observations; `stride` is one agent's, in units of four channels. */
  readonly inputs: { readonly buffer: GPUBuffer; readonly stride: number };
  /** How an input lies there. */
  readonly layout: PictureLayout;
  /** [batch]: action, n-step return, discount, weight, next action, masks; not of newest rows. */
  readonly samples?: GPUBuffer;
  readonly health: GPUBuffer;
}

/**
 * Plans the gathering of a batch.
 *
 * @param ring Where from; it knows how many steps a transition may span.
 * @param target Where to, and which rows.
 * @throws {RangeError} When a stack of the ring's frames is no such picture.
 */
export function gatherSteps(ring: RingMemory, target: GatherTarget): Step[] {
  checkLayout(ring, target.layout);
  const isPlain = ring.frameStack === 1 && !ring.isBytes && ring.frames.chunks.length === 1;
  if (isPlain && ring.observation4 <= MOST_GROUPS && isAsStored(target.layout)) {
    return [gatherStep(ring, target)];
  }
  const { batch, draws, samples, health } = target;
  const { agents, frameStack } = ring;
  const inputs = agents * inputsOf(target) * batch;
  const sources = ring.buffers.storage("frame sources", inputs * frameStack * 4);
  const rows: Step = {
    label: "gather",
    kernel: {
      kernel: "kernels/gather_rows",
      slots: { sampler: samplerOf(target) },
      conditions: { newest: target.isNewest === true },
      constants: { AGENTS: ring.agents },
      overrides: { ...drawOverrides(ring, target), FRAME_STACK: ring.frameStack },
    },
    buffers: {
      ...{ transitions: ring.transitions, sources, health },
      ...(samples && { batch: samples }),
      ...(draws && { draws }),
    },
    workgroups: [Math.ceil(batch / WORKGROUP), 1, agents],
  };
  return [rows, ...frameSteps(ring, target, sources)];
}

/** One kernel for all: frames are inputs as they lie. */
function gatherStep(ring: RingMemory, target: GatherTarget): Step {
  const { batch, draws, inputs, samples, health } = target;
  return {
    label: "gather",
    kernel: {
      kernel: "kernels/gather",
      slots: { sampler: samplerOf(target) },
      conditions: { newest: target.isNewest === true },
      constants: { AGENTS: ring.agents },
      overrides: {
        ...drawOverrides(ring, target),
        OBSERVATION4: ring.observation4,
        ACTIVATIONS_STRIDE: inputs.stride,
      },
    },
    buffers: {
      observations: ring.frames.chunks[0],
      activations: inputs.buffer,
      health,
      ...(!target.isNewest && { transitions: ring.transitions, batch: samples! }),
      ...(draws && { draws }),
    },
    workgroups: [Math.ceil(batch / WORKGROUP), ring.observation4, ring.agents],
  };
}

/** For each buffer that frames lie in, a step that brings those of the batch. */
function frameSteps(ring: RingMemory, target: GatherTarget, sources: GPUBuffer): Step[] {
  const { inputs, layout } = target;
  const rows = inputsOf(target) * target.batch;
  const { frames, frameStack, region, agents } = ring;
  const lanes = agents * ring.laneCount;
  const { height, width, channels, margin, isBytes, pixelStride, planeStride } = layout;
  const planes = channels / frameStack;
  const pixels = height * width;
  const units = Math.ceil(channels / 4);
  const line = (width + 2 * margin[1]) * units;
  const split = frames.chunks.length > 1;
  // Sixteen pixels of a plane are a vec4 of their own.
  const byPlanes = isBytes && pixels > 1 && pixelStride === 1 &&
    (planes === 1 || planeStride % 16 === 0);
  const groups = Math.ceil(units * (byPlanes ? Math.ceil(pixels / 16) : pixels) / WORKGROUP);
  return frames.chunks.map((chunk, i): Step => {
    const [first, end] = frames.rowsOf(i);
    return {
      label: "gather frames",
      kernel: {
        kernel: byPlanes ? "kernels/gather_planes" : "kernels/gather_frames",
        conditions: { packed: isBytes, split, ...(!byPlanes && { bytes: ring.isBytes }) },
        overrides: {
          ROWS: rows,
          FRAME_STACK: frameStack,
          PLANES: planes,
          PIXELS: pixels,
          WIDTH: width,
          CHANNELS: channels,
          LINE4: line,
          FIRST4: margin[0] * line + margin[1] * units,
          INPUT4: (height + 2 * margin[0]) * line,
          INPUTS_STRIDE: inputs.stride,
          ...(byPlanes ? { FRAME4: frames.rowBytes / 16, PLANE4: Math.floor(planeStride / 16) } : {
            FRAME_WORDS: frames.rowBytes / 4,
            PIXEL_STRIDE: pixelStride,
            PLANE_STRIDE: planeStride,
            ...(ring.isBytes && !isBytes && { SCALE: layout.scale ?? 1 }),
          }),
          ...(split && { CHUNK_FIRST: first, CHUNK_SLOTS: end - first }),
        },
      },
      buffers: { frames: chunk, sources, inputs: inputs.buffer },
      // Most inputs have nothing in most buffers; finding that out must not cost much.
      workgroups: [
        split ? Math.ceil(groups / SPLIT_PARTS) : groups,
        Math.min(MOST_GROUPS, rows),
        agents,
      ],
      // No row has come here yet.
      when: ({ filled }) => hasRows(first, end, region, lanes, filled),
    };
  });
}

/** Whether any lane's first rows, so many as are filled, lie in a stretch of the ring's. */
function hasRows(
  first: number,
  end: number,
  region: number,
  lanes: number,
  filled: number,
): boolean {
  const lane = Math.floor(first / region);
  const isInside = first - lane * region < filled;
  return isInside || (lane + 1 < lanes && (lane + 1) * region < end && filled > 0);
}

/** Inputs for each row: the observation, and the next one where it is wanted. */
function inputsOf({ isNewest }: GatherTarget): number {
  return isNewest ? 1 : 2;
}

function samplerOf({ draws, isNewest }: GatherTarget): string {
  if (isNewest) return "slots/sampler/newest";
  return draws ? "slots/sampler/drawn" : "slots/sampler/uniform";
}

function drawOverrides(
  ring: RingMemory,
  { batch, draws, isNewest }: GatherTarget,
): Record<string, number> {
  if (isNewest) return { BATCH: batch, LANES: ring.laneCount, REGION: ring.region };
  return {
    BATCH: batch,
    ...(draws ? { ...walkOverrides(ring), DRAWS: batch } : drawableOverrides(ring)),
  };
}

/** Whether a frame's numbers lie in an input as they do in the ring. */
function isAsStored({ height, width, channels, margin, pixelStride, planeStride }: PictureLayout) {
  const isDense = channels % 4 === 0 && pixelStride === channels && margin.every((n) => n === 0);
  return planeStride === 1 && (height * width === 1 || isDense);
}

/** Throws unless a stack of the ring's frames is such a picture. */
function checkLayout(ring: RingMemory, { height, width, channels, isBytes }: PictureLayout): void {
  const { observationSize, frameStack } = ring;
  if (height * width * channels !== observationSize * frameStack || channels % frameStack !== 0) {
    throw new RangeError(
      `${frameStack} × ${observationSize} numbers make no picture of ${height} × ${width} pixels ` +
        `with ${channels} channels`,
    );
  }
  if (isBytes && !ring.isBytes) {
    throw new RangeError("the inputs are to be bytes, and the replay buffer holds floats");
  }
}
