/**
 * What tests of networks on the GPU share: reproducible numbers, parameters in the forms of the GPU
 * and of the float64 reference, and blocks of a workspace.
 */

import { shaderText } from "../../src/gpu/shader.ts";
import { type Entry, reflectStruct } from "../../src/gpu/table.ts";
import type { Arenas } from "../../src/nn/arenas.ts";
import type { Activation, Network } from "../../src/nn/network.ts";
import { pack, type Parameters, parameterShapes } from "../../src/nn/parameters.ts";
import { arenaOf, type Pass } from "../../src/nn/passes.ts";
import { line4, origin4, type Picture, placesOf } from "../../src/nn/pictures.ts";
import { buildNetwork, type PictureLayer, type Structure } from "../../src/nn/structure.ts";
import type { Workspace } from "../../src/nn/workspace.ts";
import { fromParameters, type Layer } from "../reference/mlp.ts";

/** What can be given of a structure; `inputs` are so many numbers that are no picture. */
export type Given = Partial<Structure> & { readonly inputs?: number };

/** So many floats as what goes into a network. */
export function flatInput(channels: number): Structure["input"] {
  return { height: 1, width: 1, channels, isBytes: false, scale: 1 };
}

/** The structure of a plain network, and what is given. */
export function structure({ inputs = 3, ...given }: Given = {}): Structure {
  return {
    input: flatInput(inputs),
    convolutions: [],
    hiddenLayers: [],
    headLayers: [],
    actions: 2,
    atoms: 1,
    activation: "tanh",
    layerNorm: false,
    noisy: false,
    dueling: false,
    cosines: 0,
    ...given,
  };
}

/** Every combination of parts, with widths that fill vec4s or don't. */
export function everyStructure(): Structure[] {
  const booleans = [false, true];
  const widths = [[], [5], [4, 9]];
  const all: Structure[] = [];
  for (const hiddenLayers of widths) {
    for (const headLayers of widths) {
      for (const [atoms, cosines] of [[1, 0], [7, 0], [1, 6]]) {
        for (const dueling of booleans) {
          for (const layerNorm of booleans) {
            for (const noisy of booleans) {
              const parts = { atoms, cosines, dueling, layerNorm, noisy };
              all.push(structure({ hiddenLayers, headLayers, ...parts }));
            }
          }
        }
      }
    }
  }
  return all;
}

/** Convolutions and poolings below every head, odd sizes throughout. */
export function pictureStructures(): Structure[] {
  const input = { height: 7, width: 9, channels: 3, isBytes: false, scale: 1 };
  const convolutions: PictureLayer[] = [
    { kind: "conv", channels: 5, kernel: [3, 2], stride: [2, 1], padding: [1, 0] },
    { kind: "maxPool", kernel: [2, 3], stride: [1, 2], padding: [1, 1] },
    { kind: "conv", channels: 6, kernel: [2, 3], stride: [1, 1], padding: [0, 1] },
  ];
  return [
    structure({ input }),
    structure({ input, convolutions, hiddenLayers: [5] }),
    ...[{}, { dueling: true }, { atoms: 3, layerNorm: true, headLayers: [6] }].flatMap((head) =>
      [0, 3].flatMap((cosines) =>
        [false, true].map((noisy) => structure({ ...head, input, convolutions, cosines, noisy }))
      )
    ),
  ];
}

/** Dense layers one after another. */
export function mlp(
  inputs: number,
  hiddenLayers: readonly number[],
  actions: number,
  activation: Activation,
): Network {
  return buildNetwork(structure({ inputs, hiddenLayers, actions, activation }));
}

/** Double DQN's passes: online network, target network on the next observations, online one on them. */
const PASSES: readonly Pass[] = [
  { network: "online", input: "observations", samples: 1 },
  { network: "target", input: "nextObservations", samples: 1 },
  { network: "online", input: "nextObservations", samples: 1 },
];

/** The first of {@link PASSES}, with as many quantile samples each. */
export function passesOf(count: number, samples: readonly number[] = []): Pass[] {
  return PASSES.slice(0, count).map((pass, i) => ({ ...pass, samples: samples[i] ?? 1 }));
}

/** Parameters [agents × (online, target)] as the arenas of some passes. */
export function arenasOf(buffer: GPUBuffer, network: Network, passes: readonly Pass[]): Arenas {
  return { buffer, count: 2, size4: network.parameters4, ofPass: arenaOf(passes, false) };
}

