/** Optimisers: which kernel slot, how many running averages, and what they need in the table. */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import type { Backward } from "./backward.ts";
import type { Network } from "./network.ts";
import { arenaWorkgroups, WORKGROUP } from "./tiles.ts";

/** The optimisers there are; each with torch.optim's meaning and defaults. */
export type OptimizerName = "adam" | "adamw" | "rmsprop" | "adagrad" | "sgd";

/** An optimiser and its hyper-parameters. */
export interface OptimizerOptions {
  readonly name: OptimizerName;
  readonly beta1: number;
  readonly beta2: number;
  /** Added outside the root. */
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly momentum: number;
  /** RMSProp's α. */
  readonly alpha: number;
  /** RMSProp: divide by the standard deviation, not the root mean square. */
  readonly centered: boolean;
}

/** The optimiser's part of a table entry. */
export interface OptimizerEntry extends Record<string, number> {
  learningRate: number;
  weightDecay: number;
  beta1: number;
  beta2: number;
  /** 1 − β₁ and 1 − β₂. */
  gain1: number;
  gain2: number;
  epsilon: number;
  momentum: number;
  correction1: number;
  correction2: number;
}

/** Running averages that each optimiser keeps, by the names that torch.optim gives them. */
export function momentNames({ name, centered }: OptimizerOptions): string[] {
  switch (name) {
    case "adam":
    case "adamw":
      return ["exp_avg", "exp_avg_sq"];
    case "rmsprop":
      return centered
        ? ["square_avg", "momentum_buffer", "grad_avg"]
        : ["square_avg", "momentum_buffer"];
    case "adagrad":
      return ["sum"];
    case "sgd":
      return ["momentum_buffer"];
  }
}

/**
 * What the optimiser has to be told for an update; computed in float64.
 *
 * @param options The optimiser.
 * @param learningRate The learning rate of this update.
 * @param update How many updates came before; Adam's t is one more.
 */
export function optimizerEntry(
  options: OptimizerOptions,
  learningRate: number,
  update: number,
): OptimizerEntry {
  const t = update + 1;
  const { name, beta1, alpha, epsilon, weightDecay, momentum } = options;
  const beta2 = name === "rmsprop" ? alpha : options.beta2;
  return {
    learningRate,
    weightDecay,
    beta1,
    beta2,
    gain1: 1 - beta1,
    gain2: 1 - beta2,
    epsilon,
    momentum,
    correction1: 1 / (1 - beta1 ** t),
    correction2: 1 / Math.sqrt(1 - beta2 ** t),
  };
}

/** Where an optimiser step reads and writes. */
export interface OptimizerBuffers {
  readonly parameters: GPUBuffer;
  readonly gradients: GPUBuffer;
  readonly moments: GPUBuffer;
  readonly history: GPUBuffer;
  readonly health: GPUBuffer;
}

/** The buffer for the running averages, [agents × averages × arena]. */
export function momentsBuffer(
  buffers: Buffers,
  network: Network,
  options: OptimizerOptions,
  agents: number,
): GPUBuffer {
  const count = momentNames(options).length;
  return buffers.storage("moments", agents * count * network.parameters4 * 16);
}

/** Plans the optimiser's one dispatch. */
export function optimizerStep(
  gpu: Gpu,
  network: Network,
  options: OptimizerOptions,
  backward: Backward,
  historyRows: number,
  agents: number,
  buffers: OptimizerBuffers,
): Step {
  const { name, centered } = options;
  return {
    label: "optimize",
    kernel: {
      kernel: "kernels/optimize",
      slots: { optimizer: `slots/optimizer/${name === "adamw" ? "adam" : name}` },
      conditions: { decoupled: name === "adamw", centered },
      constants: {
        ...{ AGENTS: agents, HISTORY: historyRows, MOMENTS: momentNames(options).length },
        WORKGROUP,
      },
      overrides: { PARAMETERS4: network.parameters4, PARTIALS: backward.partialCount },
    },
    buffers: { ...buffers, partials: backward.partials },
    workgroups: [arenaWorkgroups(gpu.kind, network.parameters4), 1, agents],
  };
}
