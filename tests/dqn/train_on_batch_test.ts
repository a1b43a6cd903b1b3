/**
 * Tests of the whole update on the GPU, through the public API: five updates from given parameters end
 * where PyTorch's float64 ends, and where the float64 reference in TypeScript ends.
 *
 * The recorded cases cover the choices in pairs; the reference, which is itself compared with them,
 * covers the full cross product.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Target } from "../../src/dqn/config.ts";
import { Box, Discrete, DQN, type DQNConfig } from "../../mod.ts";
import {
  batchOf,
  type Case,
  type CaseConfig,
  type Fixture,
  flatParameters,
  loadFixture,
  SHAPES,
  UPDATES,
} from "../fixtures/torch/load.ts";
import { ReferenceDQN } from "../reference/dqn.ts";
import { arrays } from "../reference/mlp.ts";

/** What float32 may be off after five updates. */
const TOLERANCE = 1e-4;

const fixtures = await Promise.all(SHAPES.map(loadFixture));

/** One device for all agents, so that each kernel is compiled once. */
const adapter = await navigator.gpu.requestAdapter();
if (!adapter) throw new Error("no GPU adapter");
const device = await adapter.requestDevice();
/** One with buffers enough for updates in few dispatches; with the default limits they go layer by layer. */
const { maxStorageBuffersPerShaderStage } = adapter.limits;
// Kept: Deno ends the process when a device is asked about an adapter that has been collected.
const wideAdapter = (await navigator.gpu.requestAdapter())!;
const wideDevice = await wideAdapter.requestDevice({
  requiredLimits: { maxStorageBuffersPerShaderStage },
});

/** What five updates leave to be compared. */
interface Outcome {
  readonly losses: ArrayLike<number>;
  readonly gradNorms: ArrayLike<number>;
  /** Of the last update. */
  readonly tdErrors: ArrayLike<number>;
  readonly parameters: ArrayLike<number>;
  readonly target: ArrayLike<number>;
}

type Choices = Pick<Case, "name" | "sync" | "weights" | "discounts"> & {
  readonly config: CaseConfig & { readonly target?: Exclude<Target, "munchausen"> };
};

/** A recorded batch as the choices want it; for SARSA with next actions, which are other rows' actions. */
function layOut(fixture: Fixture, choices: Choices, i: number) {
  const batch = batchOf(fixture, choices, i);
  if (choices.config.target !== "sarsa") return batch;
  const { actions } = batch;
  return {
    ...batch,
    nextActions: actions.map((_, row) => actions[(row + i + 1) % actions.length]),
  };
}

/** An agent for a fixture's networks. */
function createAgent({ sizes, batch }: Fixture, config: DQNConfig): Promise<DQN> {
  const spaces = {
    observationSpace: new Box(-Infinity, Infinity, [sizes[0]]),
    actionSpace: new Discrete(sizes[sizes.length - 1]),
  };
  return DQN.create(spaces, {
    hiddenLayers: sizes.slice(1, -1),
    batchSize: batch,
    bufferSize: 100,
    learningStarts: 0,
    device,
    ...config,
  });
}

/** Five updates by the agent. */
async function runAgent(
  fixture: Fixture,
  choices: Choices,
  on: GPUDevice = device,
): Promise<Outcome> {
  using agent = await createAgent(fixture, { ...choices.config, device: on });
  await agent.setParameters(fixture.parameters);
  const losses: number[] = [];
  const gradNorms: number[] = [];
  let tdErrors = new Float32Array();
  for (let i = 0; i < UPDATES; i++) {
    const result = await agent.trainOnBatch(layOut(fixture, choices, i));
    losses.push(result.loss);
    tdErrors = new Float32Array(result.tdErrors);
    gradNorms.push((await agent.diagnostics()).gradNorm);
    const tau = choices.sync[i];
    if (tau !== null) await agent.updateTarget(tau);
  }
  assert.equal(agent.updates, UPDATES);
  const all = await agent.getParameters();
  return {
    losses,
    gradNorms,
    tdErrors,
    parameters: flatParameters(all, "q"),
    target: flatParameters(all, "target"),
  };
}

/** The same by the reference. */
function runReference(fixture: Fixture, choices: Choices): Outcome {
  const dqn = new ReferenceDQN(fixture.parameters, choices.config);
  const updates = Array.from({ length: UPDATES }, (_, i) => {
    const update = dqn.update(layOut(fixture, choices, i));
    const tau = choices.sync[i];
    if (tau !== null) dqn.updateTarget(tau);
    return update;
  });
  const flat = (network: typeof dqn.online) => arrays(network).flatMap((array) => [...array]);
  return {
    losses: updates.map(({ loss }) => loss),
    gradNorms: updates.map(({ gradNorm }) => gradNorm),
    tdErrors: updates[UPDATES - 1].tdErrors,
    parameters: flat(dqn.online),
    target: flat(dqn.target),
  };
}