/** The vec4 of agent 0 and pass 0 where a whole block starts among the activations. */
export function blockAt(workspace: Workspace, block: number): number {
  return workspace.activationsOf({ block, at4: 0 }).at;
}

/** Numbers in [-1, 1), the same for the same seed (xorshift32). */
export function random(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}

/** So many float32 numbers in ±size. */
export function randomFloats(count: number, seed: number, size = 1): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => size * next());
}

/** Parameters U(±√(3 / fan_in)), which keep the size of what goes through, and biases U(±0.5). */
export function randomParameters(network: Network, seed: number): Parameters {
  const parameters: Parameters = {};
  Object.entries(parameterShapes(network)).forEach(([name, shape], i) => {
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    const size = shape.length > 1 ? Math.sqrt(3 / fanIn) : 0.5;
    const count = shape.reduce((a, b) => a * b, 1);
    parameters[name] = { shape, data: randomFloats(count, 100 * seed + i, size) };
  });
  return parameters;
}

/** The same parameters for the float64 reference. */
export function referenceOf(parameters: Parameters): Layer[] {
  const named = Object.entries(parameters).map(([name, each]) => [`q.${name}`, each]);
  return fromParameters(Object.fromEntries(named), "q");
}

/** An arena's image with 1 where a parameter lies and 0 where there is padding. */
export function liveMask(network: Network): Float32Array {
  const ones: Parameters = {};
  for (const [name, shape] of Object.entries(parameterShapes(network))) {
    const count = shape.reduce((a, b) => a * b, 1);
    ones[name] = { shape, data: new Float32Array(count).fill(1) };
  }
  return pack(network, ones);
}

/** Marks where the numbers of a picture lie. */
function markPicture(columns: Uint8Array, picture: Picture): void {
  const places = placesOf({ pixels: picture.width, channels: picture.channels });
  for (let y = 0; y < picture.height; y++) {
    const at = 4 * (origin4(picture) + y * line4(picture));
    for (const place of places) columns[at + place] = 1;
  }
}

/** For each block, 1 for the columns that hold numbers and 0 for padding. */
export function liveColumns(network: Network): Uint8Array[] {
  const live = network.blocks.map(({ width4 }) => new Uint8Array(4 * width4));
  markPicture(live[0], network.input);
  if (network.cosines) live[network.cosines.block].fill(1, 0, network.cosines.count);
  for (const layer of network.layers) {
    const columns = live[layer.output.block].subarray(4 * layer.output.at4);
    if (layer.kind === "dense") {
      for (const { at, rows } of layer.parts) {
        for (const place of placesOf(rows)) columns[at + place] = 1;
      }
    } else if (layer.kind === "norm") {
      columns.fill(1, 0, layer.width);
    } else if (layer.kind === "product") {
      columns.set(live[layer.embedding.block]);
    } else {
      markPicture(columns, layer.to);
    }
  }
  return live;
}

/** Puts [rows × width] numbers into an image whose rows are padded; `at` counts vec4s. */
export function setRows(
  image: Float32Array,
  at: number,
  data: ArrayLike<number>,
  width: number,
): void {
  const padded = 4 * Math.ceil(width / 4);
  for (let row = 0; row < data.length / width; row++) {
    for (let i = 0; i < width; i++) image[4 * at + row * padded + i] = data[row * width + i];
  }
}

/** The reverse: [rows × width] numbers out of an image. */
export function getRows(
  image: Float32Array,
  at: number,
  rows: number,
  width: number,
): Float32Array {
  const padded = 4 * Math.ceil(width / 4);
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const start = 4 * at + row * padded;
    data.set(image.subarray(start, start + width), row * width);
  }
  return data;
}

const FIELDS = reflectStruct(shaderText("lib/tick"), "Tick").map(({ name }) => name);
const NO_LIMIT = 3e38;

/** An entry of the update's table: zeros, no clipping, and what is given. */
export function tickEntry(given: Entry = {}): Entry {
  const zeros = Object.fromEntries(FIELDS.map((name) => [name, 0]));
  return { ...zeros, maxGradNorm: NO_LIMIT, maxGradValue: NO_LIMIT, ...given };
}

/** The largest difference between two arrays of one length; NaN when there is a NaN. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= most)) most = d;
    if (Number.isNaN(d)) return NaN;
  }
  return most;
}

/** Whether two arrays hold the same numbers to the last bit, the sign of a zero aside. */
export function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return distance(a, b) === 0;
}
