/**
 * Checkpoints: everything that decides how a run goes on, in one safetensors file.
 *
 * Tensors: `q.*` and `target.*` (PyTorch's names and shapes), `optimizer.<average>.*`, and unless it was left
 * out `replay.*`, see checkpoint_ring.ts.
 * Metadata: format and version, the configuration, and the run's clock, lanes and recent returns as
 * JSON. Random numbers are functions of seed and counters, so there is no generator to save.
 */

import type { DQNConfig, ResolvedConfig } from "../dqn/config.ts";
import type { LearnerTensors } from "../dqn/tensors.ts";
import type { JsonValue } from "../envs/env.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../io/safetensors.ts";
import type { Parameters } from "../nn/parameters.ts";
import type { RingState } from "../replay/ring.ts";
import { ringMetadata, ringTensors, takeRing, takeTensor } from "./checkpoint_ring.ts";
import type { ClockState } from "./clock.ts";

const FORMAT = "dinoq";
/** Raised when a file of before can't be read any more. */
const VERSION = 1;

/** A run, taken apart. */
export interface Checkpoint {
  readonly config: ResolvedConfig;
  readonly observationSize: number;
  /** An observation's extents, and whether it is made of bytes, and these of shades up to 255. */
  readonly observationShape: readonly number[];
  readonly isBytes: boolean;
  readonly isShades: boolean;
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
  /** The replay buffer; none when it was left out. */
  readonly ring?: RingState;
  /** Environments that feed it. */
  readonly laneCount: number;
  /** Texts of the user's own. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A checkpoint as read: the configuration is the user's to resolve again. */
export type LoadedCheckpoint = Omit<Checkpoint, "config" | "metadata"> & {
  readonly config: DQNConfig;
};

/** Entries of the metadata that are the format's. */
const RESERVED = ["format", "version", "config", "state"];

/**
 * Refuses metadata that a checkpoint can't hold.
 *
 * @throws {RangeError} When a name is the format's own.
 */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(metadata)) {
    if (RESERVED.includes(name)) {
      throw new RangeError(
        `save: metadata "${name}" is the checkpoint's own, as are ${
          RESERVED.join(", ")
        }: choose another name`,
      );
    }
  }
}

/** Packs a checkpoint into safetensors bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { tensors, ring, config, metadata, ...rest } = checkpoint;
  const files: Record<string, Tensor> = {};
  const put = (prefix: string, parameters: Parameters) => {
    for (const [name, parameter] of Object.entries(parameters)) files[prefix + name] = parameter;
  };
  put("q.", tensors.online);
  put("target.", tensors.target);
  for (const [average, parameters] of Object.entries(tensors.moments)) {
    put(`optimizer.${average}.`, parameters);
  }
  if (ring) Object.assign(files, ringTensors(ring, checkpoint));
  const { device: _, ...plain } = config;
  if (typeof plain.learningRate === "function") {
    delete (plain as { learningRate?: unknown }).learningRate;
  }
  return encodeSafetensors(files, {
    ...metadata,
    format: FORMAT,
    version: String(VERSION),
    // In one order, whether defaults were filled in or loaded: equal agents are equal bytes.
    config: JSON.stringify(Object.fromEntries(Object.entries(plain).sort())),
    state: JSON.stringify({
      ...rest,
      ...ring && ringMetadata(ring),
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
  const {
    replayLanes,
    replayRegion,
    replayMaxPriority,
    // Files of before knew flat rows of floats alone, and always held the replay buffer.
    observationShape,
    isBytes = false,
    isShades = false,
    laneCount = (replayLanes as unknown[] | undefined)?.length,
    ...state
  } = jsonObject(metadata, "state");
  if (typeof laneCount !== "number" || typeof state.clock !== "object") {
    throw new Error("this checkpoint's metadata lacks the run's state: it is damaged");
  }
  const group = (prefix: string): Parameters => {
    const parameters: Parameters = {};
    for (const name of Object.keys(tensors)) {
      if (!name.startsWith(prefix)) continue;
      const { shape } = tensors[name];
      parameters[name.slice(prefix.length)] = {
        shape,
        data: takeTensor(tensors, name, Float32Array),
      };
    }
    return parameters;
  };
  const averages = new Set(
    Object.keys(tensors).filter((n) => n.startsWith("optimizer.")).map((n) => n.split(".")[1]),
  );
  const { observationSize } = state as { observationSize: number };
  return {
    ...state as unknown as Omit<LoadedCheckpoint, "config" | "tensors" | "ring">,
    observationShape: observationShape as readonly number[] ?? [observationSize],
    isBytes: isBytes === true,
    isShades: isShades === true,
    laneCount,
    config,
    tensors: {
      online: group("q."),
      target: group("target."),
      moments: Object.fromEntries([...averages].map((a) => [a, group(`optimizer.${a}.`)])),
    },
    ...Array.isArray(replayLanes) && {
      ring: takeRing(tensors, { replayLanes, replayRegion, replayMaxPriority }, {
        observationSize,
        isBytes: isBytes === true,
      }),
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
