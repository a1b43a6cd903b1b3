/**
 * Normal and exponential draws as NumPy's `Generator` makes them: G. Marsaglia and W. W. Tsang's
 * ziggurat method ("The Ziggurat Method for Generating Random Variables", 2000) with 256 layers and
 * 64-bit draws.
 *
 * A layer is picked at random and a point on its width; left of the layer above's edge the point is
 * under the density for sure (99 % of draws), else it is tested, and below the base strip the tail
 * is drawn by a logarithm. That logarithm is the C library's in NumPy and the engine's here: such a
 * tail draw (3 in 10,000) may differ from NumPy's in the last bit of a double. No float32 shows it.
 *
 * @module
 */

import type { PCG64 } from "./pcg64.ts";
import { EXPONENTIAL_EDGES, NORMAL_EDGES } from "./ziggurat_tables.ts";

interface Ziggurat {
  /** Width of a layer per unit of the random integer. */
  readonly scale: Float64Array;
  /** Random integers under this are under the density without a test. */
  readonly sure: Float64Array;
  /** The density at the layer's right edge. */
  readonly density: Float64Array;
}

function layers(edges: Float64Array, units: number, density: (x: number) => number): Ziggurat {
  return {
    scale: edges.map((edge) => edge / units),
    sure: edges.map((edge, i) => {
      // Above the top layer there is none, so nothing is sure there.
      if (i === 1) return 0;
      return Math.floor(i === 0 ? edges[255] / edge * units : edges[i - 1] / edge * units);
    }),
    density: edges.map((edge, i) => i === 0 ? 1 : density(edge)),
  };
}

const NORMAL = layers(NORMAL_EDGES, 2 ** 52, (x) => Math.exp(-0.5 * x * x));
const EXPONENTIAL = layers(EXPONENTIAL_EDGES, 2 ** 53, (x) => Math.exp(-x));
const NORMAL_TAIL = NORMAL_EDGES[255];
const NORMAL_TAIL_INVERSE = 1 / NORMAL_TAIL;
const EXPONENTIAL_TAIL = EXPONENTIAL_EDGES[255];

/** A draw from the normal distribution of mean 0 and variance 1: NumPy's `standard_normal()`. */
export function standardNormal(rng: PCG64): number {
  while (true) {
    rng.next64();
    const layer = rng.low & 0xff;
    const negative = (rng.low >>> 8 & 1) === 1;
    const integer = (rng.high & 0x1fffffff) * 2 ** 23 + (rng.low >>> 9);
    const x = integer * NORMAL.scale[layer];
    if (integer < NORMAL.sure[layer]) return negative ? -x : x;
    if (layer === 0) {
      // The tail's sign is a bit of its own, bit 8 of the integer, that is bit 17 of the draw.
      const tailNegative = (rng.low >>> 17 & 1) === 1;
      const tail = normalTail(rng);
      return tailNegative ? -tail : tail;
    }
    const above = NORMAL.density[layer - 1], at = NORMAL.density[layer];
    if ((above - at) * rng.nextDouble() + at < Math.exp(-0.5 * x * x)) return negative ? -x : x;
  }
}

/** A draw from the normal's tail right of the base strip (G. Marsaglia, 1964). */
function normalTail(rng: PCG64): number {
  while (true) {
    const x = -NORMAL_TAIL_INVERSE * Math.log1p(-rng.nextDouble());
    const y = -Math.log1p(-rng.nextDouble());
    if (y + y > x * x) return NORMAL_TAIL + x;
  }
}

/** A draw from the exponential distribution of mean 1: NumPy's `standard_exponential()`. */
export function standardExponential(rng: PCG64): number {
  while (true) {
    rng.next64();
    const layer = rng.low >>> 3 & 0xff;
    const integer = rng.high * 2 ** 21 + (rng.low >>> 11);
    const x = integer * EXPONENTIAL.scale[layer];
    if (integer < EXPONENTIAL.sure[layer]) return x;
    if (layer === 0) return EXPONENTIAL_TAIL - Math.log1p(-rng.nextDouble());
    const above = EXPONENTIAL.density[layer - 1], at = EXPONENTIAL.density[layer];
    if ((above - at) * rng.nextDouble() + at < Math.exp(-x)) return x;
  }
}
