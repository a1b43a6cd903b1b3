/**
 * Parameters outside the GPU: names, shapes and order as PyTorch's, and the way into the arena and out
 * of it.
 */

import type { Conv, Dense, Network, Norm, Part } from "./network.ts";
import { placesOf, plain } from "./pictures.ts";

/** Numbers with a shape, as PyTorch would hold them. */
export interface Parameter {
  /** [out, in] for weights, [out, in, height, width] for those of convolutions, [out] for biases. */
  readonly shape: readonly number[];
  /** The numbers, row by row. */
  readonly data: Float32Array;
}

/** Parameters by name, such as "0.weight" and "0.bias". */
export type Parameters = Record<string, Parameter>;

/** A parameter's name and shape, and where its numbers lie in the arena. */
interface Place {
  readonly name: string;
  /** The first axis counts rows, what is left of them columns; a bias is one row. */
  readonly shape: readonly number[];
  /** The number in row r and column c lies at rows[r] + columns[c]. */
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

/** Every parameter of a network, in order. */
function places(network: Network): Place[] {
  return network.layers.flatMap((layer) => {
    switch (layer.kind) {
      case "conv":
        return convolutionPlaces(layer);
      case "dense":
        return layer.parts.flatMap((part) => linearPlaces(network, layer, part));
      case "norm":
        return normPlaces(layer);
      case "pool":
      case "product":
        return [];
    }
  });
}

/** A place of one row. */
function rowPlace(name: string, at: number, columns: Uint32Array): Place {
  return { name, shape: [columns.length], rows: Uint32Array.of(at), columns };
}

function normPlaces({ name, width, scaleAt, shiftAt }: Norm): Place[] {
  const columns = placesOf(plain(width));
  return [
    rowPlace(`${name}.weight`, 4 * scaleAt, columns),
    rowPlace(`${name}.bias`, 4 * shiftAt, columns),
  ];
}

function convolutionPlaces({ name, from, to, kernel, in4, weightsAt, biasAt }: Conv): Place[] {
  const [height, width] = kernel;
  const { channels } = from;
  const outputs = placesOf(plain(to.channels));
  return [
    {
      name: `${name}.weight`,
      shape: [to.channels, channels, height, width],
      rows: outputs.map((row) => 4 * (weightsAt + row * in4)),
      columns: placesOf({ pixels: height * width, channels }),
    },
    rowPlace(`${name}.bias`, 4 * biasAt, outputs),
  ];
}

function linearPlaces(network: Network, layer: Dense, part: Part): Place[] {
  const { inputs, in4, weightsAt, biasAt } = layer;
  const { name, at, outputs } = part;
  const columns = placesOf(layer.columns);
  const rows = placesOf(part.rows);
  const weight = (suffix: string, arena: number): Place => ({
    name: `${name}.weight${suffix}`,
    shape: [outputs, inputs],
    rows: rows.map((row) => 4 * (arena + weightsAt + (at + row) * in4)),
    columns,
  });
  const bias = (suffix: string, arena: number): Place =>
    rowPlace(`${name}.bias${suffix}`, 4 * (arena + biasAt) + at, rows);
  if (!network.isNoisy) return [weight("", 0), bias("", 0)];
  const sigmas = network.weights4;
  return [weight("_mu", 0), weight("_sigma", sigmas), bias("_mu", 0), bias("_sigma", sigmas)];
}

/** Names and shapes of a network's parameters, in order. */
export function parameterShapes(network: Network): Record<string, readonly number[]> {
  return Object.fromEntries(places(network).map(({ name, shape }) => [name, shape]));
}

/** Takes the parameters out of an arena's image. */
export function unpack(network: Network, arena: Float32Array): Parameters {
  const parameters: Parameters = {};
  for (const { name, shape, rows, columns } of places(network)) {
    const data = new Float32Array(rows.length * columns.length);
    let next = 0;
    for (const row of rows) {
      for (const column of columns) data[next++] = arena[row + column];
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
  for (const { name, shape, rows, columns } of wanted) {
    const given = parameters[name];
    if (!given) throw new Error(`parameter "${name}" of shape [${shape}] is missing`);
    const count = rows.length * columns.length;
    if (String(given.shape) !== String(shape) || given.data.length !== count) {
      throw new Error(
        `parameter "${name}" must have shape [${shape}] and ${count} numbers, ` +
          `got shape [${given.shape}] and ${given.data.length} numbers`,
      );
    }
    let next = 0;
    for (const row of rows) {
      for (const column of columns) arena[row + column] = given.data[next++];
    }
  }
  return arena;
}
