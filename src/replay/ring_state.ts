/** The whole ring as plain numbers, as a checkpoint holds it, and how it is read and laid out anew. */

import type { Readback } from "../gpu/readback.ts";
import type { Lane } from "./lanes.ts";
import { ALL_ACTIONS } from "./staging.ts";
import { FIRST_WEIGHT, type SumTree } from "./sum_tree.ts";

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
  /** [lanes × filled]: which actions are allowed at the observation, a bit each; all when left out. */
  readonly masks?: Uint32Array;
  /** [lanes × filled]: weights in the sum tree, (priority + ε)^α; prioritised sampling only. */
  readonly priorities?: Float32Array;
  /** The greatest weight so far, which new rows get; prioritised sampling only. */
  readonly maxPriority?: number;
}

/** Where a ring's numbers lie on the GPU. */
export interface RingBuffers {
  readonly observationSize: number;
  readonly observation4: number;
  readonly region: number;
  readonly observations: GPUBuffer;
  readonly transitions: GPUBuffer;
  readonly tree: SumTree | undefined;
}

/** Reads a ring's rows from the GPU. */
export async function readRing(
  ring: RingBuffers,
  lanes: readonly Lane[],
  filled: number,
  readback: Readback,
): Promise<RingState> {
  const { observationSize, observation4, region, tree } = ring;
  const rows = lanes.length * filled;
  const state = {
    lanes: lanes.map((lane) => ({ ...lane })),
    region,
    filled,
    observations: new Float32Array(rows * observationSize),
    actions: new Int32Array(rows),
    rewards: new Float32Array(rows),
    kinds: new Uint8Array(rows),
    masks: new Uint32Array(rows),
    ...(tree && {
      priorities: new Float32Array(rows),
      maxPriority: await tree.readGreatest(readback),
    }),
  };
  for (let lane = 0; lane < lanes.length; lane++) {
    const first = lane * region;
    const width = 4 * observation4;
    const seen = new Float32Array(
      await readback.read(ring.observations, first * width * 4, filled * width * 4),
    );
    const done = await readback.read(ring.transitions, first * 16, filled * 16);
    const words = new Uint32Array(done);
    const rewards = new Float32Array(done);
    for (let row = 0; row < filled; row++) {
      const at = lane * filled + row;
      const observation = seen.subarray(row * width, row * width + observationSize);
      state.observations.set(observation, at * observationSize);
      state.actions[at] = words[4 * row];
      state.rewards[at] = rewards[4 * row + 1];
      state.kinds[at] = words[4 * row + 2];
      state.masks[at] = words[4 * row + 3];
    }
    if (tree) state.priorities!.set(await tree.read(readback, first, filled), lane * filled);
  }
  return state;
}

/**
 * Checks that a state fits a ring.
 *
 * @throws {RangeError} When it is of other environments, or holds more rows than there is room for.
 */
export function checkState(state: RingState, lanes: number, region: number): void {
  if (state.lanes.length !== lanes) {
    throw new RangeError(
      `the saved replay buffer was fed by ${state.lanes.length} environments, this one by ${lanes}`,
    );
  }
  const most = Math.max(...state.lanes.map(({ size }) => size));
  if (most > region) {
    throw new RangeError(
      `the saved replay buffer holds ${most} rows of an environment, and this one has room for ` +
        `${region}: set bufferSize to at least ${most * lanes}`,
    );
  }
}

/** A lane of a state, laid out for a ring. */
export interface LaneImage {
  /** Where the lane stands now. */
  readonly place: Lane;
  /** Of each of its rows, where the state has it. */
  readonly sources: readonly number[];
  /** [size × observation4] vec4s. */
  readonly observations: Float32Array;
  /** [size]: action, reward, kind, mask. */
  readonly transitions: Uint32Array;
}

/**
 * Lays a lane of a state out for a ring. With another capacity than the saved one its rows are laid anew,
 * oldest first; with the same they lie where they lay, so that draws go on as they would have.
 */
export function layOutLane(
  state: RingState,
  lane: number,
  { observationSize, observation4, region }: RingBuffers,
): LaneImage {
  const saved = state.lanes[lane];
  const { head, size } = saved;
  const isMoved = state.region !== region;
  const first = isMoved && size > 0 ? (head + 1) % size : 0;
  const sources = Array.from(
    { length: size },
    (_, row) => lane * state.filled + (first + row) % size,
  );
  const observations = new Float32Array(size * observation4 * 4);
  const transitions = new Uint32Array(size * 4);
  const rewards = new Float32Array(transitions.buffer);
  sources.forEach((at, row) => {
    const start = at * observationSize;
    const observation = state.observations.subarray(start, start + observationSize);
    observations.set(observation, row * observation4 * 4);
    transitions[4 * row] = state.actions[at];
    rewards[4 * row + 1] = state.rewards[at];
    transitions[4 * row + 2] = state.kinds[at];
    transitions[4 * row + 3] = state.masks?.[at] ?? ALL_ACTIONS;
  });
  const place = { ...saved, head: isMoved ? size - 1 : head };
  return { place, sources, observations, transitions };
}

/**
 * A row's weight in a sum tree: the saved one, where it can be drawn and had one; that of a new row, where
 * it can be drawn but could not; none otherwise.
 */
export function weightOf(state: RingState, at: number, canDraw: boolean): number {
  if (!canDraw) return 0;
  const saved = state.priorities?.[at] ?? 0;
  return saved > 0 && Number.isFinite(saved) ? saved : state.maxPriority ?? FIRST_WEIGHT;
}
