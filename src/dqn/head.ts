/**
 * How a network's last block is read: as Q-values straight away, or through dueling streams and
 * distributions of returns.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Step } from "../gpu/program.ts";
import { sampleOverrides } from "../nn/passes.ts";
import type { Workspace } from "../nn/workspace.ts";
import type { Distribution, ResolvedConfig } from "./config.ts";

/** What of the configuration the head depends on. */
export type HeadConfig = Pick<ResolvedConfig, "distribution" | "vMin" | "vMax">;

/** Q-values of all passes, in a buffer of floats. */
export interface Values {
  /** What makes them; none where the outputs are Q-values. */
  readonly steps: readonly Step[];
  readonly buffer: GPUBuffer;
  /** The first value, numbers from row to row, and from agent to agent. */
  readonly at: number;
  readonly width: number;
  readonly agent: number;
}

const SLOTS: Record<Distribution, string> = {
  none: "scalar",
  c51: "categorical",
  qr: "quantile",
  iqn: "quantile",
};

/** Conditions of the shaders that read or write the last block. */
export function headConditions({ network }: Workspace): Record<string, boolean> {
  return {
    dueling: network.output.valueAt !== undefined,
    sampled: network.cosines !== undefined,
  };
}

/** Extents of the last block, for shaders/lib/outputs.wgsl. */
export function outputExtents(workspace: Workspace): Record<string, number> {
  const { network, batch, passes } = workspace;
  const { actions, atoms, valueAt } = network.output;
  return {
    BATCH: batch,
    ACTIONS: actions,
    OUTPUT_WIDTH: 4 * network.blocks[network.output.block].width4,
    ...network.cosines ? sampleOverrides(passes) : atoms > 1 ? { ATOMS: atoms } : {},
    ...valueAt !== undefined && { VALUE_AT: valueAt },
  };
}

/** Where the last block lies among the activations, for shaders/lib/outputs.wgsl. */
export function outputPlace(workspace: Workspace): Record<string, number> {
  const { network, activationsStride } = workspace;
  const { at } = workspace.activationsOf({ block: network.output.block, at4: 0 });
  return { OUTPUT_AT: 4 * at, OUTPUT_AGENT: 4 * activationsStride };
}

/** The support's ends, where there is one. */
export function supportOf(config: HeadConfig): Record<string, number> {
  return config.distribution === "c51" ? { V_MIN: config.vMin, V_MAX: config.vMax } : {};
}

/** Plans the Q-values of a workspace whose forward passes have run. */
export function planValues(buffers: Buffers, workspace: Workspace, config: HeadConfig): Values {
  const { network, batch, passes, agents, activations, activationsStride } = workspace;
  const { actions, block, valueAt } = network.output;
  if (config.distribution === "none" && valueAt === undefined) {
    const { at, stride } = workspace.activationsOf({ block, at4: 0 });
    return {
      steps: [],
      buffer: activations,
      at: 4 * at,
      width: 4 * stride,
      agent: 4 * activationsStride,
    };
  }
  // Twice: of a distribution over a support, the logarithms of the normalisers follow.
  const agent = 2 * passes.length * batch * actions;
  const values = buffers.storage("values", agents * agent * 4);
  const step: Step = {
    label: "values",
    kernel: {
      kernel: "kernels/values",
      slots: { distribution: `slots/distribution/${SLOTS[config.distribution]}` },
      conditions: headConditions(workspace),
      overrides: {
        ...outputExtents(workspace),
        ...outputPlace(workspace),
        ...supportOf(config),
      },
    },
    buffers: { outputs: activations, values },
    workgroups: [Math.ceil(batch * actions / 16), passes.length, agents],
  };
  return { steps: [step], buffer: values, at: 0, width: actions, agent };
}
