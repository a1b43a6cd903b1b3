/** Tests of the reference of TD errors itself: its slopes are its loss's finite differences. */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { type Choice, makeGiven, makeMasks } from "./error_bench.ts";
import { wantedErrors } from "./error_reference.ts";

const CONFIGS: readonly DQNConfig[] = [
  { loss: "mse" },
  { dueling: true, target: "munchausen" },
  { distribution: "c51", atoms: 5, vMin: -3, vMax: 3 },
  { distribution: "c51", atoms: 5, vMin: -3, vMax: 3, dueling: true, target: "munchausen" },
  { distribution: "qr", quantiles: 4, dueling: true, kappa: 0.5 },
  { distribution: "qr", quantiles: 3, kappa: 0, doubleQ: true },
  { distribution: "iqn", taus: 3, targetTaus: 4, actingTaus: 5, dueling: true },
  { distribution: "iqn", taus: 2, targetTaus: 4, actingTaus: 3, target: "sarsa", kappa: 2 },
];

for (const config of CONFIGS) {
  Deno.test(`error_reference: slopes are finite differences, ${JSON.stringify(config)}`, () => {
    const choice: Choice = { config: { ...config, actionMasks: true }, batch: 4, actions: 3 };
    const random = makeGiven(choice, 1);
    const outputs = random.outputs.map((block) => [...block]);
    const masks = makeMasks(choice, random.actions, 2);
    const nextMasks = makeMasks(choice, random.nextActions, 3);
    const given = { ...random, outputs, masks, nextMasks };
    const deltas = Array.from(wantedErrors(choice, given).deltas);
    assert(deltas.some((x) => Math.abs(x) > 1e-3), "there is something to learn");
    const h = 1e-6;
    const [online] = outputs;
    online.forEach((x, i) => {
      online[i] = x + h;
      const [above] = Array.from(wantedErrors(choice, given).history);
      online[i] = x - h;
      const [below] = Array.from(wantedErrors(choice, given).history);
      online[i] = x;
      const difference = (above - below) / (2 * h);
      assert(Math.abs(deltas[i] - difference) < 1e-8, `${i}: ${deltas[i]}, not ${difference}`);
    });
  });
}
