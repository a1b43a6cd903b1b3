/**
 * Checkpoints: everything that decides how a run goes on, in one safetensors file.
 *
 * Tensors: `q.*` and `target.*` (PyTorch's names and shapes), `optimizer.<average>.*`, `replay.*`.
 * Metadata: format and version, the configuration, and the run's clock, lanes and recent returns as
 * JSON. Random numbers are functions of seed and counters, so there is no generator to save.
 */

import type { DQNConfig, ResolvedConfig } from "../dqn/config.ts";
import type { LearnerTensors } from "../dqn/learner.ts";
import type { JsonValue } from "../envs/env.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../io/safetensors.ts";
import type { Parameters } from "../nn/network.ts";
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
  const { lanes, filled, observations, actions, rewards, kinds } = ring;
  const rows = [lanes.length, filled];
  files["replay.observations"] = {
    shape: [...rows, checkpoint.observationSize],
    data: observations,
  };
  files["replay.actions"] = { shape: rows, data: actions };
  files["replay.rewards"] = { shape: rows, data: rewards };
  files["replay.kinds"] = { shape: rows, data: kinds };
  const { device: _, ...plain } = config;
  if (typeof plain.learningRate === "function") {
    delete (plain as { learningRate?: unknown }).learningRate;
  }
  return encodeSafetensors(files, {
    format: FORMAT,
    version: String(VERSION),
    config: JSON.stringify(plain),
    state: JSON.stringify({ ...rest, replayLanes: lanes }),
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
  const take = <T>(name: string, kind: { new (n: number): T; name: string }): T => {
    const data: unknown = tensors[name]?.data;
    if (!(data instanceof kind)) {
      throw new Error(`this checkpoint lacks "${name}" as a ${kind.name}: it is damaged`);
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
  const { replayLanes, ...state } = JSON.parse(metadata.state);
  return {
    ...state,
    config: JSON.parse(metadata.config),
    tensors: {
      online: group("q."),
      target: group("target."),
      moments: Object.fromEntries([...averages].map((a) => [a, group(`optimizer.${a}.`)])),
    },
    ring: {
      lanes: replayLanes,
      filled: tensors["replay.actions"]?.shape[1] ?? 0,
      observations: take("replay.observations", Float32Array),
      actions: take("replay.actions", Int32Array),
      rewards: take("replay.rewards", Float32Array),
      kinds: take("replay.kinds", Uint8Array),
    },
  };
}
