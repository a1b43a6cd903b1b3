/**
 * IQN's quantile samples: drawn for each row of each pass, and turned into the cosines that the
 * network embeds.
 *
 * Dabney, Ostrovski, Silver, Munos, "Implicit quantile networks" (arXiv 1806.06923), equation 4.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { vec4s } from "./network.ts";
import { samplesBefore } from "./passes.ts";
import type { Workspace } from "./workspace.ts";

/** The samples of a workspace's passes. */
export interface QuantileSamples {
  readonly step: Step;
  /** [agents × perAgent]: τ of each row's samples, pass after pass. */
  readonly taus: GPUBuffer;
  readonly perAgent: number;
}

/** Plans the draw of quantile samples. */
export function planQuantileSamples(buffers: Buffers, workspace: Workspace): QuantileSamples {
  const { network, batch, passes, agents, activations, activationsStride } = workspace;
  const { block, count } = network.cosines!;
  const perAgent = batch * samplesBefore(passes);
  const taus = buffers.storage("quantile samples", agents * perAgent * 4);
  return {
    taus,
    perAgent,
    step: {
      label: "quantile samples",
      kernel: {
        kernel: "kernels/quantile_samples",
        constants: { AGENTS: agents },
        overrides: {
          ROWS_OF_ALL: perAgent,
          COSINES: count,
          COSINES4: vec4s(count),
          COSINES_AT: workspace.activationsOf({ block, at4: 0 }).at,
          ACTIVATIONS_AGENT: activationsStride,
        },
      },
      buffers: { taus, activations },
      workgroups: [Math.ceil(perAgent * vec4s(count) / 64), 1, agents],
    },
  };
}

/**
 * Lays down the cosines of evenly spread samples, once and for all: acting draws none.
 *
 * @param gpu The GPU.
 * @param workspace A network's only pass; nothing is done where it has no samples.
 * @param samples How many for each row.
 */
export function layCosines(gpu: Gpu, workspace: Workspace, samples: number): void {
  const { network, batch, agents, activations, activationsStride } = workspace;
  if (!network.cosines) return;
  const { block, count } = network.cosines;
  const one = cosinesOf(midpoints(samples), count);
  const all = new Float32Array(batch * one.length);
  for (let row = 0; row < batch; row++) all.set(one, row * one.length);
  const { at } = workspace.activationsOf({ block, at4: 0 });
  for (let agent = 0; agent < agents; agent++) {
    upload(gpu, activations, all, 16 * (agent * activationsStride + at));
  }
}

/** The middles of so many equal parts of [0, 1]: the samples that acting uses. */
export function midpoints(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, k) => (k + 0.5) / count);
}

/** cos(π i τ) of samples, each row padded to whole vec4s. */
export function cosinesOf(taus: ArrayLike<number>, count: number): Float32Array {
  const width = 4 * vec4s(count);
  const cosines = new Float32Array(taus.length * width);
  for (let k = 0; k < taus.length; k++) {
    for (let i = 0; i < count; i++) cosines[k * width + i] = Math.cos(Math.PI * i * taus[k]);
  }
  return cosines;
}
