/** Tests of what a configuration means for the network and for an update's forward passes. */

import assert from "node:assert/strict";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import { atomsOf, networkOf, planPasses } from "../../src/dqn/plan.ts";
import { MOST_PASSES } from "../../src/nn/passes.ts";
import { passesOf as wantedPasses } from "../reference/family.ts";
import { flatView } from "./flat_view.ts";

/** Passes in short: network, observations or next ones, samples. */
function short(config: DQNConfig): string {
  const { passes } = planPasses(resolveConfig(config));
  return passes.map(({ network, input, samples }) =>
    `${network}(${input === "observations" ? "s" : "s′"})${samples > 1 ? samples : ""}`
  ).join(" ");
}

const IQN = { distribution: "iqn", taus: 3, targetTaus: 5, actingTaus: 7 } as const;

/** Passes, which of them selects, and which one Munchausen's reward looks at. */
const CASES: readonly [config: DQNConfig, passes: string, select: number, now?: number][] = [
  [{}, "online(s) target(s′)", 1],
  [{ target: "sarsa" }, "online(s) target(s′)", 1],
  [{ doubleQ: true }, "online(s) target(s′) online(s′)", 2],
  [{ target: "munchausen" }, "online(s) target(s′) target(s)", 1, 2],
  [{ distribution: "c51" }, "online(s) target(s′)", 1],
  [{ distribution: "c51", doubleQ: true }, "online(s) target(s′) online(s′)", 2],
  [{ distribution: "qr", target: "munchausen" }, "online(s) target(s′) target(s)", 1, 2],
  // IQN chooses by samples of their own, unless nothing is chosen.
  [IQN, "online(s)3 target(s′)5 target(s′)7", 2],
  [{ ...IQN, doubleQ: true }, "online(s)3 target(s′)5 online(s′)7", 2],
  [{ ...IQN, target: "sarsa" }, "online(s)3 target(s′)5", 1],
  [{ ...IQN, target: "munchausen" }, "online(s)3 target(s′)5 target(s′)7 target(s)7", 2, 3],
];

Deno.test("plan: an update's passes, in the order in which noise and samples are given", () => {
  for (const [config, passes, select, now] of CASES) {
    assert.equal(short(config), passes, JSON.stringify(config));
    const plan = planPasses(resolveConfig(config));
    assert.deepEqual([plan.select, plan.now], [select, now], JSON.stringify(config));
    assert(plan.passes.length <= MOST_PASSES);
    // As the reference has them.
    const resolved = resolveConfig(config);
    const wanted = wantedPasses({ ...resolved, ...SHAPE, learningRate: 1 });
    const samples = config.distribution === "iqn";
    assert.deepEqual(
      plan.passes,
      wanted.map((pass) => ({
        network: pass.network,
        input: pass.at,
        samples: samples ? pass.samples : 1,
      })),
    );
  }
});

const SHAPE = { observationSize: 3, actions: 2, lanes: 1 } as const;

Deno.test("plan: as many numbers an action as its distribution has", () => {
  const atoms = (config: DQNConfig) => atomsOf(resolveConfig(config));
  assert.equal(atoms({}), 1);
  assert.equal(atoms({ distribution: "c51" }), 51);
  assert.equal(atoms({ distribution: "c51", atoms: 7 }), 7);
  assert.equal(atoms({ distribution: "qr", quantiles: 9 }), 9);
  assert.equal(atoms({ distribution: "iqn" }), 1);
});

Deno.test("plan: the network has what the configuration says", () => {
  const network = (config: DQNConfig) =>
    networkOf(resolveConfig(config), flatView(SHAPE.observationSize), SHAPE.actions);
  const plain = network({ hiddenLayers: [5], activation: "gelu" });
  assert.deepEqual(plain.output, { block: 2, actions: 2, atoms: 1, valueAt: undefined });
  assert.equal(plain.input.channels, 3);
  assert.equal(plain.cosines, undefined);
  assert.equal(plain.isNoisy, false);
  assert.deepEqual(plain.layers.map(({ kind }) => kind), ["dense", "dense"]);
  const first = plain.layers[0];
  assert(first.kind === "dense" && first.activation === "gelu");

  const all = network({
    ...{ hiddenLayers: [5], headLayers: [6], layerNorm: true, noisy: true, dueling: true },
    ...{ distribution: "iqn", cosines: 9 },
  });
  assert.deepEqual(all.layers.map(({ kind }) => kind), [
    ...["dense", "norm", "dense", "product"],
    // Two streams, which share their first layer.
    ...["dense", "norm", "norm", "dense", "dense"],
  ]);
  assert.equal(all.cosines?.count, 9);
  assert.equal(all.isNoisy, true);
  assert.equal(all.output.valueAt, 4);
  // Cosines are IQN's alone.
  assert.equal(network({ distribution: "qr", quantiles: 4 }).cosines, undefined);
  assert.equal(network({ distribution: "qr", quantiles: 4 }).output.atoms, 4);
});
