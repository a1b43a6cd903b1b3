/** The whole ring as plain numbers, as a checkpoint holds it, and how it is read and laid out anew. */

import { upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Readback } from "../gpu/readback.ts";
import { zeros } from "./frames.ts";
import { FIRST, KIND, KIND_BITS, type Lane, type Lanes, startsTransition } from "./lanes.ts";
import type { OpenStacks } from "./open_stacks.ts";
import type { RingMemory } from "./ring_memory.ts";
import { ALL_ACTIONS } from "./staging.ts";
import { FIRST_WEIGHT } from "./sum_tree.ts";

/** The whole ring as plain numbers, as a checkpoint holds it. */
export interface RingState {
  /** Each lane's place. */
  readonly lanes: readonly Readonly<Lane>[];
  /** Rows that a lane had room for. */
  readonly region: number;
  /** Rows per lane in the arrays below. */
  readonly filled: number;
  /** [lanes × filled × observationSize]: single frames, as bytes where the ring's are. */
  readonly observations: Float32Array | Uint8Array;
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
  /** [lanes × filled]: 1 for an episode's first rows; frame stacks only. */
  readonly firsts?: Uint8Array;
  /** [lanes × frameStack × observationSize]: each lane's newest stack; frame stacks only. */
  readonly stacks?: Float32Array | Uint8Array;
}

/** Where the lanes of a ring stand, and each one's newest stack if stacks are kept. */
export interface Places {
  readonly lanes: readonly Readonly<Lane>[];
  readonly stacks?: Float32Array | Uint8Array;
}

/** Reads a ring's rows, those of the first agent, from the GPU. */
export async function readRing(
  ring: RingMemory,
  { lanes, stacks }: Places,
  readback: Readback,
): Promise<RingState> {
  const { region, frames, tree, laneCount, frameStack } = ring;
  const { size, isBytes } = frames;
  const filled = Math.max(...lanes.map((lane) => lane.size));
  const rows = laneCount * filled;
  const state = {
    lanes: lanes.map((lane) => ({ ...lane })),
    region,
    filled,
    observations: zeros(rows * size, isBytes),
    actions: new Int32Array(rows),
    rewards: new Float32Array(rows),
    kinds: new Uint8Array(rows),
    masks: new Uint32Array(rows),
    ...(tree && {
      priorities: new Float32Array(rows),
      maxPriority: await tree.readGreatest(readback),
    }),
    ...(frameStack > 1 && { firsts: new Uint8Array(rows), stacks }),
  };
  for (const [lane, { size: held }] of lanes.entries()) {
    if (held === 0) continue;
    const first = lane * region;
    const start = lane * filled;
    const seen = state.observations.subarray(start * size, (start + held) * size);
    await frames.read(readback, first, seen);
    const done = await readback.read(ring.transitions, first * 16, held * 16);
    const words = new Uint32Array(done);
    const rewards = new Float32Array(done);
    for (let row = 0; row < held; row++) {
      const at = start + row;
      state.actions[at] = words[4 * row];
      state.rewards[at] = rewards[4 * row + 1];
      state.kinds[at] = words[4 * row + 2] & KIND_BITS;
      state.masks[at] = words[4 * row + 3];
      if (state.firsts) state.firsts[at] = Number((words[4 * row + 2] & FIRST) !== 0);
    }
    if (tree) state.priorities!.set(await tree.read(readback, first, held), start);
  }
  return state;
}

/**
 * Checks that a state fits a ring.
 *
 * @throws {RangeError} When it is of other environments, or holds more rows than there is room for.
 * @throws {TypeError} When its observations are of another type.
 */
export function checkState(
  state: RingState,
  { laneCount, region, frames, frameStack }: RingMemory,
): void {
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
  const { observations, filled, stacks } = state;
  for (const each of stacks ? [observations, stacks] : [observations]) {
    if ((each instanceof Uint8Array) === frames.isBytes) continue;
    const [saved, own] = frames.isBytes ? ["floats", "bytes"] : ["bytes", "floats"];
    throw new TypeError(`the saved replay buffer holds ${saved}, and this one ${own}`);
  }
  const wanted = laneCount * filled * frames.size;
  if (observations.length !== wanted) {
    throw new RangeError(
      `the saved replay buffer has ${observations.length} numbers of observations; ${laneCount} × ` +
        `${filled} rows of ${frames.size} are ${wanted}`,
    );
  }
  const wantedStacks = laneCount * frameStack * frames.size;
  if (stacks && stacks.length !== wantedStacks) {
    throw new RangeError(
      `the saved replay buffer has ${stacks.length} numbers of newest frames; ${laneCount} stacks of ` +
        `${frameStack} × ${frames.size} are ${wantedStacks}`,
    );
  }
}

