/** Tests of a learner's parts in words. @module */

import assert from "node:assert/strict";
import { partsText } from "../../src/cli/parts.ts";
import { combineAlgorithms } from "../../src/dqn/algorithms/by_name.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";

Deno.test("parts: in words", () => {
  const cases: [DQNConfig, string][] = [
    [{}, "plain DQN"],
    [{ distribution: "c51", vMin: 0, vMax: 100 }, "C51 (51 atoms from 0 to 100)"],
    [{ distribution: "qr" }, "QR-DQN (50 quantiles)"],
    [{ distribution: "iqn", taus: 4 }, "IQN (4 and 8 quantiles drawn, 32 to act)"],
    [{ target: "munchausen" }, "Munchausen target (tau 0.03, alpha 0.9)"],
    [{ target: "sarsa", layerNorm: true }, "SARSA target, layer normalisation"],
    [{ sampling: "sequential", actionMasks: true }, "sequential replay, action masks"],
    [{ replacement: false }, "batches without replacement"],
    [
      { ...combineAlgorithms(["rainbow"]), vMin: -1, vMax: 1 },
      "C51 (51 atoms from -1 to 1), Double DQN, dueling networks, noisy networks, prioritised " +
      "replay (alpha 0.5, beta 0.4 to 1), 3-step returns",
    ],
  ];
  for (const [config, text] of cases) assert.equal(partsText(resolveConfig(config)), text);
});
