/** Tests of finding an environment's presets. @module */

import assert from "node:assert/strict";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { PRESET_IDS, presetsFor } from "../../../src/dqn/presets/by_environment.ts";
import { make, registry } from "../../../src/envs/registry.ts";

Deno.test("presets: every environment has one that resolves and runs in it", () => {
  for (const id of registry().keys()) {
    const presets = Object.entries(presetsFor(id));
    assert.ok(presets.length > 0, id);
    for (const [name, preset] of presets) {
      assert.equal(preset.env, id, name);
      assert.doesNotThrow(() => resolveConfig(preset.config), `${id}, ${name}`);
      assert.ok(preset.source.length > 0 && preset.description.length > 0, `${id}, ${name}`);
      // A run that is counted in episodes needs to know how long they can be.
      if ("episodes" in preset.length) assert.ok(make(id).spec?.maxEpisodeSteps, `${id}, ${name}`);
    }
  }
});

Deno.test("presets: those with presets of their own are registered", () => {
  for (const id of PRESET_IDS) assert.ok(registry().has(id), id);
});

Deno.test("presets: each environment's own, and the defaults for others", () => {
  const families = ["zoo", "zoo-qr", "dopamine-rainbow", "dopamine-c51", "dopamine-iqn"];
  assert.deepEqual(
    Object.keys(presetsFor("CartPole-v1")).sort(),
    ["default", "gpu", "cleanrl", "cleanrl-c51", "notes", "small", ...families].sort(),
  );
  assert.equal(Object.keys(presetsFor("CartPole-v1"))[0], "default");
  assert.deepEqual(
    Object.keys(presetsFor("Acrobot-v1")).sort(),
    ["default", "small", ...families].sort(),
  );
  assert.equal(Object.keys(presetsFor("Acrobot-v1"))[0], "default");
  assert.deepEqual(
    Object.keys(presetsFor("MountainCar-v0")).sort(),
    ["default", "small", ...families].sort(),
  );
  assert.deepEqual(
    Object.keys(presetsFor("MinAtar/Asterix-v0")),
    ["default", "authors", "dopamine-dqn", "dopamine-rainbow", "dopamine-quantile"],
  );
  assert.deepEqual(
    Object.keys(presetsFor("LunarLander-v3")).sort(),
    ["default", "lander", ...families].sort(),
  );
  assert.deepEqual(Object.keys(presetsFor("CartPole-v0")), ["joyrl"]);
  assert.deepEqual(presetsFor("LunarLander-v2").zoo.env, "LunarLander-v2");
  assert.deepEqual(presetsFor("Taxi-v3").plain.config, { bufferSize: 50_000 });
});
