/** Parameters outside the GPU: names and shapes as PyTorch's, and the way into the arena and out of it. */

import type { Dense, Network, Norm, Part } from "./network.ts";

/** Numbers with a shape, as PyTorch would hold them. */
export interface Parameter {
  /** [out, in] for weights, [out] for biases. */
  readonly shape: readonly number[];
  /** The numbers, row by row. */
  readonly data: Float32Array;
}

/** Parameters by name, such as "0.weight" and "0.bias". */
export type Parameters = Record<string, Parameter>;

/** A parameter's name and shape, and where its rows lie in the arena, counted in numbers. */
interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  readonly at: number;
  /** From one row to the next. */
  readonly stride: number;
}

/** Every parameter of a network, in order. */
function places(network: Network): Place[] {
  return network.layers.flatMap((layer) => {
    if (layer.kind === "product") return [];
    if (layer.kind === "norm") return normPlaces(layer);
    return layer.parts.flatMap((part) => linearPlaces(network, layer, part));
  });
}

function normPlaces({ name, width, scaleAt, shiftAt }: Norm): Place[] {
  const shape = [width];
  return [
    { name: `${name}.weight`, shape, at: 4 * scaleAt, stride: 0 },
    { name: `${name}.bias`, shape, at: 4 * shiftAt, stride: 0 },
  ];
}

function linearPlaces(network: Network, layer: Dense, { name, at, outputs }: Part): Place[] {
  const { inputs, in4, weightsAt, biasAt } = layer;
  const weight = (suffix: string, arena: number): Place => ({
    name: `${name}.weight${suffix}`,
    shape: [outputs, inputs],
    at: 4 * (arena + weightsAt + at * in4),
    stride: 4 * in4,
  });
  const bias = (suffix: string, arena: number): Place => ({
    name: `${name}.bias${suffix}`,
    shape: [outputs],
    at: 4 * (arena + biasAt) + at,
    stride: 0,
  });
  if (!network.isNoisy) return [weight("", 0), bias("", 0)];
  const sigmas = network.weights4;
  return [weight("_mu", 0), weight("_sigma", sigmas), bias("_mu", 0), bias("_sigma", sigmas)];
}

/** Rows and columns of a parameter; a bias is one row. */
function extent(shape: readonly number[]): [rows: number, columns: number] {
  return shape.length === 2 ? [shape[0], shape[1]] : [1, shape[0]];
}

/** Names and shapes of a network's parameters, in order. */
export function parameterShapes(network: Network): Record<string, readonly number[]> {
  return Object.fromEntries(places(network).map(({ name, shape }) => [name, shape]));
}

/** Takes the parameters out of an arena's image. */
export function unpack(network: Network, arena: Float32Array): Parameters {
  const parameters: Parameters = {};
  for (const { name, shape, at, stride } of places(network)) {
    const [rows, columns] = extent(shape);
    const data = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const start = at + row * stride;
      data.set(arena.subarray(start, start + columns), row * columns);
    }
    parameters[name] = { shape, data };
  }
  return parameters;
}

/**
 * Lays parameters out as an arena's image.
 *
 * @throws {Error} When a parameter is missing, unknown, or of another shape.
 */
export function pack(network: Network, parameters: Parameters): Float32Array {
  const wanted = places(network);
  const names = new Set(wanted.map(({ name }) => name));
  for (const name of Object.keys(parameters)) {
    if (!names.has(name)) {
      throw new Error(
        `unknown parameter "${name}": this network has ${[...names].join(", ")}`,
      );
    }
  }
  const arena = new Float32Array(4 * network.parameters4);
  for (const { name, shape, at, stride } of wanted) {
    const given = parameters[name];
    if (!given) throw new Error(`parameter "${name}" of shape [${shape}] is missing`);
    const [rows, columns] = extent(shape);
    if (String(given.shape) !== String(shape) || given.data.length !== rows * columns) {
      throw new Error(
        `parameter "${name}" must have shape [${shape}] and ${rows * columns} numbers, ` +
          `got shape [${given.shape}] and ${given.data.length} numbers`,
      );
    }
    for (let row = 0; row < rows; row++) {
      arena.set(given.data.subarray(row * columns, (row + 1) * columns), at + row * stride);
    }
  }
  return arena;
}
