/** What a learner keeps on the GPU: what its updates, its target updates and its environments share. */

import type { Buffers } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Table } from "../gpu/table.ts";
import type { Network } from "../nn/network.ts";
import type { RingMemory } from "../replay/ring_memory.ts";
import type { PassPlan } from "./plan.ts";
import type { View } from "./view.ts";

/** What all updates of a learner share, whatever their batch size. */
export interface LearnerState {
  readonly gpu: Gpu;
  readonly buffers: Buffers;
  readonly table: Table;
  readonly network: Network;
  /** How observations become what the network sees. */
  readonly view: View;
  readonly plan: PassPlan;
  readonly ring: RingMemory;
  /** Arenas: online and target parameters; gradients; the optimiser's running averages. */
  readonly parameters: GPUBuffer;
  readonly gradients: GPUBuffer;
  readonly moments: GPUBuffer;
  /** Diagnostics of the last updates, and what went wrong. */
  readonly history: GPUBuffer;
  readonly historyRows: number;
  readonly health: GPUBuffer;
  readonly agents: number;
}
