/**
 * Initial weights. They are drawn on the host, in float64, from the run's counter-based generator:
 * this happens once, and orthogonal matrices need a decomposition that no kernel should carry.
 */

import { philox, STREAMS, uniform } from "../gpu/philox.ts";
import type { Layer, Network } from "./network.ts";
import type { Parameters } from "./parameters.ts";

/**
 * How weights start.
 * - "pytorch": nn.Linear's and nn.Conv2d's default, weights and biases U(±1/√fan_in)
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
 * Layer normalisation starts as the identity. In a noisy network means start at U(±1/√fan_in), σs at
 * sigma0/√fan_in (Fortunato et al., arXiv 1706.10295, section 3.2), and convolutions, which have no
 * noise, like the means.
 *
 * @param network The network's shape.
 * @param init How linear layers and convolutions start.
 * @param seed The run's seed; the same seed gives the same parameters.
 * @param sigma0 What noisy layers start from.
 * @param agent Which of several agents.
 */
export function initialParameters(
  network: Network,
  init: Init,
  seed: number,
  sigma0 = 0.5,
  agent = 0,
): Parameters {
  const parameters: Parameters = {};
  // Each parameter draws numbers of its own, so none depends on how many another took.
  let parameter = 0;
  for (const layer of network.layers) {
    if (layer.kind === "norm") {
      const shape = [layer.width];
      parameters[`${layer.name}.weight`] = { shape, data: new Float32Array(layer.width).fill(1) };
      parameters[`${layer.name}.bias`] = { shape, data: new Float32Array(layer.width) };
    }
    for (const linear of linearsOf(layer)) {
      const draws = new Draws(seed, parameter++, agent);
      const biasDraws = new Draws(seed, parameter++, agent);
      const { name, shape, fanIn } = linear;
      const [outputs] = shape;
      const start = network.isNoisy ? "pytorch" : init;
      const weight = initialWeight(linear, start, draws);
      const bound = biasBound(fanIn, start);
      const bias = Float32Array.from(
        { length: outputs },
        () => bound === 0 ? 0 : biasDraws.uniform(bound),
      );
      const put = (suffix: string, weight: Float32Array, bias: Float32Array) => {
        parameters[`${name}.weight${suffix}`] = { shape, data: weight };
        parameters[`${name}.bias${suffix}`] = { shape: [outputs], data: bias };
      };
      if (!network.isNoisy || layer.kind === "conv") {
        put("", weight, bias);
        continue;
      }
      const sigma = sigma0 / Math.sqrt(fanIn);
      put("_mu", weight, bias);
      put("_sigma", weight.map(() => sigma), bias.map(() => sigma));
    }
  }
  return parameters;
}

/** A linear map among a network's layers. */
interface Linear {
  readonly name: string;
  /** Its weight's: outputs first. */
  readonly shape: readonly number[];
  /** Numbers that one output depends on, and outputs that depend on one number. */
  readonly fanIn: number;
  readonly fanOut: number;
  readonly isLast: boolean;
}

function linearsOf(layer: Layer): Linear[] {
  if (layer.kind === "conv") {
    const { name, from, to, kernel } = layer;
    const covered = kernel[0] * kernel[1];
    return [{
      name,
      shape: [to.channels, from.channels, ...kernel],
      fanIn: from.channels * covered,
      fanOut: to.channels * covered,
      isLast: false,
    }];
  }
  if (layer.kind !== "dense") return [];
  const { inputs: fanIn } = layer;
  return layer.parts.map(({ name, outputs, isLast }) => ({
    ...{ name, shape: [outputs, fanIn], fanIn, fanOut: outputs, isLast },
  }));
}

/** Biases start uniformly within ± this. */
function biasBound(fanIn: number, init: Init): number {
  if (typeof init === "object") return init.uniform;
  return init === "pytorch" ? 1 / Math.sqrt(fanIn) : 0;
}

function initialWeight(
  { shape: [outputs], fanIn, fanOut, isLast }: Linear,
  init: Init,
  draws: Draws,
): Float32Array {
  const fill = (draw: () => number) => Float32Array.from({ length: outputs * fanIn }, draw);
  if (typeof init === "object") return fill(() => draws.uniform(init.uniform));
  switch (init) {
    case "pytorch":
      return fill(() => draws.uniform(1 / Math.sqrt(fanIn)));
    case "xavier":
      return fill(() => draws.uniform(Math.sqrt(6 / (fanIn + fanOut))));
    case "he":
      return fill(() => Math.sqrt(2 / fanIn) * draws.normal());
    case "orthogonal":
      return orthogonal(outputs, fanIn, isLast ? 1 : Math.SQRT2, () => draws.normal());
  }
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
