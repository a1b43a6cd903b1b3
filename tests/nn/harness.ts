/**
 * What tests of networks on the GPU share: reproducible numbers, parameters in the forms of the GPU
 * and of the float64 reference, and blocks of a workspace.
 */

import { shaderText } from "../../src/gpu/shader.ts";
import { type Entry, reflectStruct } from "../../src/gpu/table.ts";
import { type Network, pack, type Parameters, parameterShapes } from "../../src/nn/network.ts";
import { fromParameters, type Layer } from "../reference/mlp.ts";

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
    const size = shape.length === 2 ? Math.sqrt(3 / shape[1]) : 0.5;
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
