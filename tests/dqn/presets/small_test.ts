/** Tests of the presets that algorithms are compared with. @module */

import assert from "node:assert/strict";
import { ALGORITHMS } from "../../../src/dqn/algorithms/by_name.ts";
import { type DQNConfig, resolveConfig } from "../../../src/dqn/config.ts";
import {
  SMALL_ACROBOT,
  SMALL_CARTPOLE,
  SMALL_MOUNTAIN_CAR,
} from "../../../src/dqn/presets/small.ts";

Deno.test("small: plain DQN, so that what is compared is the algorithm", () => {
  const plain = ALGORITHMS.dqn.config;
  for (const { config, env, evaluation } of [SMALL_CARTPOLE, SMALL_ACROBOT, SMALL_MOUNTAIN_CAR]) {
    const resolved = resolveConfig(config);
    for (const name of Object.keys(plain) as (keyof DQNConfig)[]) {
      assert.equal(resolved[name], plain[name], `${env}: ${name}`);
    }
    // Stopping early would favour some.
    assert.equal(evaluation?.stopAt, undefined);
  }
});

Deno.test("small: as many steps as the results are compared at", () => {
  assert.deepEqual(SMALL_CARTPOLE.length, { steps: 50_000 });
  assert.deepEqual(SMALL_ACROBOT.length, { steps: 100_000 });
  assert.deepEqual(SMALL_MOUNTAIN_CAR.length, { steps: 120_000 });
});
