/**
 * Checkpoints: everything that decides how a run goes on, in one safetensors file.
 *
 * Tensors: `q.*` and `target.*` (PyTorch's names and shapes), `optimizer.<average>.*`, `replay.*` (masks with
 * the option actionMasks alone, priorities with prioritised sampling alone).
 * Metadata: format and version, the configuration, and the run's clock, lanes and recent returns as
 * JSON. Random numbers are functions of seed and counters, so there is no generator to save.
 */

import type { DQNConfig, ResolvedConfig } from "../dqn/config.ts";
import type { LearnerTensors } from "../dqn/tensors.ts";
import type { JsonValue } from "../envs/env.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../io/safetensors.ts";
import type { Parameters } from "../nn/parameters.ts";
import type { RingState } from "../replay/ring.ts";
import type { ClockState } from "./clock.ts";

const FORMAT = "dinoq";
/** Raised when a file of before can't be read any more. */
const VERSION = 1;

/** A run, taken apart. */
export interface Checkpoint {
  readonly config: ResolvedConfig;
  readonly observationSize: number;
  readonly actions: number;
  readonly firstAction: number;
  /** Ids of the environments that `make` made; null for others. */
  readonly envIds: readonly (string | null)[];
  readonly updates: number;
  readonly horizon: number;
  readonly clock: ClockState;
  /** Environments and their running episodes; null when the agent has none. */
  readonly lanes: JsonValue;
  readonly recentReturns: readonly number[];
  readonly adapter: string;
  readonly tensors: LearnerTensors;
  readonly ring: RingState;
}

/** A checkpoint as read: the configuration is the user's to resolve again. */
export type LoadedCheckpoint = Omit<Checkpoint, "config"> & { readonly config: DQNConfig };

/** Packs a checkpoint into safetensors bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { tensors, ring, config, ...rest } = checkpoint;
  const files: Record<string, Tensor> = {};
  const put = (prefix: string, parameters: Parameters) => {
    for (const [name, parameter] of Object.entries(parameters)) files[prefix + name] = parameter;
  };
  put("q.", tensors.online);
  put("target.", tensors.target);
  for (const [average, parameters] of Object.entries(tensors.moments)) {
    put(`optimizer.${average}.`, parameters);
  }
  const { lanes, region, filled, observations, actions, rewards, kinds } = ring;
  const { masks, priorities, maxPriority } = ring;
  const rows = [lanes.length, filled];
  files["replay.observations"] = {
    shape: [...rows, checkpoint.observationSize],
    data: observations,
  };
  files["replay.actions"] = { shape: rows, data: actions };
  files["replay.rewards"] = { shape: rows, data: rewards };
  files["replay.kinds"] = { shape: rows, data: kinds };
  if (masks && config.actionMasks) files["replay.masks"] = { shape: rows, data: masks };
  if (priorities) files["replay.priorities"] = { shape: rows, data: priorities };
  const { device: _, ...plain } = config;
  if (typeof plain.learningRate === "function") {
    delete (plain as { learningRate?: unknown }).learningRate;
  }
  return encodeSafetensors(files, {
    format: FORMAT,
    version: String(VERSION),
    // In one order, whether defaults were filled in or loaded: equal agents are equal bytes.
    config: JSON.stringify(Object.fromEntries(Object.entries(plain).sort())),
    state: JSON.stringify({
      ...rest,
      replayLanes: lanes,
      replayRegion: region,
      ...maxPriority !== undefined && { replayMaxPriority: maxPriority },
    }),
  });
}

/**
 * Reads a checkpoint.
 *
 * @param bytes A whole safetensors file.
 * @throws {Error} When it is truncated, no safetensors file, not from here, or of another version.
 */
export function decodeCheckpoint(bytes: Uint8Array): LoadedCheckpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT) {
    throw new Error(
      "this safetensors file is no DinoQ checkpoint (its metadata does not say so); " +
        "to use weights from elsewhere, create an agent and call setParameters",
    );
  }
  if (metadata.version !== String(VERSION)) {
    throw new Error(
      `this checkpoint has format version ${metadata.version}, and this DinoQ reads ${VERSION}`,
    );
  }
  const config = jsonObject(metadata, "config");
  const { replayLanes, replayRegion, replayMaxPriority, ...state } = jsonObject(metadata, "state");
  if (!Array.isArray(replayLanes) || typeof state.clock !== "object") {
    throw new Error("this checkpoint's metadata lacks the run's state: it is damaged");
  }
  const take = <T>(
    name: string,
    kind: { new (n: number): T; name: string },
    wanted?: readonly number[],
  ): T => {
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
  };
  const group = (prefix: string): Parameters => {
    const parameters: Parameters = {};
    for (const [name, { shape }] of Object.entries(tensors)) {
      if (!name.startsWith(prefix)) continue;
      parameters[name.slice(prefix.length)] = { shape, data: take(name, Float32Array) };
    }
    return parameters;
  };
  const averages = new Set(
    Object.keys(tensors).filter((n) => n.startsWith("optimizer.")).map((n) => n.split(".")[1]),
  );
  const lanes = replayLanes as RingState["lanes"];
  const filled = tensors["replay.actions"]?.shape[1] ?? 0;
  const rows = [lanes.length, filled];
  const actions = take("replay.actions", Int32Array, rows);
  return {
    ...state as unknown as Omit<LoadedCheckpoint, "config" | "tensors" | "ring">,
    config,
    tensors: {
      online: group("q."),
      target: group("target."),
      moments: Object.fromEntries([...averages].map((a) => [a, group(`optimizer.${a}.`)])),
    },
    ring: {
      lanes,
      region: Number(replayRegion),
      filled,
      observations: take("replay.observations", Float32Array, [
        ...rows,
        state.observationSize as number,
      ]),
      actions,
      rewards: take("replay.rewards", Float32Array, rows),
      kinds: take("replay.kinds", Uint8Array, rows),
      ...tensors["replay.masks"] && { masks: take("replay.masks", Uint32Array, rows) },
      ...tensors["replay.priorities"] && {
        priorities: take("replay.priorities", Float32Array, rows),
      },
      ...replayMaxPriority !== undefined && { maxPriority: Number(replayMaxPriority) },
    },
  };
}

/** Reads one of the metadata's JSON objects. */
function jsonObject(metadata: Record<string, string>, key: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(metadata[key]);
  } catch {
    // Said below, as for JSON of another kind.
  }
  if (typeof value !== "object" || value === null) {
    throw new Error(`this checkpoint's "${key}" is no JSON object: it is damaged`);
  }
  return value as Record<string, unknown>;
}
