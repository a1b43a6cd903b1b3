/** Tests of where a run has its environments. @module */

import assert from "node:assert/strict";
import { checkPlaces, placesOf } from "../../src/cli/places.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import { PRESETS } from "./fake.ts";

Deno.test("places: how many environments, and where: flags come before the preset", () => {
  const gpu = { gpuEnvs: 16, numEnvs: 3 };
  assert.deepEqual(placesOf({}, {}), { numEnvs: 1 });
  assert.deepEqual(placesOf({}, { numEnvs: 3 }), { numEnvs: 3 });
  assert.deepEqual(placesOf({ numEnvs: 2 }, { numEnvs: 3 }), { numEnvs: 2 });
  assert.deepEqual(placesOf({}, gpu), { numEnvs: 16, isOnGpu: true });
  assert.deepEqual(placesOf({ gpuEnvs: 8 }, gpu), { numEnvs: 8, isOnGpu: true });
  assert.deepEqual(placesOf({ gpuEnvs: 8 }, { numEnvs: 3 }), { numEnvs: 8, isOnGpu: true });
  assert.deepEqual(placesOf({ gpuEnvs: null }, gpu), { numEnvs: 3 });
  assert.deepEqual(placesOf({ numEnvs: 2 }, gpu), { numEnvs: 2 });
});

Deno.test("places: options that need to know of episodes are refused on the GPU only", () => {
  const preset = PRESETS.default;
  const config = resolveConfig({ trainFreq: { every: 1, unit: "episode" } });
  const refused = {
    name: "UsageError",
    message: /^--gpu-envs: trainFreq counts episodes, .* count steps/,
  };
  assert.throws(() => checkPlaces({ gpuEnvs: 4 }, preset, config), refused);
  assert.throws(() => checkPlaces({}, { ...preset, gpuEnvs: 4 }, config), refused);
  checkPlaces({}, preset, config);
  checkPlaces({ numEnvs: 4 }, { ...preset, gpuEnvs: 4 }, config);
  checkPlaces({ gpuEnvs: 4 }, preset, resolveConfig());
  // A loaded agent's own options count, which the preset's are not.
  checkPlaces({ gpuEnvs: 4, load: "a.safetensors" }, preset, config);
});
