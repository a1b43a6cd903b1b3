/**
 * Initial weights. They are drawn on the host, in float64, from the run's counter-based generator:
 * this happens once, and orthogonal matrices need a decomposition that no kernel should carry.
 */

import { philox, STREAMS, uniform } from "../gpu/philox.ts";
import type { Network, Parameters } from "./network.ts";

/**
 * How weights start.
 * - "pytorch": nn.Linear's default, weights and biases U(±1/√fan_in)
 * - "xavier": U(±√(6 / (fan_in + fan_out))), biases 0 (Glorot, Bengio 2010)
 * - "he": normal with variance 2 / fan_in, biases 0 (He et al., arXiv 1502.01852)
 * - "orthogonal": orthonormal rows or columns times √2, times 1 in the last layer, biases 0
 *   (Saxe et al., arXiv 1312.6120)
 * - { uniform: x }: weights and biases U(±x)
 */
export type Init = "pytorch" | "xavier" | "he" | "orthogonal" | { readonly uniform: number };

/** Numbers of one parameter, drawn in order. */
class Draws {
  readonly #key: readonly [number, number];
  readonly #parameter: number;
  readonly #agent: number;
  #next = 0;

  constructor(seed: number, parameter: number, agent: number) {
    this.#key = [seed, STREAMS.init];
    this.#parameter = parameter;
    this.#agent = agent;
  }

  /** Uniform in [-bound, bound), from 53 random bits. */
  uniform(bound: number): number {
    const [a, b] = philox([this.#next++, this.#parameter, this.#agent, 0], this.#key);
    return ((a * 2 ** 21 + (b >>> 11)) / 2 ** 53 * 2 - 1) * bound;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const [a, b] = philox([this.#next++, this.#parameter, this.#agent, 0], this.#key);
    return Math.sqrt(-2 * Math.log(1 - uniform(a))) * Math.cos(2 * Math.PI * uniform(b));
  }
}

/**
 * Draws a network's initial parameters.
 *
 * @param network The network's shape.
 * @param init How they start.
 * @param seed The run's seed; the same seed gives the same parameters.
 * @param agent Which of several agents.
 */
export function initialParameters(
  network: Network,
  init: Init,
  seed: number,
  agent = 0,
): Parameters {
  const parameters: Parameters = {};
  network.layers.forEach(({ index, inputs, outputs }, l) => {
    const draws = new Draws(seed, 2 * l, agent);
    const biasDraws = new Draws(seed, 2 * l + 1, agent);
    const isLast = l + 1 === network.layers.length;
    const fill = (draw: () => number) => Float32Array.from({ length: outputs * inputs }, draw);
    let weight: Float32Array;
    let biasBound = 0;
    if (typeof init === "object") {
      weight = fill(() => draws.uniform(init.uniform));
      biasBound = init.uniform;
    } else if (init === "pytorch") {
      biasBound = 1 / Math.sqrt(inputs);
      weight = fill(() => draws.uniform(biasBound));
    } else if (init === "xavier") {
      const bound = Math.sqrt(6 / (inputs + outputs));
      weight = fill(() => draws.uniform(bound));
    } else if (init === "he") {
      const deviation = Math.sqrt(2 / inputs);
      weight = fill(() => deviation * draws.normal());
    } else {
      weight = orthogonal(outputs, inputs, isLast ? 1 : Math.SQRT2, () => draws.normal());
    }
    const bias = Float32Array.from(
      { length: outputs },
      () => biasBound === 0 ? 0 : biasDraws.uniform(biasBound),
    );
    parameters[`${index}.weight`] = { shape: [outputs, inputs], data: weight };
    parameters[`${index}.bias`] = { shape: [outputs], data: bias };
  });
  return parameters;
}

/** A rows × columns matrix whose shorter side is orthonormal, times the gain. */
function orthogonal(
  rows: number,
  columns: number,
  gain: number,
  normal: () => number,
): Float32Array {
  const short = Math.min(rows, columns);
  const long = Math.max(rows, columns);
  // Gram and Schmidt on normal vectors, twice over for the sake of rounding: uniform over rotations.
  const basis: Float64Array[] = [];
  while (basis.length < short) {
    const vector = Float64Array.from({ length: long }, normal);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const along = vector.reduce((sum, x, i) => sum + x * other[i], 0);
        for (let i = 0; i < long; i++) vector[i] -= along * other[i];
      }
    }
    const length = Math.hypot(...vector);
    // A vector that lies in the span of the others (odds next to nothing) is drawn again.
    if (length > 1e-6) basis.push(vector.map((x) => x / length));
  }
  const matrix = new Float32Array(rows * columns);
  for (let s = 0; s < short; s++) {
    for (let i = 0; i < long; i++) {
      matrix[rows <= columns ? s * columns + i : i * columns + s] = gain * basis[s][i];
    }
  }
  return matrix;
}
