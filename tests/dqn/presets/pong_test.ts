import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { PONG_PRESETS } from "../../../src/dqn/presets/pong.ts";

Deno.test("pong: from pixels, four frames at once", () => {
  for (const [name, { env, config }] of Object.entries(PONG_PRESETS)) {
    assert.equal(env, "DinoQ/Pong-v0", name);
    assert.equal(resolveConfig(config).frameStack, 4, name);
  }
});

Deno.test("pong: nature has its tutorial's network, target and length", () => {
  const { config, length } = PONG_PRESETS.nature;
  const all = resolveConfig(config);
  assert.deepEqual([all.network, all.hiddenLayers], ["nature-cnn", [512]]);
  assert.deepEqual(all.targetUpdateInterval, { every: 1_000, unit: "step" });
  assert.deepEqual(length, { steps: 2_000_000 });
});
