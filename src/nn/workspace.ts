/**
 * What a batch leaves behind on its way through a network: each layer's outputs and, for training,
 * the slopes of its activation and the deltas ∂loss/∂z.
 *
 * One buffer holds the activations of all layers and passes, one the slopes and one the deltas, so
 * that a kernel binds three buffers however deep the network is. Offsets count vec4s.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Network } from "./network.ts";

/** How many rows and passes a workspace is for. */
export interface WorkspaceOptions {
  /** Rows of the batch. */
  readonly batch: number;
  /** Forward passes side by side: 1 to act, 2 to train, 3 with Double DQN. */
  readonly passes: number;
  /** Blocks of inputs; passes beyond share the last. */
  readonly inputPasses: number;
  /** Whether slopes and deltas are needed. */
  readonly training: boolean;
  readonly agents: number;
}

/** Buffers for one batch size. */
export class Workspace {
  readonly batch: number;
  readonly passes: number;
  readonly inputPasses: number;
  readonly agents: number;
  /** Inputs, then each layer's outputs: [pass][row][width padded to vec4]. */
  readonly activations: GPUBuffer;
  /** For each layer [row][width]: f′ at its pre-activations, pass 0. */
  readonly slopes: GPUBuffer | undefined;
  /** For each layer [row][width]: ∂loss/∂z. */
  readonly deltas: GPUBuffer | undefined;
  /** vec4s of one agent in activations; in slopes and deltas. */
  readonly activationsStride: number;
  readonly slopesStride: number;
  /** Where each layer's inputs, outputs and slopes start. */
  readonly inputsAt: readonly number[];
  readonly outputsAt: readonly number[];
  readonly slopesAt: readonly number[];

  /**
   * @param buffers Who owns the buffers.
   * @param network The network that the batch goes through.
   * @param options Rows, passes, and whether it trains.
   */
  constructor(buffers: Buffers, network: Network, options: WorkspaceOptions) {
    const { batch, passes, inputPasses, training, agents } = options;
    this.batch = batch;
    this.passes = passes;
    this.inputPasses = inputPasses;
    this.agents = agents;
    let at = inputPasses * batch * network.layers[0].in4;
    let slopesAt = 0;
    const outputsAt: number[] = [];
    const slopes: number[] = [];
    for (const { out4 } of network.layers) {
      outputsAt.push(at);
      slopes.push(slopesAt);
      at += passes * batch * out4;
      slopesAt += batch * out4;
    }
    this.outputsAt = outputsAt;
    this.inputsAt = [0, ...outputsAt.slice(0, -1)];
    this.slopesAt = slopes;
    this.activationsStride = at;
    this.slopesStride = slopesAt;
    this.activations = buffers.storage("activations", agents * at * 16);
    if (training) {
      this.slopes = buffers.storage("slopes", agents * slopesAt * 16);
      this.deltas = buffers.storage("deltas", agents * slopesAt * 16);
    }
  }
}