/** Throws where two outcomes are further apart than the tolerance; NaN is far from everything. */
function assertClose(name: string, actual: Outcome, wanted: Outcome): void {
  for (const key of ["losses", "gradNorms", "tdErrors", "parameters", "target"] as const) {
    const [a, w] = [actual[key], wanted[key]];
    assert.equal(a.length, w.length, `${name}: number of ${key}`);
    for (let i = 0; i < w.length; i++) {
      if (!(Math.abs(a[i] - w[i]) <= TOLERANCE)) {
        assert.fail(`${name}: ${key}[${i}] is ${a[i]}, wanted ${w[i]} within ${TOLERANCE}`);
      }
    }
  }
}

fixtures.forEach((fixture, s) => {
  const optimizers = [...new Set(fixture.cases.map(({ optimizer }) => optimizer))];
  for (const optimizer of optimizers) {
    Deno.test(`trainOnBatch: five updates by ${optimizer}, shape ${SHAPES[s]}, are PyTorch's`, async () => {
      for (const recorded of fixture.cases.filter((each) => each.optimizer === optimizer)) {
        assertClose(recorded.name, await runAgent(fixture, recorded), recorded);
      }
    });
  }
});

fixtures.forEach((fixture, s) => {
  Deno.test(`trainOnBatch: five updates in few dispatches, shape ${SHAPES[s]}, are PyTorch's`, async () => {
    const cases = fixture.cases.filter(({ optimizer }) => optimizer.startsWith("adam"));
    const clipped = cases.find(({ config }) => config.maxGradNorm !== null);
    const free = cases.find(({ config }) => config.maxGradNorm === null);
    assert.equal(wideDevice.adapterInfo.description, wideAdapter.info.description);
    for (const recorded of [clipped!, free!]) {
      assertClose(recorded.name, await runAgent(fixture, recorded, wideDevice), recorded);
    }
  });
});

/** The choices of which every combination is run; activations take turns. */
const LOSSES = ["huber", "mse"] as const;
const TARGETS = [["max", false], ["max", true], ["sarsa", false]] as const;
const CLIPS = ["none", "norm", "value", "both"] as const;
const ACTIVATIONS = ["relu", "tanh", "gelu", "identity"] as const;

/** The optimiser's own options, from a recorded case: nothing of the other choices. */
function optimizerConfig({ config }: Case): Partial<CaseConfig> {
  const {
    activation: _,
    loss: _l,
    gamma: _g,
    doubleQ: _d,
    maxGradNorm: _n,
    maxGradValue: _v,
    ...own
  } = config;
  return own;
}

fixtures.forEach((fixture, s) => {
  const limit = (key: "maxGradNorm" | "maxGradValue") =>
    fixture.cases.map(({ config }) => config[key]).find((value) => value !== null)!;
  const optimizers = new Map(fixture.cases.map((each) => [each.optimizer, optimizerConfig(each)]));
  let turn = s;
  for (const [optimizer, own] of optimizers) {
    const all: Choices[] = [];
    for (const loss of LOSSES) {
      for (const clip of CLIPS) {
        for (const [target, doubleQ] of TARGETS) {
          const activation = ACTIVATIONS[turn++ % ACTIVATIONS.length];
          all.push({
            name:
              `${optimizer}, ${loss}, clip ${clip}, ${target}, doubleQ ${doubleQ}, ${activation}`,
            config: {
              ...own as CaseConfig,
              activation,
              loss,
              target,
              doubleQ,
              gamma: 0.9,
              maxGradNorm: clip === "norm" || clip === "both" ? limit("maxGradNorm") : null,
              maxGradValue: clip === "value" || clip === "both" ? limit("maxGradValue") : null,
            },
            sync: new Array(UPDATES).fill(0.05),
            weights: true,
            discounts: true,
          });
        }
      }
      // So that a combination meets another activation under the other loss.
      turn++;
    }
    Deno.test(`trainOnBatch: ${optimizer} with every loss, clip and target, shape ${SHAPES[s]}`, async () => {
      for (const choices of all) {
        assertClose(choices.name, await runAgent(fixture, choices), runReference(fixture, choices));
      }
    });
  }
});