/** A lane of a state, laid out for a ring. */
interface LaneImage {
  /** Where the lane stands now. */
  readonly place: Lane;
  /** Of each of its rows, where the state has it. */
  readonly sources: readonly number[];
  /** [size]: action, reward, kind, mask. */
  readonly transitions: Uint32Array;
}

/**
 * Lays a lane of a state out for a ring. With another capacity than the saved one its rows are laid anew,
 * oldest first; with the same they lie where they lay, so that draws go on as they would have.
 */
function layOutLane(state: RingState, lane: number, region: number): LaneImage {
  const saved = state.lanes[lane];
  const { head, size } = saved;
  const isMoved = state.region !== region;
  const oldest = size > 0 ? (head + 1) % size : 0;
  const first = isMoved ? oldest : 0;
  const start = lane * state.filled;
  const sources = Array.from({ length: size }, (_, row) => start + (first + row) % size);
  const transitions = new Uint32Array(size * 4);
  const rewards = new Float32Array(transitions.buffer);
  sources.forEach((at, row) => {
    transitions[4 * row] = state.actions[at];
    rewards[4 * row + 1] = state.rewards[at];
    transitions[4 * row + 2] = state.kinds[at] + (startsEpisode(at) ? FIRST : 0);
    transitions[4 * row + 3] = state.masks?.[at] ?? ALL_ACTIONS;
  });
  const place = { ...saved, head: isMoved ? size - 1 : head };
  return { place, sources, transitions };

  /** What came before the oldest row is not known of states that don't tell. */
  function startsEpisode(at: number): boolean {
    if (state.firsts) return state.firsts[at] !== 0;
    const before = start + (at - start + size - 1) % size;
    return at !== start + oldest && !startsTransition(state.kinds[before]);
  }
}

/** What the host knows of a ring. */
export interface HostParts {
  readonly lanes: Lanes;
  /** Each lane's newest stack. */
  readonly open: OpenStacks;
  /** Which actions are allowed at each lane's newest observation, a bit each. */
  readonly masks: Uint32Array;
}

/** Fills a ring, on the GPU and on the host, with a state that has been checked. */
export function fillRing(gpu: Gpu, ring: RingMemory, state: RingState, host: HostParts): void {
  const { laneCount, region, frames, tree } = ring;
  const images = state.lanes.map((_, lane) => layOutLane(state, lane, region));
  host.lanes.restore(
    images.map(({ place }) => place),
    (lane, row) => images[lane].transitions[4 * row + 2],
  );
  const weights = tree && new Float32Array(laneCount * region);
  images.forEach(({ place, sources, transitions }, lane) => {
    const first = lane * region;
    upload(gpu, ring.transitions, transitions, first * 16);
    frames.fill(first, state.observations, sources);
    sources.forEach((at, row) => {
      if (weights) weights[first + row] = weightOf(state, at, host.lanes.canDraw(first + row));
    });
    if (place.size > 0) host.masks[lane] = transitions[4 * place.head + 3];
  });
  restoreStacks(state, images, ring, host.open);
  if (weights) tree!.write(weights, state.maxPriority);
}

/** Fills in each lane's newest stack: as it was saved, or else as its rows tell. */
function restoreStacks(
  state: RingState,
  images: readonly LaneImage[],
  { region, frameStack, frames: { size } }: RingMemory,
  open: OpenStacks,
): void {
  images.forEach(({ place, sources, transitions }, lane) => {
    const length = frameStack * size;
    if (state.stacks) {
      return open.set(lane, state.stacks.subarray(lane * length, (lane + 1) * length));
    }
    if (place.size === 0) return;
    const kindAt = (row: number) => transitions[4 * row + 2] ?? KIND.none;
    const rows = [place.head];
    for (let row = place.head; rows.length < frameStack;) {
      const before = (row + region - 1) % region;
      if (!(kindAt(row) & FIRST) && startsTransition(kindAt(before))) row = before;
      rows.unshift(row);
    }
    rows.forEach((row, i) => {
      const frame = state.observations.subarray(sources[row] * size, (sources[row] + 1) * size);
      if (i === 0) open.begin(lane, frame);
      else open.push(lane, frame);
    });
  });
}

/**
 * A row's weight in a sum tree: the saved one, where it can be drawn and had one; that of a new row, where
 * it can be drawn but could not; none otherwise.
 */
function weightOf(state: RingState, at: number, canDraw: boolean): number {
  if (!canDraw) return 0;
  const saved = state.priorities?.[at] ?? 0;
  return saved > 0 && Number.isFinite(saved) ? saved : state.maxPriority ?? FIRST_WEIGHT;
}
