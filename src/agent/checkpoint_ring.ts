/**
 * The replay buffer in a checkpoint: tensors `replay.*` (masks with the option actionMasks alone, priorities
 * with prioritised sampling alone, firsts and stacks with frameStack alone; frames of bytes as U8), and
 * each lane's place in the metadata.
 */

import type { Tensor, TensorData } from "../io/safetensors.ts";
import type { RingState } from "../replay/ring.ts";

type Tensors = Record<string, Tensor>;

/** The tensors of a ring. */
export function ringTensors(
  ring: RingState,
  { config, observationSize }: {
    readonly config: { readonly actionMasks: boolean; readonly frameStack: number };
    readonly observationSize: number;
  },
): Tensors {
  const { lanes, filled, observations, actions, rewards, kinds } = ring;
  const { masks, priorities, firsts, stacks } = ring;
  const shape = [lanes.length, filled];
  return {
    "replay.observations": { shape: [...shape, observationSize], data: observations },
    "replay.actions": { shape, data: actions },
    "replay.rewards": { shape, data: rewards },
    "replay.kinds": { shape, data: kinds },
    ...masks && config.actionMasks && { "replay.masks": { shape, data: masks } },
    ...priorities && { "replay.priorities": { shape, data: priorities } },
    ...firsts && { "replay.firsts": { shape, data: firsts } },
    ...stacks && {
      "replay.stacks": {
        shape: [lanes.length, config.frameStack, observationSize],
        data: stacks,
      },
    },
  };
}

/** What the metadata hold of a ring. */
export interface RingMetadata {
  readonly replayLanes: unknown;
  readonly replayRegion: unknown;
  readonly replayMaxPriority?: unknown;
}

/** What no tensor holds of a ring. */
export function ringMetadata({ lanes, region, maxPriority }: RingState): RingMetadata {
  return {
    replayLanes: lanes,
    replayRegion: region,
    ...maxPriority !== undefined && { replayMaxPriority: maxPriority },
  };
}

/**
 * Reads a ring.
 *
 * @throws {Error} When a tensor is missing, or of another kind or shape.
 */
export function takeRing(
  tensors: Tensors,
  { replayLanes, replayRegion, replayMaxPriority }: RingMetadata,
  { observationSize, isBytes }: { observationSize: number; isBytes: boolean },
): RingState {
  const lanes = replayLanes as RingState["lanes"];
  const filled = tensors["replay.actions"]?.shape[1] ?? 0;
  const rows = [lanes.length, filled];
  const actions = takeTensor(tensors, "replay.actions", Int32Array, rows);
  const Frames: ArrayKind<Float32Array | Uint8Array> = isBytes ? Uint8Array : Float32Array;
  return {
    lanes,
    region: Number(replayRegion),
    filled,
    observations: takeTensor(tensors, "replay.observations", Frames, [...rows, observationSize]),
    actions,
    rewards: takeTensor(tensors, "replay.rewards", Float32Array, rows),
    kinds: takeTensor(tensors, "replay.kinds", Uint8Array, rows),
    ...tensors["replay.masks"] && {
      masks: takeTensor(tensors, "replay.masks", Uint32Array, rows),
    },
    ...tensors["replay.priorities"] && {
      priorities: takeTensor(tensors, "replay.priorities", Float32Array, rows),
    },
    ...replayMaxPriority !== undefined && { maxPriority: Number(replayMaxPriority) },
    ...tensors["replay.firsts"] && {
      firsts: takeTensor(tensors, "replay.firsts", Uint8Array, rows),
    },
    ...tensors["replay.stacks"] && { stacks: takeTensor(tensors, "replay.stacks", Frames) },
  };
}

/** A kind of array. */
export interface ArrayKind<T extends TensorData> {
  new (length: number): T;
  readonly name: string;
}

/**
 * Takes a tensor's numbers.
 *
 * @throws {Error} When it is missing, or of another kind or shape.
 */
export function takeTensor<T extends TensorData>(
  tensors: Tensors,
  name: string,
  kind: ArrayKind<T>,
  wanted?: readonly number[],
): T {
  const { shape, data }: { shape?: readonly number[]; data?: unknown } = tensors[name] ?? {};
  if (!(data instanceof kind)) {
    throw new Error(`this checkpoint lacks "${name}" as a ${kind.name}: it is damaged`);
  }
  if (wanted && String(shape) !== String(wanted)) {
    throw new Error(
      `this checkpoint's "${name}" has shape [${shape}], not [${wanted}]: it is damaged`,
    );
  }
  return data;
}
