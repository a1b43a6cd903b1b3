/**
 * Tests of how outputs are read as Q-values: every distribution, with dueling streams too, in all passes,
 * against the equations in float64. (Tests of errors, for which they are made, look at them as well.)
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { planValues } from "../../src/dqn/head.ts";
import { networkOf, planPasses } from "../../src/dqn/plan.ts";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { distance } from "../nn/harness.ts";
import { type Choice, makeGiven, resolved, runErrors } from "./error_bench.ts";
import { wantedErrors } from "./error_reference.ts";
import { flatView } from "./flat_view.ts";

const gpu = await Gpu.open();

/** Each with three passes or four; sizes of a single action and of many. */
const CASES: readonly [config: DQNConfig, batch: number, actions: number][] = [
  [{ dueling: true, target: "munchausen" }, 5, 18],
  [{ distribution: "c51", atoms: 3, vMin: -1, vMax: 5, doubleQ: true }, 17, 2],
  [{ distribution: "qr", quantiles: 7, dueling: true, doubleQ: true }, 3, 1],
  [
    {
      ...{ distribution: "iqn", taus: 2, targetTaus: 3, actingTaus: 5 },
      ...{ dueling: true, target: "munchausen" },
    },
    3,
    5,
  ],
];

for (const [config, batch, actions] of CASES) {
  Deno.test(`head: values of ${JSON.stringify(config)} are the equations', in all passes`, async () => {
    const choice: Choice = { config, batch, actions };
    const given = [makeGiven(choice, 1), makeGiven(choice, 2)];
    const results = await runErrors(gpu, choice, given);
    results.forEach(({ values }, agent) => {
      const wanted = wantedErrors(choice, given[agent]);
      assert(values.length >= 3);
      values.forEach((each, pass) => {
        const off = distance(each, wanted.values[pass]);
        assert(off < 3e-6, `agent ${agent}, pass ${pass}: off by ${off}`);
      });
    });
  });
}

Deno.test("head: plain outputs are Q-values as they lie, with no step to make them", () => {
  const buffers = new Buffers(gpu);
  for (const [config, isPlain] of [[{}, true], [{ dueling: true }, false]] as const) {
    const choice: Choice = { config, batch: 3, actions: 5 };
    const all = resolved(choice);
    const network = networkOf(all, flatView(2), 5);
    const { passes } = planPasses(all);
    const options = { batch: 3, passes, inputs: 2, training: true, agents: 1 };
    const workspace = new Workspace(buffers, network, options);
    const { steps, buffer, width } = planValues(buffers, workspace, all);
    assert.equal(steps.length, isPlain ? 0 : 1);
    assert.equal(buffer === workspace.activations, isPlain);
    assert.equal(width, isPlain ? 8 : 5);
  }
  buffers.destroy();
});
