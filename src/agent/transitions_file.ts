/**
 * Files of transitions: safetensors with plain names, so that NumPy and the `safetensors` package of Python
 * read and write them too.
 *
 * | tensor              | shape                    | dtype  |                                           |
 * | ------------------- | ------------------------ | ------ | ----------------------------------------- |
 * | `observations`      | [n, …observation]        | F32    | U8 where the environment's are bytes      |
 * | `next_observations` | [n, …observation]        | same   | true last ones at episodes' ends          |
 * | `actions`           | [n]                      | I32    | as the environment names them             |
 * | `rewards`           | [n]                      | F32    | as the environment gave them              |
 * | `terminations`      | [n]                      | U8     | 0 or 1                                    |
 * | `truncations`       | [n]                      | U8     | 0 or 1; may be left out                   |
 * | `action_masks`      | [n, actions]             | U8     | 0 or 1; with the option actionMasks       |
 * | `next_action_masks` | [n, actions]             | U8     | likewise                                  |
 * | `next_actions`      | [n]                      | I32    | for the target "sarsa"; may be left out   |
 *
 * These dtypes are written; any other of integers or floats is read. Rows are in time order, see
 * transitions.ts. The metadata say `format` and `version`; a file without them is taken at its tensors.
 */

import {
  decodeSafetensors,
  encodeSafetensors,
  type Tensor,
  type TensorData,
} from "../io/safetensors.ts";
import type { Shape } from "./spaces.ts";
import type { StoredTransitions, TransitionData } from "./transitions.ts";

const FORMAT = "dinoq-transitions";
/** Raised when a file of before can't be read any more. */
const VERSION = "1";

/** What each array is called in a file. */
const NAMES = {
  observations: "observations",
  nextObservations: "next_observations",
  actions: "actions",
  rewards: "rewards",
  terminated: "terminations",
  truncated: "truncations",
  actionMasks: "action_masks",
  nextActionMasks: "next_action_masks",
  nextActions: "next_actions",
} as const satisfies Record<keyof TransitionData, string>;

type Name = keyof typeof NAMES;

/** Those that a file may lack. */
const OPTIONAL: readonly Name[] = ["truncated", "actionMasks", "nextActionMasks", "nextActions"];

/** Numbers in a row of each array; 0 for one number a transition. */
function widthOf(name: Name, { observationSize, actions }: Shape): number {
  if (name === "observations" || name === "nextObservations") return observationSize;
  return name === "actionMasks" || name === "nextActionMasks" ? actions : 0;
}

/** Extents of a row of each array. */
function extentsOf(name: Name, shape: Shape): readonly number[] {
  if (name === "observations" || name === "nextObservations") return shape.observationShape;
  return widthOf(name, shape) > 0 ? [shape.actions] : [];
}

/** Packs transitions into the bytes of a file. */
export function encodeTransitions(transitions: StoredTransitions, shape: Shape): Uint8Array {
  const count = transitions.actions.length;
  const tensors: Record<string, Tensor> = {};
  for (const name of Object.keys(NAMES) as Name[]) {
    const data = transitions[name];
    if (data) tensors[NAMES[name]] = { shape: [count, ...extentsOf(name, shape)], data };
  }
  return encodeSafetensors(tensors, { format: FORMAT, version: VERSION });
}

/**
 * Reads a file of transitions. What the numbers are is checked where they are stored.
 *
 * @param bytes The whole file.
 * @param shape Sizes of the agent's spaces.
 * @throws {Error} When it is damaged, of another format or version, a tensor is missing, or a shape does
 *   not fit the agent.
 */
export function decodeTransitions(bytes: Uint8Array, shape: Shape): TransitionData {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const { format = FORMAT, version = VERSION } = metadata;
  if (format === "dinoq") {
    throw new Error(
      "this file is a whole agent, not transitions: load it by DQN.load, and save its transitions by " +
        "agent.replay.save",
    );
  }
  if (format === FORMAT && version !== VERSION) {
    throw new Error(
      `these transitions have format version ${version}, and this DinoQ reads ${VERSION}`,
    );
  }
  const data: Partial<Record<Name, ArrayLike<number>>> = {};
  const count = tensors.actions?.shape[0] ?? 0;
  for (const [name, inFile] of Object.entries(NAMES) as [Name, string][]) {
    if (!Object.hasOwn(tensors, inFile)) {
      if (OPTIONAL.includes(name)) continue;
      const given = Object.keys(tensors).join(", ") || "none";
      throw new Error(`a file of transitions needs the tensor "${inFile}"; it has ${given}`);
    }
    const { shape: extents, data: values } = tensors[inFile];
    const width = widthOf(name, shape);
    // Observations may keep the extents that their space has.
    const size = extents.slice(1).reduce((a, b) => a * b, 1);
    const fits = width > 0 ? extents.length > 1 && size === width : extents.length === 1;
    if (extents[0] !== count || !fits) {
      throw new Error(
        `"${inFile}" must have shape [${width > 0 ? `${count}, ${width}` : count}] for ${count} ` +
          `actions, got [${extents.join(", ")}]`,
      );
    }
    data[name] = numbersOf(values);
  }
  return data as unknown as TransitionData;
}

/** NumPy's whole numbers are 64 bits wide. */
function numbersOf(values: TensorData): ArrayLike<number> {
  const isWide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return isWide ? Float64Array.from(values, Number) : values;
}
