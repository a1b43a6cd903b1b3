/** TD errors, loss and its slopes as steps of a program: loss and target are slots of the kernels. */

import type { Buffers } from "../gpu/buffers.ts";
import type { AdapterKind, Gpu } from "../gpu/gpu.ts";
import type { KernelSource } from "../gpu/kernel.ts";
import type { Step } from "../gpu/program.ts";
import type { QuantileSamples } from "../nn/quantile_samples.ts";
import { rowWorkgroup, WORKGROUP } from "../nn/tiles.ts";
import type { Workspace } from "../nn/workspace.ts";
import type { Distribution, ResolvedConfig } from "./config.ts";
import { headConditions, outputExtents, outputPlace, supportOf, type Values } from "./head.ts";
import type { PassPlan } from "./plan.ts";

/** What the steps read and write besides the workspace. */
export interface TdErrorBuffers {
  readonly samples: GPUBuffer;
  readonly tdErrors: GPUBuffer;
  readonly priorities: GPUBuffer;
  readonly history: GPUBuffer;
  readonly historyRows: number;
  readonly health: GPUBuffer;
}

/** What the forward passes have left. */
export interface Passed {
  readonly workspace: Workspace;
  readonly plan: PassPlan;
  readonly values: Values;
  /** IQN's. */
  readonly quantileSamples: QuantileSamples | undefined;
}

const KERNELS: Record<Distribution, string> = {
  none: "kernels/td_error",
  c51: "kernels/categorical_error",
  qr: "kernels/quantile_error",
  iqn: "kernels/quantile_error",
};

/**
 * Plans the TD errors of a batch whose forward passes have run.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param config Loss, target and distribution.
 * @param passed What is there.
 * @param to Where everything goes.
 */
export function tdErrorSteps(
  gpu: Gpu,
  buffers: Buffers,
  config: ResolvedConfig,
  passed: Passed,
  to: TdErrorBuffers,
): Step[] {
  const { workspace } = passed;
  const { batch, agents, activations, deltas } = workspace;
  const common = {
    values: passed.values.buffer,
    batch: to.samples,
    deltas: deltas!,
    tdErrors: to.tdErrors,
    priorities: to.priorities,
  };
  const label = "TD error";
  if (config.distribution === "none") {
    return [{
      label,
      kernel: errorKernel(gpu.kind, config, passed, to.historyRows),
      buffers: { ...common, history: to.history, health: to.health },
      workgroups: [1, 1, agents],
    }];
  }
  const rowStats = buffers.storage("row statistics", agents * batch * 16);
  const taus = passed.quantileSamples && { taus: passed.quantileSamples.taus };
  return [{
    label,
    kernel: errorKernel(gpu.kind, config, passed, to.historyRows),
    buffers: { ...common, outputs: activations, rowStats, ...taus },
    workgroups: [batch, 1, agents],
  }, {
    label: "summarize",
    kernel: {
      kernel: "kernels/summarize",
      constants: { AGENTS: agents, HISTORY: to.historyRows, WORKGROUP: rowWorkgroup(gpu.kind) },
      overrides: { BATCH: batch },
    },
    buffers: { rowStats, history: to.history, health: to.health },
    workgroups: [1, 1, agents],
  }];
}

/** The kernel for a distribution, a target and a loss. */
function errorKernel(
  kind: AdapterKind,
  config: ResolvedConfig,
  { workspace, plan, values, quantileSamples }: Passed,
  historyRows: number,
): KernelSource {
  const { network, batch, passes, agents, slopesStride } = workspace;
  const { actions, atoms, block } = network.output;
  const isScalar = config.distribution === "none";
  return {
    kernel: KERNELS[config.distribution],
    slots: {
      target: `slots/target/${config.target}`,
      ...isScalar && { loss: `slots/loss/${config.loss}` },
    },
    conditions: headConditions(workspace),
    constants: {
      AGENTS: agents,
      HISTORY: historyRows,
      WORKGROUP: isScalar ? WORKGROUP : rowWorkgroup(kind),
      TARGET_ATOMS: network.cosines ? passes[1].samples : atoms,
    },
    overrides: {
      ...outputExtents(workspace),
      ...!isScalar && outputPlace(workspace),
      ...supportOf(config),
      ...targetOverrides(config, plan),
      VALUES_AT: values.at,
      VALUES_WIDTH: values.width,
      VALUES_AGENT: values.agent,
      ...config.distribution === "c51" && { NORMALIZERS_AT: passes.length * batch * actions },
      ...(config.distribution === "qr" || quantileSamples) && { KAPPA: config.kappa },
      ...quantileSamples && { TAUS_AGENT: quantileSamples.perAgent },
      DELTAS_AT: 4 * workspace.slopesOf({ block, at4: 0 }).at,
      DELTAS_AGENT: 4 * slopesStride,
    },
  };
}

/** Which passes the target looks at. */
export function targetOverrides(
  { target }: ResolvedConfig,
  { select, now }: PassPlan,
): Record<string, number> {
  switch (target) {
    case "max":
      return { SELECT_PASS: select };
    case "munchausen":
      return { POLICY_PASS: select, NOW_PASS: now! };
    case "sarsa":
      return {};
  }
}
