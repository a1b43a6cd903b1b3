/** Distributions of returns as a network's outputs tell them, worked out on the host. */

import type { OutputLayout } from "../nn/network.ts";
import type { ResolvedConfig } from "./config.ts";

/** The distribution of the return of each action. */
export interface ReturnDistribution {
  /** How many values each distribution has. */
  readonly atoms: number;
  /** [observations × actions × atoms]: returns, ascending for a support; quantiles as they were learnt. */
  readonly values: Float32Array;
  /** [observations × actions × atoms]: how likely each is; sums to 1 over the atoms. */
  readonly probabilities: Float32Array;
}

/**
 * Reads distributions out of raw outputs.
 *
 * @param outputs [observations × rows × width]: rows are quantile samples of a sampled network, else 1.
 * @param width Numbers of a row, padding included.
 * @param layout Where in a row what lies.
 * @param config Which distribution it is.
 */
export function readDistributions(
  outputs: Float32Array,
  width: number,
  layout: OutputLayout,
  config: ResolvedConfig,
): ReturnDistribution {
  const { actions, valueAt } = layout;
  const isSampled = config.distribution === "iqn";
  const atoms = isSampled ? config.actingTaus : layout.atoms;
  const rowWidth = isSampled ? atoms * width : width;
  const count = outputs.length / rowWidth;
  const values = new Float32Array(count * actions * atoms);
  const probabilities = new Float32Array(values.length).fill(1 / atoms);
  for (let row = 0; row < count; row++) {
    for (let atom = 0; atom < atoms; atom++) {
      const at = row * rowWidth + (isSampled ? atom * width : atom);
      const stride = isSampled ? 1 : atoms;
      let sum = 0;
      for (let action = 0; action < actions; action++) sum += outputs[at + action * stride];
      const shared = valueAt === undefined ? 0 : outputs[at + valueAt] - sum / actions;
      for (let action = 0; action < actions; action++) {
        values[(row * actions + action) * atoms + atom] = outputs[at + action * stride] + shared;
      }
    }
  }
  if (config.distribution === "c51") {
    const { vMin, vMax } = config;
    for (let start = 0; start < values.length; start += atoms) {
      probabilities.set(softmax(values.subarray(start, start + atoms)), start);
      for (let i = 0; i < atoms; i++) values[start + i] = vMin + i * (vMax - vMin) / (atoms - 1);
    }
  }
  return { atoms, values, probabilities };
}

function softmax(logits: Float32Array): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = Float64Array.from(logits, (x) => Math.exp(x - highest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
